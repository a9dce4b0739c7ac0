// The words that stand for values of loader behaviour in JSON, one table per type of value, so that
// reading and writing cannot disagree.

#include "profile/loader_fields.hpp"

#include <array>
#include <utility>

#include "wasm/function_type.hpp"

namespace wheelaudit::profile {
namespace {

template <class Value, std::size_t count>
using Words = std::array<std::pair<Value, std::string_view>, count>;

constexpr Words<Outcome, 4> outcomes{{{Outcome::ok, "ok"},
                                      {Outcome::call, "call"},
                                      {Outcome::load, "load"},
                                      {Outcome::poison, "poison"}}};
constexpr Words<wasm::ExceptionModel, 5> exception_models{
    {{wasm::ExceptionModel::none, "none"},
     {wasm::ExceptionModel::js, "js"},
     {wasm::ExceptionModel::wasm_legacy, "wasm-legacy"},
     {wasm::ExceptionModel::wasm_exnref, "wasm-exnref"},
     {wasm::ExceptionModel::mixed, "mixed"}}};
constexpr Words<wasm::SetjmpModel, 4> setjmp_models{
    {{wasm::SetjmpModel::none, "none"},
     {wasm::SetjmpModel::emscripten, "emscripten"},
     {wasm::SetjmpModel::emscripten_new, "emscripten-new"},
     {wasm::SetjmpModel::wasm, "wasm"}}};
constexpr Words<LibrarySearch, 3> library_searches{{{LibrarySearch::flat_name, "flat-name"},
                                                    {LibrarySearch::wheel_libs, "wheel-libs"},
                                                    {LibrarySearch::run_path, "run-path"}}};
constexpr Words<bool, 2> booleans{{{false, "false"}, {true, "true"}}};

template <class Value, std::size_t count>
std::string_view find_word(const Words<Value, count>& words, Value value) {
  for (const auto& [each, word] : words) {
    if (each == value) return word;
  }
  return {};
}

template <class Value, std::size_t count>
std::optional<Value> find_value(const Words<Value, count>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) { return find_word(outcomes, outcome); }
std::optional<Outcome> parse_outcome(std::string_view name) { return find_value(outcomes, name); }

std::vector<LoaderBehaviour::ReservedExport> LoaderBehaviour::reserved() const {
  std::vector<ReservedExport> exports;
  constexpr std::string_view imported = " imported";
  for (const std::string& text : reserved_exports) {
    std::string_view view = text;
    const bool only_imported = view.ends_with(imported);
    if (only_imported) view.remove_suffix(imported.size());
    const std::size_t first = view.find(' ');
    const std::size_t last = view.rfind(' ');
    if (first == last) continue;
    // A word that is not known must not excuse the export.
    exports.push_back({.kind = view.substr(0, first),
                       .name = view.substr(first + 1, last - first - 1),
                       .outcome = parse_outcome(view.substr(last + 1)).value_or(Outcome::load),
                       .only_imported = only_imported});
  }
  return exports;
}

std::vector<std::pair<std::string_view, std::string_view>> LoaderBehaviour::failing() const {
  std::vector<std::pair<std::string_view, std::string_view>> functions;
  for (const std::string& text : failing_functions) {
    const std::string_view view = text;
    const std::size_t blank = view.find(' ');
    if (blank != std::string_view::npos)
      functions.emplace_back(view.substr(0, blank), view.substr(blank + 1));
  }
  return functions;
}

std::string_view word_of(Outcome value) { return find_word(outcomes, value); }
std::string_view word_of(wasm::ExceptionModel value) { return find_word(exception_models, value); }
std::string_view word_of(wasm::SetjmpModel value) { return find_word(setjmp_models, value); }
std::string_view word_of(LibrarySearch value) { return find_word(library_searches, value); }
std::string_view word_of(bool value) { return find_word(booleans, value); }

template <>
std::optional<Outcome> value_of<Outcome>(std::string_view word) {
  return find_value(outcomes, word);
}
template <>
std::optional<wasm::ExceptionModel> value_of<wasm::ExceptionModel>(std::string_view word) {
  return find_value(exception_models, word);
}
template <>
std::optional<wasm::SetjmpModel> value_of<wasm::SetjmpModel>(std::string_view word) {
  return find_value(setjmp_models, word);
}
template <>
std::optional<LibrarySearch> value_of<LibrarySearch>(std::string_view word) {
  return find_value(library_searches, word);
}
template <>
std::optional<bool> value_of<bool>(std::string_view word) {
  return find_value(booleans, word);
}

std::optional<wasm::GlobalType> parse_global_type(std::string_view text) {
  wasm::GlobalType type;
  if (text.starts_with("mut ")) {
    type.is_mutable = true;
    text.remove_prefix(4);
  }
  for (const char letter : {'i', 'j', 'f', 'd', 'V', 'F', 'e', 'x'}) {
    if (wasm::value_type_name(letter) != text) continue;
    type.value = letter;
    return type;
  }
  return std::nullopt;
}

}  // namespace wheelaudit::profile
