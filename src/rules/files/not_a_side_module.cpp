// WA202 not-a-side-module and WA203 legacy-dylink: WebAssembly that the dynamic loader cannot take
// because of its dylink section, each kind in its own words. Every release wants that section first
// ("need the dylink section to be first"); which of the two forms it understands differs
// (docs/design/linking.md#dylink-section-on-the-loader). Files that no loader opens by itself
// (`.wasm`) are data: a note.

#include <fmt/format.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

struct Words {
  std::string what;
  Sentence reason;  ///< why no flag of the loader could help; empty: nothing to add
  std::string help;
  bool is_kind = false;  ///< `what` holds the name of the kind
};

constexpr std::string_view link_help =
    "link it as a side module: emcc -sSIDE_MODULE=2, or wasm-ld -shared --experimental-pic, with "
    "everything compiled with -fPIC";

bool imports_from(const wasm::SideModule& facts, std::string_view module) {
  return std::ranges::find(facts.imports, module, &wasm::ImportedSymbol::module) !=
         facts.imports.end();
}

bool exports_any(const wasm::SideModule& facts, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(
      names, [&](std::string_view name) { return facts.find_export(name) != nullptr; });
}

/// What emcc writes into every program: stack functions for its JavaScript, or one-letter names.
bool is_emscripten_program(const wasm::SideModule& facts) {
  const auto is_runtime = [](const wasm::ImportedSymbol& import) {
    return import.module == "env" &&
           (import.name.starts_with("emscripten_") || import.name.starts_with("_emscripten_"));
  };
  return std::ranges::any_of(facts.imports, is_runtime) || imports_from(facts, "a") ||
         exports_any(facts,
                     {"_emscripten_stack_restore", "stackRestore", "emscripten_stack_get_end"});
}

Words static_words(const wasm::SideModule& facts) {
  if (facts.dylink) {
    return {"a module whose dylink section is not the first", "",
            "let nothing rewrite the linker's output: a tool put another section in front"};
  }
  if (imports_from(facts, "wbg") || imports_from(facts, "__wbindgen_placeholder__")) {
    return {"a wasm-bindgen module, made for JavaScript to load",
            "wasm32-unknown-unknown has no libc and no dynamic linking",
            "build the Rust code for wasm32-unknown-emscripten (maturin does, in Pyodide's "
            "environment)"};
  }
  if (imports_from(facts, "GOT.mem") || imports_from(facts, "GOT.func")) {
    return {"a library that has lost its dylink section", "",
            "ship the linker's output as it is: strip tools that do not know the section drop it"};
  }
  if (is_emscripten_program(facts)) {
    return {"a static Emscripten program",
            "it was linked to stand alone, with a memory and a C library of its own",
            std::string(link_help)};
  }
  if (facts.find_export("_start") != nullptr) {
    return {"a static program, with `_start`",
            "it was linked to stand alone, with a memory of its own", std::string(link_help)};
  }
  return {"a main module or static program", "", std::string(link_help)};
}

Words wasi_words(const wasm::SideModule& facts) {
  const bool command = facts.find_export("_start") != nullptr;
  return {command ? "a WASI command" : "a WASI reactor",
          say("WASI has no dlopen: what {} and wasm32-wasip1 make is never loaded into another "
              "program",
              saying(Says::found, "wasi-sdk")),
          "build it with Emscripten, as a side module; see that CC is emcc, and for Rust that the "
          "target is wasm32-unknown-emscripten"};
}

std::optional<Words> words_of(const wasm::SideModule& facts) {
  switch (facts.kind) {
    case wasm::ModuleKind::static_wasm:
      return static_words(facts);
    case wasm::ModuleKind::relocatable:
      return Words{"an object file that was never linked", "",
                   "link it: emcc -sSIDE_MODULE=2 FILE.o -o FILE.so"};
    case wasm::ModuleKind::component:
      return Words{"a component",
                   "the component model is not dynamic linking: no Pyodide loads components",
                   "build the core module with Emscripten, as a side module", true};
    case wasm::ModuleKind::wasi:
      return wasi_words(facts);
    case wasm::ModuleKind::side_module:
    case wasm::ModuleKind::not_wasm:
    case wasm::ModuleKind::malformed:
      break;
  }
  return std::nullopt;
}

/// The worst outcome of a missing dylink section on the judged releases; without a target, the
/// outcome on all known releases.
profile::Outcome outcome_without_dylink(const RuleInput& input) {
  if (input.targets.empty()) return profile::Outcome::load;
  profile::Outcome outcome = profile::Outcome::ok;
  for (const loader::Target& target : input.targets) {
    for (const std::size_t release : target.judged) {
      outcome = loader::worst(outcome, target.profile->runtimes[release].loader.no_dylink);
    }
  }
  return outcome;
}

}  // namespace

void not_a_side_module(const RuleInput& input, FindingSink& findings) {
  const profile::Outcome outcome = outcome_without_dylink(input);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    const auto words = words_of(module.facts);
    if (!words) continue;
    const bool loaded = (wheel::is_preloaded_name(module.path) || input.wheel.bare_module) &&
                        outcome != profile::Outcome::ok;
    Finding finding =
        wheel_finding("WA202"_rule, loaded ? Severity::error : Severity::note,
                      loaded ? consequence_of(outcome) : Consequence::style, module.path);
    finding.message = words->is_kind
                          ? say("{}, not a side module", saying(Says::found, words->what))
                          : say("{}, not a side module", words->what);
    finding.expected = "a dylink.0 section first";
    finding.found = wasm::module_kind_name(module.facts.kind);
    if (loaded) {
      // If another custom section stands first, the loader reads that section's name and fails
      // without a message.
      finding.details.push_back(
          module.facts.dylink
              ? "the load fails: the loader takes the first section for the dylink section"
              : "the load fails: \"need the dylink section to be first\"");
      if (!words->reason.text().empty()) finding.details.push_back(words->reason);
      finding.help = words->help;
    } else {
      finding.details.push_back("no loader opens a file of this name by itself: data");
    }
    findings.add(std::move(finding));
  }
}

void legacy_dylink(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    if (!module.facts.dylink || !module.facts.dylink->legacy) continue;
    std::vector<std::size_t> refusing;
    profile::Outcome outcome = profile::Outcome::ok;
    for (const std::size_t release : target.judged) {
      const profile::Outcome here = target.profile->runtimes[release].loader.legacy_dylink;
      if (here == profile::Outcome::ok) continue;
      refusing.push_back(release);
      outcome = loader::worst(outcome, here);
    }
    if (refusing.empty()) continue;
    Finding finding =
        target_finding(target, "WA203"_rule, refusing, consequence_of(outcome), module.path);
    finding.place.offset = module.facts.dylink->section_offset;
    finding.expected = "dylink.0";
    finding.found = "dylink";
    finding.message =
        say("the old {} section, which this runtime does not read", quoted(the_found(finding)));
    finding.details.push_back(
        fmt::format("{} {} only `dylink.0`: the load fails with an error that says nothing",
                    releases_text(*target.profile, refusing), verb(refusing, "reads", "read")));
    finding.help = fmt::format(
        "rebuild with Emscripten {}, whose linker writes `dylink.0`; or let wheelaudit "
        "repair rewrite the section",
        target.profile->emscripten);
    finding.repairable = true;
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
