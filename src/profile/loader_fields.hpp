#pragma once

// The fields of LoaderBehaviour by their JSON keys, listed once: reading, writing, packing and the
// observed facts all walk this list.

#include <optional>
#include <string_view>

#include "profile/loader_behaviour.hpp"

namespace wheelaudit::profile {

/// Calls `visit(key, field)` for every field that holds one value. `Loader` is `LoaderBehaviour`,
/// const or not.
template <class Loader, class Visit>
void for_each_loader_value(Loader& loader, Visit visit) {
  visit("exceptions", loader.exceptions);
  visit("setjmp", loader.setjmp);
  visit("missing_function", loader.missing_function);
  visit("missing_address", loader.missing_address);
  visit("type_mismatch", loader.type_mismatch);
  visit("kind_mismatch", loader.kind_mismatch);
  visit("exception_tags", loader.exception_tags);
  visit("legacy_dylink", loader.legacy_dylink);
  visit("no_dylink", loader.no_dylink);
  visit("not_wasm", loader.not_wasm);
  visit("foreign_import_module", loader.foreign_import_module);
  visit("memory_or_table", loader.memory_or_table);
  visit("i64_global_export", loader.i64_global_export);
  visit("missing_library", loader.missing_library);
  visit("em_js", loader.em_js);
  visit("em_asm", loader.em_asm);
  visit("init_type", loader.init_type);
  visit("library_search", loader.library_search);
  visit("run_path", loader.run_path);
  visit("keys_as_spelled", loader.keys_as_spelled);
  visit("shared_weak_names", loader.shared_weak_names);
  visit("underscore_names", loader.underscore_names);
  visit("needed_anywhere_in_wheel", loader.needed_anywhere_in_wheel);
}

/// Calls `visit(key, field)` for every field that is a list of names.
template <class Loader, class Visit>
void for_each_loader_list(Loader& loader, Visit visit) {
  visit("on_demand_prefixes", loader.on_demand_prefixes);
  visit("function_modules", loader.function_modules);
  visit("address_modules", loader.address_modules);
  visit("reserved_exports", loader.reserved_exports);
  visit("failing_functions", loader.failing_functions);
}

// The word that stands for a value, and the value of a word; nullopt when the type has no such
// word.
[[nodiscard]] std::string_view word_of(Outcome value);
[[nodiscard]] std::string_view word_of(wasm::ExceptionModel value);
[[nodiscard]] std::string_view word_of(wasm::SetjmpModel value);
[[nodiscard]] std::string_view word_of(LibrarySearch value);
[[nodiscard]] std::string_view word_of(bool value);
template <class Value>
[[nodiscard]] std::optional<Value> value_of(std::string_view word);
template <>
std::optional<Outcome> value_of<Outcome>(std::string_view word);
template <>
std::optional<wasm::ExceptionModel> value_of<wasm::ExceptionModel>(std::string_view word);
template <>
std::optional<wasm::SetjmpModel> value_of<wasm::SetjmpModel>(std::string_view word);
template <>
std::optional<LibrarySearch> value_of<LibrarySearch>(std::string_view word);
template <>
std::optional<bool> value_of<bool>(std::string_view word);

/// The type that "i32" or "mut i32" says; nullopt for another text. GlobalType::str() is the
/// inverse.
[[nodiscard]] std::optional<wasm::GlobalType> parse_global_type(std::string_view text);

}  // namespace wheelaudit::profile
