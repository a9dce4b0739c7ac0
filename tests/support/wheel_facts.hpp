#pragma once

// Hand-made values for tests of the rules that look at tags, files and dist-info: four ABIs as
// docs/design/abis.md#the-table describes them (loaders and installers, no symbols), a wheel for
// each with nothing wrong, and what an audit would hand to a rule. A test changes one field.

#include <string>
#include <string_view>
#include <vector>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "rules/rule.hpp"
#include "support/run_rule.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::test {

/// emscripten_3_1_45: Pyodide 0.24.0 and 0.24.1, CPython 3.11.
profile::AbiProfile abi_3_1_45();
/// pyodide_2024_0: Pyodide 0.26.4 (takes only emscripten_3_1_58) and 0.27.7, CPython 3.12.
profile::AbiProfile abi_2024();
/// pyemscripten_2025_0: Pyodide 0.28.0 and 0.29.3 (refuse the pyemscripten tag) and 0.29.5, CPython
/// 3.13.
profile::AbiProfile abi_2025();
/// pyemscripten_2026_5: the pre-release 315.0.0-alpha.2, CPython 3.15.
profile::AbiProfile abi_2026_5();
/// The four, oldest first.
std::vector<profile::AbiProfile> abis();

/// A sound side module that exports `init`, `() -> i32`.
wasm::SideModule extension_facts(std::string init = "PyInit__core");
/// A file that is not wasm, or wasm of another kind than a side module.
wasm::SideModule foreign_facts(wasm::ModuleKind kind, std::string format);

/// `example-1.0-cp3XY-cp3XY-PLATFORM.whl` for the first tag of `profile`: example/__init__.py, the
/// extension example/_core with the profile's own suffix, and a dist-info that agrees.
wheel::Wheel good_wheel(const profile::AbiProfile& profile);
/// `example-1.0-py3-none-any.whl`, without modules.
wheel::Wheel pure_wheel();
/// The same wheel with other tags, in the file name and in WHEEL.
wheel::Wheel with_platforms(wheel::Wheel wheel, std::vector<std::string> platforms);
wheel::Wheel with_python(wheel::Wheel wheel, std::string python, std::string abi);
/// The same wheel with its one module called `path`, holding `facts`.
wheel::Wheel with_module(wheel::Wheel wheel, std::string path, wasm::SideModule facts);
wheel::Wheel and_module(wheel::Wheel wheel, std::string path, wasm::SideModule facts);

/// Runs a rule of Scope::wheel; `judged` are ids of the profiles to be targets.
Findings run_on_wheel(std::string_view rule, const wheel::Wheel& wheel,
                      const std::vector<std::string>& judged = {}, bool index_pypi = false);
/// Runs a rule of Scope::target on all releases of `profile`; `claimed` are the wheel's tags of
/// that ABI.
Findings run_on_target(std::string_view rule, const wheel::Wheel& wheel,
                       const profile::AbiProfile& profile, std::vector<std::string> claimed = {});

/// All releases of `profile`, which must outlive the target; nothing is linked.
loader::Target unlinked_target(const wheel::Wheel& wheel, const profile::AbiProfile& profile,
                               std::vector<std::string> claimed = {});

/// The only finding; the test fails with a clear message when there is not exactly one.
rules::Finding only(const Findings& findings);
bool has_detail(const rules::Finding& finding, std::string_view text);

}  // namespace wheelaudit::test
