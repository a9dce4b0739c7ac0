// WA201 to WA204: what the files are. Wording included.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/wasm_builder.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

constexpr const char* own_name = "example/_core.cpython-313-wasm32-emscripten.so";

wasm::SideModule elf() { return test::foreign_facts(wasm::ModuleKind::not_wasm, "elf x86-64"); }

wheel::Wheel with_file(const profile::AbiProfile& profile, std::string path,
                       wasm::SideModule facts) {
  return test::with_module(test::good_wheel(profile), std::move(path), std::move(facts));
}

wasm::SideModule faulty(wasm::ModuleFaultKind kind) {
  wasm::SideModule facts = test::extension_facts();
  facts.kind = kind == wasm::ModuleFaultKind::malformed ? wasm::ModuleKind::malformed : facts.kind;
  facts.faults = {{.kind = kind,
                   .message = "section 1 runs beyond the end of the module",
                   .offset = 77,
                   .function = {},
                   .option = {}}};
  return facts;
}

}  // namespace

TEST_CASE("WA201 fires: an ELF called like a module stops the install from 0.28 on") {
  const Finding finding = test::only(
      test::run_on_target("WA201", with_file(test::abi_2025(), own_name, elf()), test::abi_2025()));
  CHECK(finding.rule == "WA201"_rule);
  CHECK(rule_name(finding.rule) == "not-wasm");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile == "pyemscripten_2025_0");
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3", "0.29.5"});
  CHECK(finding.place.member == own_name);
  CHECK(finding.message == "not WebAssembly but elf x86-64");
  CHECK(finding.expected == "wasm");
  CHECK(finding.found == "elf x86-64");
  CHECK(test::has_detail(
      finding,
      "Pyodide 0.28.0 to 0.29.5 stop on it, and the whole install ends: \"Failed to "
      "load dynamic library …. We probably just tried to load a linux .so file or "
      "something\""));
  CHECK(finding.help ==
        "build it with Emscripten (pyodide build, cibuildwheel --platform pyodide): a step of the "
        "build called the host's compiler");
}

TEST_CASE("WA201 fires: until 0.27 the file is skipped, and its import fails") {
  const Finding finding = test::only(test::run_on_target(
      "WA201", with_file(test::abi_2024(), "example/_core.cpython-312-wasm32-emscripten.so", elf()),
      test::abi_2024()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(test::has_detail(
      finding,
      "installing skips it with a warning, and whatever imports or opens it fails: "
      "\"need to see wasm magic number\""));
}

TEST_CASE("WA201 fires: a native suffix on native code, which nobody loads or imports") {
  for (const char* path : {"example/_core.cpython-313-x86_64-linux-gnu.so",
                           "example/_core.cp313-win_amd64.pyd", "example/native.dll"}) {
    CAPTURE(path);
    const Finding finding = test::only(
        test::run_on_target("WA201", with_file(test::abi_2025(), path, elf()), test::abi_2025()));
    CHECK(finding.severity == Severity::error);
    CHECK(test::has_detail(
        finding, "no Python of this profile can import or open it: \"No module named …\""));
  }
}

TEST_CASE("WA201 fires: native code of another CPython is payload unless Python imports its name") {
  wheel::Wheel wheel = test::and_module(test::good_wheel(test::abi_2025()),
                                        "example/data.cpython-37m-x86_64-linux-gnu.so", elf());
  const auto severity = [](const wheel::Wheel& judged) {
    return test::only(test::run_on_target("WA201", judged, test::abi_2025())).severity;
  };
  wheel.contents_verified = true;
  wheel.depth = wasm::Depth::full;
  CHECK(severity(wheel) == Severity::note);
  wheel.imported_modules = {{.module = "example/data.cpython-37m-x86_64-linux-gnu.so",
                             .nested = true,
                             .source = "example/user.py",
                             .line = 1}};
  CHECK(severity(wheel) == Severity::error);
  wheel.imported_modules.clear();
  wheel.contents_verified = false;  // nobody read what Python imports
  CHECK(severity(wheel) == Severity::error);
}

TEST_CASE("WA201 fires: native code left over beside the same module in wasm is a note") {
  const wheel::Wheel wheel = test::and_module(test::good_wheel(test::abi_2025()),
                                              "example/_core.cpython-313-darwin.so", elf());
  const Finding finding = test::only(test::run_on_target("WA201", wheel, test::abi_2025()));
  CHECK(finding.severity == Severity::note);
  CHECK(test::has_detail(finding, "nothing on this runtime loads it"));
  CHECK(finding.help == "drop the file: it is of no use on this runtime");
}

TEST_CASE("WA201 fires: an empty file beside the module of the same name is skipped until 0.27") {
  const wheel::Wheel wheel =
      test::and_module(test::good_wheel(test::abi_2024()), "example/_core.so",
                       test::foreign_facts(wasm::ModuleKind::not_wasm, "empty"));
  const Finding finding = test::only(test::run_on_target("WA201", wheel, test::abi_2024()));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.message == "not WebAssembly but empty");
}

TEST_CASE("WA201 fires: only older releases stop on it, so it is a warning") {
  profile::AbiProfile profile = test::abi_2025();
  profile.runtimes.back().loader.not_wasm = profile::Outcome::ok;
  const wheel::Wheel wheel = test::and_module(test::good_wheel(profile), "example/_core.so", elf());
  const Finding finding = test::only(test::run_on_target("WA201", wheel, profile));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3"});
}

TEST_CASE("WA201 keeps quiet: wasm of every kind") {
  CHECK(test::run_on_target("WA201", test::good_wheel(test::abi_2025()), test::abi_2025()).empty());
  CHECK(test::run_on_target("WA201",
                            with_file(test::abi_2025(), own_name,
                                      test::foreign_facts(wasm::ModuleKind::relocatable, "wasm")),
                            test::abi_2025())
            .empty());
}

TEST_CASE("WA210 fires: the count of import-info is that of module names") {
  wasm::SideModule facts = test::extension_facts();
  facts.dylink->imports.resize(7);
  facts.dylink->miscount = wasm::ImportMiscount{.declared = 1, .offset = 57, .size = 1};
  const Finding finding =
      test::only(test::run_on_wheel("WA210", with_file(test::abi_2025(), own_name, facts)));
  CHECK(rule_name(finding.rule) == "miscounted-dylink");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.repairable);
  CHECK(finding.profile.empty());
  CHECK(finding.place.member == own_name);
  CHECK(finding.place.offset == 57);
  CHECK(finding.message == "the import-info of its dylink section says 1 and holds 7 entries");
  CHECK(finding.expected == "a count of 7");
  CHECK(finding.found == "a count of 1");
  CHECK(test::has_detail(
      finding, "auditwheel-emscripten up to 0.3.0 writes the number of module names here"));
  CHECK(finding.help == "wheelaudit repair example-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl");
}

TEST_CASE("WA210 fires: a module that was not understood is miscounted too, and not rewritten") {
  wasm::SideModule facts = faulty(wasm::ModuleFaultKind::not_understood);
  facts.dylink->miscount = wasm::ImportMiscount{.declared = 1, .offset = 57, .size = 1};
  const Finding finding =
      test::only(test::run_on_wheel("WA210", with_file(test::abi_2025(), own_name, facts)));
  CHECK(finding.severity == Severity::error);
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help == "repair the wheel again with auditwheel-emscripten after 0.3.0");
}

TEST_CASE("WA210 keeps quiet: the count is right, or the module is damaged besides") {
  wasm::SideModule facts = test::extension_facts();
  facts.dylink->imports.resize(7);
  CHECK(test::run_on_wheel("WA210", with_file(test::abi_2025(), own_name, facts)).empty());
  facts = faulty(wasm::ModuleFaultKind::malformed);
  facts.dylink->miscount = wasm::ImportMiscount{.declared = 1, .offset = 57, .size = 1};
  CHECK(test::run_on_wheel("WA210", with_file(test::abi_2025(), own_name, facts)).empty());
}

TEST_CASE("WA202 fires: wasm of another kind under a name that is loaded") {
  struct Case {
    wasm::ModuleKind kind;
    const char* message;
    const char* found;
  };
  for (const Case& expected :
       {Case{wasm::ModuleKind::static_wasm, "a main module or static program, not a side module",
             "static-wasm"},
        Case{wasm::ModuleKind::relocatable,
             "an object file that was never linked, not a side module", "relocatable"},
        Case{wasm::ModuleKind::component, "a component, not a side module", "component"},
        Case{wasm::ModuleKind::wasi, "a WASI reactor, not a side module", "wasi"}}) {
    CAPTURE(expected.found);
    const Finding finding = test::only(test::run_on_wheel(
        "WA202", with_file(test::abi_2025(), own_name, test::foreign_facts(expected.kind, "wasm")),
        {"pyemscripten_2025_0"}));
    CHECK(finding.rule == "WA202"_rule);
    CHECK(rule_name(finding.rule) == "not-a-side-module");
    CHECK(finding.severity == Severity::error);
    CHECK(finding.consequence == Consequence::load);
    CHECK(finding.profile.empty());
    CHECK(finding.place.member == own_name);
    CHECK(finding.message == expected.message);
    CHECK(finding.found == expected.found);
    CHECK(test::has_detail(finding, "the load fails: \"need the dylink section to be first\""));
    CHECK_FALSE(finding.help.empty());
  }
}

namespace {

/// What WA202 says of a file with these bytes under an extension's name.
Finding said_of(std::string_view module) {
  return test::only(test::run_on_wheel(
      "WA202", with_file(test::abi_2025(), own_name, test::read(module)), {"pyemscripten_2025_0"}));
}

/// A module without imports of its own but this function, exporting function 1 under `name`.
std::string program(std::string_view module, std::string_view import, std::string_view name) {
  test::ModuleParts parts;
  parts.types = test::list({test::type_of("", "")});
  parts.imports = test::list({test::import_of(module, import, 0, test::leb(0))});
  parts.functions = test::list({test::leb(0)});
  parts.memories = test::list({test::bytes({0, 2})});
  parts.exports = test::list({test::export_of("memory", 2, 0), test::export_of(name, 0, 1)});
  parts.code = test::list({test::body("")});
  return parts.bytes();
}

/// `clang-19 --target=wasm32-wasi -nostdlib -O1 -Wl,--strip-all` of a `_start` that calls
/// `proc_exit`.
constexpr std::string_view clang_wasi{
    "\x00\x61\x73\x6d\x01\x00\x00\x00\x01\x08\x02\x60\x01\x7f\x00\x60\x00\x00\x02\x24\x01\x16wasi_"
    "snaps"
    "hot_preview1\x09proc_"
    "exit\x00\x00\x03\x02\x01\x01\x05\x03\x01\x00\x02\x07\x13\x02\x06memory\x02\x00"
    "\x06_start\x00\x01\x0a\x09\x01\x07\x00\x41\x00\x10\x00\x00\x0b\x00\x49\x0ftarget_features\x04+"
    "\x0f"
    "mutable-globals+\x08sign-ext+\x0freference-types+\x0amultivalue",
    172};

}  // namespace

TEST_CASE("WA202 fires: WASI programs, as clang makes them and by hand") {
  const Finding clang = said_of(clang_wasi);
  CHECK(clang.message == "a WASI command, not a side module");
  CHECK(clang.found == "wasi");
  CHECK(test::has_detail(
      clang,
      "WASI has no dlopen: what wasi-sdk and wasm32-wasip1 make is never loaded into "
      "another program"));
  CHECK(clang.help ==
        "build it with Emscripten, as a side module; see that CC is emcc, and for Rust that the "
        "target is wasm32-unknown-emscripten");
  CHECK(said_of(program("wasi_snapshot_preview1", "proc_exit", "_start")).message ==
        "a WASI command, not a side module");
  CHECK(said_of(program("wasi_snapshot_preview1", "proc_exit", "_initialize")).message ==
        "a WASI reactor, not a side module");
}

TEST_CASE("WA202 fires: static programs, each by what made it") {
  const Finding emscripten = said_of(program("env", "emscripten_resize_heap", "main"));
  CHECK(emscripten.message == "a static Emscripten program, not a side module");
  CHECK(test::has_detail(emscripten,
                         "it was linked to stand alone, with a memory and a C library of its own"));
  CHECK(emscripten.help ==
        "link it as a side module: emcc -sSIDE_MODULE=2, or wasm-ld -shared --experimental-pic, "
        "with everything compiled with -fPIC");
  CHECK(said_of(program("a", "b", "c")).message ==
        "a static Emscripten program, not a side module");
  CHECK(said_of(program("env", "puts", "stackRestore")).message ==
        "a static Emscripten program, not a side module");
  CHECK(said_of(program("env", "puts", "_start")).message ==
        "a static program, with `_start`, not a side module");
  CHECK(said_of(program("env", "puts", "main")).message ==
        "a main module or static program, not a side module");
  CHECK(said_of(program("GOT.func", "puts", "PyInit__core")).message ==
        "a library that has lost its dylink section, not a side module");
  const Finding bindgen = said_of(program("wbg", "__wbg_log", "greet"));
  CHECK(bindgen.message == "a wasm-bindgen module, made for JavaScript to load, not a side module");
  CHECK(bindgen.help ==
        "build the Rust code for wasm32-unknown-emscripten (maturin does, in Pyodide's "
        "environment)");
}

TEST_CASE("WA202 fires: components, object files, and a dylink section that something moved") {
  const Finding component = said_of(std::string_view("\0asm\x0d\0\1\0", 8));
  CHECK(component.message == "a component, not a side module");
  CHECK(test::has_detail(
      component, "the component model is not dynamic linking: no Pyodide loads components"));
  test::ModuleParts object;
  object.types = test::list({test::type_of("", "")});
  object.tail = test::custom_section("linking", test::leb(2));
  CHECK(said_of(object.bytes()).message ==
        "an object file that was never linked, not a side module");
  const std::string good = test::good_module().bytes();
  const std::string moved = good.substr(0, 8) + test::custom_section("first", "") + good.substr(8);
  const Finding dylink = said_of(moved);
  CHECK(dylink.message == "a module whose dylink section is not the first, not a side module");
  CHECK(test::has_detail(
      dylink, "the load fails: the loader takes the first section for the dylink section"));
  CHECK(dylink.help ==
        "let nothing rewrite the linker's output: a tool put another section in front");
}

TEST_CASE("WA202 keeps quiet: archives of object files are WA201") {
  const wheel::Wheel wheel = with_file(test::abi_2025(), own_name, test::read("!<arch>\nlibx.o/"));
  CHECK(test::run_on_wheel("WA202", wheel).empty());
  CHECK(test::only(test::run_on_target("WA201", wheel, test::abi_2025())).message ==
        "not WebAssembly but ar archive");
}

TEST_CASE("WA202 fires: a .wasm file is data, a note") {
  const Finding finding = test::only(
      test::run_on_wheel("WA202", with_file(test::abi_2025(), "example/parser.wasm",
                                            test::foreign_facts(wasm::ModuleKind::wasi, "wasm"))));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.consequence == Consequence::style);
  CHECK(test::has_detail(finding, "no loader opens a file of this name by itself: data"));
}

TEST_CASE("WA202 keeps quiet: side modules, and files that are no wasm") {
  CHECK(test::run_on_wheel("WA202", test::good_wheel(test::abi_2025())).empty());
  CHECK(test::run_on_wheel("WA202", with_file(test::abi_2025(), own_name, elf())).empty());
}

TEST_CASE("WA203 fires: the old section on a runtime that reads only dylink.0") {
  wasm::SideModule facts = test::extension_facts();
  facts.dylink->legacy = true;
  const Finding finding = test::only(
      test::run_on_target("WA203", with_file(test::abi_2025(), own_name, facts), test::abi_2025()));
  CHECK(finding.rule == "WA203"_rule);
  CHECK(rule_name(finding.rule) == "legacy-dylink");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.place.offset == 8);
  CHECK(finding.message == "the old `dylink` section, which this runtime does not read");
  CHECK(test::has_detail(
      finding,
      "Pyodide 0.28.0 to 0.29.5 read only `dylink.0`: the load fails with an error "
      "that says nothing"));
  CHECK(finding.help ==
        "rebuild with Emscripten 4.0.9, whose linker writes `dylink.0`; or let wheelaudit repair "
        "rewrite the section");
  CHECK(finding.repairable);
}

TEST_CASE("WA203 keeps quiet: the old section where it is read, and the new one everywhere") {
  wasm::SideModule facts = test::extension_facts();
  facts.dylink->legacy = true;
  CHECK(test::run_on_target("WA203", with_file(test::abi_2024(), own_name, facts), test::abi_2024())
            .empty());
  CHECK(test::run_on_target("WA203", test::good_wheel(test::abi_2025()), test::abi_2025()).empty());
}

TEST_CASE("WA204 fires: a damaged module, with the byte") {
  const Finding finding = test::only(test::run_on_wheel(
      "WA204", with_file(test::abi_2025(), own_name, faulty(wasm::ModuleFaultKind::malformed)),
      {}));
  CHECK(finding.rule == "WA204"_rule);
  CHECK(rule_name(finding.rule) == "malformed-module");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile.empty());
  CHECK(finding.place.member == own_name);
  CHECK(finding.place.offset == 77);
  CHECK(finding.message == "section 1 runs beyond the end of the module");
  CHECK(test::has_detail(finding, "engines refuse the module: the load fails"));
  CHECK(finding.help ==
        "the file is damaged or was made by a faulty tool: build or download it again");
}

TEST_CASE("WA204 fires: a fault in a body names the function") {
  wasm::SideModule facts = faulty(wasm::ModuleFaultKind::malformed);
  facts.faults[0].function = 12;
  CHECK(test::has_detail(
      test::only(test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name, facts))),
      "in function 12"));
}

TEST_CASE("WA204 fires: a broken name section is a note, damaged .wasm data a warning") {
  const Finding note = test::only(test::run_on_wheel(
      "WA204", with_file(test::abi_2025(), own_name, faulty(wasm::ModuleFaultKind::note))));
  CHECK(note.severity == Severity::note);
  CHECK(test::has_detail(note, "engines ignore this section"));
  const Finding data =
      test::only(test::run_on_wheel("WA204", with_file(test::abi_2025(), "example/parser.wasm",
                                                       faulty(wasm::ModuleFaultKind::malformed))));
  CHECK(data.severity == Severity::warning);
  CHECK(data.consequence == Consequence::latent);
}

TEST_CASE("WA204 fires: a module that was not read and does not say why") {
  CHECK(test::only(test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name,
                                                         test::foreign_facts(
                                                             wasm::ModuleKind::malformed, "wasm"))))
            .message == "this module cannot be read");
}

TEST_CASE("WA204 fires: more memory or table than the runtime has left") {
  wasm::SideModule facts = test::extension_facts();
  // abi_2025's memory: 32,768 pages of 65,536 bytes at most, of which 320 are the runtime's own.
  facts.dylink->memory_size = 2'126'512'129;
  facts.dylink->table_size = 9'992'001;
  const auto findings = test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name, facts),
                                           {"pyemscripten_2025_0"});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].profile == "pyemscripten_2025_0");
  CHECK(findings[0].releases.size() == 3);
  CHECK(findings[0].message ==
        "the dylink section asks for 2126512129 bytes of memory, more than the runtime can give");
  CHECK(findings[0].expected == "at most 2126512128");
  CHECK(findings[1].message ==
        "the dylink section asks for 9992001 table elements, more than the runtime can give");
  CHECK(findings[1].expected == "at most 9992000");
}

TEST_CASE("WA204 keeps quiet: sound modules, sizes that just fit, and what other rules speak for") {
  wasm::SideModule facts = test::extension_facts();
  facts.dylink->memory_size = 2'126'512'128;
  facts.dylink->table_size = 9'992'000;
  CHECK(test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name, facts),
                           {"pyemscripten_2025_0"})
            .empty());
  CHECK(test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name, elf())).empty());
  CHECK(test::run_on_wheel("WA204", with_file(test::abi_2025(), own_name,
                                              faulty(wasm::ModuleFaultKind::not_understood)))
            .empty());
  CHECK(test::run_on_wheel(
            "WA204", with_file(test::abi_2025(), own_name, faulty(wasm::ModuleFaultKind::limit)))
            .empty());
}

}  // namespace wheelaudit::rules
