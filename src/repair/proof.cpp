// The proof is the audit of the repaired wheel, so it says nothing that `check` would not say of
// the same file. A library that `--exclude` leaves to another package becomes a remark and does not
// count as an error.

#include "repair/proof.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/glob.hpp"
#include "base/path.hpp"
#include "loader/library_carriers.hpp"
#include "repair/library_edits.hpp"
#include "wasm/module_summary.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

/// A library that `--exclude` leaves to another package: its absence is what was asked for.
bool is_left_out(const rules::Finding& finding, const RepairOptions& options) {
  return finding.rule == "WA401"_rule &&
         std::ranges::any_of(options.exclude, [&](const std::string& glob) {
           return glob_matches(glob, finding.symbol);
         });
}

/// WA406 about a whole library, not about one symbol: every import is offered, with equal types.
bool is_unbound_library(const rules::Finding& finding) {
  return finding.rule == "WA406"_rule && finding.symbol.empty() &&
         finding.severity != rules::Severity::error;
}

/// One remark per library that `--exclude` leaves to another package.
std::vector<std::string> left_out(const audit::Audit& audit, const RepairOptions& options) {
  std::set<std::string> names;
  for (const rules::Finding& finding : audit.findings) {
    if (is_left_out(finding, options)) names.insert(finding.symbol);
  }
  std::vector<std::string> remarks;
  for (const std::string& name : names)
    remarks.push_back(fmt::format("it needs {} from another package, loaded before it", name));
  return remarks;
}

/// Releases on which nothing fails by any finding: `0.28.0 to 0.29.5`.
std::string proven_releases(const audit::Audit& audit, const profile::AbiProfile& profile,
                            const RepairOptions& options) {
  std::vector<std::string_view> releases;
  for (const profile::Runtime& runtime : profile.runtimes) {
    const bool affected = std::ranges::any_of(audit.findings, [&](const rules::Finding& finding) {
      return finding.consequence >= rules::Consequence::call &&
             finding.severity != rules::Severity::note && !is_left_out(finding, options) &&
             !is_unbound_library(finding) &&
             std::ranges::find(finding.releases, runtime.version) != finding.releases.end();
    });
    if (!affected) releases.push_back(runtime.version);
  }
  if (releases.size() > 2 && releases.size() == profile.runtimes.size()) {
    return fmt::format("{} to {}", releases.front(), releases.back());
  }
  return fmt::format("{}", fmt::join(releases, ", "));
}

/// How many imports are not judged, because a library that is left out may offer the symbol.
std::size_t unjudged_imports(const audit::Audit& audit) {
  std::set<std::pair<std::string_view, std::string_view>> imports;
  for (const rules::Finding& finding : audit.findings) {
    if (finding.cause && finding.cause->rule == "WA401"_rule && !finding.cause->symbol.empty() &&
        !finding.symbol.empty())
      imports.emplace(finding.place.member, finding.symbol);
  }
  return imports.size();
}

std::vector<std::string> remarks_on(const std::string& output_name) {
  const auto filename = wheel::parse_wheel_filename(output_name);
  if (!filename) return {};
  std::vector<std::string> unwelcome;
  for (const std::string& platform : filename->tags.platforms) {
    if (platform != "any" && !wheel::pypi_takes_platform(platform)) unwelcome.push_back(platform);
  }
  if (unwelcome.empty()) return {};
  return {"PyPI does not take this tag: host it yourself"};
}

/// Remarks on vendored libraries that a package of Pyodide carries too: a process could hold two
/// copies of the library.
std::vector<std::string> carried_elsewhere(const RemarkFacts& facts, const RepairOptions& options) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> carried;
  for (const Edit& edit : facts.edits) {
    const wheel::OfferedLibrary* library = vendored_library(options, edit);
    for (const profile::AbiProfile* abi : facts.abis) {
      if (library == nullptr || abi->runtimes.empty()) continue;
      const profile::Runtime& runtime = abi->runtimes.back();
      if (const profile::BundledPackage* package = loader::library_carrier(runtime, library->name))
        carried[{runtime.version, package->name}].push_back(library->name);
    }
  }
  std::vector<std::string> remarks;
  for (const auto& [where, libraries] : carried) {
    remarks.push_back(fmt::format(
        "Pyodide {} has {} in its package {} too, --exclude leaves {} there", where.first,
        fmt::join(libraries, " and "), where.second, libraries.size() == 1 ? "it" : "them"));
  }
  return remarks;
}

/// Pyodide 0.21 binds no call into the wheel's own libraries. A repair cannot fix that, so it is a
/// remark: the calls work if Python code opens the libraries first, and the wheel does not show
/// whether it does.
std::optional<std::string> unbound_calls(const RemarkFacts& facts) {
  std::set<std::string_view> releases;
  for (const rules::Finding& finding : facts.after.findings) {
    if (is_unbound_library(finding))
      releases.insert(finding.releases.begin(), finding.releases.end());
  }
  if (releases.empty()) return std::nullopt;
  return fmt::format(
      "Pyodide {} {} no call into its libraries unless Python code opened them before "
      "with ctypes.CDLL(name, ctypes.RTLD_GLOBAL)",
      fmt::join(releases, " and "), releases.size() == 1 ? "binds" : "bind");
}

}  // namespace

std::optional<std::string> remaining_errors(const audit::Audit& audit,
                                            const RepairOptions& options) {
  std::set<std::string> rules;
  std::size_t errors = 0;
  for (const rules::Finding& finding : audit.findings) {
    if (finding.severity != rules::Severity::error || is_left_out(finding, options)) continue;
    ++errors;
    rules.insert(rules::rule_id_text(finding.rule));
  }
  if (errors == 0) return std::nullopt;
  return fmt::format("repaired, it would still have {} error{} ({})", errors,
                     errors == 1 ? "" : "s", fmt::join(rules, ", "));
}

std::optional<std::string> missing_libraries(const audit::Audit& audit,
                                             const RepairOptions& options) {
  constexpr std::size_t most_named = 8;
  std::set<std::string_view> found;
  for (const rules::Finding& finding : audit.findings) {
    const bool missing = finding.names_absent_library && finding.severity == rules::Severity::error;
    if (missing && !is_left_out(finding, options)) found.insert(finding.symbol);
  }
  if (found.empty()) return std::nullopt;
  std::vector<std::string> names(found.begin(), found.end());
  if (names.size() > most_named) {
    names.resize(most_named);
    names.push_back(fmt::format("{} more", found.size() - most_named));
  }
  const std::string_view them = found.size() == 1 ? "it" : "them";
  return fmt::format(
      "{}: --libdir DIR that holds {} puts {} into the wheel; --exclude leaves {} to "
      "a package that is loaded before",
      fmt::join(names, ", "), them, them, them);
}

std::string proof_text(const wheel::Wheel& result, const audit::Audit& audit,
                       const std::vector<const profile::AbiProfile*>& abis,
                       const RepairOptions& options) {
  std::size_t imports = 0;
  for (const wheel::WheelModule& module : result.modules) {
    const wasm::ImportCounts counts = wasm::count_imports(module.facts);
    imports += counts.functions + counts.addresses + counts.tags;
  }
  std::vector<std::string> releases;
  for (const profile::AbiProfile* abi : abis)
    releases.push_back(proven_releases(audit, *abi, options));
  const auto plural = [](std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
  };
  if (result.modules.empty()) return "no native code: nothing to link";
  const std::size_t unjudged = std::min(unjudged_imports(audit), imports);
  return fmt::format(
      "{}, {}: {} offered by Pyodide {} with equal types{}{}",
      plural(result.modules.size(), "module"), plural(imports, "import"),
      unjudged == 0 ? "all" : fmt::format("{}", imports - unjudged), fmt::join(releases, " and "),
      unjudged == 0 ? "" : fmt::format("; {} not judged, because of what is left out", unjudged),
      result.depth == wasm::Depth::full ? "" : "; function bodies were not looked at");
}

std::vector<std::string> idle_drops(const wheel::Wheel& wheel, const RepairOptions& options) {
  std::vector<std::string> idle;
  std::ranges::copy_if(options.drop, std::back_inserter(idle), [&](const std::string& glob) {
    return std::ranges::none_of(wheel.archive.members, [&](const zip::ArchiveMember& member) {
      return glob_matches(glob, member.name);
    });
  });
  return idle;
}

std::vector<std::string> all_remarks(const RemarkFacts& facts, const RepairOptions& options) {
  std::vector<std::string> remarks = remarks_on(facts.output_name);
  std::ranges::move(left_out(facts.after, options), std::back_inserter(remarks));
  std::ranges::move(carried_elsewhere(facts, options), std::back_inserter(remarks));
  if (auto remark = unbound_calls(facts)) remarks.push_back(std::move(*remark));
  for (const std::string& glob : facts.idle_drops) {
    remarks.push_back(fmt::format("--drop {} matches no file of this wheel", glob));
  }
  if (facts.from_directory) {
    remarks.emplace_back(facts.to_directory ? "RECORD written again"
                                            : "packed from a directory, RECORD written again");
  }
  return remarks;
}

}  // namespace wheelaudit::repair
