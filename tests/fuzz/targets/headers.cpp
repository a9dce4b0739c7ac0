// The texts of the dist-info directory: METADATA, WHEEL, RECORD, entry_points.txt, with NUL between
// them. Text is kept byte for byte, and setting tags twice is setting them once.

#include <algorithm>

#include "checks.hpp"
#include "targets.hpp"
#include "wheel/dist_info.hpp"

namespace wheelaudit::fuzz {
namespace {

/// Takes the text before the next NUL off `rest`.
std::string take(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\0'), rest.size());
  std::string part(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

void require_keeps(const std::string& text) {
  const wheel::HeaderFile file = wheel::parse_headers(text);
  require(file.str() == text, "a header file keeps its bytes");
  for (const wheel::HeaderFault& fault : file.faults) {
    require(fault.offset.value_or(0) <= text.size(), "a fault lies in the text");
  }
  for (const wheel::HeaderFile::Line& line : file.lines) {
    if (line.key.empty()) continue;
    require(file.get(line.key).has_value() && !file.get_all(line.key).empty(),
            "a key that was read is found");
  }
}

void require_takes_tags(const std::string& text) {
  const std::vector<wheel::Tag> tags{{"cp312", "cp312", "pyodide_2024_0_wasm32"},
                                     {"py3", "none", "any"}};
  const wheel::HeaderFile once = wheel::with_tags(wheel::parse_headers(text), tags, false);
  const wheel::HeaderFile read = wheel::parse_headers(once.str());
  const auto values = read.get_all("Tag");
  // Headers that cannot be read to the end may have tags after the fault.
  if (read.faults.empty() && wheel::parse_headers(text).faults.empty()) {
    require(std::ranges::equal(values, tags, {}, {}, &wheel::Tag::str),
            "the tags set are the tags read");
    // A value of `False` stays.
    std::string purelib(read.get("Root-Is-Purelib").value_or(""));
    std::ranges::transform(purelib, purelib.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    require(purelib == "false", "what was set is read");
  }
  require(wheel::with_tags(read, tags, false).str() == once.str(),
          "setting tags twice is setting once");
}

}  // namespace

void headers(Bytes input) {
  std::string_view rest = as_text(input);
  wheel::DistInfoTexts texts;
  texts.metadata = take(rest);
  texts.wheel = take(rest);
  texts.record = take(rest);
  texts.entry_points = take(rest);
  require_keeps(*texts.metadata);
  require_keeps(*texts.wheel);
  require_takes_tags(*texts.wheel);
  const std::vector<std::string_view> members{"a/__init__.py", "a-1.dist-info/METADATA",
                                              "a-1.dist-info/licenses/LICENSE"};
  const auto directories = wheel::dist_info_directories(members);
  require(directories == std::vector<std::string>{"a-1.dist-info"}, "the directory is found");
  const wheel::DistInfo info = wheel::parse_dist_info(directories.front(), texts, members);
  require(info.tags.size() <= 1'000 * (info.wheel.get_all("Tag").size() + 1), "tags are bounded");
  const std::size_t lines =
      1 + static_cast<std::size_t>(std::ranges::count(*texts.entry_points, '\n')) +
      static_cast<std::size_t>(std::ranges::count(*texts.entry_points, '\r'));
  require(info.entry_points.entries.size() <= lines, "an entry point is a line");
  require(info.record.entries == wheel::parse_record(*texts.record).entries,
          "RECORD is read alike");
}

}  // namespace wheelaudit::fuzz
