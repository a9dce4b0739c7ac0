// Finds why two runtimes do not take each other's modules, whatever symbols they offer, and what
// may have changed though every symbol is the same (docs/design/abis.md#hidden-layouts,
// docs/design/linking.md#outcomes). A reason is given only where a sound module of one side fails
// on the other; how defective modules fail belongs to the loader's changes.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compare/profile_diff.hpp"
#include "profile/loader_fields.hpp"

namespace wheelaudit::compare {
namespace {

using Cause = Incompatibility::Cause;

std::string exception_text(wasm::ExceptionModel model) {
  if (model == wasm::ExceptionModel::js) {
    return "JavaScript (invoke_… and __cxa_find_matching_catch_…)";
  }
  if (model == wasm::ExceptionModel::none) return "nobody";
  return "WebAssembly (the tag __cpp_exception)";
}

std::string exception_help(wasm::ExceptionModel wanted) {
  switch (wanted) {
    case wasm::ExceptionModel::js:
      return "; rebuild with -fexceptions, Rust with a toolchain of that time";
    case wasm::ExceptionModel::wasm_legacy:
      return "; rebuild with -fwasm-exceptions, Rust with 1.93 or newer";
    default:
      return "";
  }
}

std::string setjmp_text(wasm::SetjmpModel model) {
  switch (model) {
    case wasm::SetjmpModel::emscripten:
      return "saveSetjmp and testSetjmp";
    case wasm::SetjmpModel::emscripten_new:
      return "__wasm_setjmp and emscripten_longjmp";
    case wasm::SetjmpModel::wasm:
      return "__wasm_setjmp, __wasm_longjmp and the tag __c_longjmp";
    case wasm::SetjmpModel::none:
      break;
  }
  return "nothing";
}

std::string wide_text(WideIntegers integers) {
  return integers == WideIntegers::legalised
             ? "takes them as two i32 (linked without -sWASM_BIGINT)"
             : "takes them whole (i64, -sWASM_BIGINT)";
}

/// "3.12" of "3.12.7".
std::string_view minor(std::string_view version) {
  const std::size_t first = version.find('.');
  return first == std::string_view::npos ? version
                                         : version.substr(0, version.find('.', first + 1));
}

std::string search_text(profile::LibrarySearch search) {
  switch (search) {
    case profile::LibrarySearch::flat_name:
      return "by name at the top of site-packages and in /usr/lib";
    case profile::LibrarySearch::wheel_libs:
      return "in `<wheel name>.libs` and beside the module, too";
    case profile::LibrarySearch::run_path:
      break;
  }
  return "along the search path and the module's run path ($ORIGIN)";
}

/// A property that a sound module may have, and what each loader does with such a module.
struct LoaderProperty {
  profile::Outcome profile::LoaderBehaviour::* outcome;
  std::string_view concerns;
};
constexpr LoaderProperty loader_properties[] = {
    {&profile::LoaderBehaviour::legacy_dylink, "modules with the old `dylink` section"},
    {&profile::LoaderBehaviour::i64_global_export, "modules that export an immutable i64 global"},
    {&profile::LoaderBehaviour::em_js, "modules with EM_JS"},
    {&profile::LoaderBehaviour::em_asm, "modules with EM_ASM"},
};

std::string outcome_text(profile::Outcome outcome) {
  switch (outcome) {
    case profile::Outcome::call:
      return "die when they use it";
    case profile::Outcome::load:
      return "do not load";
    case profile::Outcome::poison:
      return "do not load, nor does what is loaded after them";
    case profile::Outcome::ok:
      break;
  }
  return "load";
}

std::vector<std::string> lost_names(const std::vector<std::string>& before,
                                    const std::vector<std::string>& after) {
  std::vector<std::string> lost;
  for (const std::string& name : before) {
    if (std::ranges::find(after, name) == after.end()) lost.push_back(name);
  }
  return lost;
}

void add_loader_reasons(const RuntimeSide& before, const RuntimeSide& after,
                        std::vector<Incompatibility>& reasons) {
  const profile::LoaderBehaviour& old = before.runtime().loader;
  const profile::LoaderBehaviour& now = after.runtime().loader;
  const auto add = [&](std::string concerns, std::string reason) {
    reasons.push_back(
        {.cause = Cause::loader, .concerns = std::move(concerns), .reason = std::move(reason)});
  };
  for (const auto& [outcome, concerns] : loader_properties) {
    if (now.*outcome <= old.*outcome) continue;
    add(std::string(concerns),
        fmt::format("on {} they {}", after.name(), outcome_text(now.*outcome)));
  }
  if (old.library_search != now.library_search) {
    add("wheels with libraries of their own",
        fmt::format("{} searches for libraries {}, {} {}", before.name(),
                    search_text(old.library_search), after.name(),
                    search_text(now.library_search)));
  } else if (old.run_path && !now.run_path) {
    add("modules that find a library along their run path",
        fmt::format("{} ignores run paths", after.name()));
  }
  auto lost = lost_names(old.function_modules, now.function_modules);
  std::ranges::copy(lost_names(old.address_modules, now.address_modules), std::back_inserter(lost));
  if (!lost.empty()) {
    add(fmt::format("modules that import from {}", fmt::join(lost, ", ")),
        fmt::format("{} has no such import module", after.name()));
  }
}

/// The numbers of a version, part by part; a part that is not a number counts as 0.
std::vector<unsigned> version_numbers(std::string_view version) {
  std::vector<unsigned> numbers;
  while (!version.empty()) {
    unsigned number = 0;
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    numbers.push_back(error == std::errc() ? number : 0);
    const std::size_t dot = version.find('.');
    version.remove_prefix(dot == std::string_view::npos ? version.size() : dot + 1);
  }
  return numbers;
}

/// A structure that differs between Emscripten versions though no symbol's type shows it: it has
/// one layout up to `until` and another from `from` on; versions between the two were not looked at
/// (docs/design/abis.md#hidden-layouts).
struct LayoutBreak {
  std::string_view until;
  std::string_view from;
  std::string_view what;
};
constexpr LayoutBreak layout_breaks[] = {
    {"5.0.3", "6.0.5", "sigset_t has 128 bytes up to Emscripten 5.0.3 and 8 from 6.0.5 on"},
};

bool spans(const LayoutBreak& layout, const std::string& one, const std::string& other) {
  const auto [low, high] = std::minmax({version_numbers(one), version_numbers(other)});
  return low <= version_numbers(layout.until) && high >= version_numbers(layout.from);
}

}  // namespace

std::string_view cause_name(Cause cause) {
  switch (cause) {
    case Cause::exceptions:
      return "exceptions";
    case Cause::setjmp:
      return "setjmp";
    case Cause::wide_integers:
      return "wide_integers";
    case Cause::python:
      return "python";
    case Cause::loader:
      break;
  }
  return "loader";
}

std::vector<Incompatibility> incompatibilities(const RuntimeSide& before,
                                               const RuntimeSide& after) {
  const profile::LoaderBehaviour& old = before.runtime().loader;
  const profile::LoaderBehaviour& now = after.runtime().loader;
  std::vector<Incompatibility> reasons;
  if (old.exceptions != now.exceptions) {
    reasons.push_back(
        {.cause = Cause::exceptions,
         .concerns = "modules with C++ exceptions or Rust panics",
         .reason = fmt::format("on {} exceptions are made by {}, on {} by {}{}", before.name(),
                               exception_text(old.exceptions), after.name(),
                               exception_text(now.exceptions), exception_help(now.exceptions))});
  }
  if (old.setjmp != now.setjmp) {
    reasons.push_back(
        {.cause = Cause::setjmp,
         .concerns = "modules with setjmp and longjmp",
         .reason = fmt::format("{} offers {} for setjmp, {} {}", before.name(),
                               setjmp_text(old.setjmp), after.name(), setjmp_text(now.setjmp))});
  }
  const WideIntegers wide_before = wide_integers(before);
  const WideIntegers wide_after = wide_integers(after);
  if (wide_before != wide_after && wide_before != WideIntegers::unknown &&
      wide_after != WideIntegers::unknown) {
    reasons.push_back(
        {.cause = Cause::wide_integers,
         .concerns = "modules with a 64-bit integer in the type of a function they import",
         .reason = fmt::format("{} {}, {} {}: linking fails with \"imported function does not "
                               "match the expected type\"",
                               before.name(), wide_text(wide_before), after.name(),
                               wide_text(wide_after))});
  }
  if (minor(before.runtime().python) != minor(after.runtime().python)) {
    const auto python = [](const RuntimeSide& side) {
      return side.runtime().python.empty()
                 ? "no CPython"
                 : fmt::format("CPython {}", minor(side.runtime().python));
    };
    reasons.push_back(
        {.cause = Cause::python,
         .concerns = "extension modules that are not abi3",
         .reason = fmt::format("{} is {}, {} is {}: suffixes, tags and the C API of "
                               "one are not the other's",
                               before.name(), python(before), after.name(), python(after))});
  }
  add_loader_reasons(before, after, reasons);
  return reasons;
}

std::vector<std::string> unseen_changes(const RuntimeSide& before, const RuntimeSide& after) {
  const profile::Runtime& old = before.runtime();
  const profile::Runtime& now = after.runtime();
  std::vector<std::string> unseen;
  if (old.emscripten != now.emscripten) {
    for (const LayoutBreak& layout : layout_breaks) {
      if (spans(layout, old.emscripten, now.emscripten)) unseen.emplace_back(layout.what);
    }
    unseen.emplace_back(
        "sizes and layouts of structures of libc and libc++, which are compiled into modules");
  }
  if (minor(old.python) != minor(now.python)) {
    unseen.emplace_back("layouts of CPython's structures and its macros, compiled in as well");
  }
  unseen.emplace_back("what a function of the same name and type does");
  unseen.emplace_back("calls through function pointers of another type than the function's");
  return unseen;
}

}  // namespace wheelaudit::compare
