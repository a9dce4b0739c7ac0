#pragma once

// What the rules of WA3 share: words for releases and imports, and the finding about one import.

#include <cstddef>
#include <string>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// Imports that nobody offers while a needed library is missing; indices into the module's imports.
[[nodiscard]] std::vector<std::size_t> imports_behind_missing(const RuleInput& input,
                                                              std::size_t module);

/// The two models a missing symbol can belong to.
enum class SymbolModel : std::uint8_t { none, exceptions, setjmp };
/// `module` decides for `invoke_*`, which both models use: setjmp when nothing of exceptions is
/// imported.
[[nodiscard]] SymbolModel model_of(const wasm::SideModule& module, std::string_view symbol);

/// "Pyodide 0.28.3", "Pyodide 0.28.0 and 0.28.3", "Pyodide 0.28.0 to 0.29.5" (all of the
/// profile's).
[[nodiscard]] std::string releases_text(const profile::AbiProfile& profile,
                                        const std::vector<std::size_t>& releases);

/// `one` for a single release, else `many`: the verb behind `releases_text`.
[[nodiscard]] inline std::string_view verb(const std::vector<std::size_t>& releases,
                                           std::string_view one, std::string_view many) {
  return releases.size() == 1 ? one : many;
}

/// As much of a finding about one import as a list that is full asks for: without its words.
[[nodiscard]] Finding counted_finding(const RuleInput& input, std::string_view rule,
                                      std::size_t module, const loader::AffectedImport& affected);

/// A finding about one import of one module on the target, with releases, severity, consequence,
/// member and symbol filled in, and both sides of a mismatch.
[[nodiscard]] Finding linking_finding(const RuleInput& input, std::string_view rule,
                                      std::size_t module, const loader::AffectedImport& affected);

/// Ids of the profiles whose newest release offers `symbol` to linking, oldest first.
[[nodiscard]] std::vector<std::string> profiles_offering(const RuleInput& input,
                                                         std::string_view symbol);

/// A symbol that WA406 speaks for: a library of the wheel that the module needs (or one that this
/// needs) should offer it, because no runtime does, or offers it with another type.
[[nodiscard]] bool is_expected_of_library(const RuleInput& input, std::size_t module,
                                          const loader::AffectedImport& affected);

/// "a", "a and b", "a, b and c"
[[nodiscard]] std::string enumerate(const std::vector<std::string>& words);

/// "import 57, env, (i32, i32) -> i32"
[[nodiscard]] std::string import_place(const wasm::SideModule& module, std::size_t import);

}  // namespace wheelaudit::rules
