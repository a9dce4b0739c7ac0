// Files of `Key: value` lines. METADATA and WHEEL are read by installers with Python's
// email.parser, so its rules decide what is a header: lines end in `\n`, `\r\n` or `\r`; a line
// that starts with a blank continues the one before; the first line that is neither a header nor a
// continuation ends the headers, whether it is empty (as it should be) or not. Every line keeps its
// exact bytes, so a file can be rewritten line by line.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "wheel/dist_info.hpp"

namespace wheelaudit::wheel {
namespace {

// Real files have a few hundred lines. Without this limit a hostile file of 8 MiB would take a
// hundred times its size in memory. Further lines are kept as body, and they are a fault.
constexpr std::size_t most_header_lines = 65'536;
constexpr std::size_t kept_faults = 100;

// The first line of `text`, line end included.
std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find_first_of("\r\n");
  if (end == std::string_view::npos) return text;
  return text.substr(0, text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
}

std::string_view line_end_of(std::string_view line) {
  const std::size_t end = line.find_last_not_of("\r\n");
  return line.substr(end == std::string_view::npos ? 0 : end + 1);
}

std::string_view without_line_end(std::string_view line) {
  return line.substr(0, line.size() - line_end_of(line).size());
}

bool is_continuation(std::string_view line) { return line.front() == ' ' || line.front() == '\t'; }

// The length of the key; nullopt when `line` is not a header. A key is printable ASCII without
// blanks.
std::optional<std::size_t> key_length(std::string_view line) {
  const auto end = std::find_if(line.begin(), line.end(),
                                [](char c) { return c <= ' ' || c > '~' || c == ':'; });
  if (end == line.end() || *end != ':') return std::nullopt;
  return static_cast<std::size_t>(std::distance(line.begin(), end));
}

// The line that mbox files have before a message. email.parser skips such a line within the
// headers; as the last line of the headers it belongs to the body.
bool is_envelope(std::string_view line) { return line.starts_with("From "); }

bool belongs_to_headers(std::string_view line) {
  return !line.empty() && (is_continuation(line) || is_envelope(line) || key_length(line));
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text), rest_(text) {}

  HeaderFile read() {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      add_fault("it starts with a byte order mark, so its first header is lost");
    }
    while (!rest_.empty() && take_line(first_line(rest_))) {
    }
    finish();
    if (const auto invalid = first_invalid_utf8(text_)) {
      file_.faults.push_back(
          {.kind = HeaderFaultKind::encoding, .message = "it is not UTF-8", .offset = invalid});
    }
    if (const auto nul = std::string_view(file_.body).find('\0'); nul != std::string_view::npos) {
      file_.faults.push_back({.message = "its body holds a NUL byte",
                              .offset = text_.size() - file_.body.size() + nul});
    }
    return std::move(file_);
  }

 private:
  // Reads a line of the headers; false when `line`, or the line behind it, begins the body.
  bool take_line(std::string_view line) {
    const std::uint64_t offset = text_.size() - rest_.size();
    if (file_.lines.size() >= most_header_lines) {
      add_fault(fmt::format("more than {} header lines, the rest is taken as its body",
                            most_header_lines));
      return false;
    }
    if (without_line_end(line).empty()) {
      append(line, "", "");
      return false;
    }
    const auto key = key_length(line);
    if (is_continuation(line)) {
      continue_header(line);
    } else if (ends_headers(line)) {
      add_fault(
          fmt::format("line {} is neither `Key: value` nor a continuation: readers take it "
                      "and all that follows as the body",
                      quoted(without_line_end(line))));
      return false;
    } else if (!key || *key == 0) {
      add_fault(fmt::format("line {} has no key, so readers pass over it",
                            quoted(without_line_end(line))));
      append(line, "", "");
    } else {
      append(line, line.substr(0, *key), line.substr(*key + 1));
    }
    note_control_character(line, offset);
    return true;
  }

  // `line` is neither empty nor a continuation.
  [[nodiscard]] bool ends_headers(std::string_view line) const {
    if (!is_envelope(line)) return !key_length(line);
    return !file_.lines.empty() && !belongs_to_headers(first_line(rest_.substr(line.size())));
  }

  void append(std::string_view line, std::string_view key, std::string_view value) {
    file_.lines.push_back({.key = std::string(key),
                           .value = std::string(without_line_end(value)),
                           .raw = std::string(line)});
    rest_.remove_prefix(line.size());
  }

  void continue_header(std::string_view line) {
    if (file_.lines.empty() || file_.lines.back().key.empty()) {
      add_fault(fmt::format("line {} continues no header, so readers pass over it",
                            quoted(without_line_end(line))));
      append(line, "", "");
      return;
    }
    HeaderFile::Line& header = file_.lines.back();
    header.value += '\n';
    header.value += without_line_end(line);
    header.raw += line;
    rest_.remove_prefix(line.size());
  }

  void note_control_character(std::string_view line, std::uint64_t offset) {
    if (const auto control = first_control_character(line)) {
      add_fault(fmt::format("line {} holds a control character", quoted(without_line_end(line))),
                offset + *control);
    }
  }

  void add_fault(std::string message) {
    add_fault(std::move(message), text_.size() - rest_.size());
  }
  void add_fault(std::string message, std::uint64_t offset) {
    if (file_.faults.size() < kept_faults) {
      file_.faults.push_back({.message = std::move(message), .offset = offset});
    } else {
      ++left_out_;
    }
  }

  void finish() {
    file_.body = std::string(rest_);
    for (HeaderFile::Line& line : file_.lines) line.value = std::string(strip(line.value));
    if (left_out_ != 0) {
      file_.faults.push_back({.message = fmt::format("{} more lines of this kind", left_out_)});
    }
  }

  std::string_view text_;
  std::string_view rest_;
  HeaderFile file_;
  std::uint64_t left_out_ = 0;
};

HeaderFile::Line header_line(std::string key, std::string value, std::string_view line_end) {
  std::string raw = fmt::format("{}: {}{}", key, value, line_end);
  return {.key = std::move(key), .value = std::move(value), .raw = std::move(raw)};
}

bool has_key(const HeaderFile::Line& line, std::string_view key) {
  return equal_without_case(line.key, key);
}

// The line end of the file's first line; new lines get the same.
std::string usual_line_end(const HeaderFile& file) {
  if (file.lines.empty()) return "\n";
  const std::string_view end = line_end_of(first_line(file.lines.front().raw));
  return end.empty() ? "\n" : std::string(end);
}

// A carriage return alone ends a line, too. When a line that is only a line feed follows such a
// line, the two characters would be read as one line end; the first line gets a line feed as well.
void keep_lines_apart(HeaderFile& file) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view next =
        i + 1 < file.lines.size() ? std::string_view(file.lines[i + 1].raw) : file.body;
    if (file.lines[i].raw.ends_with('\r') && next.starts_with('\n')) file.lines[i].raw += '\n';
  }
}

// The file with every line of `key` replaced by lines of `values`, at the first one's place or at
// the end of the headers.
HeaderFile with_values(HeaderFile file, std::string_view key,
                       const std::vector<std::string>& values) {
  const std::vector<std::string_view> present = file.get_all(key);
  if (std::equal(present.begin(), present.end(), values.begin(), values.end())) return file;

  const std::string line_end = usual_line_end(file);
  const auto is_key = [&](const HeaderFile::Line& line) { return has_key(line, key); };
  const auto is_separator = [](const HeaderFile::Line& line) {
    return without_line_end(line.raw).empty();
  };
  auto first = std::find_if(file.lines.begin(), file.lines.end(), is_key);
  if (first == file.lines.end()) {
    first = std::find_if(file.lines.begin(), file.lines.end(), is_separator);
  }
  const auto place = std::distance(file.lines.begin(), first);
  file.lines.erase(std::remove_if(first, file.lines.end(), is_key), file.lines.end());
  // The line before may be the file's last one, without a line end.
  if (place > 0) {
    HeaderFile::Line& before = file.lines[static_cast<std::size_t>(place) - 1];
    if (line_end_of(before.raw).empty()) before.raw += line_end;
  }
  std::vector<HeaderFile::Line> lines;
  for (const std::string& value : values) {
    lines.push_back(header_line(std::string(key), value, line_end));
  }
  file.lines.insert(file.lines.begin() + place, std::make_move_iterator(lines.begin()),
                    std::make_move_iterator(lines.end()));
  keep_lines_apart(file);
  return file;
}

}  // namespace

std::optional<std::string_view> HeaderFile::get(std::string_view key) const {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const Line& line) { return has_key(line, key); });
  if (found == lines.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> HeaderFile::get_all(std::string_view key) const {
  std::vector<std::string_view> values;
  for (const Line& line : lines) {
    if (has_key(line, key)) values.push_back(line.value);
  }
  return values;
}

std::string HeaderFile::str() const {
  std::string text;
  for (const Line& line : lines) text += line.raw;
  return text + body;
}

HeaderFile parse_headers(std::string_view text) { return HeaderReader(text).read(); }

HeaderFile with_tags(const HeaderFile& wheel_file, const std::vector<Tag>& tags,
                     bool root_is_purelib) {
  std::vector<std::string> values;
  for (const Tag& tag : tags) values.push_back(tag.str());
  const std::string purelib = root_is_purelib ? "true" : "false";
  const auto present = wheel_file.get_all("Root-Is-Purelib");
  // Installers ignore the case of `True`, so a line in another case is kept as it is.
  if (present.size() == 1 && equal_without_case(present.front(), purelib)) {
    return with_values(wheel_file, "Tag", values);
  }
  return with_values(with_values(wheel_file, "Root-Is-Purelib", {purelib}), "Tag", values);
}

}  // namespace wheelaudit::wheel
