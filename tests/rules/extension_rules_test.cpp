// WA205 and WA206: whether CPython imports the file, and finds its init function. Wording included.

#include <doctest/doctest.h>

#include "base/punycode.hpp"
#include "loader/module_name.hpp"
#include "rules/rule.hpp"
#include "support/run_rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

wheel::Wheel with_extension(const profile::AbiProfile& profile, std::string path,
                            std::string init = "PyInit__core") {
  return test::with_module(test::good_wheel(profile), std::move(path),
                           test::extension_facts(std::move(init)));
}

wasm::SideModule library_facts() {
  wasm::SideModule facts = test::extension_facts("mylib_open");
  return facts;
}

}  // namespace

TEST_CASE("a file name means what CPython and the package loader make of it") {
  using Kind = loader::ModuleName::Kind;
  const profile::AbiProfile profile = test::abi_2024();
  struct Case {
    std::string_view path;
    Kind kind;
    std::string_view stem;
    std::string_view suffix;
    bool preloaded;
  };
  for (const Case& expected :
       {Case{"p/_c.cpython-312-wasm32-emscripten.so", Kind::importable, "_c",
             ".cpython-312-wasm32-emscripten.so", true},
        Case{"p/_c.abi3.so", Kind::importable, "_c", ".abi3.so", true},
        Case{"_c.so", Kind::bare, "_c", ".so", true},
        Case{"_c.cpython-311-wasm32-emscripten.so", Kind::foreign, "_c",
             ".cpython-311-wasm32-emscripten.so", false},
        Case{"_c.cpython-312-x86_64-linux-gnu.so", Kind::foreign, "_c",
             ".cpython-312-x86_64-linux-gnu.so", false},
        // The loader's own test does not know this form (`pypy-`), so it loads the file.
        Case{"_c.pypy310-pp73-x86_64-linux-gnu.so", Kind::foreign, "_c",
             ".pypy310-pp73-x86_64-linux-gnu.so", true},
        Case{"_c.abi3-wasm32-emscripten.so", Kind::foreign, "_c", ".abi3-wasm32-emscripten.so",
             true},
        Case{"_c.cp312-win_amd64.pyd", Kind::foreign, "_c", ".cp312-win_amd64.pyd", false},
        Case{"x.libs/libfoo-1.2.so", Kind::other, "libfoo-1.2", ".so", true},
        Case{"libfoo.so.1.2", Kind::other, "libfoo", ".so.1.2", true},
        Case{"a.b.cpython-312-wasm32-emscripten.so", Kind::other, "a.b",
             ".cpython-312-wasm32-emscripten.so", true},
        Case{"parser.wasm", Kind::other, "parser", ".wasm", false},
        Case{"p/.so", Kind::other, "", ".so", true}}) {
    CAPTURE(expected.path);
    const loader::ModuleName name = loader::module_name(expected.path, profile);
    CHECK(name.kind == expected.kind);
    CHECK(name.stem == expected.stem);
    CHECK(name.suffix == expected.suffix);
    CHECK(loader::is_preloaded(expected.path, profile) == expected.preloaded);
  }
  CHECK(loader::module_name("a/b/__init__.abi3.so", profile).import_name() == "b");
  CHECK(loader::module_name("a/b/__init__.abi3.so", profile).module_path() == "a/b/__init__");
  CHECK(loader::suffix_python(".cpython-312-darwin.so") == "3.12");
  CHECK(loader::suffix_python(".cpython-313t-wasm32-emscripten.so") == "3.13t");
  CHECK(loader::suffix_python(".cp39-win_amd64.pyd") == "3.9");
  CHECK(loader::suffix_python(".abi3.so").empty());
}

TEST_CASE("punycode is what Python's codec writes") {
  // Each from python3 -c "print(NAME.encode('punycode'))".
  CHECK(punycode("bücher") == "bcher-kva");
  CHECK(punycode("é") == "9ca");
  CHECK(punycode("ファイル") == "bckg9lpd");
  CHECK(punycode("модуль_a") == "_a-jlc2adm0bze");
  CHECK(punycode("😀x") == "x-iv3s");
  CHECK_FALSE(punycode("\xC3").has_value());
  CHECK_FALSE(punycode("\xC0\x80").has_value());
}

TEST_CASE("WA205 fires: another platform's suffix on right content is repairable") {
  const wheel::Wheel wheel =
      with_extension(test::abi_2024(), "example/_core.cpython-312-x86_64-linux-gnu.so");
  const Finding finding = test::only(test::run_on_target("WA205", wheel, test::abi_2024()));
  CHECK(finding.rule == "WA205"_rule);
  CHECK(rule_name(finding.rule) == "extension-suffix");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile == "pyodide_2024_0");
  CHECK(finding.releases == std::vector<std::string>{"0.26.4", "0.27.7"});
  CHECK(finding.place.member == "example/_core.cpython-312-x86_64-linux-gnu.so");
  CHECK(finding.message ==
        "CPython 3.12 does not import files that end in `.cpython-312-x86_64-linux-gnu.so`");
  CHECK(finding.expected == "_core.cpython-312-wasm32-emscripten.so");
  CHECK(finding.found == "_core.cpython-312-x86_64-linux-gnu.so");
  CHECK(test::has_detail(finding, "the install succeeds, then: \"No module named …\" for `_core`"));
  CHECK(finding.repairable);
  CHECK(finding.help == "wheelaudit repair example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl");
}

TEST_CASE("WA205 fires: a name that is needed, or another init function, stands against a repair") {
  const std::string path = "example/_core.cpython-312-x86_64-linux-gnu.so";
  const Finding init = test::only(test::run_on_target(
      "WA205", with_extension(test::abi_2024(), path, "PyInit_other"), test::abi_2024()));
  CHECK_FALSE(init.repairable);
  CHECK(init.help ==
        "build it with Emscripten for CPython 3.12, as `_core.cpython-312-wasm32-emscripten.so` "
        "with `PyInit__core`");
  wheel::Wheel needing =
      test::and_module(with_extension(test::abi_2024(), path), "example/user.so", library_facts());
  needing.modules[1].facts.dylink->needed = {"_core.cpython-312-x86_64-linux-gnu.so"};
  CHECK_FALSE(test::only(test::run_on_target("WA205", needing, test::abi_2024())).repairable);
}

TEST_CASE("WA205 fires: another version's suffix is not a matter of names") {
  const wheel::Wheel wheel =
      with_extension(test::abi_2024(), "example/_core.cpython-311-wasm32-emscripten.so");
  const Finding finding = test::only(test::run_on_target("WA205", wheel, test::abi_2024()));
  CHECK(finding.severity == Severity::error);
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help == "it was built for CPython 3.11: build it for 3.12");
}

TEST_CASE("WA205 fires: the free-threaded build's suffix is another version's") {
  const wheel::Wheel wheel =
      with_extension(test::abi_2025(), "example/_core.cpython-313t-wasm32-emscripten.so");
  CHECK(test::only(test::run_on_target("WA205", wheel, test::abi_2025())).help ==
        "it was built for CPython 3.13t: build it for 3.13");
}

TEST_CASE("WA205 fires: an abi3 wheel that holds only another version's file") {
  const wheel::Wheel wheel = test::with_python(
      with_extension(test::abi_2025(), "example/_core.cpython-312-wasm32-emscripten.so"), "cp312",
      "abi3");
  const Finding finding = test::only(test::run_on_target("WA205", wheel, test::abi_2025()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.expected == "_core.abi3.so");
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help ==
        "the wheel claims the stable ABI: if the module was built with Py_LIMITED_API, call it "
        "`_core.abi3.so`; else tag the wheel for CPython 3.12 alone");
}

TEST_CASE("WA205 fires: a note when an abi3 wheel's file is for the profile's version alone") {
  const wheel::Wheel wheel = test::with_python(test::good_wheel(test::abi_2025()), "cp312", "abi3");
  const Finding finding = test::only(test::run_on_target("WA205", wheel, test::abi_2025()));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.message == "the wheel claims the stable ABI, the file is for CPython 3.13 alone");
}

TEST_CASE("WA205 fires: left over beside its importable twin, or a library, it is a note") {
  const std::string foreign = "example/_core.cpython-311-wasm32-emscripten.so";
  const Finding twin = test::only(test::run_on_target(
      "WA205",
      test::and_module(test::good_wheel(test::abi_2024()), foreign, test::extension_facts()),
      test::abi_2024()));
  CHECK(twin.severity == Severity::note);
  CHECK(twin.place.member == foreign);
  CHECK(test::has_detail(twin, "another file of this wheel is imported in its place"));
  const Finding library = test::only(test::run_on_target(
      "WA205", test::with_module(test::good_wheel(test::abi_2024()), foreign, library_facts()),
      test::abi_2024()));
  CHECK(library.severity == Severity::note);
  CHECK(test::has_detail(library, "it has no PyInit function: a library, opened by its file name"));
}

TEST_CASE("WA205 keeps quiet: the profile's suffixes, libraries, and what is not wasm") {
  for (const char* path : {"example/_core.cpython-312-wasm32-emscripten.so",
                           "example/_core.abi3.so", "example/_core.so", "example/libfoo.so.1"}) {
    CAPTURE(path);
    CHECK(test::run_on_target("WA205", with_extension(test::abi_2024(), path), test::abi_2024())
              .empty());
  }
  CHECK(test::run_on_target(
            "WA205",
            test::with_module(test::good_wheel(test::abi_2024()),
                              "example/_core.cpython-312-x86_64-linux-gnu.so",
                              test::foreign_facts(wasm::ModuleKind::not_wasm, "elf x86-64")),
            test::abi_2024())
            .empty());
  CHECK(test::run_on_target(
            "WA205", with_extension(test::abi_2026_5(), "example/_core.abi3-wasm32-emscripten.so"),
            test::abi_2026_5())
            .empty());
}

TEST_CASE("WA206 fires: importable, and the init function is of another name") {
  const wheel::Wheel wheel = with_extension(
      test::abi_2024(), "example/_core.cpython-312-wasm32-emscripten.so", "PyInit__other");
  const Finding finding = test::only(test::run_on_target("WA206", wheel, test::abi_2024()));
  CHECK(finding.rule == "WA206"_rule);
  CHECK(rule_name(finding.rule) == "init-function");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.symbol == "PyInit__core");
  CHECK(finding.message == "importable, but it exports no `PyInit__core`");
  CHECK(finding.expected == "PyInit__core");
  CHECK_FALSE(finding.cause);
  CHECK(
      test::has_detail(finding,
                       "the import fails: \"dynamic module does not define module export function "
                       "(PyInit__core)\""));
}

TEST_CASE("WA206 fires: importable, and no init function at all") {
  const wheel::Wheel wheel =
      test::with_module(test::good_wheel(test::abi_2024()),
                        "example/_core.cpython-312-wasm32-emscripten.so", library_facts());
  const Finding finding = test::only(test::run_on_target("WA206", wheel, test::abi_2024()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.found == "none");
  CHECK(finding.help ==
        "export the init function (PyMODINIT_FUNC, with Emscripten's -sSIDE_MODULE=2 also in "
        "-sEXPORTED_FUNCTIONS)");
}

TEST_CASE("WA206 fires: an init function of another type dies when CPython calls it") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.modules[0].facts.exports[0].type = 1;
  const Finding finding = test::only(test::run_on_target("WA206", wheel, test::abi_2024()));
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message ==
        "`PyInit__core` is (i32) -> i32, not the function () -> i32 that CPython calls");
  CHECK(finding.expected == "() -> i32");
  CHECK(finding.found == "(i32) -> i32");
  wheel.modules[0].facts.exports[0].kind = wasm::ExternalKind::global;
  CHECK(test::only(test::run_on_target("WA206", wheel, test::abi_2024())).found == "global");
}

TEST_CASE("WA206 fires: a note for libraries, which nothing imports") {
  const wheel::Wheel base = test::good_wheel(test::abi_2024());
  const Finding bare = test::only(test::run_on_target(
      "WA206", test::and_module(base, "example/mylib.so", library_facts()), test::abi_2024()));
  CHECK(bare.severity == Severity::note);
  CHECK(bare.consequence == Consequence::style);
  CHECK(bare.message == "no init function: a library, not an extension module");
  CHECK(bare.symbol.empty());
  CHECK(bare.expected == "PyInit_mylib");
  // In <name>.libs, whatever it exports; needed by another module: nothing to say.
  CHECK(test::only(test::run_on_target("WA206",
                                       test::and_module(base, "example.libs/libpython_like.so",
                                                        test::extension_facts("PyInit_x")),
                                       test::abi_2024()))
            .severity == Severity::note);
  wheel::Wheel needing = test::and_module(base, "example/_base.abi3.so", library_facts());
  needing.modules[1].facts.dylink->needed = {"_base.abi3.so"};
  CHECK(test::run_on_target("WA206", needing, test::abi_2024()).empty());
}

TEST_CASE("WA206 fires: no init function under a name that Python imports at the top level") {
  wheel::Wheel wheel =
      test::and_module(test::good_wheel(test::abi_2024()), "example/_x.abi3.so", library_facts());
  CHECK(test::only(test::run_on_target("WA206", wheel, test::abi_2024())).severity ==
        Severity::note);
  wheel.imported_modules = {
      {.module = "example/_x.abi3.so", .source = "example/__init__.py", .line = 3}};
  const Finding finding = test::only(test::run_on_target("WA206", wheel, test::abi_2024()));
  CHECK(finding.severity == Severity::error);
  CHECK(test::has_detail(finding, "`example/__init__.py` imports it in line 3"));
  wheel.imported_modules[0].nested = true;
  CHECK(test::only(test::run_on_target("WA206", wheel, test::abi_2024())).severity ==
        Severity::note);
}

TEST_CASE("WA206 fires: CPython 3.15 takes PyModExport before PyInit, whatever its type") {
  wheel::Wheel wheel = with_extension(test::abi_2026_5(), "example/_core.abi3.so", "PyInit__core");
  CHECK(test::run_on_target("WA206", wheel, test::abi_2026_5()).empty());
  wasm::ExportedSymbol hook = wheel.modules[0].facts.exports[0];
  hook.name = "PyModExport__core";
  hook.type = 1;
  wheel.modules[0].facts.exports.push_back(hook);
  const Finding finding = test::only(test::run_on_target("WA206", wheel, test::abi_2026_5()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.symbol == "PyModExport__core");
}

TEST_CASE("WA205 fires: an unknown part between the name and .so") {
  const wheel::Wheel wheel =
      with_extension(test::abi_2025(), "example/_core.foo.so", "PyInit__core");
  const Finding finding = test::only(test::run_on_target("WA205", wheel, test::abi_2025()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message == "CPython 3.13 does not import files that end in `.foo.so`");
  CHECK(finding.expected == "_core.cpython-313-wasm32-emscripten.so");
  CHECK(finding.found == "_core.foo.so");
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help == "call it `_core.cpython-313-wasm32-emscripten.so`, with `PyInit__core`");
}

TEST_CASE("WA205 keeps quiet: libraries with dots, and names that modules need") {
  const wheel::Wheel base = test::good_wheel(test::abi_2025());
  CHECK(test::run_on_target("WA205", test::and_module(base, "example/libx.1.2.so", library_facts()),
                            test::abi_2025())
            .empty());
  wheel::Wheel needed =
      test::and_module(base, "example/libx.1.so", test::extension_facts("PyInit_x"));
  needed.modules[0].facts.dylink->needed = {"libx.1.so"};
  CHECK(test::run_on_target("WA205", needed, test::abi_2025()).empty());
}

TEST_CASE("WA205 fires: a bare module on the command line is judged by its file name") {
  wheel::Wheel bare =
      with_extension(test::abi_2025(), "_core.cpython-313-x86_64-linux-gnu.so", "PyInit__core");
  bare.bare_module = true;
  const Finding finding = test::only(test::run_on_target("WA205", bare, test::abi_2025()));
  CHECK(finding.severity == Severity::error);
  CHECK_FALSE(finding.repairable);
}

TEST_CASE("WA206 fires: a note for ctypes libraries under an importable name, as pycryptodome's") {
  wasm::SideModule facts = library_facts();
  facts.imports.clear();
  const wheel::Wheel wheel =
      test::with_module(test::good_wheel(test::abi_2024()), "Crypto/Cipher/_ARC4.abi3.so", facts);
  CHECK(test::only(test::run_on_target("WA206", wheel, test::abi_2024())).severity ==
        Severity::note);
}

TEST_CASE("WA206 fires: behind a missing library it is a note that names it") {
  const profile::AbiProfile profile = test::abi_2024();
  wasm::SideModule facts = library_facts();
  facts.dylink->needed = {"libarrow.so"};
  const wheel::Wheel wheel =
      test::with_module(test::good_wheel(profile), "example/_core.cpython-312-wasm32-emscripten.so",
                        std::move(facts));
  loader::Target target = test::unlinked_target(wheel, profile);
  loader::BindingsByRelease bindings;
  bindings.push_back({});
  bindings.push_back(
      {.imports = {}, .needed = {{.state = loader::NeededBinding::State::missing, .library = {}}}});
  target.bindings[0] = bindings;
  const Finding finding =
      test::only(test::run_rule("WA206", {.wheel = wheel,
                                          .index = loader::index_for_linking(wheel),
                                          .catalog = {},
                                          .target = &target,
                                          .targets = {&target, 1}}));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.cause == Cause{"WA401"_rule, "libarrow.so"});
}

TEST_CASE("WA206 fires: PyModExport serves from 3.15 on only") {
  const Finding finding = test::only(test::run_on_target(
      "WA206", with_extension(test::abi_2025(), "example/_core.abi3.so", "PyModExport__core"),
      test::abi_2025()));
  CHECK(finding.expected == "PyInit__core");
  CHECK(test::run_on_target(
            "WA206",
            with_extension(test::abi_2026_5(), "example/_core.abi3.so", "PyModExport__core"),
            test::abi_2026_5())
            .empty());
  CHECK(test::only(test::run_on_target(
                       "WA206",
                       with_extension(test::abi_2026_5(), "example/_core.abi3.so", "PyInit_x"),
                       test::abi_2026_5()))
            .expected == "PyInit__core or PyModExport__core");
}

TEST_CASE("WA206 keeps quiet: the right function, packages, dashes, names beyond ASCII") {
  struct Case {
    const char* path;
    const char* init;
  };
  for (const Case& good :
       {Case{"example/_core.cpython-312-wasm32-emscripten.so", "PyInit__core"},
        Case{"_core.so", "PyInit__core"}, Case{"example/sub/__init__.abi3.so", "PyInit_sub"},
        Case{"example/my-ext.abi3.so", "PyInit_my_ext"},
        Case{"example/bücher.abi3.so", "PyInitU_bcher_kva"},
        Case{"example/_core.cpython-311-wasm32-emscripten.so", "anything"},
        Case{"example/libfoo.so.1", "anything"}}) {
    CAPTURE(good.path);
    CHECK(test::run_on_target("WA206", with_extension(test::abi_2024(), good.path, good.init),
                              test::abi_2024())
              .empty());
  }
  wheel::Wheel broken = with_extension(test::abi_2024(), "example/_core.abi3.so", "anything");
  broken.modules[0].facts.faults.push_back({.kind = wasm::ModuleFaultKind::malformed,
                                            .message = "damaged",
                                            .offset = {},
                                            .function = {},
                                            .option = {}});
  CHECK(test::run_on_target("WA206", broken, test::abi_2024()).empty());
}

}  // namespace wheelaudit::rules
