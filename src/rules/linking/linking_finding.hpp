#pragma once

// What the rules about imports and needed libraries share: which of them speaks for what, and how a
// finding about one import begins.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// Imports that nobody offers while a needed library is missing; indices into the module's imports.
[[nodiscard]] std::vector<std::size_t> imports_behind_missing(const RuleInput& input,
                                                              std::size_t module);

/// The rule that speaks of a needed library in this state; WA401 where it has no other.
[[nodiscard]] RuleId rule_about(loader::NeededBinding::State state);
/// The first needed library of the module that some judged release does not find, as the cause of
/// what follows from it; with `absent`, the first that is nowhere at all. None when there is none.
[[nodiscard]] std::optional<Cause> missing_library(const RuleInput& input, std::size_t module,
                                                   bool absent = false);

/// The two models a missing symbol can belong to.
enum class SymbolModel : std::uint8_t { none, exceptions, setjmp };
/// `module` decides for `invoke_*`, which both models use: setjmp when nothing of exceptions is
/// imported.
[[nodiscard]] SymbolModel model_of(const wasm::SideModule& module, std::string_view symbol);

/// As much of a finding about one import as a list that is full asks for: without its words.
[[nodiscard]] Finding counted_finding(const RuleInput& input, RuleId rule, std::size_t module,
                                      const loader::Problem& affected);

/// A finding about one import of one module on the target, with releases, severity, consequence,
/// member and symbol filled in, and both sides of a mismatch.
[[nodiscard]] Finding linking_finding(const RuleInput& input, RuleId rule, std::size_t module,
                                      const loader::Problem& affected);

/// Ids of the profiles whose newest release offers `symbol` to linking, oldest first.
[[nodiscard]] std::vector<std::string> profiles_offering(const RuleInput& input,
                                                         std::string_view symbol);

/// A symbol that WA406 speaks for: a library of the wheel that the module needs (or one that this
/// needs) should offer it, because no runtime does, or offers it with another type.
[[nodiscard]] bool is_expected_of_library(const RuleInput& input, std::size_t module,
                                          const loader::Problem& affected);

/// Which import it is, from where and as what.
[[nodiscard]] ImportPlace import_place(const wasm::SideModule& module, std::size_t import);

}  // namespace wheelaudit::rules
