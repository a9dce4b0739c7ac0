// WA407 loaded-twice: a file that a release loads more than once, because the loader knows the file
// under two paths or meets it under two names (docs/design/sessions.md#keys). Each instance has its
// own data and runs its constructors. Without data and constructors a second instance does no harm.
// A library that is linked into several modules is code_copies.cpp's.

#include <fmt/format.h>

#include "loader/keeps_state.hpp"
#include "loader/needed_chain.hpp"
#include "loader/orders.hpp"
#include "rules/libraries/code_copies.hpp"
#include "rules/libraries/order_words.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

std::string_view remedy(const profile::LoaderBehaviour& loader) {
  if (loader.keys_as_spelled) {
    return "put the library at the top of site-packages, or into a folder below the one folder "
           "that holds every module which needs it, with the run path `$ORIGIN/FOLDER`";
  }
  return "put the library in front of the modules that need it, in the archive";
}

/// Wheels of more such files are not looked at for cycles; ours.
constexpr std::size_t most_repairable = 100;

}  // namespace

void loaded_twice(const RuleInput& input, FindingSink& findings) {
  warn_of_code_copies(input, findings);
  const loader::Target& target = *input.target;
  for (const loader::RepeatedLoad& repeated : target.sessions.repeated) {
    const wheel::WheelModule& module = input.wheel.modules[repeated.module];
    if (!loader::keeps_state(module.facts)) continue;
    Finding finding =
        target_finding(target, "WA407"_rule, repeated.releases, Consequence::latent, module.path);
    finding.severity = target_severity(target, repeated.releases);
    finding.expected = "once";
    finding.found = fmt::format("{} times", repeated.times);
    finding.message =
        say("{} {} this library {}", releases_text(*target.profile, repeated.releases),
            verb(repeated.releases, "loads", "load"), the_found(finding));
    finding.details.push_back(fmt::format("by {}", order_text(input, repeated.order)));
    finding.details.push_back(
        repeated.first_path == repeated.second_path
            ? fmt::format("as `{}`", repeated.first_path)
            : fmt::format("as `{}` and as `{}`", repeated.first_path, repeated.second_path));
    finding.details.push_back(
        repeated.is_split
            ? "modules that use it see different data: what one stores, another does not find"
            : "its constructors run again, for an instance that no module uses");
    finding.help = remedy(target.profile->runtimes[repeated.releases.back()].loader);
    // No order and no place loads a library of a cycle once everywhere.
    finding.repairable = target.sessions.repeated.size() <= most_repairable &&
                         !loader::needed_chain(target, repeated.module).is_cycle;
    if (finding.repairable) {
      finding.help =
          fmt::format("wheelaudit repair {}; or {}", file_name_of(input.wheel), finding.help);
    }
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
