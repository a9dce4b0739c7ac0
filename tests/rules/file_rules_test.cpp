// WA201 to WA204: what the files are. Wording included.

#include <doctest/doctest.h>

#include "rules/rule_functions.hpp"
#include "support/wheel_facts.hpp"

using namespace wheelaudit;
using namespace wheelaudit::test;

namespace {

constexpr const char* own_name = "example/_core.cpython-313-wasm32-emscripten.so";

SideModule elf() { return foreign_facts(ModuleKind::not_wasm, "elf x86-64"); }

Wheel with_file(const AbiProfile& profile, std::string path, SideModule facts) {
  return with_module(good_wheel(profile), std::move(path), std::move(facts));
}

SideModule faulty(ModuleFaultKind kind) {
  SideModule facts = extension_facts();
  facts.kind = kind == ModuleFaultKind::malformed ? ModuleKind::malformed : facts.kind;
  facts.faults = {{.kind = kind,
                   .message = "section 1 runs beyond the end of the module",
                   .offset = 77,
                   .function = {},
                   .option = {}}};
  return facts;
}

}  // namespace

TEST_CASE("WA201 fires: an ELF called like a module stops the install from 0.28 on") {
  const Finding finding =
      only(run_on_target(not_wasm, with_file(abi_2025(), own_name, elf()), abi_2025()));
  CHECK(finding.rule == "WA201");
  CHECK(finding.name == "not-wasm");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile == "pyemscripten_2025_0");
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3", "0.29.5"});
  CHECK(finding.member == own_name);
  CHECK(finding.message == "not WebAssembly but elf x86-64");
  CHECK(finding.expected == "wasm");
  CHECK(finding.found == "elf x86-64");
  CHECK(has_detail(finding,
                   "Pyodide 0.28.0 to 0.29.5 stop on it, and the whole install ends: \"Failed to "
                   "load dynamic library …. We probably just tried to load a linux .so file or "
                   "something\""));
  CHECK(finding.help ==
        "build it with Emscripten (pyodide build, cibuildwheel --platform pyodide): a step of the "
        "build called the host's compiler");
}

TEST_CASE("WA201 fires: until 0.27 the file is skipped, and its import fails") {
  const Finding finding = only(run_on_target(
      not_wasm, with_file(abi_2024(), "example/_core.cpython-312-wasm32-emscripten.so", elf()),
      abi_2024()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(has_detail(finding,
                   "installing skips it with a warning, and whatever imports or opens it fails: "
                   "\"need to see wasm magic number\""));
}

TEST_CASE("WA201 fires: a native suffix on native code, which nobody loads or imports") {
  for (const char* path : {"example/_core.cpython-313-x86_64-linux-gnu.so",
                           "example/_core.cp313-win_amd64.pyd", "example/native.dll"}) {
    CAPTURE(path);
    const Finding finding =
        only(run_on_target(not_wasm, with_file(abi_2025(), path, elf()), abi_2025()));
    CHECK(finding.severity == Severity::error);
    CHECK(has_detail(finding,
                     "no Python of this profile can import or open it: \"No module named …\""));
  }
}

TEST_CASE("WA201 fires: native code left over beside the same module in wasm is a note") {
  const Wheel wheel =
      and_module(good_wheel(abi_2025()), "example/_core.cpython-313-darwin.so", elf());
  const Finding finding = only(run_on_target(not_wasm, wheel, abi_2025()));
  CHECK(finding.severity == Severity::note);
  CHECK(has_detail(finding, "nothing on this runtime loads it"));
  CHECK(finding.help == "drop the file: it is of no use on this runtime");
}

TEST_CASE("WA201 fires: an empty file beside the module of the same name is skipped until 0.27") {
  const Wheel wheel = and_module(good_wheel(abi_2024()), "example/_core.so",
                                 foreign_facts(ModuleKind::not_wasm, "empty"));
  const Finding finding = only(run_on_target(not_wasm, wheel, abi_2024()));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.message == "not WebAssembly but empty");
}

TEST_CASE("WA201 fires: only older releases stop on it, so it is a warning") {
  AbiProfile profile = abi_2025();
  profile.runtimes.back().loader.not_wasm = Outcome::ok;
  const Wheel wheel = and_module(good_wheel(profile), "example/_core.so", elf());
  const Finding finding = only(run_on_target(not_wasm, wheel, profile));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3"});
}

TEST_CASE("WA201 keeps quiet: wasm of every kind") {
  CHECK(run_on_target(not_wasm, good_wheel(abi_2025()), abi_2025()).empty());
  CHECK(
      run_on_target(not_wasm,
                    with_file(abi_2025(), own_name, foreign_facts(ModuleKind::relocatable, "wasm")),
                    abi_2025())
          .empty());
}

TEST_CASE("WA202 fires: wasm of another kind under a name that is loaded") {
  struct Case {
    ModuleKind kind;
    const char* message;
    const char* found;
  };
  for (const Case& expected :
       {Case{ModuleKind::static_wasm, "a main module or static program, not a side module",
             "static-wasm"},
        Case{ModuleKind::relocatable, "an object file that was never linked, not a side module",
             "relocatable"},
        Case{ModuleKind::component, "a component, not a side module", "component"},
        Case{ModuleKind::wasi, "a WASI program, not a side module", "wasi"}}) {
    CAPTURE(expected.found);
    const Finding finding = only(run_on_wheel(
        not_a_side_module, with_file(abi_2025(), own_name, foreign_facts(expected.kind, "wasm")),
        {"pyemscripten_2025_0"}));
    CHECK(finding.rule == "WA202");
    CHECK(finding.name == "not-a-side-module");
    CHECK(finding.severity == Severity::error);
    CHECK(finding.consequence == Consequence::load);
    CHECK(finding.profile.empty());
    CHECK(finding.member == own_name);
    CHECK(finding.message == expected.message);
    CHECK(finding.found == expected.found);
    CHECK(has_detail(finding, "the load fails: \"need the dylink section to be first\""));
    CHECK_FALSE(finding.help.empty());
  }
}

TEST_CASE("WA202 fires: a .wasm file is data, a note") {
  const Finding finding =
      only(run_on_wheel(not_a_side_module, with_file(abi_2025(), "example/parser.wasm",
                                                     foreign_facts(ModuleKind::wasi, "wasm"))));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.consequence == Consequence::style);
  CHECK(has_detail(finding, "no loader opens a file of this name by itself: data"));
}

TEST_CASE("WA202 keeps quiet: side modules, and files that are no wasm") {
  CHECK(run_on_wheel(not_a_side_module, good_wheel(abi_2025())).empty());
  CHECK(run_on_wheel(not_a_side_module, with_file(abi_2025(), own_name, elf())).empty());
}

TEST_CASE("WA203 fires: the old section on a runtime that reads only dylink.0") {
  SideModule facts = extension_facts();
  facts.dylink->legacy = true;
  const Finding finding =
      only(run_on_target(legacy_dylink, with_file(abi_2025(), own_name, facts), abi_2025()));
  CHECK(finding.rule == "WA203");
  CHECK(finding.name == "legacy-dylink");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.offset == 8);
  CHECK(finding.message == "the old `dylink` section, which this runtime does not read");
  CHECK(has_detail(finding,
                   "Pyodide 0.28.0 to 0.29.5 read only `dylink.0`: the load fails with an error "
                   "that says nothing"));
  CHECK(finding.help == "rebuild with Emscripten 4.0.9, whose linker writes `dylink.0`");
}

TEST_CASE("WA203 keeps quiet: the old section where it is read, and the new one everywhere") {
  SideModule facts = extension_facts();
  facts.dylink->legacy = true;
  CHECK(run_on_target(legacy_dylink, with_file(abi_2024(), own_name, facts), abi_2024()).empty());
  CHECK(run_on_target(legacy_dylink, good_wheel(abi_2025()), abi_2025()).empty());
}

TEST_CASE("WA204 fires: a damaged module, with the byte") {
  const Finding finding = only(run_on_wheel(
      malformed_module, with_file(abi_2025(), own_name, faulty(ModuleFaultKind::malformed)), {}));
  CHECK(finding.rule == "WA204");
  CHECK(finding.name == "malformed-module");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile.empty());
  CHECK(finding.member == own_name);
  CHECK(finding.offset == 77);
  CHECK(finding.message == "section 1 runs beyond the end of the module");
  CHECK(has_detail(finding, "engines refuse the module: the load fails"));
  CHECK(finding.help ==
        "the file is damaged or was made by a faulty tool: build or download it anew");
}

TEST_CASE("WA204 fires: a fault in a body names the function") {
  SideModule facts = faulty(ModuleFaultKind::malformed);
  facts.faults[0].function = 12;
  CHECK(has_detail(only(run_on_wheel(malformed_module, with_file(abi_2025(), own_name, facts))),
                   "in function 12"));
}

TEST_CASE("WA204 fires: a broken name section is a note, damaged .wasm data a warning") {
  const Finding note = only(run_on_wheel(
      malformed_module, with_file(abi_2025(), own_name, faulty(ModuleFaultKind::note))));
  CHECK(note.severity == Severity::note);
  CHECK(has_detail(note, "engines ignore this section"));
  const Finding data =
      only(run_on_wheel(malformed_module, with_file(abi_2025(), "example/parser.wasm",
                                                    faulty(ModuleFaultKind::malformed))));
  CHECK(data.severity == Severity::warning);
  CHECK(data.consequence == Consequence::latent);
}

TEST_CASE("WA204 fires: a module that was not read and does not say why") {
  CHECK(
      only(run_on_wheel(malformed_module, with_file(abi_2025(), own_name,
                                                    foreign_facts(ModuleKind::malformed, "wasm"))))
          .message == "this module cannot be read");
}

TEST_CASE("WA204 fires: more memory or table than the runtime has left") {
  SideModule facts = extension_facts();
  // abi_2025's memory: 32,768 pages of 65,536 bytes at most, of which 320 are the runtime's own.
  facts.dylink->memory_size = 2'126'512'129;
  facts.dylink->table_size = 9'992'001;
  const auto findings = run_on_wheel(malformed_module, with_file(abi_2025(), own_name, facts),
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
  SideModule facts = extension_facts();
  facts.dylink->memory_size = 2'126'512'128;
  facts.dylink->table_size = 9'992'000;
  CHECK(run_on_wheel(malformed_module, with_file(abi_2025(), own_name, facts),
                     {"pyemscripten_2025_0"})
            .empty());
  CHECK(run_on_wheel(malformed_module, with_file(abi_2025(), own_name, elf())).empty());
  CHECK(run_on_wheel(malformed_module,
                     with_file(abi_2025(), own_name, faulty(ModuleFaultKind::not_understood)))
            .empty());
  CHECK(run_on_wheel(malformed_module,
                     with_file(abi_2025(), own_name, faulty(ModuleFaultKind::limit)))
            .empty());
}
