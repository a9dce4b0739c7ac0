#pragma once

// What the rules about imports and needed libraries share: which rule speaks for which problem, and
// how a finding about one import begins.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// Imports that nobody offers while a needed library is missing: indices into the module's imports,
/// sorted by name, each name once.
[[nodiscard]] std::vector<std::size_t> imports_behind_missing(const RuleInput& input,
                                                              std::size_t module);

/// The rule that speaks of a needed library in this state; WA401 where it has no other.
[[nodiscard]] RuleId rule_about(loader::NeededBinding::State state);
/// The first needed library of the module that some judged release does not find, as the cause of
/// what follows from it; with `absent`, the first that is nowhere at all. Nullopt: there is no such
/// library.
[[nodiscard]] std::optional<Cause> missing_library(const RuleInput& input, std::size_t module,
                                                   bool absent = false);

/// The two models a missing symbol can belong to.
enum class SymbolModel : std::uint8_t { none, exceptions, setjmp };
/// `module` decides for `invoke_*`, which both models use: setjmp when nothing of exceptions is
/// imported.
[[nodiscard]] SymbolModel model_of(const wasm::SideModule& module, std::string_view symbol);

/// The part of a finding about one import that a full FindingSink reads: no message, no details.
[[nodiscard]] Finding counted_finding(const RuleInput& input, RuleId rule, std::size_t module,
                                      const loader::Problem& problem);

/// A finding about one import of one module on the target, with releases, severity, consequence,
/// member and symbol filled in, and both sides of a mismatch.
[[nodiscard]] Finding linking_finding(const RuleInput& input, RuleId rule, std::size_t module,
                                      const loader::Problem& problem);

/// Ids of the profiles whose newest release offers `symbol` to linking, oldest first.
[[nodiscard]] std::vector<std::string> profiles_offering(const RuleInput& input,
                                                         std::string_view symbol);

/// Whether WA406 speaks for the problem: a needed library of the wheel (or one that this library
/// needs) should offer the symbol, because no runtime does, or offers the symbol with another type.
[[nodiscard]] bool is_expected_of_library(const RuleInput& input, std::size_t module,
                                          const loader::Problem& problem);

/// The import with this index into the module's imports, as a place.
[[nodiscard]] ImportPlace import_place(const wasm::SideModule& module, std::size_t import);

}  // namespace wheelaudit::rules
