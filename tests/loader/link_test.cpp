// Linking: what each import resolves to, and what a release does with it. Each of the seven false
// alarms of docs/design/linking.md#false-alarms has a test case.

#include "loader/link.hpp"

#include <doctest/doctest.h>

#include "base/path.hpp"
#include "support/linking_facts.hpp"

namespace wheelaudit::loader {

namespace {

/// The binding of the only module's only import on release 1.1.
Binding link_one(const profile::AbiProfile& profile, wasm::SideModule facts) {
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  return test::link_module(wheel, index_for_linking(wheel), 0, profile, 1).imports.at(0);
}

wasm::SideModule importing(wasm::ImportedSymbol import) {
  wasm::SideModule facts = test::side_module();
  facts.imports.push_back(std::move(import));
  return facts;
}

wasm::SideModule needing(std::string library, std::vector<std::string> run_path = {}) {
  wasm::SideModule facts = test::side_module();
  facts.dylink->needed.push_back(std::move(library));
  facts.dylink->runtime_path = std::move(run_path);
  return facts;
}

/// A needed library's binding, with the library as a path.
struct NeededOne {
  NeededBinding::State state = NeededBinding::State::missing;
  std::string member;
};
NeededOne needed_one(const profile::AbiProfile& profile, const std::string& module_path,
                     wasm::SideModule facts, const std::string& library_path) {
  std::vector<wheel::WheelModule> modules;
  modules.push_back(test::module_at_path(module_path, std::move(facts)));
  modules.push_back(test::module_at_path(library_path, test::side_module()));
  const wheel::Wheel wheel = test::wheel_of(std::move(modules));
  const std::size_t index = wheel.modules[0].path == module_path ? 0 : 1;
  const NeededBinding needed =
      test::link_module(wheel, index_for_linking(wheel), index, profile, 1).needed.at(0);
  return {.state = needed.state,
          .member = needed.library ? wheel.modules[*needed.library].path : std::string()};
}

}  // namespace

TEST_CASE("a function that the main module exports with the same type is the runtime's") {
  const Binding linked = link_one(test::js_profile(), importing(test::function_import("strlen")));
  CHECK(linked.resolution == Resolution::runtime_wasm);
  CHECK(linked.mismatch == Mismatch::none);
}

TEST_CASE("a wasm provider's type is compared exactly, a JavaScript provider's is not") {
  CHECK(link_one(test::js_profile(), importing(test::function_import("strlen", 2))).mismatch ==
        Mismatch::type);
  const Binding linked =
      link_one(test::js_profile(), importing(test::function_import("console_log", 2)));
  CHECK(linked.resolution == Resolution::runtime_js);
  CHECK(linked.mismatch == Mismatch::none);
}

TEST_CASE("both sides of a mismatch are told") {
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("a.so", importing(test::function_import("strlen", 2)))});
  const LinkIndex index = index_for_linking(wheel);
  const profile::AbiProfile profile = test::js_profile();
  const ModuleBindings bindings = test::link_module(wheel, index, 0, profile, 1);
  const MismatchSides sides =
      mismatch_sides(wheel, index, 0, profile, 1, 0, bindings.imports.at(0));
  CHECK(sides.expected == "(i32) -> i32");
  CHECK(sides.found == "(i64) -> i64");
}

TEST_CASE("data where a function is asked for does not fit") {
  CHECK(link_one(test::js_profile(), importing(test::function_import("stdout"))).mismatch ==
        Mismatch::kind);
}

TEST_CASE("an address may be a function's or data's") {
  CHECK(link_one(test::js_profile(), importing(test::address_import("strlen", "GOT.mem")))
            .resolution == Resolution::runtime_wasm);
  CHECK(link_one(test::js_profile(), importing(test::address_import("stdout", "GOT.func")))
            .resolution == Resolution::runtime_wasm);
}

TEST_CASE("of a JavaScript function without a signature nobody makes an address, weak or not") {
  wasm::ImportedSymbol import = test::address_import("stackSave", "GOT.func");
  CHECK(link_one(test::js_profile(), importing(test::function_import("stackSave", 0))).resolution ==
        Resolution::runtime_js);
  CHECK(link_one(test::js_profile(), importing(import)).resolution == Resolution::unresolved);
  CHECK(link_one(test::js_profile(), importing(test::address_import("console_log"))).resolution ==
        Resolution::runtime_js);
  import.weak = true;
  CHECK(link_one(test::wasm_profile(), importing(import)).resolution == Resolution::unresolved);
  wasm::SideModule facts = importing(import);
  facts.exports.push_back(test::function_export("stackSave"));
  CHECK(link_one(test::js_profile(), facts).resolution == Resolution::own_export);
}

TEST_CASE("what the loader holds is not an address: its globals, its memory, exception tags") {
  for (const char* name : {"__table_base", "__memory_base", "__stack_pointer", "memory",
                           "__indirect_function_table", "__cpp_exception"}) {
    CAPTURE(name);
    wasm::ImportedSymbol import = test::address_import(name);
    CHECK(link_one(test::wasm_profile(), importing(import)).resolution == Resolution::unresolved);
    import.weak = true;
    CHECK(link_one(test::wasm_profile(), importing(import)).resolution == Resolution::unresolved);
  }
}

TEST_CASE("what is made on demand has no address, nor have EM_JS functions or internal exports") {
  CHECK(link_one(test::js_profile(), importing(test::address_import("invoke_iii", "GOT.func")))
            .resolution == Resolution::unresolved);
  wasm::SideModule script = importing(test::address_import("answer", "GOT.func"));
  script.exports.push_back(test::function_export("__em_js__answer"));
  CHECK(link_one(test::js_profile(), script).resolution == Resolution::unresolved);
  wasm::SideModule internal = importing(test::address_import("__wasm_call_ctors", "GOT.func"));
  internal.exports.push_back(test::function_export("__wasm_call_ctors"));
  CHECK(link_one(test::js_profile(), internal).resolution == Resolution::unresolved);
}

TEST_CASE("a weak address that cannot be made stays behind when the engine refuses the module") {
  wasm::SideModule facts = importing(test::address_import("stackSave", "GOT.func"));
  facts.imports[0].weak = true;
  facts.imports.push_back(test::function_import("strlen", 2));
  CHECK(link_one(test::wasm_profile(), facts).resolution == Resolution::unresolved);
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", facts)});
  CHECK(
      test::link_module(wheel, index_for_linking(wheel), 0, test::wasm_profile(), 1).leaves_unset);
}

TEST_CASE("names that every JavaScript object has are refused as addresses, even one's own") {
  wasm::SideModule facts = importing(test::address_import("toString", "GOT.func"));
  CHECK(link_one(test::wasm_profile(), facts).mismatch == Mismatch::kind);
  CHECK_FALSE(link_one(test::wasm_profile(), facts).poisons);
  facts.exports.push_back(test::function_export("toString"));
  CHECK(link_one(test::wasm_profile(), facts).mismatch == Mismatch::kind);
  CHECK(link_one(test::wasm_profile(), importing(test::function_import("__proto__"))).mismatch ==
        Mismatch::kind);
  CHECK(link_one(test::wasm_profile(), importing(test::function_import("toString"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("a constant externref takes what the loader has, a funcref functions, an i32 data") {
  const auto linked = [](const char* name, char value, bool is_mutable) {
    wasm::ImportedSymbol import = test::address_import(name, "env");
    import.global = {.value = value, .is_mutable = is_mutable};
    return link_one(test::wasm_profile(), importing(import)).mismatch;
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
  wasm::ImportedSymbol import = test::address_import("stdout");
  import.global.is_mutable = false;
  CHECK(link_one(test::js_profile(), importing(import)).mismatch == Mismatch::kind);
}

TEST_CASE("false alarm: a module's own export satisfies its import") {
  wasm::SideModule facts = importing(test::function_import("_ZN1AC1Ev"));
  facts.exports.push_back(test::function_export("_ZN1AC1Ev"));
  CHECK(link_one(test::js_profile(), facts).resolution == Resolution::own_export);
}

TEST_CASE("false alarm: an EM_JS export provides its import, where the loader evaluates it") {
  wasm::SideModule facts = importing(test::function_import("answer"));
  facts.exports.push_back(test::function_export("__em_js__answer"));
  CHECK(link_one(test::js_profile(), facts).resolution == Resolution::own_em_js);
  profile::AbiProfile old = test::js_profile();
  for (profile::Runtime& runtime : old.runtimes) runtime.loader.em_js = profile::Outcome::call;
  CHECK(link_one(old, facts).resolution == Resolution::unresolved);
}

TEST_CASE(
    "false alarm: invoke_* is made on demand where exceptions are JavaScript's, and only there") {
  CHECK(link_one(test::js_profile(), importing(test::function_import("invoke_iii"))).resolution ==
        Resolution::on_demand);
  CHECK(link_one(test::wasm_profile(), importing(test::function_import("invoke_iii"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("false alarm: a weak import is nobody's fault") {
  wasm::ImportedSymbol import = test::address_import("_ZTHN3foo3barE");
  import.weak = true;
  CHECK(link_one(test::wasm_profile(), importing(import)).resolution == Resolution::weak);
}

TEST_CASE(
    "false alarm: a needed library in the wheel offers its exports, through other libraries too") {
  wasm::SideModule library = test::side_module();
  library.exports.push_back(test::function_export("geos_version"));
  wasm::SideModule front = needing("libgeos.so");
  wasm::SideModule facts = needing("libgeos_c.so");
  facts.imports.push_back(test::function_import("geos_version"));
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", facts),
                                             test::module_at_path("libgeos.so", library),
                                             test::module_at_path("libgeos_c.so", front)});
  const Binding linked =
      test::link_module(wheel, index_for_linking(wheel), 0, test::js_profile(), 1).imports.at(0);
  CHECK(linked.resolution == Resolution::library);
  CHECK(linked.library == 1);
}

TEST_CASE("symbols behind a missing library are not called unresolved") {
  wasm::SideModule facts = needing("libgone.so");
  facts.imports.push_back(test::function_import("gone"));
  CHECK(link_one(test::js_profile(), facts).resolution == Resolution::behind_missing);
}

TEST_CASE("a name that nobody has is unresolved") {
  CHECK(link_one(test::js_profile(), importing(test::function_import("PyObjekt_Str"))).resolution ==
        Resolution::unresolved);
  CHECK(link_one(test::js_profile(), importing(test::address_import("PyObjekt_Str"))).resolution ==
        Resolution::unresolved);
}

TEST_CASE("exception tags exist only where exceptions are wasm's") {
  CHECK(link_one(test::wasm_profile(), importing(test::tag_import("__cpp_exception"))).mismatch ==
        Mismatch::none);
  CHECK(link_one(test::js_profile(), importing(test::tag_import("__cpp_exception"))).mismatch ==
        Mismatch::kind);
}

TEST_CASE("an import module that the loader does not offer is told with the ones it does") {
  wasm::ImportedSymbol import = test::function_import("log");
  import.module = "zengl";
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", importing(import))});
  const LinkIndex index = index_for_linking(wheel);
  const profile::AbiProfile profile = test::js_profile();
  const ModuleBindings bindings = test::link_module(wheel, index, 0, profile, 1);
  CHECK(bindings.imports[0].mismatch == Mismatch::import_module);
  const MismatchSides sides =
      mismatch_sides(wheel, index, 0, profile, 1, 0, bindings.imports.at(0));
  CHECK(sides.expected == "one of env, wasi_snapshot_preview1, GOT.mem, GOT.func");
  CHECK(sides.found == "zengl");
}

TEST_CASE("a memory import must be reachable by the main memory") {
  wasm::ImportedSymbol import;
  import.module = "env";
  import.name = "memory";
  import.kind = wasm::ExternalKind::memory;
  const auto mismatch = [&] { return link_one(test::js_profile(), importing(import)).mismatch; };
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
  // pymupdf 1.28.2 has 21,654,876 bytes of data and asks for 331 pages; Pyodide 0.29.5 runs it.
  wasm::ImportedSymbol import;
  import.module = "env";
  import.name = "memory";
  import.kind = wasm::ExternalKind::memory;
  wasm::SideModule facts = importing(import);
  facts.dylink->memory_size = 21'654'876;
  const auto mismatch = [&](std::uint64_t minimum) {
    facts.imports[0].memory = {.minimum = minimum};
    return link_one(test::js_profile(), facts).mismatch;
  };
  CHECK(mismatch(331) == Mismatch::none);
  CHECK(mismatch(332) == Mismatch::memory);
}

TEST_CASE("a table import may have no maximum and must be within reach") {
  wasm::ImportedSymbol import;
  import.module = "env";
  import.name = "__indirect_function_table";
  import.kind = wasm::ExternalKind::table;
  wasm::SideModule facts = test::side_module();
  facts.dylink->table_size = 10;
  const auto mismatch = [&] {
    wasm::SideModule with_table = facts;
    with_table.imports.push_back(import);
    return link_one(test::js_profile(), with_table).mismatch;
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
  for (const profile::AbiProfile& profile : {test::js_profile(), test::wasm_profile()}) {
    CHECK(needed_one(profile, "pkg/a.so", needing("libx.so"), "libx.so").state ==
          NeededBinding::State::found);
  }
}

TEST_CASE("<name>.libs is searched up to 0.27 and needs a run path from 0.28 on") {
  using State = NeededBinding::State;
  const std::string library = "example.libs/libx.so";
  CHECK(needed_one(test::js_profile(), "pkg/a.so", needing("libx.so"), library).state ==
        State::found);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so", needing("libx.so"), library).state ==
        State::run_path_missing);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so",
                   needing("libx.so", {"$ORIGIN/../example.libs"}), library)
            .state == State::found);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so",
                   needing("libx.so", {"${ORIGIN}/../example.libs"}), library)
            .state == State::run_path_invalid);
  CHECK(
      needed_one(test::wasm_profile(), "pkg/a.so", needing("libx.so", {"../example.libs"}), library)
          .state == State::run_path_invalid);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so",
                   needing("libx.so", {"$ORIGIN/../../example.libs"}), library)
            .state == State::run_path_missing);
}

TEST_CASE("a run path is not a help where it is ignored") {
  const auto needed = needed_one(test::js_profile(), "pkg/a.so",
                                 needing("libx.so", {"$ORIGIN/../stock"}), "stock/libx.so");
  CHECK(needed.state == NeededBinding::State::run_path_ignored);
  CHECK(needed.member == "stock/libx.so");
}

TEST_CASE("a library elsewhere in the wheel without a run path is told with its place") {
  const auto needed =
      needed_one(test::js_profile(), "pkg/a.so", needing("libx.so"), "stock/libx.so");
  CHECK(needed.state == NeededBinding::State::in_wheel_elsewhere);
  CHECK(needed.member == "stock/libx.so");
}

TEST_CASE("0.27 knows a library by its name once the library is preloaded") {
  // The archive's order is that of the paths.
  CHECK(needed_one(test::js_profile(), "pkg/a.so", needing("libx.so"), "other/libx.so").state ==
        NeededBinding::State::found);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so", needing("libx.so"), "other/libx.so").state ==
        NeededBinding::State::run_path_missing);
}

TEST_CASE("0.27 searches every folder below the module's own") {
  CHECK(
      needed_one(test::js_profile(), "pkg/a.so", needing("libx.so"), "pkg/deep/er/libx.so").state ==
      NeededBinding::State::found);
  CHECK(needed_one(test::wasm_profile(), "pkg/a.so", needing("libx.so"), "pkg/deep/er/libx.so")
            .state == NeededBinding::State::run_path_missing);
}

TEST_CASE("a needed name with a slash is joined to each folder up to 0.27 and not searched later") {
  using State = NeededBinding::State;
  const auto state = [](const profile::AbiProfile& profile, const char* library) {
    return needed_one(profile, "pkg/a.so", needing("lib/libx.so"), library).state;
  };
  CHECK(state(test::js_profile(), "pkg/lib/libx.so") == State::found);
  CHECK(state(test::js_profile(), "other/libx.so") == State::name_with_slash);
  CHECK(state(test::wasm_profile(), "pkg/lib/libx.so") == State::name_with_slash);
}

TEST_CASE("a needed name with a slash is loaded but not bound before 0.26") {
  const auto state = [](wasm::SetjmpModel setjmp) {
    profile::AbiProfile old = test::js_profile();
    for (profile::Runtime& runtime : old.runtimes) {
      runtime.loader.needed_anywhere_in_wheel = true;
      runtime.loader.setjmp = setjmp;
    }
    return needed_one(old, "pkg/a.so", needing("lib/libx.so"), "pkg/lib/libx.so").state;
  };
  CHECK(state(wasm::SetjmpModel::emscripten) == NeededBinding::State::name_with_slash);
  CHECK(state(wasm::SetjmpModel::emscripten_new) == NeededBinding::State::found);
}

TEST_CASE("up to 0.26 a library that another module needs is loaded wherever it lies") {
  profile::AbiProfile old = test::js_profile();
  for (profile::Runtime& runtime : old.runtimes) runtime.loader.needed_anywhere_in_wheel = true;
  CHECK(needed_one(old, "pkg/a.so", needing("libx.so"), "other/libx.so").state ==
        NeededBinding::State::found);
}

TEST_CASE("bytes that are no wasm fail where they are imported, also where installing skips them") {
  const profile::AbiProfile profile = test::js_profile();
  profile::Runtime runtime = profile.runtimes[0];
  runtime.loader.not_wasm = profile::Outcome::ok;
  wasm::SideModule elf;
  elf.kind = wasm::ModuleKind::not_wasm;
  CHECK(module_outcome(profile, runtime, test::module_at_path("a.so", elf)) ==
        profile::Outcome::load);
}

TEST_CASE("an init function of another type dies where the loader says so") {
  wasm::SideModule facts = test::side_module();
  facts.exports.push_back(test::function_export("PyInit_a", 1));
  const profile::AbiProfile profile = test::js_profile();
  profile::Runtime runtime = profile.runtimes[0];
  runtime.loader.init_type = profile::Outcome::load;
  const auto outcome = [&](const char* path) {
    return module_outcome(profile, runtime, test::module_at_path(path, facts));
  };
  CHECK(outcome("a.so") == profile::Outcome::load);
  CHECK(outcome("pkg/a/__init__.so") == profile::Outcome::load);
  // CPython does not call it when the file is imported under another name, or never imported.
  CHECK(outcome("b.so") == profile::Outcome::ok);
  CHECK(outcome("a.so.1") == profile::Outcome::ok);
  runtime.loader.init_type = profile::Outcome::ok;
  CHECK(outcome("a.so") == profile::Outcome::ok);
}

TEST_CASE("a module that asks for more memory or table than there is left does not load") {
  const profile::AbiProfile profile = test::js_profile();
  const profile::Runtime& runtime = profile.runtimes[0];
  wasm::SideModule facts = test::side_module();
  const auto outcome = [&] {
    return module_outcome(profile, runtime, test::module_at_path("a.so", facts));
  };
  facts.dylink->table_size = static_cast<std::uint32_t>(elements_left(runtime));
  facts.dylink->memory_size = static_cast<std::uint32_t>(memory_left(runtime));
  CHECK(outcome() == profile::Outcome::ok);
  ++facts.dylink->table_size;
  CHECK(outcome() == profile::Outcome::load);
  facts.dylink->table_size = 0;
  ++facts.dylink->memory_size;
  CHECK(outcome() == profile::Outcome::load);
}

TEST_CASE("members of .data/platlib stand at the top once installed") {
  CHECK(installed_name("example-1.0.data/platlib/pkg/a.so") == "pkg/a.so");
  CHECK(installed_name("example-1.0.data/scripts/run") == "example-1.0.data/scripts/run");
  CHECK(installed_name("pkg/a.so") == "pkg/a.so");
}

TEST_CASE("a missing function fails at the call, or at the load when constructors reach it") {
  const profile::LoaderBehaviour loader = test::js_profile().runtimes[0].loader;
  const Binding nobody{.resolution = Resolution::unresolved};
  CHECK(import_outcome(loader, test::function_import("x"), nobody, false) ==
        profile::Outcome::call);
  CHECK(import_outcome(loader, test::function_import("x"), nobody, true) == profile::Outcome::load);
  CHECK(import_outcome(test::wasm_profile().runtimes[0].loader, test::address_import("x"), nobody,
                       false) == profile::Outcome::poison);
}

TEST_CASE("EM_ASM that is not looked for dies at the call, and without an address at the load") {
  profile::LoaderBehaviour loader = test::js_profile().runtimes[0].loader;
  loader.em_asm = profile::Outcome::load;
  const wasm::ImportedSymbol address = test::address_import("emscripten_asm_const_int");
  const Binding found{.resolution = Resolution::runtime_js};
  CHECK(import_outcome(loader, address, found, false) == profile::Outcome::call);
  const Binding nobody{.resolution = Resolution::unresolved};
  CHECK(import_outcome(loader, address, nobody, false) == loader.missing_address);
}

TEST_CASE("a library's function of another type: compared up to 0.26, converted by a stub later") {
  // The module imports `answer` as (i32) -> i32; the library exports it with one of the four types
  // of side_module().
  const auto outcome = [](profile::AbiProfile profile, bool globally, std::uint32_t offered) {
    for (profile::Runtime& runtime : profile.runtimes) {
      runtime.loader.needed_anywhere_in_wheel = globally;
    }
    wasm::SideModule module = needing("libx.so");
    module.imports.push_back(test::function_import("answer"));
    wasm::SideModule library = test::side_module();
    library.exports.push_back(test::function_export("answer", offered));
    const wheel::Wheel wheel = test::wheel_of(
        {test::module_at_path("libx.so", library), test::module_at_path("pkg/a.so", module)});
    const ModuleBindings bindings =
        test::link_module(wheel, index_for_linking(wheel), 1, profile, 1);
    CHECK(bindings.imports.at(0).resolution == Resolution::library);
    return import_outcome(profile.runtimes[1].loader, module.imports[0], bindings.imports.at(0),
                          false);
  };
  CHECK(outcome(test::js_profile(), true, 1) == profile::Outcome::ok);
  CHECK(outcome(test::js_profile(), true, 0) == profile::Outcome::load);
  CHECK(outcome(test::js_profile(), true, 2) == profile::Outcome::load);
  CHECK(outcome(test::wasm_profile(), false, 0) == profile::Outcome::ok);    // takes none
  CHECK(outcome(test::wasm_profile(), false, 3) == profile::Outcome::ok);    // no result: 0
  CHECK(outcome(test::wasm_profile(), false, 2) == profile::Outcome::call);  // a BigInt
}

TEST_CASE("0.21 binds addresses of a library, no calls; of what both have, the module's own") {
  const auto outcomes = [](profile::LibrarySearch search, const char* own_export) {
    profile::AbiProfile profile = test::js_profile();
    for (profile::Runtime& runtime : profile.runtimes) runtime.loader.library_search = search;
    wasm::ImportedSymbol weak = test::function_import("answer");
    weak.weak = true;
    wasm::SideModule module = needing("libx.so");
    module.imports = {test::function_import("answer"), weak,
                      test::address_import("answer", "GOT.func"), test::address_import("data"),
                      test::function_import("strlen")};
    if (own_export != nullptr) module.exports.push_back(test::function_export(own_export));
    wasm::SideModule library = test::side_module();
    for (const char* name : {"answer", "data", "strlen"})
      library.exports.push_back(test::function_export(name));
    const wheel::Wheel wheel = test::wheel_of(
        {test::module_at_path("libx.so", library), test::module_at_path("pkg/a.so", module)});
    const ModuleBindings bindings =
        test::link_module(wheel, index_for_linking(wheel), 1, profile, 1);
    std::vector<profile::Outcome> result;
    for (std::size_t i = 0; i < module.imports.size(); ++i) {
      const profile::Outcome outcome =
          import_outcome(profile.runtimes[1].loader, module.imports[i], bindings.imports[i], false);
      CHECK((outcome == profile::Outcome::ok || may_fail(module.imports[i], bindings.imports[i])));
      result.push_back(outcome);
    }
    result.push_back(
        import_outcome(profile.runtimes[1].loader, module.imports[0], bindings.imports[0], true));
    return result;
  };
  using enum profile::Outcome;
  using Outcomes = std::vector<profile::Outcome>;
  CHECK(outcomes(profile::LibrarySearch::flat_name, nullptr) ==
        Outcomes{call, call, ok, ok, ok, load});
  CHECK(outcomes(profile::LibrarySearch::flat_name, "answer") == Outcomes{ok, ok, ok, ok, ok, ok});
  CHECK(outcomes(profile::LibrarySearch::wheel_libs, nullptr) == Outcomes{ok, ok, ok, ok, ok, ok});
  CHECK(outcomes(profile::LibrarySearch::run_path, nullptr) == Outcomes{ok, ok, ok, ok, ok, ok});
}

TEST_CASE(
    "a load that the engine refuses spoils the session when addresses of the module stay unset") {
  const auto refused = [](std::vector<wasm::ImportedSymbol> more, const char* own_export) {
    wasm::SideModule facts = importing(test::function_import("strlen", 2));
    for (auto& import : more) facts.imports.push_back(std::move(import));
    facts.exports.push_back(test::function_export(own_export));
    const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", facts)});
    const profile::AbiProfile profile = test::js_profile();
    const ModuleBindings bindings =
        test::link_module(wheel, index_for_linking(wheel), 0, profile, 1);
    CHECK(bindings.leaves_unset == bindings.imports[0].poisons);
    return import_outcome(profile.runtimes[1].loader, facts.imports[0], bindings.imports[0], false);
  };
  CHECK(refused({}, "own") == profile::Outcome::load);
  CHECK(refused({test::address_import("own")}, "own") == profile::Outcome::poison);
  CHECK(refused({test::address_import("nobody")}, "own") == profile::Outcome::poison);
  CHECK(refused({test::address_import("stdout")}, "own") == profile::Outcome::load);
  CHECK(refused({test::address_import("invoke_vi")}, "own") ==
        profile::Outcome::poison);  // run on 0.21 and 0.27
  wasm::ImportedSymbol weak = test::address_import("own");
  weak.weak = true;
  CHECK(refused({weak}, "own") == profile::Outcome::load);
}

TEST_CASE("addresses behind an import module that the loader does not give are never asked for") {
  wasm::SideModule facts = importing(test::function_import("f"));
  facts.imports[0].module = "foreign";
  facts.imports.push_back(test::address_import("own"));
  facts.exports.push_back(test::function_export("own"));
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", facts)});
  CHECK_FALSE(
      test::link_module(wheel, index_for_linking(wheel), 0, test::js_profile(), 1).leaves_unset);
}

TEST_CASE("a memory of its own and an i64 global spoil the session in the same way") {
  wasm::SideModule facts = test::side_module();
  facts.memories.push_back({});
  const profile::AbiProfile profile = test::js_profile();
  const wheel::WheelModule module = test::module_at_path("a.so", facts);
  CHECK(module_outcome(profile, profile.runtimes[0], module) == profile::Outcome::load);
  CHECK(module_outcome(profile, profile.runtimes[0], module, true) == profile::Outcome::poison);
}

TEST_CASE("what the loader itself gives is not a function") {
  for (const char* name : {"memory", "__indirect_function_table", "__memory_base"}) {
    CAPTURE(name);
    const Binding linked = link_one(test::js_profile(), importing(test::function_import(name)));
    CHECK(linked.mismatch == Mismatch::kind);
    CHECK(linked.resolution == Resolution::loader);
  }
}

TEST_CASE("a load that fails before its imports are read spoils nothing") {
  wasm::SideModule facts = needing("libx.so");
  facts.imports = {test::function_import("strlen", 2), test::address_import("own")};
  facts.exports.push_back(test::function_export("own"));
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", facts)});
  CHECK_FALSE(
      test::link_module(wheel, index_for_linking(wheel), 0, test::js_profile(), 1).leaves_unset);
  facts.dylink->needed.clear();
  const wheel::Wheel without = test::wheel_of({test::module_at_path("a.so", facts)});
  CHECK(test::link_module(without, index_for_linking(without), 0, test::js_profile(), 1)
            .leaves_unset);
}

TEST_CASE("what the loader itself gives has no address, not even a weak one") {
  wasm::ImportedSymbol weak = test::address_import("__memory_base");
  weak.weak = true;
  CHECK(link_one(test::js_profile(), importing(weak)).resolution == Resolution::unresolved);
}

TEST_CASE("an immutable global of the loader is a number, which most types take") {
  const auto asked = [](char value, bool is_mutable) {
    wasm::ImportedSymbol import = test::address_import("__memory_base", "env");
    import.global = {.value = value, .is_mutable = is_mutable};
    return link_one(test::js_profile(), importing(import)).mismatch;
  };
  CHECK(asked('i', false) == Mismatch::none);
  CHECK(asked('d', false) == Mismatch::none);
  CHECK(asked('e', false) == Mismatch::none);
  CHECK(asked('j', false) == Mismatch::kind);
  CHECK(asked('i', true) == Mismatch::kind);
}

TEST_CASE("many releases link as each of them does alone, those alike too") {
  wasm::SideModule facts = test::side_module();
  for (const char* name : {"strlen", "stdout", "nobody_has_this"}) {
    facts.imports.push_back(test::function_import(name));
    facts.imports.push_back(test::address_import(name));
  }
  const std::vector<std::size_t> releases{0, 1, 0};
  for (const char* last : {"stackSave", "time"}) {  // the releases differ in time only
    CAPTURE(last);
    const profile::AbiProfile profile = test::wasm_profile();
    wasm::SideModule asking = facts;
    asking.imports.push_back(test::function_import(last));
    const wheel::Wheel wheel =
        test::wheel_of({test::module_at_path("example/_core.so", std::move(asking))});
    const LinkIndex index = index_for_linking(wheel);
    const auto together = link_module(wheel, index, 0, profile, releases);
    REQUIRE(together.size() == releases.size());
    for (std::size_t r = 0; r < releases.size(); ++r) {
      CHECK(together[r] == test::link_module(wheel, index, 0, profile, releases[r]));
    }
    CHECK((together[0] == together[1]) == (std::string(last) == "stackSave"));
  }
}

TEST_CASE("releases that differ in the loader alone do not link as one") {
  profile::AbiProfile profile = test::wasm_profile();
  profile.runtimes[1].loader.em_js = profile.runtimes[0].loader.em_js == profile::Outcome::ok
                                         ? profile::Outcome::call
                                         : profile::Outcome::ok;
  wasm::SideModule facts = importing(test::function_import("from_js"));
  facts.exports.push_back(test::function_export("__em_js__from_js"));
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  const std::vector<std::size_t> releases{0, 1};
  const auto together = link_module(wheel, index_for_linking(wheel), 0, profile, releases);
  CHECK(together[0].imports[0].resolution != together[1].imports[0].resolution);
}

}  // namespace wheelaudit::loader
