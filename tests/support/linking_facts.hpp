#pragma once

// Hand-made values for tests of linking: a side module, a wheel of modules, and two small profiles,
// one with JavaScript exceptions (as Pyodide ≤ 0.27), one with wasm exceptions (as 0.28 on).

#include <memory>
#include <string>
#include <vector>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "rules/rule.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::test {

/// A side module without imports; types[0] is `() -> i32`, types[1] `(i32) -> i32`, types[2]
/// `(i64) -> i64`, types[3] `(i32) -> ()`.
wasm::SideModule side_module();
wasm::ImportedSymbol function_import(std::string name, std::uint32_t type = 1);
wasm::ImportedSymbol address_import(std::string name, std::string module = "GOT.mem");
wasm::ImportedSymbol tag_import(std::string name);
wasm::ExportedSymbol function_export(std::string name, std::uint32_t type = 1);

/// `example-1.0-cp312-cp312-PLATFORM.whl` holding these modules, sorted by path.
wheel::Wheel wheel_of(std::vector<wheel::WheelModule> modules,
                      std::string platform = "pyodide_2024_0_wasm32", std::string python = "cp312");
wheel::WheelModule module_at_path(std::string path, wasm::SideModule facts);

/// Releases 1.0 and 1.1 of "js_abi" and "wasm_abi". Both offer `strlen` (wasm, (i32) -> i32),
/// `time` (wasm, (i64) -> i64; (i32) -> i32 in release 1.0), `console_log` (JavaScript, (i32) ->
/// ()), `stdout` (data); "wasm_abi" also the tags `__cpp_exception` and `__c_longjmp`.
profile::AbiProfile js_profile();
profile::AbiProfile wasm_profile();

/// The bindings of module `module` of the wheel on release `release` of the profile (both indices).
loader::ModuleBindings link_module(const wheel::Wheel& wheel, const loader::LinkIndex& index,
                                   std::size_t module, const profile::AbiProfile& profile,
                                   std::size_t release);

/// Everything that a rule gets, for one target. The input refers to the other members.
struct Judged {
  wheel::Wheel wheel;
  std::vector<profile::AbiProfile> catalog;
  loader::LinkIndex index;
  loader::Target target;

  [[nodiscard]] rules::RuleInput input() const {
    return {.wheel = wheel,
            .index = index,
            .catalog = catalog,
            .target = &target,
            .targets = {&target, 1}};
  }
};
/// The wheel judged for all releases of `catalog[profile]`.
std::unique_ptr<Judged> judge(wheel::Wheel wheel, std::vector<profile::AbiProfile> catalog,
                              std::size_t profile = 0);

}  // namespace wheelaudit::test
