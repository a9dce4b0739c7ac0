// WA407 loaded-twice: a file that a release loads more than once, because the loader knows the file
// under two paths or meets it under two names (docs/design/sessions.md#keys). Each instance has its
// own data and runs its constructors. Without data and constructors a second instance does no harm.

#include <fmt/format.h>

#include "loader/orders.hpp"
#include "rules/libraries/order_words.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"
#include "wasm/call_graph.hpp"

namespace wheelaudit::rules {
namespace {

/// Whether two instances of the module can differ in anything.
bool has_state(const wasm::SideModule& facts) {
  return (facts.dylink && facts.dylink->memory_size > 0) || wasm::runs_at_load(facts);
}

std::string_view remedy(const profile::LoaderBehaviour& loader) {
  if (loader.keys_as_spelled) {
    return "put the library at the top of site-packages, or into a folder below the one folder "
           "that holds every module which needs it, with the run path `$ORIGIN/FOLDER`";
  }
  return "put the library in front of the modules that need it, in the archive";
}

}  // namespace

void loaded_twice(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (const loader::RepeatedLoad& repeated : target.sessions.repeated) {
    const wheel::WheelModule& module = input.wheel.modules[repeated.module];
    if (!has_state(module.facts)) continue;
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
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
