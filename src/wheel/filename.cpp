// Wheel file names: PEP 427 ("File name convention"), PEP 425 ("Compressed Tag Sets"), PEP 491. A
// part is taken whenever the name can be split in one way only; what installers' normal forms would
// write differently is a remark, because names such as `Shapely-1.8.2-…` exist and install.

#include "wheel/filename.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "wheel/pep440.hpp"
#include "wheel/tag_count.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::string_view extension = ".whl";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// PEP 427 allows letters and digits of every script; `filename_remarks` reports what PyPI refuses.
bool is_name_character(char c) {
  return is_ascii_alphanumeric(c) || c == '_' || c == '.' || is_beyond_ascii(c);
}
bool is_version_character(char c) {
  return is_ascii_alphanumeric(c) || c == '_' || c == '.' || c == '+' || c == '!';
}
bool is_tag_character(char c) { return is_ascii_alphanumeric(c) || c == '_'; }

// One part between dashes, and the offset of its start in the file name.
struct Part {
  std::string_view what;
  std::string_view text;
  std::uint64_t offset = 0;
};

std::optional<Fault> check_part(const Part& part, bool (*allowed)(char)) {
  if (part.text.empty()) {
    return Fault{fmt::format("the {} is empty", part.what), part.offset};
  }
  const auto bad = std::find_if_not(part.text.begin(), part.text.end(), allowed);
  if (bad == part.text.end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(std::distance(part.text.begin(), bad));
  return Fault{fmt::format("the {} {} holds {}, which may not stand there", part.what,
                           quoted(part.text), quoted(part.text.substr(index, 1))),
               part.offset + index};
}

Parsed<std::vector<std::string>> parse_tags(const Part& part) {
  std::vector<std::string> tags;
  std::uint64_t offset = part.offset;
  for (const std::string_view tag : split(part.text, '.')) {
    if (tag.empty()) {
      return fault(fmt::format("the {} {} has an empty part", part.what, quoted(part.text)),
                   offset);
    }
    if (auto bad = check_part({part.what, tag, offset}, is_tag_character)) {
      return tl::unexpected<Fault>(std::move(*bad));
    }
    tags.emplace_back(tag);
    offset += tag.size() + 1;
  }
  return tags;
}

Parsed<TagSet> parse_tag_parts(const std::array<Part, 3>& parts, const Limits& limits) {
  TagSet set;
  for (auto [part, target] : {std::pair{&parts[0], &set.pythons}, std::pair{&parts[1], &set.abis},
                              std::pair{&parts[2], &set.platforms}}) {
    auto tags = parse_tags(*part);
    if (!tags) return tl::unexpected<Fault>(std::move(tags.error()));
    *target = std::move(*tags);
  }
  if (const std::uint64_t count = expanded_count(set); count > limits.expanded_tags) {
    return fault(fmt::format("the tags stand for {} combinations, more than {}; --max-tags raises "
                             "this limit",
                             count, limits.expanded_tags),
                 parts[0].offset);
  }
  return set;
}

std::optional<Fault> check_build(const Part& build) {
  if (auto bad = check_part(build, is_version_character)) return bad;
  if (is_ascii_digit(build.text.front())) return std::nullopt;
  return Fault{fmt::format("the build tag {} does not start with a digit", quoted(build.text)),
               build.offset};
}

std::vector<std::string> tag_remarks(std::string_view what, const std::vector<std::string>& tags) {
  std::vector<std::string> remarks;
  const std::string written = fmt::format("{}", fmt::join(tags, "."));
  if (const std::string lower = ascii_lower(written); lower != written) {
    remarks.push_back(fmt::format("the {} {} is not in lower case, expected {}", what,
                                  quoted(written), quoted(lower)));
  }
  std::vector<std::string> sorted = tags;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    remarks.push_back(
        fmt::format("the {} {} names {} more than once", what, quoted(written), quoted(*twice)));
  }
  if (sorted != tags) {
    remarks.push_back(fmt::format("the {} {} is not sorted, expected {}", what, quoted(written),
                                  quoted(fmt::format("{}", fmt::join(sorted, ".")))));
  }
  return remarks;
}

std::optional<std::string> name_remark(std::string_view name) {
  if (std::any_of(name.begin(), name.end(), is_beyond_ascii)) {
    return fmt::format("the name {} holds letters beyond ASCII, which indexes refuse",
                       quoted(name));
  }
  std::string normal = normalize_name(name);
  std::replace(normal.begin(), normal.end(), '-', '_');
  if (normal == name) return std::nullopt;
  if (name.find("__") != std::string_view::npos) {
    return fmt::format("the name {} holds '__', which installers refuse; expected {}", quoted(name),
                       quoted(normal));
  }
  return fmt::format("the name {} is not in normal form, expected {}", quoted(name),
                     quoted(normal));
}

std::optional<std::string> version_remark(std::string_view version) {
  const auto normal = normalize_version(version);
  if (!normal) {
    return fmt::format(
        "the version {} is not a PEP 440 version, so installers refuse the file name",
        quoted(version));
  }
  if (*normal == version) return std::nullopt;
  return fmt::format("the version {} is not in normal form, expected {}", quoted(version),
                     quoted(*normal));
}

// `text` without `prefix` and `suffix`; nullopt when one of these is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix) {
  if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) ||
      !text.ends_with(suffix)) {
    return std::nullopt;
  }
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

// Whether `tag` is `prefix` N `_` N … `_wasm32` with exactly `numbers` numbers.
bool is_numbered(std::string_view tag, std::string_view prefix, std::size_t numbers) {
  const auto middle = between(tag, prefix, "_wasm32");
  if (!middle) return false;
  const auto parts = split(*middle, '_');
  return parts.size() == numbers && std::all_of(parts.begin(), parts.end(), all_digits);
}

// The beginnings of the tags that CPython's sysconfig and PEPs 513, 571, 599, 600, 656, 730 and 738
// give to systems with machine code.
constexpr std::array<std::string_view, 19> native_prefixes{
    "linux_",   "manylinux", "musllinux_", "macosx_", "win_",     "ios_",    "android_",
    "freebsd_", "openbsd_",  "netbsd_",    "darwin_", "aix_",     "solaris", "sunos_",
    "cygwin_",  "mingw",     "msys_",      "hp_ux",   "dragonfly"};

}  // namespace

std::uint64_t expanded_count(const TagSet& set) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : {set.pythons.size(), set.abis.size(), set.platforms.size()}) {
    if (size != 0 && count > std::numeric_limits<std::uint64_t>::max() / size) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    count *= size;
  }
  return count;
}

std::string Tag::str() const { return fmt::format("{}-{}-{}", python, abi, platform); }

std::string TagSet::str() const {
  return fmt::format("{}-{}-{}", fmt::join(pythons, "."), fmt::join(abis, "."),
                     fmt::join(platforms, "."));
}

std::vector<Tag> TagSet::expand() const {
  std::vector<Tag> tags;
  for (const std::string& python : pythons) {
    for (const std::string& abi : abis) {
      for (const std::string& platform : platforms) tags.push_back({python, abi, platform});
    }
  }
  return tags;
}

std::string WheelFilename::str() const {
  return fmt::format("{}-{}-{}{}{}", name, version, build ? *build + "-" : "", tags.str(),
                     extension);
}

Parsed<WheelFilename> parse_wheel_filename(std::string_view file_name, const Limits& limits) {
  if (!file_name.ends_with(extension)) {
    return fault(fmt::format("the file name {} does not end in '.whl'", quoted(file_name)));
  }
  if (const auto offset = first_invalid_utf8(file_name)) {
    return fault(fmt::format("the file name {} is not UTF-8", quoted(file_name)), offset);
  }
  const auto parts = split(file_name.substr(0, file_name.size() - extension.size()), '-');
  if (parts.size() != 5 && parts.size() != 6) {
    return fault(
        fmt::format("the file name {} has {} parts between dashes, expected 5 "
                    "(name-version-python-abi-platform) or 6 (a build tag behind the version)",
                    quoted(file_name), parts.size()));
  }
  const auto part = [&](std::string_view what, std::size_t index) {
    return Part{what, parts[index],
                static_cast<std::uint64_t>(parts[index].data() - file_name.data())};
  };
  const bool has_build = parts.size() == 6;
  if (auto bad = check_part(part("name", 0), is_name_character)) {
    return tl::unexpected<Fault>(std::move(*bad));
  }
  if (auto bad = check_part(part("version", 1), is_version_character)) {
    return tl::unexpected<Fault>(std::move(*bad));
  }
  if (auto bad = has_build ? check_build(part("build tag", 2)) : std::nullopt) {
    return tl::unexpected<Fault>(std::move(*bad));
  }
  const std::size_t first = has_build ? 3 : 2;
  auto tags = parse_tag_parts(
      {part("python tag", first), part("ABI tag", first + 1), part("platform tag", first + 2)},
      limits);
  if (!tags) return tl::unexpected<Fault>(std::move(tags.error()));
  return WheelFilename{.name = std::string(parts[0]),
                       .version = std::string(parts[1]),
                       .build = has_build ? std::optional<std::string>(parts[2]) : std::nullopt,
                       .tags = std::move(*tags)};
}

Parsed<TagSet> parse_tag_set(std::string_view text, const Limits& limits) {
  const auto parts = split(text, '-');
  if (parts.size() != 3) {
    return fault(
        fmt::format("the tag {} has {} parts between dashes, expected 3 "
                    "(python-abi-platform)",
                    quoted(text), parts.size()));
  }
  const auto part = [&](std::string_view what, std::size_t index) {
    return Part{what, parts[index], static_cast<std::uint64_t>(parts[index].data() - text.data())};
  };
  return parse_tag_parts({part("python tag", 0), part("ABI tag", 1), part("platform tag", 2)},
                         limits);
}

std::vector<FilenameRemark> filename_remarks(const WheelFilename& filename) {
  std::vector<FilenameRemark> remarks;
  const auto add = [&](FilenamePart part, std::string text) {
    remarks.push_back({.part = part, .text = std::move(text)});
  };
  if (auto text = name_remark(filename.name)) add(FilenamePart::name, std::move(*text));
  if (auto text = version_remark(filename.version)) add(FilenamePart::version, std::move(*text));
  for (const auto& [what, tags] :
       {std::pair{"python tag", &filename.tags.pythons}, std::pair{"ABI tag", &filename.tags.abis},
        std::pair{"platform tag", &filename.tags.platforms}}) {
    for (std::string& text : tag_remarks(what, *tags)) add(FilenamePart::tags, std::move(text));
  }
  return remarks;
}

std::string normalize_name(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) {
      normal += ascii_lower(c);
    } else if (normal.empty() || normal.back() != '-') {
      normal += '-';
    }
  }
  return normal;
}

PlatformFamily platform_family(std::string_view platform_tag) {
  // Installers compare tags in lower case.
  const std::string tag = ascii_lower(platform_tag);
  if (tag == "any") return PlatformFamily::any;
  if (tag == "emscripten_wasm32" || is_numbered(tag, "emscripten_", 3)) {
    return PlatformFamily::emscripten;
  }
  if (is_numbered(tag, "pyodide_", 2)) return PlatformFamily::pyodide;
  if (is_numbered(tag, "pyemscripten_", 2)) return PlatformFamily::pyemscripten;
  if (tag == "win32" ||
      std::any_of(native_prefixes.begin(), native_prefixes.end(),
                  [&](std::string_view prefix) { return tag.starts_with(prefix); })) {
    return PlatformFamily::native;
  }
  return PlatformFamily::unknown;
}

bool pypi_takes_platform(std::string_view platform_tag) {
  return is_numbered(platform_tag, "pyemscripten_", 2);
}

}  // namespace wheelaudit::wheel
