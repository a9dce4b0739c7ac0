// Profiles as values: choosing one, JSON both ways, the packed form, and what the committed
// profiles say about the real breaks between ABIs (docs/design/abis.md#real-breaks).

#include "profile/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "profile/pack.hpp"
#include "report/profile_summary.hpp"

namespace wheelaudit::profile {
namespace {

/// A profile of two releases that has every kind of entry once. Tests change one place of it.
constexpr std::string_view small_profile = R"json({
  "schema_version": 1,
  "id": "pyodide_2024_0",
  "tags": ["pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32"],
  "emscripten": "3.1.58",
  "python": "3.12",
  "prerelease": false,
  "extension_suffixes": [".cpython-312-wasm32-emscripten.so", ".abi3.so", ".so"],
  "releases": [
    {
      "version": "0.26.4",
      "prerelease": false,
      "python": "3.12.1",
      "emscripten": "3.1.58",
      "installer_tags": ["emscripten_3_1_58_wasm32"],
      "memory": {"minimum": 320, "maximum": 32768},
      "table_minimum": 6642,
      "provenance": {
        "package": "pyodide",
        "version": "0.26.4",
        "integrity": "sha512-AA==",
        "wasm_sha256": "aa",
        "loader_sha256": "bb",
        "lock_sha256": "cc"
      }
    },
    {
      "version": "0.27.7",
      "prerelease": false,
      "python": "3.12.7",
      "emscripten": "3.1.58",
      "installer_tags": ["pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32"],
      "memory": {"minimum": 320},
      "table_minimum": 6648,
      "provenance": {
        "package": "pyodide",
        "version": "0.27.7",
        "integrity": "",
        "wasm_sha256": "dd",
        "loader_sha256": "ee",
        "lock_sha256": "ff"
      }
    }
  ],
  "loader": [
    {
      "exceptions": "js",
      "setjmp": "emscripten-new",
      "missing_function": "call",
      "missing_address": "load",
      "type_mismatch": "load",
      "kind_mismatch": "load",
      "exception_tags": "load",
      "legacy_dylink": "ok",
      "no_dylink": "load",
      "not_wasm": "ok",
      "foreign_import_module": "load",
      "memory_or_table": "load",
      "i64_global_export": "ok",
      "missing_library": "load",
      "em_js": "ok",
      "em_asm": "ok",
      "init_type": "load",
      "library_search": "wheel-libs",
      "run_path": false,
      "keys_as_spelled": false,
      "shared_weak_names": true,
      "underscore_names": false,
      "needed_anywhere_in_wheel": true,
      "on_demand_prefixes": ["invoke_"],
      "function_modules": ["env"],
      "address_modules": ["GOT.mem", "GOT.func"],
      "reserved_exports": ["function then load"],
      "failing_functions": ["fork fails with ENOSYS"],
      "globals": {"__stack_pointer": "mut i32", "__memory_base": "i32"}
    }
  ],
  "libraries": [
    {"name": "zlib", "version": "1.2.13", "documented": true},
    {"name": "zstd", "version": "", "documented": false, "releases": ["0.27.7"]}
  ],
  "packages": [
    {"name": "numpy", "version": "1.26.4", "releases": ["0.26.4"]},
    {"name": "numpy", "version": "2.0.2", "depends": ["openblas"], "releases": ["0.27.7"]},
    {"name": "openblas", "version": "0.3.26", "shared_library": true}
  ],
  "symbols": {
    "PyExc_ValueError": "data",
    "PyModule_Create2": "(i32, i32) -> i32",
    "ZSTD_isError": {"(i32) -> i32 @zstd": ["0.27.7"]},
    "__cpp_exception": "js tag (i32) -> ()",
    "__heap_base": "js data",
    "_mmap_js": "js (i32, i64) -> i32",
    "deflate": "(i32, i32) -> i32 @zlib",
    "get_suspender": "js call-only",
    "hiwire_get": {"js (i32) -> externref": ["0.26.4"], "(i32) -> externref": ["0.27.7"]},
    "python\"js": "() -> (i32, f64)"
  }
}
)json";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(small_profile);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string fault_of(std::string_view from, std::string_view to) {
  const auto profile = parse_profile(changed(from, to));
  return profile ? "read" : profile.error().message;
}

const std::vector<AbiProfile>& catalog() {
  static const std::vector<AbiProfile> profiles = built_in_profiles();
  return profiles;
}

const AbiProfile& built_in(std::string_view id) {
  const auto found = std::ranges::find(catalog(), id, &AbiProfile::id);
  REQUIRE(found != catalog().end());
  return *found;
}

/// What a release offers under a name, as text ("wasm (i32) -> i32", "js", "data" …); "none" for
/// nothing.
std::string offered(std::string_view id, std::string_view version, std::string_view name) {
  const AbiProfile& profile = built_in(id);
  const auto release = profile.find_release(version);
  REQUIRE(release.has_value());
  const auto symbol = profile.symbols.find(name, *release);
  if (!symbol) return "none";
  if (symbol->kind == ProvidedKind::data) return "data";
  std::string text = symbol->provider == ProviderKind::js ? "js" : "wasm";
  if (symbol->kind == ProvidedKind::tag) text += " tag";
  if (symbol->type) text += " " + symbol->type->str();
  return text;
}

struct WasmChanges {
  std::size_t gone = 0;
  std::size_t added = 0;
  std::size_t retyped = 0;
};

/// Changes among the functions of the main module itself.
WasmChanges wasm_changes(std::string_view id, std::string_view from, std::string_view to) {
  const AbiProfile& profile = built_in(id);
  const auto function = [&](std::string_view name, std::string_view version) {
    auto symbol = profile.symbols.find(name, *profile.find_release(version));
    const bool counts =
        symbol && symbol->kind == ProvidedKind::function && symbol->provider == ProviderKind::wasm;
    return counts ? symbol : std::nullopt;
  };
  WasmChanges changes;
  for (const std::string_view name : profile.symbols.names()) {
    const auto before = function(name, from);
    const auto after = function(name, to);
    if (before && !after) ++changes.gone;
    if (!before && after) ++changes.added;
    if (before && after && before->type != after->type) ++changes.retyped;
  }
  return changes;
}

std::string selected(std::string_view selector) {
  const auto selection = select_profile(catalog(), selector);
  if (!selection) return selection.error().message;
  const AbiProfile& profile = catalog()[selection->profile];
  return selection->release ? profile.id + " " + profile.runtimes[*selection->release].version
                            : profile.id;
}

}  // namespace

TEST_CASE("a profile reads from JSON and writes the same text") {
  const auto profile = parse_profile(small_profile);
  REQUIRE(profile.has_value());
  CHECK(write_profile(*profile) == small_profile);

  CHECK(profile->runtimes.size() == 2);
  CHECK(profile->runtimes[0].memory == wasm::MemoryType{.minimum = 320, .maximum = 32768});
  CHECK(profile->runtimes[1].memory.maximum == std::nullopt);
  CHECK(profile->runtimes[0].loader == profile->runtimes[1].loader);
  CHECK(profile->runtimes[0].loader.setjmp == wasm::SetjmpModel::emscripten_new);
  CHECK(profile->runtimes[0].loader.globals[0].type ==
        wasm::GlobalType{.value = 'i', .is_mutable = true});
  CHECK(profile->runtimes[0].libraries.size() == 1);
  CHECK(profile->runtimes[1].libraries.size() == 2);
  CHECK(profile->runtimes[0].packages[0].version == "1.26.4");
  CHECK(profile->runtimes[1].packages[0].depends == std::vector<std::string>{"openblas"});
  CHECK(profile->runtimes[1].packages[1].is_shared_library);
  CHECK(profile->symbols.size() == 10);
}

TEST_CASE("a symbol is found with what each release offers under its name") {
  const AbiProfile profile = *parse_profile(small_profile);
  const auto exact = profile.symbols.find("PyModule_Create2", 0);
  REQUIRE(exact.has_value());
  CHECK(exact->kind == ProvidedKind::function);
  CHECK(exact->provider == ProviderKind::wasm);
  CHECK(exact->type->str() == "(i32, i32) -> i32");
  CHECK_FALSE(exact->library.has_value());

  CHECK(profile.symbols.find("hiwire_get", 0)->provider == ProviderKind::js);
  CHECK(profile.symbols.find("hiwire_get", 1)->provider == ProviderKind::wasm);
  CHECK_FALSE(profile.symbols.find("get_suspender", 1)->type.has_value());
  CHECK_FALSE(profile.symbols.find("get_suspender", 1)->has_address);
  CHECK(profile.symbols.find("_mmap_js", 1)->has_address);
  CHECK(profile.symbols.find("__cpp_exception", 1)->kind == ProvidedKind::tag);
  CHECK(profile.symbols.find("__heap_base", 1)->kind == ProvidedKind::data);
  CHECK(profile.runtimes[1].libraries[*profile.symbols.find("ZSTD_isError", 1)->library].name ==
        "zstd");

  CHECK_FALSE(profile.symbols.find("ZSTD_isError", 0).has_value());
  CHECK_FALSE(profile.symbols.find("PyModule_Create", 0).has_value());
  CHECK_FALSE(profile.symbols.find("", 0).has_value());
  CHECK_FALSE(profile.symbols.find("zzz", 0).has_value());
  CHECK_FALSE(profile.symbols.find("PyModule_Create2", 2).has_value());
  CHECK_FALSE(SymbolTable().find("PyModule_Create2", 0).has_value());
}

TEST_CASE("the packed form is the same profile") {
  const AbiProfile profile = *parse_profile(small_profile);
  const auto storage = std::make_shared<const ByteVector>(pack_profile(profile));
  const auto unpacked = unpack_profile(*storage, storage);
  REQUIRE(unpacked.has_value());
  CHECK(write_profile(*unpacked) == small_profile);
}

TEST_CASE("a damaged packed form yields an error or empty values, never an access outside") {
  const ByteVector whole = pack_profile(*parse_profile(small_profile));
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    const auto cut =
        std::make_shared<const ByteVector>(whole.begin(), whole.begin() + static_cast<long>(size));
    const auto unpacked = unpack_profile(*cut, cut);
    if (unpacked) CHECK(unpacked->symbols.find("deflate", 0).has_value() == false);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    ByteVector bytes = whole;
    bytes[at] = static_cast<std::byte>(0xff);
    const auto changed_bytes = std::make_shared<const ByteVector>(std::move(bytes));
    const auto unpacked = unpack_profile(*changed_bytes, changed_bytes);
    if (!unpacked) continue;
    for (const std::string_view name : unpacked->symbols.names()) {
      CHECK(name.size() <= whole.size());
      (void)unpacked->symbols.find(name, 1);
    }
  }
}

TEST_CASE("what is wrong with a profile's JSON names the key") {
  CHECK(fault_of("\"schema_version\": 1", "\"schema_version\": 2") ==
        "profile: schema_version: expected 1, found 2: made for another wheelaudit");
  CHECK(fault_of("\"id\": \"pyodide_2024_0\"", "\"id\": 5") ==
        "profile: id: expected a string, found a whole number");
  CHECK(fault_of("\"id\": \"pyodide_2024_0\",", "") == "profile: id: is missing");
  CHECK(fault_of("\"id\": \"pyodide_2024_0\"", "\"id\": \"\"") == "profile: id: is empty");
  CHECK(fault_of("\"python\": \"3.12\"", "\"python\": \"3.12\", \"pithon\": 1") ==
        "profile: pithon: is not a key of this object");
  CHECK(fault_of("\"minimum\": 320, \"maximum\": 32768", "\"minimum\": 320, \"maximum\": 319") ==
        "profile: releases[0].memory.maximum: is below the minimum");
  CHECK(fault_of("\"minimum\": 320", "\"minimum\": -320") ==
        "profile: releases[0].memory.minimum: expected a whole number, found a number that is "
        "negative or not whole");
  CHECK(
      fault_of("\"version\": \"0.27.7\",\n      \"pre", "\"version\": \"0.26.4\",\n      \"pre") ==
      "profile: releases[1].version: \"0.26.4\" stands twice");
  CHECK(fault_of("\"not_wasm\": \"ok\"", "\"not_wasm\": \"fine\"") ==
        "profile: loader[0].not_wasm: \"fine\" is not one of the words for this key");
  CHECK(fault_of("\"run_path\": false", "\"run_path\": \"false\"") ==
        "profile: loader[0].run_path: expected true or false, found a string");
  CHECK(fault_of("\"mut i32\"", "\"mut int\"") ==
        "profile: loader[0].globals.__stack_pointer: \"mut int\" is not a global type");
  CHECK(fault_of("\"exceptions\": \"js\"", "\"releases\": [\"0.26.4\"], \"exceptions\": \"js\"") ==
        "profile: loader: release 0.27.7 has no loader");
  CHECK(fault_of("\"name\": \"zstd\"", "\"name\": \"zlib\"") ==
        "profile: libraries: \"zlib\" stands twice for release 0.27.7");
}

TEST_CASE("what is wrong with a symbol names the symbol") {
  CHECK(fault_of("\"deflate\": \"(i32, i32) -> i32 @zlib\"", "\"deflate\": \"(i32,i32) -> i32\"") ==
        "profile: symbols.deflate: \"(i32,i32) -> i32\" is not a symbol");
  CHECK(fault_of("\"PyExc_ValueError\": \"data\"", "\"PyExc_ValueError\": \"data () -> ()\"") ==
        "profile: symbols.PyExc_ValueError: \"data () -> ()\" is not a symbol");
  CHECK(fault_of("-> i32 @zlib", "-> i32 @zlob") ==
        "profile: symbols.deflate: release 0.26.4 has no library \"zlob\"");
  CHECK(fault_of("\"(i32) -> i32 @zstd\": [\"0.27.7\"]", "\"(i32) -> i32 @zstd\": [\"0.27.6\"]") ==
        "profile: symbols.ZSTD_isError.(i32) -> i32 @zstd: \"0.27.6\" is not one of the profile's "
        "releases");
  CHECK(fault_of("\"(i32) -> externref\": [\"0.27.7\"]",
                 "\"(i32) -> externref\": [\"0.26.4\", \"0.27.7\"]") ==
        "profile: symbols.hiwire_get: two forms for release 0.26.4");
  CHECK(fault_of("\"get_suspender\": \"js call-only\"", "\"deflate\": \"js\"") ==
        "profile: the key \"deflate\" stands twice in one object");
  CHECK(fault_of("\"get_suspender\": \"js call-only\"", "\"get_suspender\": []") ==
        "profile: symbols.get_suspender: expected a string, found an array");
}

TEST_CASE("hostile JSON is an error, not a crash") {
  CHECK(parse_profile("").error().message == "profile: not valid JSON at line 1, column 0");
  CHECK(parse_profile("{\n  \"id\": ?\n}").error().message ==
        "profile: not valid JSON at line 2, column 9");
  CHECK(parse_profile("[]").error().message == "profile: expected an object, found an array");
  const std::string deep(1'000'000, '[');
  CHECK(parse_profile(deep).error().message == "profile: nested deeper than 16 levels");
  CHECK(parse_profile(deep).error().kind == ErrorKind::usage);
  for (std::size_t size = 0; size < small_profile.size(); size += 13) {
    CHECK_FALSE(parse_profile(small_profile.substr(0, size)).has_value());
  }
}

TEST_CASE("the newest release is not a pre-release unless all are") {
  AbiProfile profile;
  profile.runtimes.resize(3);
  profile.runtimes[2].prerelease = true;
  CHECK(profile.newest() == 1);
  for (Runtime& runtime : profile.runtimes) runtime.prerelease = true;
  CHECK(profile.newest() == 2);
  CHECK(AbiProfile().newest() == 0);
}

TEST_CASE("outcomes have words") {
  CHECK(outcome_name(Outcome::poison) == "poison");
  CHECK(parse_outcome("call") == Outcome::call);
  CHECK(parse_outcome("Call") == std::nullopt);
}

TEST_CASE("a profile is chosen by id, tag or release") {
  CHECK(selected("pyodide_2024_0") == "pyodide_2024_0");
  CHECK(selected("emscripten_3_1_58") == "pyodide_2024_0");
  CHECK(selected("emscripten_3_1_58_wasm32") == "pyodide_2024_0");
  CHECK(selected("pyodide_2025_0_wasm32") == "pyemscripten_2025_0");
  CHECK(selected("0.27.7") == "pyodide_2024_0 0.27.7");
  CHECK(selected("315.0.0-alpha.2") == "pyemscripten_2026_5 315.0.0-alpha.2");
}

TEST_CASE("an unknown profile names the nearest") {
  CHECK(selected("pyodide_2025_9") ==
        "`pyodide_2025_9` is not a profile, tag or release known here, the nearest is "
        "`pyodide_2025_0`; `wheelaudit profile list` shows all");
  CHECK(
      selected("0.27.9") ==
      "`0.27.9` is not a profile, tag or release known here, the nearest is `0.27.8`; `wheelaudit "
      "profile list` shows all");
  CHECK(selected("pyemscripten_2024_0_wasm32") ==
        "there is no profile of `pyemscripten_2024_0_wasm32`: no released runtime takes this tag: "
        "Pyodide 0.26 and 0.27 take emscripten_3_1_58_wasm32, and 0.27 also "
        "pyodide_2024_0_wasm32");
  CHECK(select_profile(catalog(), "x").error().kind == ErrorKind::usage);
  CHECK(select_profile({}, "x").error().message ==
        "`x` is not a profile, tag or release known here; `wheelaudit profile list` shows all");
}

TEST_CASE("the profiles in the program are all of docs/design/abis.md#the-table, oldest first") {
  std::vector<std::string> ids;
  for (const AbiProfile& profile : catalog()) ids.push_back(profile.id);
  CHECK(ids == std::vector<std::string>{
                   "emscripten_3_1_14", "emscripten_3_1_27", "emscripten_3_1_32",
                   "emscripten_3_1_45", "emscripten_3_1_46", "pyodide_2024_0",
                   "pyemscripten_2025_0", "pyemscripten_2026_0", "pyemscripten_2026_5"});
  for (const AbiProfile& profile : catalog()) {
    INFO(profile.id);
    CHECK(report::profile_problems(profile).empty());
    CHECK(profile.has_tag(profile.id + "_wasm32"));
    CHECK(profile.prerelease == (profile.id == "pyemscripten_2026_5"));
    for (std::size_t release = 0; release < profile.runtimes.size(); ++release) {
      const Runtime& runtime = profile.runtimes[release];
      INFO(runtime.version);
      CHECK(runtime.emscripten == profile.emscripten);
      CHECK(runtime.provenance.version == runtime.version);
      CHECK(runtime.provenance.integrity.size() == 95);
      CHECK(runtime.provenance.wasm_sha256.size() == 64);
      CHECK(runtime.packages.size() >= 31);
      CHECK(std::ranges::is_sorted(runtime.packages, {}, &BundledPackage::name));
      CHECK(std::ranges::is_sorted(runtime.libraries, {}, &LinkedLibrary::name));
    }
  }
}

TEST_CASE("exports are as many as docs/design/abis.md#symbols says") {
  for (const AbiProfile& profile : catalog()) {
    for (std::size_t release = 0; release < profile.runtimes.size(); ++release) {
      INFO(profile.runtimes[release].version);
      std::size_t functions = 0;
      std::size_t addresses = 0;
      for (const std::string_view name : profile.symbols.names()) {
        const auto symbol = profile.symbols.find(name, release);
        if (!symbol || symbol->provider != ProviderKind::wasm) continue;
        if (symbol->kind == ProvidedKind::function) ++functions;
        if (symbol->kind == ProvidedKind::data) ++addresses;
      }
      CHECK(functions >= 7400);
      CHECK(functions <= 8800);
      CHECK(addresses >= 1100);
      CHECK(addresses <= 1230);
    }
  }
}

TEST_CASE("each release's installer takes the tags it was seen to take") {
  const auto tags = [](std::string_view id, std::string_view version) {
    const AbiProfile& profile = built_in(id);
    return profile.runtimes[*profile.find_release(version)].installer_tags;
  };
  using Tags = std::vector<std::string>;
  CHECK(tags("pyodide_2024_0", "0.26.4") == Tags{"emscripten_3_1_58_wasm32"});
  CHECK(tags("pyodide_2024_0", "0.27.0") ==
        Tags{"pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32"});
  CHECK(tags("pyemscripten_2025_0", "0.28.0") ==
        Tags{"pyodide_2025_0_wasm32", "emscripten_4_0_9_wasm32"});
  CHECK(tags("pyemscripten_2025_0", "0.29.3") ==
        Tags{"pyodide_2025_0_wasm32", "emscripten_4_0_9_wasm32"});
  CHECK(tags("pyemscripten_2025_0", "0.29.4") ==
        Tags{"pyemscripten_2025_0_wasm32", "pyodide_2025_0_wasm32", "emscripten_4_0_9_wasm32"});
  CHECK(tags("pyemscripten_2026_0", "314.0.0") ==
        Tags{"pyemscripten_2026_0_wasm32", "pyodide_2026_0_wasm32", "emscripten_5_0_3_wasm32"});
}

TEST_CASE("the breaks that only types show are in the profiles") {
  CHECK(offered("emscripten_3_1_14", "0.21.3", "time") == "wasm (i32) -> i32");
  CHECK(offered("emscripten_3_1_27", "0.22.1", "time") == "wasm (i32) -> i64");
  CHECK(offered("emscripten_3_1_14", "0.21.3", "mktime") == "wasm (i32) -> i32");
  CHECK(offered("emscripten_3_1_27", "0.22.1", "mktime") == "wasm (i32) -> i64");
  CHECK(offered("emscripten_3_1_14", "0.21.3", "difftime") == "wasm (i32, i32) -> f64");
  CHECK(offered("emscripten_3_1_27", "0.22.1", "difftime") == "wasm (i64, i64) -> f64");
  CHECK(offered("emscripten_3_1_32", "0.23.4", "__syscall_mmap2") ==
        "wasm (i32, i32, i32, i32, i32, i32) -> i32");
  CHECK(offered("emscripten_3_1_45", "0.24.1", "__syscall_mmap2") ==
        "wasm (i32, i32, i32, i32, i32, i64) -> i32");
  CHECK(offered("pyodide_2024_0", "0.27.7", "_PyLong_AsByteArray") ==
        "wasm (i32, i32, i32, i32, i32) -> i32");
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "_PyLong_AsByteArray") ==
        "wasm (i32, i32, i32, i32, i32, i32) -> i32");
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "_PyLong_NumBits") == "wasm (i32) -> i32");
  CHECK(offered("pyemscripten_2026_0", "314.0.7", "_PyLong_NumBits") == "wasm (i32) -> i64");
}

TEST_CASE("42 functions take an externref from 3.1.46 on where they took an i32") {
  const AbiProfile& before = built_in("emscripten_3_1_45");
  const AbiProfile& after = built_in("emscripten_3_1_46");
  std::size_t changed_functions = 0;
  for (const std::string_view name : before.symbols.names()) {
    const auto old_symbol = before.symbols.find(name, before.newest());
    const auto new_symbol = after.symbols.find(name, after.newest());
    if (!old_symbol || !new_symbol || old_symbol->type == new_symbol->type) continue;
    if (old_symbol->provider != ProviderKind::wasm) continue;
    CHECK(new_symbol->type->str().find("externref") != std::string::npos);
    ++changed_functions;
  }
  CHECK(changed_functions == 42);
}

TEST_CASE("the breaks that only names show are in the profiles") {
  CHECK(offered("emscripten_3_1_46", "0.25.1", "saveSetjmp") == "wasm (i32, i32, i32, i32) -> i32");
  CHECK(offered("pyodide_2024_0", "0.26.0", "saveSetjmp") == "none");
  CHECK(offered("pyodide_2024_0", "0.27.7", "__cpp_exception") == "none");
  CHECK(offered("pyemscripten_2025_0", "0.28.0", "__cpp_exception") == "js tag (i32) -> ()");
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "__c_longjmp") == "js tag (i32) -> ()");
  CHECK(offered("pyemscripten_2026_0", "314.0.7", "__cpp_exception") == "wasm tag (i32) -> ()");
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "PyExc_ValueError") == "data");
}

TEST_CASE("exports move inside a release line") {
  const WasmChanges between = wasm_changes("pyodide_2024_0", "0.26.4", "0.27.7");
  CHECK(between.gone == 2);
  CHECK(between.added == 12);
  CHECK(between.retyped == 2);
  const WasmChanges same = wasm_changes("pyemscripten_2025_0", "0.28.3", "0.29.5");
  CHECK(same.gone + same.added + same.retyped == 0);
  const AbiProfile& newest = built_in("pyemscripten_2026_0");
  const report::SymbolChanges changes = report::symbol_changes(newest, 0, 2);
  CHECK(changes.gone == std::vector<std::string>{"__gcov_dump", "__gcov_reset",
                                                 "__llvm_write_custom_profile", "reset_fn_list",
                                                 "writeout_fn_list"});
  CHECK(changes.added.size() == 11);
  CHECK(changes.changed == std::vector<std::string>{"__syscall_shutdown"});
}

TEST_CASE("a name that the loader has already wins over an export of the main module") {
  // The main module of 314.0.0 exports __syscall_connect too; the loader's table has its own
  // function.
  CHECK(offered("pyemscripten_2026_0", "314.0.0", "__syscall_connect") ==
        "js (i32, i32, i32, i32, i32, i32) -> i32");
  CHECK(offered("pyemscripten_2026_0", "314.0.0", "__syscall_shutdown") ==
        "js (i32, i32, i32, i32, i32, i32) -> i32");
  CHECK(offered("pyemscripten_2026_0", "314.0.4", "__syscall_shutdown") ==
        "wasm (i32, i32, i32, i32, i32, i32) -> i32");
}

TEST_CASE("addresses of JavaScript functions are made where they have a signature") {
  const auto has_address = [](std::string_view id, std::string_view version,
                              std::string_view name) {
    const auto symbol = built_in(id).symbols.find(name, *built_in(id).find_release(version));
    REQUIRE(symbol.has_value());
    return symbol->has_address;
  };
  CHECK_FALSE(has_address("pyemscripten_2025_0", "0.29.5", "stackSave"));
  CHECK_FALSE(has_address("emscripten_3_1_14", "0.21.3", "alarm"));
  CHECK(has_address("pyemscripten_2025_0", "0.29.5", "glDrawBuffersEXT"));  // by an alias
  CHECK(has_address("pyemscripten_2025_0", "0.29.5", "emscripten_get_now"));
}

TEST_CASE("a stub of the loader is not offered") {
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "create_sentinel") == "none");
  CHECK(offered("pyemscripten_2025_0", "0.29.5", "is_sentinel") == "none");
}

TEST_CASE("0.21 and 0.22 also find names of the module object") {
  CHECK(built_in("emscripten_3_1_14").runtimes[0].loader.underscore_names);
  CHECK(built_in("emscripten_3_1_27").runtimes[1].loader.underscore_names);
  CHECK_FALSE(built_in("emscripten_3_1_32").runtimes[0].loader.underscore_names);
  CHECK(offered("emscripten_3_1_14", "0.21.3", "_emscripten_get_now") == "none");
  CHECK(offered("emscripten_3_1_14", "0.21.3", "emscripten_get_callstack") == "js");
  CHECK(offered("emscripten_3_1_32", "0.23.4", "main") == "wasm (i32, i32) -> i32");
  // The loader finds it too late to bind it, so modules get a JavaScript stub, which takes any
  // type.
  CHECK(offered("emscripten_3_1_14", "0.21.3", "main") == "js (i32, i32) -> i32");
  CHECK(offered("emscripten_3_1_27", "0.22.1", "main") == "js (i32, i32) -> i32");
}

TEST_CASE("libraries in the main module are named with their versions") {
  const auto library = [](std::string_view id, std::string_view version, std::string_view name) {
    const AbiProfile& profile = built_in(id);
    const auto& all = profile.runtimes[*profile.find_release(version)].libraries;
    const auto found = std::ranges::find(all, name, &LinkedLibrary::name);
    if (found == all.end()) return std::string("none");
    return found->version + (found->documented ? " promised" : "");
  };
  CHECK(library("emscripten_3_1_14", "0.21.3", "sqlite") == "3.38.5");
  CHECK(library("emscripten_3_1_45", "0.24.1", "sqlite") == "none");
  CHECK(library("pyodide_2024_0", "0.27.7", "zlib") == "1.2.13 promised");
  CHECK(library("pyemscripten_2025_0", "0.29.5", "bzip2") == "1.0.6 promised");
  CHECK(library("pyemscripten_2025_0", "0.29.5", "libffi") == "");
  CHECK(library("pyemscripten_2025_0", "0.29.5", "lzma") == "none");
  CHECK(library("pyemscripten_2026_0", "314.0.7", "lzma") == "5.2.2 promised");
  CHECK(library("pyemscripten_2026_0", "314.0.7", "sqlite") == "3.39.0 promised");
  CHECK(library("pyemscripten_2026_0", "314.0.7", "zstd") == "1.5.7");
  const AbiProfile& profile = built_in("pyemscripten_2026_0");
  const auto symbol = profile.symbols.find("ZSTD_compress", 2);
  REQUIRE((symbol && symbol->library));
  CHECK(profile.runtimes[2].libraries[*symbol->library].name == "zstd");
}

TEST_CASE("bundled packages come from the lock") {
  const AbiProfile& profile = built_in("emscripten_3_1_46");
  const auto& packages = profile.runtimes[profile.newest()].packages;
  const auto openssl = std::ranges::find(packages, "openssl", &BundledPackage::name);
  REQUIRE(openssl != packages.end());
  CHECK(openssl->version == "1.1.1n");
  CHECK(openssl->is_shared_library);
  const auto ssl = std::ranges::find(packages, "ssl", &BundledPackage::name);
  REQUIRE(ssl != packages.end());
  CHECK(ssl->depends == std::vector<std::string>{"openssl"});
}

TEST_CASE("reserved exports and failing functions are read in parts") {
  const LoaderBehaviour& older = built_in("pyemscripten_2025_0").runtimes.back().loader;
  const LoaderBehaviour& newer = built_in("pyemscripten_2026_0").runtimes.back().loader;
  const auto outcome = [](const LoaderBehaviour& loader, std::string_view kind,
                          std::string_view name) {
    for (const auto& reserved : loader.reserved()) {
      if (reserved.kind == kind && reserved.name == name) return reserved.outcome;
    }
    return Outcome::ok;
  };
  CHECK(outcome(older, "memory", "memory") == Outcome::poison);
  CHECK(outcome(newer, "memory", "memory") == Outcome::ok);
  CHECK(outcome(newer, "function", "then") == Outcome::load);
  const auto failure = [](const LoaderBehaviour& loader, std::string_view name) {
    for (const auto& [function, how] : loader.failing()) {
      if (function == name) return std::string(how);
    }
    return std::string("none");
  };
  CHECK(failure(older, "pthread_create") == "returns 6 (EAGAIN)");
  CHECK(failure(newer, "pthread_create") == "returns 138 (ENOTSUP)");
  CHECK(failure(newer, "strlen") == "none");
}

TEST_CASE("the list and the summary say what there is") {
  const std::vector<AbiProfile> one = {*parse_profile(small_profile)};
  CHECK(report::profile_list_text(one) ==
        "profile         python  emscripten  pyodide        other tags\n"
        "pyodide_2024_0  3.12    3.1.58      0.26.4 0.27.7  emscripten_3_1_58\n");
  CHECK(report::profile_list_json(one) ==
        "{\n  \"schema_version\": 1,\n  \"profiles\": [\n"
        "    {\"id\": \"pyodide_2024_0\", \"tags\": [\"pyodide_2024_0_wasm32\", "
        "\"emscripten_3_1_58_wasm32\"], \"python\": \"3.12\", \"emscripten\": \"3.1.58\", "
        "\"prerelease\": false, \"releases\": [\"0.26.4\", \"0.27.7\"]}\n  ]\n}\n");
  const std::string summary = report::profile_summary(one[0], std::nullopt);
  CHECK(summary.starts_with("pyodide_2024_0: Emscripten 3.1.58, CPython 3.12\n"));
  CHECK(summary.find("  0.27.7   3.12.7  5          2        2          320        2         "
                     "pyodide_2024_0, emscripten_3_1_58\n") != std::string::npos);
  CHECK(summary.find("  0.26.4 -> 0.27.7  0 gone  1 new  1 changed\n") != std::string::npos);
  CHECK(summary.find("  zstd  -       1 symbols  there by chance\n") != std::string::npos);
  CHECK(report::profile_summary(one[0], 0).find("0.27.7") == std::string::npos);
}

TEST_CASE("what speaks against a profile that reads well is named") {
  const auto problems = [](std::string_view from, std::string_view to) {
    return report::profile_problems(*parse_profile(changed(from, to)));
  };
  using Problems = std::vector<std::string>;
  CHECK(report::profile_problems(*parse_profile(small_profile)).empty());
  CHECK(problems("\"id\": \"pyodide_2024_0\"", "\"id\": \"my pyodide\"") ==
        Problems{"id: expected letters, digits, `_`, `-` and `.`, found \"my pyodide\""});
  CHECK(problems("\"id\": \"pyodide_2024_0\"", "\"id\": \"my_pyodide\"").empty());
  CHECK(problems("\"PyModule_Create2\"", "\"PyModule_Create\"") ==
        Problems{"symbols: PyModule_Create2 is not there for 0.26.4, which every CPython has",
                 "symbols: PyModule_Create2 is not there for 0.27.7, which every CPython has"});
  CHECK(problems("\"installer_tags\": [\"emscripten_3_1_58_wasm32\"]", "\"installer_tags\": []") ==
        Problems{"releases[0] (0.26.4): its installer takes no tag"});
  CHECK(problems("\"python\": \"3.12.7\"", "\"python\": \"3.11.7\"") ==
        Problems{"releases[1] (0.27.7): Python 3.11.7 in a profile of 3.12"});
  CHECK(problems("\"python\": \"3.12\"", "\"python\": \"\"") ==
        Problems{"releases[0] (0.26.4): Python 3.12.1 in a profile without",
                 "releases[1] (0.27.7): Python 3.12.7 in a profile without"});
  CHECK(problems("\".abi3.so\"", "\"abi3\"") ==
        Problems{"extension_suffixes: \"abi3\" is not a suffix of an extension"});
}

TEST_CASE("every name is found, also among names that were made to collide") {
  // 90 names with the same slot in the table (FNV-1a, 32 bits): more than a lookup probes.
  std::vector<SymbolEntry> entries;
  for (int i = 0; entries.size() < 90; ++i) {
    const std::string name = "name" + std::to_string(i);
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    if (hash % 256 == 0) entries.push_back({.name = name, .release = 0, .symbol = {}});
  }
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{20}, entries.size()}) {
    const std::vector<SymbolEntry> some(entries.begin(),
                                        entries.begin() + static_cast<std::ptrdiff_t>(count));
    const SymbolTable table = build_symbol_table(some, 1);
    for (const SymbolEntry& entry : some) CHECK(table.find(entry.name, 0).has_value());
    CHECK_FALSE(table.find("name", 0).has_value());
    CHECK_FALSE(table.find("", 0).has_value());
    CHECK(table.size() == count);
  }
}

}  // namespace wheelaudit::profile
