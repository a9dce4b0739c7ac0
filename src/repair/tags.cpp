// The tags of a wheel stand in its file name and in WHEEL (PEP 427), whose hash stands in RECORD
// (record.cpp): all three change together. Platform parts are replaced, Python and ABI parts are
// not: a repair proves the platform again, and no repair can change for which Python a module was
// compiled.

#include "repair/tags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "wheel/tags.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::set<wheel::Tag> as_set(const std::vector<wheel::Tag>& tags) {
  return {tags.begin(), tags.end()};
}

std::string joined_platforms(const wheel::TagSet& tags) {
  return fmt::format("{}", fmt::join(tags.platforms, "."));
}

std::string joined_tags(const std::vector<wheel::Tag>& tags) {
  std::vector<std::string> words;
  for (const wheel::Tag& tag : tags) words.push_back(tag.str());
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The rule that a replaced platform tag breaks.
rules::RuleId broken_rule(std::string_view platform, const profile::AbiProfile& abi) {
  switch (wheel::platform_family(platform)) {
    case wheel::PlatformFamily::any:
      return "WA106"_rule;
    case wheel::PlatformFamily::native:
      return "WA107"_rule;
    case wheel::PlatformFamily::unknown:
      return "WA101"_rule;
    case wheel::PlatformFamily::emscripten:
    case wheel::PlatformFamily::pyodide:
    case wheel::PlatformFamily::pyemscripten:
      break;
  }
  // An alias that an index or installer does not take, or the name of another ABI.
  return abi.has_tag(platform) ? "WA104"_rule : "WA102"_rule;
}

rules::RuleId reason_of_retag(const wheel::TagSet& tags, const std::string& wanted,
                              const profile::AbiProfile& abi) {
  const auto replaced = std::ranges::find_if(
      tags.platforms, [&](const std::string& platform) { return platform != wanted; });
  return replaced == tags.platforms.end() ? "WA105"_rule : broken_rule(*replaced, abi);
}

/// A module of this or another platform; `.wasm` files that no loader opens are data.
bool holds_native_code(const wheel::Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.kind == wasm::ModuleKind::side_module || !module.path.ends_with(".wasm");
  });
}

/// What Root-Is-Purelib must say; nullopt when its value is right.
std::optional<bool> wanted_purelib(const wheel::Wheel& wheel) {
  const auto& value = wheel.dist_info.root_is_purelib;
  const bool native = holds_native_code(wheel);
  if (!value) return !native;
  if (*value && native) return false;
  if (!*value && !native && wheel::only_any_platform(wheel)) return true;
  return std::nullopt;
}

std::string build_line(std::string_view build) {
  return build.empty() ? std::string() : fmt::format("Build: {}", build);
}

/// The file with this `Build:` line: in its old place, else after the last header; without the line
/// when `build` is empty.
wheel::HeaderFile with_build(wheel::HeaderFile file, const std::string& build) {
  const auto is_build = [](const wheel::HeaderFile::Line& line) {
    return equal_without_case(line.key, "Build");
  };
  auto place = std::ranges::find_if(file.lines, is_build);
  std::string line_end = "\n";
  if (place != file.lines.end()) {
    if (place->raw.ends_with("\r\n")) line_end = "\r\n";
    const auto index = std::distance(file.lines.begin(), place);
    std::erase_if(file.lines, is_build);
    place = file.lines.begin() + index;
  } else {
    // Before the empty line that ends the headers, when there is one.
    place = std::ranges::find_if(
        file.lines, [](const wheel::HeaderFile::Line& line) { return line.key.empty(); });
    if (place != file.lines.begin()) {
      std::string& before = std::prev(place)->raw;
      if (before.ends_with("\r\n")) line_end = "\r\n";
      if (!before.ends_with("\n")) before += line_end;
    }
  }
  if (build.empty()) return file;
  file.lines.insert(place, {.key = "Build", .value = build, .raw = build_line(build) + line_end});
  return file;
}

bool has_edit(const RepairPlan& plan, EditKind kind) {
  return std::ranges::find(plan.edits, kind, &Edit::kind) != plan.edits.end();
}

}  // namespace

std::string dist_info_path(const wheel::Wheel& wheel, std::string_view file) {
  return fmt::format("{}/{}", wheel.dist_info.directory, file);
}

wheel::TagSet repaired_tags(const wheel::TagSet& tags, const profile::AbiProfile& abi,
                            const RepairOptions& options) {
  wheel::TagSet result = tags;
  if (!options.platform.empty()) {
    const bool already = contains(tags.platforms, options.platform) &&
                         std::ranges::all_of(tags.platforms, [&](const std::string& platform) {
                           return abi.has_tag(platform) && !options.only_platform;
                         });
    if (!already) result.platforms = {options.platform};
  }
  for (const std::string& tag : options.add_tags) {
    if (!contains(result.platforms, tag)) result.platforms.push_back(tag);
  }
  // Compressed sets are sorted (PEP 425's specification page); an unchanged set keeps its order.
  if (result.platforms != tags.platforms) std::ranges::sort(result.platforms);
  return result;
}

std::vector<Edit> tag_edits(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                            const RepairOptions& options) {
  std::vector<Edit> edits;
  if (!wheel.filename) return edits;
  const wheel::TagSet& tags = wheel.filename->tags;
  RepairOptions without_additions = options;
  without_additions.add_tags.clear();
  const wheel::TagSet replaced = repaired_tags(tags, abi, without_additions);
  const wheel::TagSet wanted = repaired_tags(tags, abi, options);
  if (replaced != tags) {
    edits.push_back({.kind = EditKind::retag,
                     .member = "",
                     .from = joined_platforms(tags),
                     .to = joined_platforms(replaced),
                     .why = reason_of_retag(tags, options.platform, abi)});
  }
  for (const std::string& tag : wanted.platforms) {
    if (contains(replaced.platforms, tag)) continue;
    edits.push_back(
        {.kind = EditKind::add_tag, .member = "", .from = "", .to = tag, .why = "WA102"_rule});
  }
  // The file name decides what installers do; a WHEEL file that says something else is changed,
  // even when the file name stays.
  const auto& written = wheel.dist_info.tags;
  if (wanted == tags && as_set(wanted.expand()) != as_set(written)) {
    edits.push_back({.kind = EditKind::retag,
                     .member = dist_info_path(wheel, "WHEEL"),
                     .from = joined_tags(written),
                     .to = joined_tags(wanted.expand()),
                     .why = "WA105"_rule});
  }
  const std::string build = wheel.filename->build.value_or("");
  if (build != wheel.dist_info.build) {
    edits.push_back({.kind = EditKind::retag,
                     .member = dist_info_path(wheel, "WHEEL"),
                     .from = build_line(wheel.dist_info.build),
                     .to = build_line(build),
                     .why = "WA105"_rule});
  }
  return edits;
}

std::optional<Edit> purelib_edit(const wheel::Wheel& wheel) {
  const auto wanted = wanted_purelib(wheel);
  if (!wanted) return std::nullopt;
  const auto text = wheel.dist_info.wheel.get("Root-Is-Purelib");
  return Edit{.kind = EditKind::purelib,
              .member = dist_info_path(wheel, "WHEEL"),
              .from = text ? fmt::format("Root-Is-Purelib: {}", *text) : std::string(),
              .to = fmt::format("Root-Is-Purelib: {}", *wanted),
              .why = "WA503"_rule};
}

std::optional<std::string> repaired_wheel_file(const wheel::Wheel& wheel, const RepairPlan& plan) {
  const bool touched = has_edit(plan, EditKind::retag) || has_edit(plan, EditKind::add_tag) ||
                       has_edit(plan, EditKind::purelib);
  const auto output = wheel::parse_wheel_filename(plan.output_name);
  if (!touched || !output) return std::nullopt;
  const wheel::HeaderFile& before = wheel.dist_info.wheel;
  const bool purelib =
      wanted_purelib(wheel).value_or(wheel.dist_info.root_is_purelib.value_or(false));
  const std::vector<wheel::Tag> tags = output->tags.expand();
  const bool same_tags = as_set(tags) == as_set(wheel.dist_info.tags);
  wheel::HeaderFile after = before;
  if (!same_tags || has_edit(plan, EditKind::purelib)) {
    after = wheel::with_tags(after, same_tags ? wheel.dist_info.tags : tags, purelib);
  }
  const std::string build = output->build.value_or("");
  if (build != wheel.dist_info.build) after = with_build(std::move(after), build);
  std::string text = after.str();
  if (text == before.str()) return std::nullopt;
  return text;
}

}  // namespace wheelaudit::repair
