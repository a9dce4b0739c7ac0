// WA504 file-name: a wheel file name that cannot be read, that installers or PyPI refuse, or that
// contradicts METADATA (PEP 427, 440, 503; pip's "inconsistent name" and "inconsistent version";
// PyPI, forklift/legacy.py). That the spelling is merely not in normal form is a note, and with
// `--index pypi`, which refuses such names, an error.

#include <fmt/format.h>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

Finding refused(std::string message) {
  Finding finding = wheel_finding("WA504"_rule, Severity::error, Consequence::install);
  finding.message = std::move(message);
  return finding;
}

/// `refused_by_pypi`: an error where PyPI is asked about.
Finding spelling(std::string message, bool refused_by_pypi) {
  Finding finding = wheel_finding("WA504"_rule, refused_by_pypi ? Severity::error : Severity::note,
                                  refused_by_pypi ? Consequence::index : Consequence::style);
  finding.message = std::move(message);
  return finding;
}

/// The name as PyPI wants it in front of the first dash.
std::string normal_file_name_part(std::string_view name) {
  std::string normal = wheel::normalize_name(name);
  for (char& c : normal) {
    if (c == '-') c = '_';
  }
  return normal;
}

void add_remarks(const RuleInput& input, const wheel::WheelFilename& filename,
                 FindingSink& findings) {
  // packaging.utils.parse_wheel_filename, which pip, micropip and PyPI use, refuses these two.
  const bool version_refused = !wheel::normalize_version(filename.version);
  const bool name_refused = filename.name.find("__") != std::string::npos;
  const bool name_differs = normal_file_name_part(filename.name) != filename.name;
  for (wheel::FilenameRemark& remark : wheel::filename_remarks(filename)) {
    const bool of_name = remark.part == wheel::FilenamePart::name;
    const bool of_version = remark.part == wheel::FilenamePart::version;
    const bool fatal = (of_name && name_refused) || (of_version && version_refused);
    if (fatal) {
      Finding finding = refused(std::move(remark.text));
      finding.help = "rename it as the build backend would: name, version and tags of METADATA";
      findings.add(std::move(finding));
      continue;
    }
    const bool unwanted = of_name && name_differs && input.index_pypi;
    Finding finding = spelling(std::move(remark.text), unwanted);
    if (unwanted) {
      finding.details.push_back(
          fmt::format("PyPI would say: \"Filename '{}' should contain the normalized project name "
                      "'{}', not '{}'.\"",
                      filename.str(), normal_file_name_part(filename.name), filename.name));
      finding.help = "build it with a current build backend";
    }
    findings.add(std::move(finding));
  }
}

void add_contradictions(const wheel::Wheel& wheel, const wheel::WheelFilename& filename,
                        FindingSink& findings) {
  const auto name = wheel.dist_info.metadata.get("Name");
  if (name && !name->empty() &&
      wheel::normalize_name(*name) != wheel::normalize_name(filename.name)) {
    Finding finding = refused("the file name and METADATA name different projects");
    finding.place.member = wheel.dist_info.directory + "/METADATA";
    finding.expected = filename.name;
    finding.found = *name;
    finding.details.emplace_back("pip refuses it: \"inconsistent name\"");
    finding.help = "rename the file, or build the wheel again";
    findings.add(std::move(finding));
  }
  const auto version = wheel.dist_info.metadata.get("Version");
  if (!version) return;
  const auto order = wheel::compare_versions(*version, filename.version);
  if (!order || *order == 0) return;
  Finding finding = refused("the file name and METADATA have different versions");
  finding.place.member = wheel.dist_info.directory + "/METADATA";
  finding.expected = filename.version;
  finding.found = *version;
  finding.details.emplace_back("pip refuses it: \"inconsistent version\"");
  finding.help = "rename the file, or build the wheel again";
  findings.add(std::move(finding));
}

/// PyPI opens `{name}-{version}.dist-info/METADATA` with name and version as the file spells them.
void add_directory_spelling(const RuleInput& input, const wheel::WheelFilename& filename,
                            FindingSink& findings) {
  const std::string expected = fmt::format("{}-{}.dist-info", filename.name, filename.version);
  const std::string& directory = input.wheel.dist_info.directory;
  if (directory.empty() || directory == expected) return;
  Finding finding = spelling({}, input.index_pypi);
  finding.expected = expected;
  finding.found = directory;
  finding.message =
      say("the directory {} is spelled differently from the file name", quoted(the_found(finding)));
  finding.details.push_back(
      fmt::format("PyPI would say: \"Wheel '{}' does not contain the required METADATA file: "
                  "{}/METADATA\"",
                  filename.str(), expected));
  finding.help = "build it with a current build backend";
  findings.add(std::move(finding));
}

}  // namespace

void file_name(const RuleInput& input, FindingSink& findings) {
  const wheel::Wheel& wheel = input.wheel;
  if (wheel.bare_module) return;
  if (wheel.filename_fault) {
    Finding finding = refused(wheel.filename_fault->message);
    finding.place.offset = wheel.filename_fault->offset;
    finding.expected = "name-version[-build]-python-abi-platform.whl";
    finding.details.emplace_back("installers take everything they know from this name");
    finding.help = "give it the name that its build gave it";
    findings.add(std::move(finding));
  }
  if (!wheel.filename) return;
  add_remarks(input, *wheel.filename, findings);
  add_contradictions(wheel, *wheel.filename, findings);
  add_directory_spelling(input, *wheel.filename, findings);
}

}  // namespace wheelaudit::rules
