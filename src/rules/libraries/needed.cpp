// WA401 needed-not-found, WA402 runtime-path-missing, WA403 runtime-path-ignored, WA404
// runtime-path-invalid, WA405 library-elsewhere: where a needed library is against where each
// release looks for it (docs/design/linking.md#needed-libraries).

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "loader/library_carriers.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

using State = loader::NeededBinding::State;

struct AffectedNeeded {
  std::uint32_t entry = 0;       ///< index into DylinkInfo::needed, of the first of this name
  loader::NeededBinding needed;  ///< on the newest affected release
  profile::ReleaseSet releases;
  profile::Outcome outcome = profile::Outcome::ok;
};

/// Needed entries of a module that some judged release does not find, by name and state. Grouped by
/// sorting, not in a map: a module of a megabyte can need 100,000 libraries.
std::vector<AffectedNeeded> affected_needed(const RuleInput& input, std::size_t module) {
  const loader::Target& target = *input.target;
  const loader::BindingsByRelease& bindings = target.bindings[module];
  const auto outcome_of = [&](std::size_t r, std::uint32_t entry) {
    const profile::LoaderBehaviour& loader = target.profile->runtimes[target.judged[r]].loader;
    return loader::needed_outcome(loader, bindings[r].needed[entry]);
  };
  std::vector<bool> doubtful;
  for (std::size_t r = 0; r < bindings.size(); ++r) {
    doubtful.resize(std::max(doubtful.size(), bindings[r].needed.size()));
    for (std::uint32_t i = 0; i < bindings[r].needed.size(); ++i) {
      if (outcome_of(r, i) != profile::Outcome::ok) doubtful[i] = true;
    }
  }
  std::vector<std::uint32_t> entries;
  for (std::uint32_t i = 0; i < doubtful.size(); ++i) {
    if (doubtful[i]) entries.push_back(i);
  }
  const auto name = [&](std::uint32_t entry) -> std::string_view {
    return input.wheel.modules[module].facts.dylink->needed[entry];
  };
  std::ranges::sort(entries, {}, [&](std::uint32_t i) { return std::pair(name(i), i); });
  std::vector<AffectedNeeded> result;
  for (auto first = entries.begin(); first != entries.end();) {
    const auto last =
        std::find_if(first, entries.end(), [&](auto e) { return name(e) != name(*first); });
    std::map<State, AffectedNeeded> by_state;
    for (std::size_t r = 0; r < bindings.size(); ++r) {
      // Entries of one name have the same outcome.
      const profile::Outcome outcome = outcome_of(r, *first);
      if (outcome == profile::Outcome::ok) continue;
      AffectedNeeded& affected = by_state[bindings[r].needed[*first].state];
      affected.entry = *first;
      affected.needed = bindings[r].needed[*first];
      affected.releases.insert(target.judged[r]);
      affected.outcome = loader::worst(affected.outcome, outcome);
    }
    for (const auto& [state, affected] : by_state) result.push_back(affected);
    first = last;
  }
  return result;
}

const std::string& name_of(const RuleInput& input, std::size_t module,
                           const AffectedNeeded& affected) {
  return input.wheel.modules[module].facts.dylink->needed[affected.entry];
}

/// The member that is the library; empty when the wheel does not hold the library.
std::string member_of(const RuleInput& input, const AffectedNeeded& affected) {
  const auto& library = affected.needed.library;
  return library ? input.wheel.modules[*library].path : std::string();
}

std::string folder_name(const wheel::Wheel& wheel) {
  return wheel.filename ? wheel.filename->name + ".libs" : std::string("<name>.libs");
}

bool loads_in_archive_order(const loader::Target& target,
                            const std::vector<std::size_t>& releases) {
  return target.profile->runtimes[releases.back()].loader.library_search ==
         profile::LibrarySearch::flat_name;
}

void describe(const RuleInput& input, const AffectedNeeded& affected, Finding& finding) {
  const std::string releases = releases_text(*input.target->profile, affected.releases);
  const Mention name = the_symbol(finding);
  const Mention member = quoted(the_found(finding));
  switch (affected.needed.state) {
    case State::missing:
      finding.message = say("needed library {} is not in this wheel", name);
      finding.details.push_back(fmt::format(
          "{} would look in site-packages, /usr/lib and beside the module, and fail", releases));
      finding.help =
          fmt::format("link it statically, or ship it in {}/ with a run path leading there",
                      folder_name(input.wheel));
      return;
    case State::in_wheel_elsewhere:
      if (loads_in_archive_order(*input.target, affected.releases)) {
        finding.message =
            say("needed library {} stands behind this module in the archive, at {}", name, member);
        finding.details.push_back(
            fmt::format("{} {} a wheel's modules in the order of the archive, and each finds only "
                        "what was loaded before",
                        releases, verb(affected.releases, "loads", "load")));
        finding.help = "build the wheel with the library in front of what needs it";
        return;
      }
      finding.message = say("needed library {} is in this wheel at {}, where {} {} not look", name,
                            member, releases, verb(affected.releases, "does", "do"));
      finding.help = fmt::format("put it into {}/ or beside the module", folder_name(input.wheel));
      return;
    case State::run_path_missing:
      finding.message = say("needed library {} is in this wheel at {}, but no run path leads there",
                            name, member);
      finding.details.push_back(fmt::format(
          "{} looks in /usr/lib and at the top of site-packages, then along run paths", releases));
      finding.help =
          "link with -Wl,-rpath,'$ORIGIN/…' (the folder of the library as seen from the module)";
      return;
    case State::run_path_ignored:
      finding.message = say("needed library {} is found by a run path only, which {} {}", name,
                            releases, verb(affected.releases, "ignores", "ignore"));
      finding.details.push_back(say("it lies at {}", member));
      finding.help =
          fmt::format("put it into {}/, which these releases search", folder_name(input.wheel));
      return;
    case State::run_path_invalid:
      finding.message =
          say("the run path to {} is written in a form the loader does not expand", name);
      finding.help =
          "write it as `$ORIGIN/…`, first and without braces, one path per entry, inside the wheel";
      return;
    case State::name_with_slash: {
      // The name can be a path to the library: its end says where the library is.
      const bool is_path = finding.symbol.ends_with(finding.found) && !finding.found.empty();
      finding.message =
          say("needed library {} has a `/` in its name, so the loader does not search for it",
              is_path ? saying(Says::found, name) : name);
      finding.help =
          "link against the library with -l or set its soname, so that the needed entry is the "
          "bare file name";
      return;
    }
    case State::found:
      return;
  }
}

/// Whether `repair` can fix it, by a run path, a plain needed name or a move to `<name>.libs`. A
/// repair moves no extension module, and no member within the archive.
bool is_repairable(const RuleInput& input, const AffectedNeeded& affected) {
  if (affected.needed.state == State::missing || input.wheel.bare_module ||
      loads_in_archive_order(*input.target, affected.releases)) {
    return false;
  }
  const profile::Runtime& runtime = input.target->profile->runtimes[affected.releases.back()];
  if (runtime.loader.run_path) return true;
  return affected.needed.library &&
         input.wheel.modules[*affected.needed.library].facts.init_functions().empty();
}

void of_rule(const RuleInput& input, RuleId rule, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    for (const AffectedNeeded& affected : affected_needed(input, module)) {
      if (rule_about(affected.needed.state) != rule) continue;
      Finding finding{.rule = rule};
      finding.profile = target.profile->id;
      finding.releases = release_names(*target.profile, affected.releases);
      finding.severity = target_severity(target, affected.releases);
      finding.consequence = consequence_of(affected.outcome);
      finding.place.member = input.wheel.modules[module].path;
      finding.symbol = name_of(input, module, affected);
      finding.expected = "a library the loader finds";
      finding.found = member_of(input, affected);
      finding.names_absent_library = affected.needed.state == State::missing;
      describe(input, affected, finding);
      finding.repairable = is_repairable(input, affected);
      if (finding.repairable)
        finding.help =
            fmt::format("wheelaudit repair {}; or {}", file_name_of(input.wheel), finding.help);
      findings.add(std::move(finding));
    }
  }
}

/// Run path entries that are wrong in themselves, whether or not a library depends on them.
std::optional<std::string> run_path_fault(std::string_view path) {
  if (path.find("${ORIGIN}") != std::string_view::npos) return "`${ORIGIN}` is not expanded";
  if (path.find(':') != std::string_view::npos) return "`:` does not separate paths here";
  const auto origin = path.find("$ORIGIN");
  if (origin != std::string_view::npos && origin != 0) return "`$ORIGIN` is only expanded in front";
  if (path.starts_with("/")) return "an absolute path is the build machine's";
  return std::nullopt;
}

}  // namespace

void needed_not_found(const RuleInput& input, FindingSink& findings) {
  of_rule(input, "WA401"_rule, findings);
}

void runtime_path_missing(const RuleInput& input, FindingSink& findings) {
  of_rule(input, "WA402"_rule, findings);
}

void runtime_path_ignored(const RuleInput& input, FindingSink& findings) {
  of_rule(input, "WA403"_rule, findings);
}

void runtime_path_invalid(const RuleInput& input, FindingSink& findings) {
  of_rule(input, "WA404"_rule, findings);
  const loader::Target& target = *input.target;
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (!module.facts.dylink) continue;
    for (const std::string& path : module.facts.dylink->runtime_path) {
      const auto fault = run_path_fault(path);
      if (!fault) continue;
      Finding finding{.rule = "WA404"_rule};
      finding.profile = target.profile->id;
      finding.releases = release_names(*target.profile, target.judged);
      finding.severity = Severity::warning;
      finding.consequence = Consequence::latent;
      finding.place.member = module.path;
      finding.symbol = path;
      finding.expected = "`$ORIGIN/…`";
      finding.found = path;
      finding.message =
          say("run path {} leads nowhere on a user's machine: {}", the_symbol(finding), *fault);
      finding.help = "link with -Wl,-rpath,'$ORIGIN/…', or drop it";
      findings.add(std::move(finding));
    }
  }
}

void library_elsewhere(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    for (const AffectedNeeded& affected : affected_needed(input, module)) {
      if (affected.needed.state != State::missing) continue;
      const profile::Runtime& runtime = target.profile->runtimes[affected.releases.back()];
      const std::string& name = name_of(input, module, affected);
      const profile::BundledPackage* carrier = loader::library_carrier(runtime, name);
      if (carrier == nullptr) continue;
      Finding finding{.rule = "WA405"_rule};
      finding.profile = target.profile->id;
      finding.releases = release_names(*target.profile, affected.releases);
      finding.place.member = input.wheel.modules[module].path;
      finding.symbol = name;
      finding.message = say("{} is carried by the package `{}` {} of Pyodide's own distribution",
                            the_symbol(finding), carrier->name, carrier->version);
      finding.cause = Cause{.rule = "WA401"_rule, .symbol = name};
      finding.help = fmt::format(
          "in Pyodide {} `await pyodide.loadPackage(\"{}\")` before the import puts it into place; "
          "a wheel that is to work by itself carries its own copy",
          runtime.version, carrier->name);
      findings.add(std::move(finding));
    }
  }
}

}  // namespace wheelaudit::rules
