// WA506 placement: members that an installer of Pyodide does not put where Python looks
// (docs/design/wheels.md#placement). Two kinds: what lies in `.data/platlib` and `.data/purelib`,
// which pip and uv move to the top of site-packages and Pyodide's own installers leave there, and
// names that hold `..`, which Pyodide drops when it unpacks. The rule looks at names alone and runs
// once per wheel, because a pure Python wheel has no target and the installers drop its files too.

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/path.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// `NAME.data/platlib` or `NAME.data/purelib` of a member that lies there; else empty. The other
/// folders of `.data` hold what Python does not import.
std::string_view unmoved_folder(std::string_view path) {
  const std::string_view installed = installed_name(path);
  return installed == path ? std::string_view()
                           : path.substr(0, path.size() - installed.size() - 1);
}

/// The name holds `..` in a longer component. A component that is `..` is WA511's.
bool has_dots_inside(std::string_view path) {
  if (path.find("..") == std::string_view::npos) return false;
  const std::string with_ends = fmt::format("/{}/", path);
  return with_ends.find("/../") == std::string::npos;
}

bool is_source(std::string_view path) { return path.ends_with(".py") || path.ends_with(".pyc"); }

/// Python code, or a module or a library: what a program asks for by its name.
bool is_code(const RuleInput& input, std::string_view path) {
  if (is_source(path)) return true;
  const wheel::WheelModule* module = input.wheel.find_module(path);
  return module != nullptr && module->is_loadable();
}

/// The members of one kind, in the order of the archive.
struct Misplaced {
  std::vector<std::string> members;
  std::string first_code;  ///< the first of them that is code; empty: none
};

Finding begin(const Misplaced& misplaced) {
  const bool is_error = !misplaced.first_code.empty();
  return wheel_finding("WA506"_rule, is_error ? Severity::error : Severity::warning,
                       is_error ? Consequence::load : Consequence::latent,
                       is_error ? misplaced.first_code : misplaced.members.front());
}

/// What becomes of the file that the finding stands at.
std::string consequence(std::string_view member, bool is_error) {
  if (!is_error) return "a program that opens one by its path does not find it";
  return is_source(member) ? "importing it fails: no module of this name is found"
                           : "importing it, or a module that needs it, fails";
}

std::string files_text(std::size_t count) {
  return count == 1 ? std::string("1 file") : fmt::format("{} files", count);
}

Finding unmoved(const RuleInput& input, std::string_view folder, const Misplaced& misplaced) {
  Finding finding = begin(misplaced);
  finding.repairable = true;
  finding.expected = "the top of site-packages";
  finding.found = folder;
  const std::size_t count = misplaced.members.size();
  finding.message = say("{} {} in {}, where Python does not look", files_text(count),
                        count == 1 ? "stays" : "stay", quoted(the_found(finding)));
  finding.details.push_back(
      say("micropip and loadPackage of every Pyodide leave them there; pip and uv move them to {}",
          the_expected(finding)));
  finding.details.push_back(consequence(finding.place.member, finding.severity == Severity::error));
  finding.help = fmt::format("wheelaudit repair {}", file_name_of(input.wheel));
  return finding;
}

Finding dropped(const Misplaced& misplaced) {
  Finding finding = begin(misplaced);
  // Another consequence than that of a folder: the installer passes over the file, and no repair
  // helps.
  if (finding.severity == Severity::error) finding.consequence = Consequence::install;
  const std::size_t count = misplaced.members.size();
  finding.message = count == 1
                        ? say("the name of this file holds `..`: Pyodide drops the file")
                        : say("{} have `..` in their names: Pyodide drops them", files_text(count));
  if (count > 1) {
    finding.details.push_back(quoted_list(misplaced.members));
  }
  finding.details.push_back(
      "loadPackage of every Pyodide, and micropip from 0.28 on, unpack without them; pip and uv "
      "install them");
  finding.details.push_back(consequence(finding.place.member, finding.severity == Severity::error));
  finding.help = "give the file a name without two dots in a row";
  return finding;
}

void add(Misplaced& to, const RuleInput& input, const std::string& path) {
  to.members.push_back(path);
  if (to.first_code.empty() && is_code(input, path)) to.first_code = path;
}

}  // namespace

void placement(const RuleInput& input, FindingSink& findings) {
  if (input.wheel.bare_module || !input.wheel.readable()) return;
  std::map<std::string_view, Misplaced> folders;
  Misplaced with_dots;
  for (const zip::ArchiveMember& member : input.wheel.archive.members) {
    if (member.is_directory()) continue;
    if (has_dots_inside(member.name)) {
      add(with_dots, input, member.name);
      continue;
    }
    const std::string_view folder = unmoved_folder(member.name);
    if (!folder.empty()) add(folders[folder], input, member.name);
  }
  for (const auto& [folder, misplaced] : folders) {
    findings.add(unmoved(input, folder, misplaced));
  }
  if (!with_dots.members.empty()) findings.add(dropped(with_dots));
}

}  // namespace wheelaudit::rules
