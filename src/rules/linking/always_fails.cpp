// WA320 always-fails: the module calls functions that the profile's releases offer and that can
// only fail there, such as pthread_create and fork
// (docs/design/linking.md#functions-that-always-fail). The wheel loads, and what it does then
// depends on how it takes the failure: a warning. Which functions they are is data of the profile;
// each was called.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "rules/linking/first_offender.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

struct FailingImport {
  std::size_t import = 0;
  std::string_view failure;  ///< on the newest release where the function fails
  std::vector<std::size_t> releases;
};

/// The runtime itself offers the function, not the module or a library of the wheel.
bool is_of_runtime(const loader::BindingsByRelease& bindings, std::size_t release,
                   std::size_t import) {
  const auto& imports = bindings[release].imports;
  return import < imports.size() &&
         (imports[import].resolution == loader::Resolution::runtime_wasm ||
          imports[import].resolution == loader::Resolution::runtime_js);
}

/// By name: the judged releases (indices into `judged`) where the function fails, and how.
using Failures =
    std::unordered_map<std::string_view, std::vector<std::pair<std::size_t, std::string_view>>>;

Failures failures_of(const loader::Target& target) {
  Failures failures;
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    for (const auto& [name, failure] : target.profile->runtimes[target.judged[r]].loader.failing())
      failures[name].emplace_back(r, failure);
  }
  return failures;
}

std::vector<FailingImport> failing_imports(const RuleInput& input, const Failures& failures,
                                           std::size_t module) {
  const loader::Target& target = *input.target;
  const loader::BindingsByRelease& bindings = target.bindings[module];
  const auto& imports = input.wheel.modules[module].facts.imports;
  std::vector<FailingImport> failing;
  if (bindings.empty()) return failing;
  for (std::size_t i = 0; i < imports.size(); ++i) {
    const auto known = failures.find(imports[i].name);
    if (known == failures.end()) continue;
    FailingImport found{.import = i, .failure = {}, .releases = {}};
    for (const auto& [r, failure] : known->second) {
      if (!is_of_runtime(bindings, r, i)) continue;
      found.failure = failure;
      found.releases.push_back(target.judged[r]);
    }
    const bool told = std::ranges::any_of(failing, [&](const FailingImport& other) {
      return imports[other.import].name == imports[i].name;
    });
    if (!found.releases.empty() && !told) failing.push_back(std::move(found));
  }
  return failing;
}

Finding describe(const RuleInput& input, std::size_t module,
                 const std::vector<FailingImport>& failing) {
  constexpr std::size_t most_chains = 3;
  const wheel::WheelModule& wheel_module = input.wheel.modules[module];
  const auto& imports = wheel_module.facts.imports;
  Finding finding = target_finding(*input.target, "WA320"_rule, failing.front().releases,
                                   Consequence::latent, wheel_module.path);
  finding.severity = Severity::warning;
  std::vector<std::string> names;
  std::vector<std::size_t> indices;
  for (const FailingImport& import : failing) {
    names.push_back(imports[import.import].name);
    indices.push_back(import.import);
  }
  if (names.size() == 1) {
    finding.symbol = names.front();
    finding.place.import = import_place(wheel_module.facts, indices.front());
  }
  finding.message = names.size() == 1
                        ? say("{} is offered and always fails here", the_symbol(finding))
                        : say("{} are offered and always fail here", quoted_list(names));
  for (const FailingImport& import : failing) {
    finding.details.push_back(fmt::format("`{}` {}", imports[import.import].name, import.failure));
  }
  indices.resize(std::min(indices.size(), most_chains));
  for (const Offenders& offenders : first_offenders(input, module, indices)) {
    for (const Sentence& detail : offenders.details) {
      if (std::ranges::find(finding.details, detail) == finding.details.end())
        finding.details.push_back(detail);
    }
  }
  finding.help =
      "build the package without threads, processes and sockets, or keep its callers from "
      "these functions on Emscripten (sys.platform == \"emscripten\")";
  return finding;
}

}  // namespace

void always_fails(const RuleInput& input, FindingSink& findings) {
  const Failures failures = failures_of(*input.target);
  if (failures.empty()) return;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    if (input.wheel.modules[module].facts.kind != wasm::ModuleKind::side_module) continue;
    const auto failing = failing_imports(input, failures, module);
    if (!failing.empty()) findings.add(describe(input, module, failing));
  }
}

}  // namespace wheelaudit::rules
