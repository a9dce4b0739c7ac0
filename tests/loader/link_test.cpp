// Linking: what each import resolves to, and what a release does about it. The seven false alarms
// of FAILURES.md each have a case of their own.

#include "loader/link.hpp"

#include <doctest/doctest.h>

#include "support/linking_facts.hpp"

using namespace wheelaudit;
using namespace wheelaudit::test;

namespace {

/// How the only module's only import comes out on release 1.1.
ImportLinkage link_one(const AbiProfile& profile, SideModule facts) {
  const Wheel wheel = wheel_of({module_at_path("example/_core.so", std::move(facts))});
  return link_module(wheel, index_for_linking(wheel), 0, profile, 1).imports.at(0);
}

SideModule importing(ImportedSymbol import) {
  SideModule facts = side_module();
  facts.imports.push_back(std::move(import));
  return facts;
}

SideModule needing(std::string library, std::vector<std::string> run_path = {}) {
  SideModule facts = side_module();
  facts.dylink->needed.push_back(std::move(library));
  facts.dylink->runtime_path = std::move(run_path);
  return facts;
}

/// A needed entry's linkage, its library as a path.
struct NeededOne {
  NeededLinkage::State state = NeededLinkage::State::missing;
  std::string member;
};
NeededOne needed_one(const AbiProfile& profile, const std::string& module_path, SideModule facts,
                     const std::string& library_path) {
  std::vector<WheelModule> modules;
  modules.push_back(module_at_path(module_path, std::move(facts)));
  modules.push_back(module_at_path(library_path, side_module()));
  const Wheel wheel = wheel_of(std::move(modules));
  const std::size_t index = wheel.modules[0].path == module_path ? 0 : 1;
  const NeededLinkage needed =
      link_module(wheel, index_for_linking(wheel), index, profile, 1).needed.at(0);
  return {.state = needed.state,
          .member = needed.library ? wheel.modules[*needed.library].path : std::string()};
}

}  // namespace

TEST_CASE("a function that the main module exports with the same type is the runtime's") {
  const ImportLinkage linked = link_one(js_profile(), importing(function_import("strlen")));
  CHECK(linked.resolution == Resolution::runtime_wasm);
  CHECK(linked.mismatch == Mismatch::none);
}

TEST_CASE("a wasm provider's type is compared exactly, a JavaScript provider's is not") {
  CHECK(link_one(js_profile(), importing(function_import("strlen", 2))).mismatch == Mismatch::type);
  const ImportLinkage linked = link_one(js_profile(), importing(function_import("console_log", 2)));
  CHECK(linked.resolution == Resolution::runtime_js);
  CHECK(linked.mismatch == Mismatch::none);
}

TEST_CASE("both sides of a mismatch are told") {
  const Wheel wheel = wheel_of({module_at_path("a.so", importing(function_import("strlen", 2)))});
  const LinkIndex index = index_for_linking(wheel);
  const AbiProfile profile = js_profile();
  const Linkage linkage = link_module(wheel, index, 0, profile, 1);
  const MismatchSides sides = mismatch_sides(wheel, index, 0, profile, 1, 0, linkage.imports.at(0));
  CHECK(sides.expected == "(i32) -> i32");
  CHECK(sides.found == "(i64) -> i64");
}

TEST_CASE("data where a function is asked for does not fit") {
  CHECK(link_one(js_profile(), importing(function_import("stdout"))).mismatch == Mismatch::kind);
}

TEST_CASE("an address may be a function's or data's") {
  CHECK(link_one(js_profile(), importing(address_import("strlen", "GOT.mem"))).resolution ==
        Resolution::runtime_wasm);
  CHECK(link_one(js_profile(), importing(address_import("stdout", "GOT.func"))).resolution ==
        Resolution::runtime_wasm);
}

TEST_CASE("of a JavaScript function without a signature nobody makes an address, weak or not") {
  ImportedSymbol import = address_import("stackSave", "GOT.func");
  CHECK(link_one(js_profile(), importing(function_import("stackSave", 0))).resolution ==
        Resolution::runtime_js);
  CHECK(link_one(js_profile(), importing(import)).resolution == Resolution::unresolved);
  CHECK(link_one(js_profile(), importing(address_import("console_log"))).resolution ==
        Resolution::runtime_js);
  import.weak = true;
  CHECK(link_one(wasm_profile(), importing(import)).resolution == Resolution::unresolved);
  SideModule facts = importing(import);
  facts.exports.push_back(function_export("stackSave"));
  CHECK(link_one(js_profile(), facts).resolution == Resolution::own_export);
}

TEST_CASE("what the loader holds is no address: its globals, its memory, exception tags") {
  for (const char* name : {"__table_base", "__memory_base", "__stack_pointer", "memory",
                           "__indirect_function_table", "__cpp_exception"}) {
    CAPTURE(name);
    ImportedSymbol import = address_import(name);
    CHECK(link_one(wasm_profile(), importing(import)).resolution == Resolution::unresolved);
    import.weak = true;
    CHECK(link_one(wasm_profile(), importing(import)).resolution == Resolution::unresolved);
  }
}

TEST_CASE("what is made on demand has no address, nor have EM_JS functions or internal exports") {
  CHECK(link_one(js_profile(), importing(address_import("invoke_iii", "GOT.func"))).resolution ==
        Resolution::unresolved);
  SideModule script = importing(address_import("answer", "GOT.func"));
  script.exports.push_back(function_export("__em_js__answer"));
  CHECK(link_one(js_profile(), script).resolution == Resolution::unresolved);
  SideModule internal = importing(address_import("__wasm_call_ctors", "GOT.func"));
  internal.exports.push_back(function_export("__wasm_call_ctors"));
  CHECK(link_one(js_profile(), internal).resolution == Resolution::unresolved);
}

TEST_CASE("a weak address that cannot be made stays behind when the engine refuses the module") {
  SideModule facts = importing(address_import("stackSave", "GOT.func"));
  facts.imports[0].weak = true;
  facts.imports.push_back(function_import("strlen", 2));
  CHECK(link_one(wasm_profile(), facts).resolution == Resolution::unresolved);
  const Wheel wheel = wheel_of({module_at_path("a.so", facts)});
  CHECK(link_module(wheel, index_for_linking(wheel), 0, wasm_profile(), 1).leaves_unset);
}

TEST_CASE("names that every JavaScript object has are refused as addresses, even one's own") {
  SideModule facts = importing(address_import("toString", "GOT.func"));
  CHECK(link_one(wasm_profile(), facts).mismatch == Mismatch::kind);
  CHECK_FALSE(link_one(wasm_profile(), facts).poisons);
  facts.exports.push_back(function_export("toString"));
  CHECK(link_one(wasm_profile(), facts).mismatch == Mismatch::kind);
  CHECK(link_one(wasm_profile(), importing(function_import("__proto__"))).mismatch ==
        Mismatch::kind);
  CHECK(link_one(wasm_profile(), importing(function_import("toString"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("a constant externref takes what the loader has, a funcref functions, an i32 data") {
  const auto linked = [](const char* name, char value, bool is_mutable) {
    ImportedSymbol import = address_import(name, "env");
    import.global = {.value = value, .is_mutable = is_mutable};
    return link_one(wasm_profile(), importing(import)).mismatch;
  };
  for (const char* name : {"nobody_has_it", "strlen", "stackSave", "__cpp_exception", "memory"}) {
    CAPTURE(name);
    CHECK(linked(name, 'e', false) == Mismatch::none);
    CHECK(linked(name, 'e', true) == Mismatch::kind);
    CHECK(linked(name, 'i', false) == Mismatch::kind);
  }
  CHECK(linked("__stack_pointer", 'e', false) == Mismatch::kind);
  CHECK(linked("strlen", 'F', false) == Mismatch::none);
  CHECK(linked("stackSave", 'F', false) == Mismatch::kind);
  CHECK(linked("stdout", 'i', false) == Mismatch::none);
  CHECK(linked("stdout", 'e', false) == Mismatch::kind);
}

TEST_CASE("an address must be asked for as a mutable i32") {
  ImportedSymbol import = address_import("stdout");
  import.global.is_mutable = false;
  CHECK(link_one(js_profile(), importing(import)).mismatch == Mismatch::kind);
}

TEST_CASE("false alarm: a module's own export satisfies its import") {
  SideModule facts = importing(function_import("_ZN1AC1Ev"));
  facts.exports.push_back(function_export("_ZN1AC1Ev"));
  CHECK(link_one(js_profile(), facts).resolution == Resolution::own_export);
}

TEST_CASE("false alarm: an EM_JS export provides its import, where the loader evaluates it") {
  SideModule facts = importing(function_import("answer"));
  facts.exports.push_back(function_export("__em_js__answer"));
  CHECK(link_one(js_profile(), facts).resolution == Resolution::own_em_js);
  AbiProfile old = js_profile();
  for (Runtime& runtime : old.runtimes) runtime.loader.em_js = Outcome::call;
  CHECK(link_one(old, facts).resolution == Resolution::unresolved);
}

TEST_CASE(
    "false alarm: invoke_* is made on demand where exceptions are JavaScript's, and only there") {
  CHECK(link_one(js_profile(), importing(function_import("invoke_iii"))).resolution ==
        Resolution::on_demand);
  CHECK(link_one(wasm_profile(), importing(function_import("invoke_iii"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("false alarm: a weak import is nobody's fault") {
  ImportedSymbol import = address_import("_ZTHN3foo3barE");
  import.weak = true;
  CHECK(link_one(wasm_profile(), importing(import)).resolution == Resolution::weak);
}

TEST_CASE(
    "false alarm: a needed library in the wheel offers its exports, through other libraries too") {
  SideModule library = side_module();
  library.exports.push_back(function_export("geos_version"));
  SideModule front = needing("libgeos.so");
  SideModule facts = needing("libgeos_c.so");
  facts.imports.push_back(function_import("geos_version"));
  const Wheel wheel =
      wheel_of({module_at_path("a.so", facts), module_at_path("libgeos.so", library),
                module_at_path("libgeos_c.so", front)});
  const ImportLinkage linked =
      link_module(wheel, index_for_linking(wheel), 0, js_profile(), 1).imports.at(0);
  CHECK(linked.resolution == Resolution::library);
  CHECK(linked.library == 1);
}

TEST_CASE("symbols behind a missing library are not called unresolved") {
  SideModule facts = needing("libgone.so");
  facts.imports.push_back(function_import("gone"));
  CHECK(link_one(js_profile(), facts).resolution == Resolution::behind_missing);
}

TEST_CASE("a name that nobody has is unresolved") {
  CHECK(link_one(js_profile(), importing(function_import("PyObjekt_Str"))).resolution ==
        Resolution::unresolved);
  CHECK(link_one(js_profile(), importing(address_import("PyObjekt_Str"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("exception tags exist only where exceptions are wasm's") {
  CHECK(link_one(wasm_profile(), importing(tag_import("__cpp_exception"))).mismatch ==
        Mismatch::none);
  CHECK(link_one(js_profile(), importing(tag_import("__cpp_exception"))).mismatch ==
        Mismatch::kind);
}

TEST_CASE("an import module that the loader does not offer is told with the ones it does") {
  ImportedSymbol import = function_import("log");
  import.module = "zengl";
  const Wheel wheel = wheel_of({module_at_path("a.so", importing(import))});
  const LinkIndex index = index_for_linking(wheel);
  const AbiProfile profile = js_profile();
  const Linkage linkage = link_module(wheel, index, 0, profile, 1);
  CHECK(linkage.imports[0].mismatch == Mismatch::import_module);
  const MismatchSides sides = mismatch_sides(wheel, index, 0, profile, 1, 0, linkage.imports.at(0));
  CHECK(sides.expected == "one of env, wasi_snapshot_preview1, GOT.mem, GOT.func");
  CHECK(sides.found == "zengl");
}

TEST_CASE("a memory import must be reachable by the main memory") {
  ImportedSymbol import;
  import.module = "env";
  import.name = "memory";
  import.kind = ExternalKind::memory;
  const auto mismatch = [&] { return link_one(js_profile(), importing(import)).mismatch; };
  import.memory = {.minimum = 1};
  CHECK(mismatch() == Mismatch::none);
  import.memory = {.minimum = 1, .maximum = 32768};
  CHECK(mismatch() == Mismatch::none);
  import.memory = {.minimum = 1, .maximum = 32767};
  CHECK(mismatch() == Mismatch::memory);
  import.memory = {.minimum = 321};
  CHECK(mismatch() == Mismatch::memory);
  import.memory = {.minimum = 1, .maximum = 32768, .shared = true};
  CHECK(mismatch() == Mismatch::memory);
  import.memory = {.minimum = 1, .is_64 = true};
  CHECK(mismatch() == Mismatch::memory);
}

TEST_CASE("the module's own data is room that is there when it asks for it") {
  // pymupdf 1.28.2: 21,654,876 bytes of data, 331 pages asked for, and Pyodide 0.29.5 runs it.
  ImportedSymbol import;
  import.module = "env";
  import.name = "memory";
  import.kind = ExternalKind::memory;
  SideModule facts = importing(import);
  facts.dylink->memory_size = 21'654'876;
  const auto mismatch = [&](std::uint64_t minimum) {
    facts.imports[0].memory = {.minimum = minimum};
    return link_one(js_profile(), facts).mismatch;
  };
  CHECK(mismatch(331) == Mismatch::none);
  CHECK(mismatch(332) == Mismatch::memory);
}

TEST_CASE("a table import may have no maximum and must be within reach") {
  ImportedSymbol import;
  import.module = "env";
  import.name = "__indirect_function_table";
  import.kind = ExternalKind::table;
  SideModule facts = side_module();
  facts.dylink->table_size = 10;
  const auto mismatch = [&] {
    SideModule with_table = facts;
    with_table.imports.push_back(import);
    return link_one(js_profile(), with_table).mismatch;
  };
  import.table = {.minimum = 8010};
  CHECK(mismatch() == Mismatch::none);
  import.table = {.minimum = 8011};
  CHECK(mismatch() == Mismatch::table);
  import.table = {.minimum = 1, .maximum = 8010};
  CHECK(mismatch() == Mismatch::table);
  import.table = {.element = 'e', .minimum = 1};
  CHECK(mismatch() == Mismatch::table);
}

TEST_CASE("a needed library at the top of site-packages is found by every loader") {
  for (const AbiProfile& profile : {js_profile(), wasm_profile()}) {
    CHECK(needed_one(profile, "pkg/a.so", needing("libx.so"), "libx.so").state ==
          NeededLinkage::State::found);
  }
}

TEST_CASE("<name>.libs is searched up to 0.27 and needs a run path from 0.28 on") {
  using State = NeededLinkage::State;
  const std::string library = "example.libs/libx.so";
  CHECK(needed_one(js_profile(), "pkg/a.so", needing("libx.so"), library).state == State::found);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so"), library).state ==
        State::run_path_missing);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so", {"$ORIGIN/../example.libs"}),
                   library)
            .state == State::found);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so", {"${ORIGIN}/../example.libs"}),
                   library)
            .state == State::run_path_invalid);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so", {"../example.libs"}), library)
            .state == State::run_path_invalid);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so", {"$ORIGIN/../../example.libs"}),
                   library)
            .state == State::run_path_missing);
}

TEST_CASE("a run path is no help where it is ignored") {
  const auto needed = needed_one(js_profile(), "pkg/a.so", needing("libx.so", {"$ORIGIN/../other"}),
                                 "other/libx.so");
  CHECK(needed.state == NeededLinkage::State::run_path_ignored);
  CHECK(needed.member == "other/libx.so");
}

TEST_CASE("a library elsewhere in the wheel without a run path is told with its place") {
  const auto needed = needed_one(js_profile(), "pkg/a.so", needing("libx.so"), "other/libx.so");
  CHECK(needed.state == NeededLinkage::State::in_wheel_elsewhere);
  CHECK(needed.member == "other/libx.so");
}

TEST_CASE("0.27 searches every folder below the module's own") {
  CHECK(needed_one(js_profile(), "pkg/a.so", needing("libx.so"), "pkg/deep/er/libx.so").state ==
        NeededLinkage::State::found);
  CHECK(needed_one(wasm_profile(), "pkg/a.so", needing("libx.so"), "pkg/deep/er/libx.so").state ==
        NeededLinkage::State::run_path_missing);
}

TEST_CASE("a needed name with a slash is joined to each folder up to 0.27 and not searched later") {
  using State = NeededLinkage::State;
  const auto state = [](const AbiProfile& profile, const char* library) {
    return needed_one(profile, "pkg/a.so", needing("lib/libx.so"), library).state;
  };
  CHECK(state(js_profile(), "pkg/lib/libx.so") == State::found);
  CHECK(state(js_profile(), "other/libx.so") == State::name_with_slash);
  CHECK(state(wasm_profile(), "pkg/lib/libx.so") == State::name_with_slash);
}

TEST_CASE("a needed name with a slash is loaded but not bound before 0.26") {
  const auto state = [](SetjmpModel setjmp) {
    AbiProfile old = js_profile();
    for (Runtime& runtime : old.runtimes) {
      runtime.loader.needed_anywhere_in_wheel = true;
      runtime.loader.setjmp = setjmp;
    }
    return needed_one(old, "pkg/a.so", needing("lib/libx.so"), "pkg/lib/libx.so").state;
  };
  CHECK(state(SetjmpModel::emscripten) == NeededLinkage::State::name_with_slash);
  CHECK(state(SetjmpModel::emscripten_new) == NeededLinkage::State::found);
}

TEST_CASE("up to 0.26 a library that another module needs is loaded wherever it lies") {
  AbiProfile old = js_profile();
  for (Runtime& runtime : old.runtimes) runtime.loader.needed_anywhere_in_wheel = true;
  CHECK(needed_one(old, "pkg/a.so", needing("libx.so"), "other/libx.so").state ==
        NeededLinkage::State::found);
}

TEST_CASE("bytes that are no wasm fail where they are imported, also where installing skips them") {
  const AbiProfile profile = js_profile();
  Runtime runtime = profile.runtimes[0];
  runtime.loader.not_wasm = Outcome::ok;
  SideModule elf;
  elf.kind = ModuleKind::not_wasm;
  CHECK(module_outcome(profile, runtime, module_at_path("a.so", elf)) == Outcome::load);
}

TEST_CASE("an init function of another type dies where the loader says so") {
  SideModule facts = side_module();
  facts.exports.push_back(function_export("PyInit_a", 1));
  const AbiProfile profile = js_profile();
  Runtime runtime = profile.runtimes[0];
  runtime.loader.init_type = Outcome::load;
  const auto outcome = [&](const char* path) {
    return module_outcome(profile, runtime, module_at_path(path, facts));
  };
  CHECK(outcome("a.so") == Outcome::load);
  CHECK(outcome("pkg/a/__init__.so") == Outcome::load);
  // Nobody calls it when the file is imported under another name, or never.
  CHECK(outcome("b.so") == Outcome::ok);
  CHECK(outcome("a.so.1") == Outcome::ok);
  runtime.loader.init_type = Outcome::ok;
  CHECK(outcome("a.so") == Outcome::ok);
}

TEST_CASE("a module that asks for more memory or table than there is left does not load") {
  const AbiProfile profile = js_profile();
  const Runtime& runtime = profile.runtimes[0];
  SideModule facts = side_module();
  const auto outcome = [&] {
    return module_outcome(profile, runtime, module_at_path("a.so", facts));
  };
  facts.dylink->table_size = static_cast<std::uint32_t>(elements_left(runtime));
  facts.dylink->memory_size = static_cast<std::uint32_t>(memory_left(runtime));
  CHECK(outcome() == Outcome::ok);
  ++facts.dylink->table_size;
  CHECK(outcome() == Outcome::load);
  facts.dylink->table_size = 0;
  ++facts.dylink->memory_size;
  CHECK(outcome() == Outcome::load);
}

TEST_CASE("members of .data/platlib stand at the top once installed") {
  CHECK(installed_path("example-1.0.data/platlib/pkg/a.so") == "pkg/a.so");
  CHECK(installed_path("example-1.0.data/scripts/run") == "example-1.0.data/scripts/run");
  CHECK(installed_path("pkg/a.so") == "pkg/a.so");
}

TEST_CASE("a missing function fails at the call, or at the load when constructors reach it") {
  const LoaderBehaviour loader = js_profile().runtimes[0].loader;
  const ImportLinkage nobody{.resolution = Resolution::unresolved};
  CHECK(import_outcome(loader, function_import("x"), nobody, false) == Outcome::call);
  CHECK(import_outcome(loader, function_import("x"), nobody, true) == Outcome::load);
  CHECK(import_outcome(wasm_profile().runtimes[0].loader, address_import("x"), nobody, false) ==
        Outcome::poison);
}

TEST_CASE("EM_ASM that is not looked for dies at the call, and without an address at the load") {
  LoaderBehaviour loader = js_profile().runtimes[0].loader;
  loader.em_asm = Outcome::load;
  const ImportedSymbol address = address_import("emscripten_asm_const_int");
  const ImportLinkage found{.resolution = Resolution::runtime_js};
  CHECK(import_outcome(loader, address, found, false) == Outcome::call);
  const ImportLinkage nobody{.resolution = Resolution::unresolved};
  CHECK(import_outcome(loader, address, nobody, false) == loader.missing_address);
}

TEST_CASE("a library's function of another type: compared up to 0.26, converted by a stub later") {
  // answer is asked for as (i32) -> i32; the library has one of the four types of side_module()
  const auto outcome = [](AbiProfile profile, bool globally, std::uint32_t offered) {
    for (Runtime& runtime : profile.runtimes) {
      runtime.loader.needed_anywhere_in_wheel = globally;
    }
    SideModule module = needing("libx.so");
    module.imports.push_back(function_import("answer"));
    SideModule library = side_module();
    library.exports.push_back(function_export("answer", offered));
    const Wheel wheel =
        wheel_of({module_at_path("libx.so", library), module_at_path("pkg/a.so", module)});
    const Linkage linkage = link_module(wheel, index_for_linking(wheel), 1, profile, 1);
    CHECK(linkage.imports.at(0).resolution == Resolution::library);
    return import_outcome(profile.runtimes[1].loader, module.imports[0], linkage.imports.at(0),
                          false);
  };
  CHECK(outcome(js_profile(), true, 1) == Outcome::ok);
  CHECK(outcome(js_profile(), true, 0) == Outcome::load);
  CHECK(outcome(js_profile(), true, 2) == Outcome::load);
  CHECK(outcome(wasm_profile(), false, 0) == Outcome::ok);    // an argument too many
  CHECK(outcome(wasm_profile(), false, 3) == Outcome::ok);    // no result: 0
  CHECK(outcome(wasm_profile(), false, 2) == Outcome::call);  // a BigInt
}

TEST_CASE("0.21 binds addresses of a library, no calls; of what both have, the module's own") {
  const auto outcomes = [](LibrarySearch search, const char* own_export) {
    AbiProfile profile = js_profile();
    for (Runtime& runtime : profile.runtimes) runtime.loader.library_search = search;
    ImportedSymbol weak = function_import("answer");
    weak.weak = true;
    SideModule module = needing("libx.so");
    module.imports = {function_import("answer"), weak, address_import("answer", "GOT.func"),
                      address_import("data"), function_import("strlen")};
    if (own_export != nullptr) module.exports.push_back(function_export(own_export));
    SideModule library = side_module();
    for (const char* name : {"answer", "data", "strlen"})
      library.exports.push_back(function_export(name));
    const Wheel wheel =
        wheel_of({module_at_path("libx.so", library), module_at_path("pkg/a.so", module)});
    const Linkage linkage = link_module(wheel, index_for_linking(wheel), 1, profile, 1);
    std::vector<Outcome> result;
    for (std::size_t i = 0; i < module.imports.size(); ++i) {
      const Outcome outcome =
          import_outcome(profile.runtimes[1].loader, module.imports[i], linkage.imports[i], false);
      CHECK((outcome == Outcome::ok || may_fail(module.imports[i], linkage.imports[i])));
      result.push_back(outcome);
    }
    result.push_back(
        import_outcome(profile.runtimes[1].loader, module.imports[0], linkage.imports[0], true));
    return result;
  };
  using enum Outcome;
  using Outcomes = std::vector<Outcome>;
  CHECK(outcomes(LibrarySearch::flat_name, nullptr) == Outcomes{call, call, ok, ok, ok, load});
  CHECK(outcomes(LibrarySearch::flat_name, "answer") == Outcomes{ok, ok, ok, ok, ok, ok});
  CHECK(outcomes(LibrarySearch::wheel_libs, nullptr) == Outcomes{ok, ok, ok, ok, ok, ok});
  CHECK(outcomes(LibrarySearch::run_path, nullptr) == Outcomes{ok, ok, ok, ok, ok, ok});
}

TEST_CASE(
    "a load that the engine refuses spoils the session when addresses of the module stay unset") {
  const auto refused = [](std::vector<ImportedSymbol> more, const char* own_export) {
    SideModule facts = importing(function_import("strlen", 2));
    for (auto& import : more) facts.imports.push_back(std::move(import));
    facts.exports.push_back(function_export(own_export));
    const Wheel wheel = wheel_of({module_at_path("a.so", facts)});
    const AbiProfile profile = js_profile();
    const Linkage linkage = link_module(wheel, index_for_linking(wheel), 0, profile, 1);
    CHECK(linkage.leaves_unset == linkage.imports[0].poisons);
    return import_outcome(profile.runtimes[1].loader, facts.imports[0], linkage.imports[0], false);
  };
  CHECK(refused({}, "own") == Outcome::load);
  CHECK(refused({address_import("own")}, "own") == Outcome::poison);
  CHECK(refused({address_import("nobody")}, "own") == Outcome::poison);
  CHECK(refused({address_import("stdout")}, "own") == Outcome::load);
  CHECK(refused({address_import("invoke_vi")}, "own") == Outcome::poison);  // run on 0.21 and 0.27
  ImportedSymbol weak = address_import("own");
  weak.weak = true;
  CHECK(refused({weak}, "own") == Outcome::load);
}

TEST_CASE("addresses behind an import module that the loader does not give are never asked for") {
  SideModule facts = importing(function_import("f"));
  facts.imports[0].module = "foreign";
  facts.imports.push_back(address_import("own"));
  facts.exports.push_back(function_export("own"));
  const Wheel wheel = wheel_of({module_at_path("a.so", facts)});
  CHECK_FALSE(link_module(wheel, index_for_linking(wheel), 0, js_profile(), 1).leaves_unset);
}

TEST_CASE("a memory of its own and an i64 global spoil the session in the same way") {
  SideModule facts = side_module();
  facts.memories.push_back({});
  const AbiProfile profile = js_profile();
  const WheelModule module = module_at_path("a.so", facts);
  CHECK(module_outcome(profile, profile.runtimes[0], module) == Outcome::load);
  CHECK(module_outcome(profile, profile.runtimes[0], module, true) == Outcome::poison);
}

TEST_CASE("what the loader itself gives is no function") {
  for (const char* name : {"memory", "__indirect_function_table", "__memory_base"}) {
    CAPTURE(name);
    const ImportLinkage linked = link_one(js_profile(), importing(function_import(name)));
    CHECK(linked.mismatch == Mismatch::kind);
    CHECK(linked.resolution == Resolution::loader);
  }
}

TEST_CASE("a load that fails before its imports are read spoils nothing") {
  SideModule facts = needing("libx.so");
  facts.imports = {function_import("strlen", 2), address_import("own")};
  facts.exports.push_back(function_export("own"));
  const Wheel wheel = wheel_of({module_at_path("a.so", facts)});
  CHECK_FALSE(link_module(wheel, index_for_linking(wheel), 0, js_profile(), 1).leaves_unset);
  facts.dylink->needed.clear();
  const Wheel without = wheel_of({module_at_path("a.so", facts)});
  CHECK(link_module(without, index_for_linking(without), 0, js_profile(), 1).leaves_unset);
}

TEST_CASE("what the loader itself gives has no address, not even a weak one") {
  ImportedSymbol weak = address_import("__memory_base");
  weak.weak = true;
  CHECK(link_one(js_profile(), importing(weak)).resolution == Resolution::unresolved);
}

TEST_CASE("an immutable global of the loader is a number, which most types take") {
  const auto asked = [](char value, bool is_mutable) {
    ImportedSymbol import = address_import("__memory_base", "env");
    import.global = {.value = value, .is_mutable = is_mutable};
    return link_one(js_profile(), importing(import)).mismatch;
  };
  CHECK(asked('i', false) == Mismatch::none);
  CHECK(asked('d', false) == Mismatch::none);
  CHECK(asked('e', false) == Mismatch::none);
  CHECK(asked('j', false) == Mismatch::kind);
  CHECK(asked('i', true) == Mismatch::kind);
}

TEST_CASE("many releases link as each of them does alone, those alike too") {
  SideModule facts = side_module();
  for (const char* name : {"strlen", "stdout", "nobody_has_this"}) {
    facts.imports.push_back(function_import(name));
    facts.imports.push_back(address_import(name));
  }
  const std::vector<std::size_t> releases{0, 1, 0};
  for (const char* last : {"stackSave", "time"}) {  // the releases differ in time only
    CAPTURE(last);
    const AbiProfile profile = wasm_profile();
    SideModule asking = facts;
    asking.imports.push_back(function_import(last));
    const Wheel wheel = wheel_of({module_at_path("example/_core.so", std::move(asking))});
    const LinkIndex index = index_for_linking(wheel);
    const auto together = link_module(wheel, index, 0, profile, releases);
    REQUIRE(together.size() == releases.size());
    for (std::size_t r = 0; r < releases.size(); ++r) {
      CHECK(together[r] == link_module(wheel, index, 0, profile, releases[r]));
    }
    CHECK((together[0] == together[1]) == (std::string(last) == "stackSave"));
  }
}

TEST_CASE("releases that differ in the loader alone do not link as one") {
  AbiProfile profile = wasm_profile();
  profile.runtimes[1].loader.em_js =
      profile.runtimes[0].loader.em_js == Outcome::ok ? Outcome::call : Outcome::ok;
  SideModule facts = importing(function_import("from_js"));
  facts.exports.push_back(function_export("__em_js__from_js"));
  const Wheel wheel = wheel_of({module_at_path("example/_core.so", std::move(facts))});
  const std::vector<std::size_t> releases{0, 1};
  const auto together = link_module(wheel, index_for_linking(wheel), 0, profile, releases);
  CHECK(together[0].imports[0].resolution != together[1].imports[0].resolution);
}
