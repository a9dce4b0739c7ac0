// WA501 dist-info: every installer looks for exactly one `NAME-VERSION.dist-info` that belongs to
// the file name, with METADATA, WHEEL and RECORD in it (PEP 427; pip, operations/install/wheel.py;
// PyPI, forklift/legacy.py). Without that directory nobody can say what is in the wheel: exit code
// 3.

#include <fmt/format.h>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::string_view ending = ".dist-info";

Finding refused(std::string message, std::string member = {}) {
  Finding finding =
      wheel_finding("WA501"_rule, Severity::error, Consequence::install, std::move(member));
  finding.message = std::move(message);
  finding.details.emplace_back("installers refuse the wheel");
  finding.help = "build the wheel again with a build backend, not by zipping files";
  return finding;
}

std::string expected_directory(const wheel::WheelFilename& filename) {
  return fmt::format("{}-{}{}", filename.name, filename.version, ending);
}

/// Name and version agree in normal form; how they are spelled is WA504's.
bool belongs_to(std::string_view directory, const wheel::WheelFilename& filename) {
  if (directory.size() < ending.size()) return false;
  const std::string_view both = directory.substr(0, directory.size() - ending.size());
  const std::size_t dash = both.rfind('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view version = both.substr(dash + 1);
  const bool same_version =
      version == filename.version || wheel::compare_versions(version, filename.version) == 0;
  return wheel::normalize_name(both.substr(0, dash)) == wheel::normalize_name(filename.name) &&
         same_version;
}

void add_missing_files(const wheel::DistInfo& dist_info, FindingSink& findings) {
  const auto add = [&](bool present, std::string_view file) {
    if (present) return;
    Finding finding = refused(fmt::format("{} is missing", file),
                              fmt::format("{}/{}", dist_info.directory, file));
    finding.expected = file;
    findings.add(std::move(finding));
  };
  add(dist_info.has_metadata, "METADATA");
  add(dist_info.has_wheel, "WHEEL");
  add(dist_info.has_record, "RECORD");
}

}  // namespace

void dist_info_files(const RuleInput& input, FindingSink& findings) {
  const wheel::Wheel& wheel = input.wheel;
  if (wheel.bare_module || !wheel.readable()) return;
  const wheel::DistInfo& dist_info = wheel.dist_info;
  if (dist_info.directories.empty() && dist_info.directory.empty()) {
    Finding finding = refused("no .dist-info directory");
    if (wheel.filename) finding.expected = expected_directory(*wheel.filename);
    findings.add(std::move(finding));
    return;
  }
  if (dist_info.directories.size() > 1) {
    Finding finding =
        refused(fmt::format("{} .dist-info directories: {}", dist_info.directories.size(),
                            quoted_list(dist_info.directories)));
    finding.expected = "one";
    findings.add(std::move(finding));
  }
  if (wheel.filename && !belongs_to(dist_info.directory, *wheel.filename)) {
    Finding finding = refused({}, dist_info.directory);
    finding.expected = expected_directory(*wheel.filename);
    finding.found = dist_info.directory;
    finding.message =
        say("the .dist-info directory {} is not named like the file", quoted(the_found(finding)));
    findings.add(std::move(finding));
  }
  add_missing_files(dist_info, findings);
}

}  // namespace wheelaudit::rules
