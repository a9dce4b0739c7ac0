// The dist-info directory as a whole: which files it has, what METADATA (core metadata, PEP 566,
// 643, 639) and WHEEL (PEP 427) say, and what in them makes pip, uv or PyPI refuse the wheel.
// Whether names and versions agree with the file name is for the rules to say.

#include "wheel/dist_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/path.hpp"
#include "base/text.hpp"
#include "wheel/requirement.hpp"
#include "wheel/tag_count.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::string_view directory_suffix = ".dist-info";

using NameSet = std::unordered_set<std::string_view>;

// A version of a file format, `2.4`.
struct FormatVersion {
  std::string major;
  std::string minor;

  // 1.0 and 01.0 are equal here; no tool writes the latter.
  [[nodiscard]] bool at_least(unsigned other_major, unsigned other_minor) const {
    const auto compared = compare_versions(fmt::format("{}.{}", major, minor),
                                           fmt::format("{}.{}", other_major, other_minor));
    return compared && *compared >= 0;
  }
};

std::optional<FormatVersion> parse_format_version(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view major = text.substr(0, dot);
  const std::string_view minor = text.substr(dot + 1);
  if (!all_digits(major) || !all_digits(minor)) return std::nullopt;
  return FormatVersion{std::string(major), std::string(minor)};
}

// Core metadata, "Name": letters, digits, '.', '_', '-', the first and last a letter or digit.
bool is_project_name(std::string_view name) {
  return !name.empty() && is_ascii_alphanumeric(name.front()) &&
         is_ascii_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-';
         });
}

// The fault of a field that is not there exactly once: of several values some readers take the
// first and some the last.
std::optional<std::string> once_fault(const HeaderFile& file, std::string_view key) {
  const auto values = file.get_all(key);
  if (values.empty()) return fmt::format("there is no {}", key);
  if (values.size() > 1) {
    return fmt::format("there are {} {} lines, expected one: readers differ in which they take",
                       values.size(), key);
  }
  if (values.front().empty()) return fmt::format("the {} is empty", key);
  return std::nullopt;
}

std::optional<std::string> metadata_version_fault(const HeaderFile& metadata) {
  if (auto wrong = once_fault(metadata, "Metadata-Version")) return wrong;
  const std::string_view text = *metadata.get("Metadata-Version");
  const auto version = parse_format_version(text);
  if (!version) {
    return fmt::format("the Metadata-Version {} is not of the form 2.4", quoted(text));
  }
  if (version->at_least(3, 0)) {
    return fmt::format(
        "the Metadata-Version {} is of a series that installers refuse, expected "
        "1.0 to 2.x",
        quoted(text));
  }
  return std::nullopt;
}

std::optional<std::string> name_fault(const HeaderFile& metadata) {
  if (auto wrong = once_fault(metadata, "Name")) return wrong;
  const std::string_view name = *metadata.get("Name");
  if (is_project_name(name)) return std::nullopt;
  return fmt::format(
      "the Name {} is not a project name, expected letters, digits, '.', '_' and '-' "
      "between letters or digits",
      quoted(name));
}

std::optional<std::string> version_fault(const HeaderFile& metadata) {
  if (auto wrong = once_fault(metadata, "Version")) return wrong;
  const std::string_view version = *metadata.get("Version");
  if (normalize_version(version)) return std::nullopt;
  return fmt::format("the Version {} is not a PEP 440 version, expected one such as 1.0.post1",
                     quoted(version));
}

// Only the first malformed line of a kind makes a message: a file of 8 MiB could hold a million.
std::optional<std::string> requirement_fault(const HeaderFile& metadata) {
  for (const std::string_view value : metadata.get_all("Requires-Python")) {
    if (is_specifier_set(value)) continue;
    return fmt::format(
        "the Requires-Python {} is not a version specifier, expected one such as >=3.9",
        quoted(value));
  }
  for (const std::string_view value : metadata.get_all("Requires-Dist")) {
    if (is_requirement(value)) continue;
    return fmt::format("the Requires-Dist {} is not a requirement, expected one such as name>=1.0",
                       quoted(value));
  }
  return std::nullopt;
}

std::optional<std::string> wheel_version_fault(const HeaderFile& wheel) {
  if (auto wrong = once_fault(wheel, "Wheel-Version")) return wrong;
  const std::string_view text = *wheel.get("Wheel-Version");
  const auto version = parse_format_version(text);
  if (!version) return fmt::format("the Wheel-Version {} is not of the form 1.0", quoted(text));
  if (version->at_least(2, 0)) {
    return fmt::format("the Wheel-Version {} is of a series that installers refuse, expected 1.0",
                       quoted(text));
  }
  if (!version->at_least(1, 0)) {
    return fmt::format("the Wheel-Version {} is older than the format, expected 1.0", quoted(text));
  }
  if (version->at_least(1, 1)) {
    return fmt::format("the Wheel-Version {} is newer than 1.0: installers take it with a warning",
                       quoted(text));
  }
  return std::nullopt;
}

std::vector<DistInfoFault> format_faults(const DistInfo& dist_info, const DistInfoTexts& texts) {
  std::vector<DistInfoFault> faults;
  const auto add = [&](DistInfoFaultKind kind, std::optional<std::string> wrong) {
    if (wrong) faults.push_back({.kind = kind, .message = std::move(*wrong)});
  };
  if (texts.metadata) {
    add(DistInfoFaultKind::metadata_field, metadata_version_fault(dist_info.metadata));
    add(DistInfoFaultKind::metadata_field, name_fault(dist_info.metadata));
    add(DistInfoFaultKind::metadata_field, version_fault(dist_info.metadata));
    add(DistInfoFaultKind::metadata_field, requirement_fault(dist_info.metadata));
  }
  if (texts.wheel) add(DistInfoFaultKind::wheel_version, wheel_version_fault(dist_info.wheel));
  return faults;
}

struct ExpandedTags {
  std::vector<Tag> tags;
  std::vector<DistInfoFault> faults;
};

ExpandedTags expand_tag_lines(const HeaderFile& wheel, const Limits& limits) {
  ExpandedTags result;
  const auto add_fault = [&](std::string message) {
    result.faults.push_back({.kind = DistInfoFaultKind::wheel_tag, .message = std::move(message)});
  };
  for (const std::string_view value : wheel.get_all("Tag")) {
    auto set = parse_tag_set(value, limits);
    if (!set) {
      add_fault(std::move(set.error().message));
      continue;
    }
    // The limit holds for all lines together: a file of 64 KiB could otherwise make millions.
    if (expanded_count(*set) > limits.expanded_tags - result.tags.size()) {
      add_fault(
          fmt::format("its Tag lines stand for more than {} tags; --max-tags raises this limit",
                      limits.expanded_tags));
      break;
    }
    for (Tag& tag : set->expand()) result.tags.push_back(std::move(tag));
  }
  return result;
}

std::optional<bool> parse_purelib(const HeaderFile& wheel) {
  const auto value = wheel.get("Root-Is-Purelib");
  if (value && equal_without_case(*value, "true")) return true;
  if (value && equal_without_case(*value, "false")) return false;
  return std::nullopt;
}

// PEP 639: from Metadata-Version 2.4 on the value is a path below `licenses/`. Before, no standard
// said where the files are: setuptools put them beside METADATA, by name alone, hatchling in
// `licenses/`, maturin in `license_files/`.
std::vector<std::string> find_missing_licenses(const DistInfo& dist_info, const NameSet& names) {
  const auto version =
      parse_format_version(dist_info.metadata.get("Metadata-Version").value_or(""));
  const bool by_standard = version && version->at_least(2, 4);
  const auto exists = [&](std::string_view folder, std::string_view path) {
    return names.contains(fmt::format("{}/{}{}", dist_info.directory, folder, path));
  };
  std::vector<std::string> missing;
  for (const std::string_view value : dist_info.metadata.get_all("License-File")) {
    bool found = exists("licenses/", value);
    if (!by_standard) {
      for (const std::string_view folder : {"", "licenses/", "license_files/"}) {
        found = found || exists(folder, value) || exists(folder, last_component(value));
      }
    }
    if (!found) missing.emplace_back(value);
  }
  return missing;
}

}  // namespace

std::vector<std::string> dist_info_directories(const std::vector<std::string_view>& members) {
  std::vector<std::string> directories;
  NameSet seen;
  for (const std::string_view member : members) {
    const std::size_t slash = member.find('/');
    if (slash == std::string_view::npos) continue;
    const std::string_view directory = member.substr(0, slash);
    if (!directory.ends_with(directory_suffix) || !seen.insert(directory).second) continue;
    directories.emplace_back(directory);
  }
  return directories;
}

DistInfo parse_dist_info(std::string directory, const DistInfoTexts& texts,
                         const std::vector<std::string_view>& members, const Limits& limits) {
  DistInfo result;
  result.directory = std::move(directory);
  result.directories = dist_info_directories(members);
  if (result.directory.empty()) return result;

  const std::string folder = result.directory + "/";
  const auto path = [&](std::string_view file) { return fmt::format("{}{}", folder, file); };
  NameSet names;
  for (const std::string_view member : members) {
    if (member.starts_with(folder)) names.insert(member);
  }
  result.has_metadata = names.contains(path("METADATA"));
  result.has_wheel = names.contains(path("WHEEL"));
  result.has_record = names.contains(path("RECORD"));
  for (const std::string_view file : {"RECORD.jws", "RECORD.p7s"}) {
    if (names.contains(path(file))) result.signatures.push_back(path(file));
  }
  if (texts.metadata) result.metadata = parse_headers(*texts.metadata);
  if (texts.wheel) result.wheel = parse_headers(*texts.wheel);
  if (texts.record) result.record = parse_record(*texts.record, limits);
  if (texts.entry_points) result.entry_points = parse_entry_points(*texts.entry_points);

  result.missing_licenses = find_missing_licenses(result, names);
  result.root_is_purelib = parse_purelib(result.wheel);
  result.generator = result.wheel.get("Generator").value_or("");
  result.build = result.wheel.get("Build").value_or("");
  result.faults = format_faults(result, texts);
  ExpandedTags expanded = expand_tag_lines(result.wheel, limits);
  result.tags = std::move(expanded.tags);
  std::move(expanded.faults.begin(), expanded.faults.end(), std::back_inserter(result.faults));
  return result;
}

}  // namespace wheelaudit::wheel
