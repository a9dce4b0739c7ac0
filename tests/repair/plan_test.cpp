// Plans: which edits a wheel needs for a target, and every reason why it cannot have them. One good
// wheel, changed in one place per case.

#include "repair/plan.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"

namespace wheelaudit::repair {

using rules::operator""_rule;

using wheelaudit::test::elf_file;
using wheelaudit::test::extension_module;
using wheelaudit::test::SmallFile;
using wheelaudit::test::SmallWheel;

namespace {

using Edits = std::vector<Edit>;
using Texts = std::vector<std::string>;

constexpr std::string_view native_module = "ext/_core.cpython-311-x86_64-linux-gnu.so";
constexpr std::string_view right_module = "ext/_core.cpython-311-wasm32-emscripten.so";
constexpr std::string_view wheel_file = "ext-1.0.dist-info/WHEEL";

profile::AbiProfile target_311() {
  profile::AbiProfile profile = test::js_profile();
  profile.id = "emscripten_3_1_45";
  profile.tags = {"emscripten_3_1_45_wasm32", "pyodide_2023_0_wasm32"};
  profile.python = "3.11";
  profile.extension_suffixes = {".cpython-311-wasm32-emscripten.so", ".abi3.so", ".so"};
  return profile;
}

const RepairOptions to_3_1_45{
    .platform = "emscripten_3_1_45_wasm32", .add_tags = {}, .source_date_epoch = {}};

RepairPlan plan_of(const test::SmallWheel& small, const RepairOptions& options = to_3_1_45) {
  const ByteVector bytes = small.bytes();
  return plan_repair(test::read_bytes(bytes, small.file_name), target_311(), options);
}

/// The wheel as it is when repaired: nothing to do.
test::SmallWheel right_wheel() {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl";
  small.file(native_module).name = right_module;
  std::string& text = small.file(wheel_file).content;
  text.replace(text.find("linux_x86_64"), 12, "emscripten_3_1_45_wasm32");
  return small;
}

Edit rename_edit(std::string_view from, std::string_view to) {
  return {.kind = EditKind::rename,
          .member = std::string(from),
          .from = std::string(from),
          .to = std::string(to),
          .why = "WA205"_rule};
}

const Edit retag_edit{.kind = EditKind::retag,
                      .member = "",
                      .from = "linux_x86_64",
                      .to = "emscripten_3_1_45_wasm32",
                      .why = "WA107"_rule};

void replace(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a wheel under a native platform's names is renamed and retagged") {
  const RepairPlan plan = plan_of(test::SmallWheel());
  CHECK(plan.obstacles == Texts{});
  CHECK(plan.edits == Edits{rename_edit(native_module, right_module), retag_edit});
  CHECK(plan.output_name == "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl");
}

TEST_CASE("a wheel that is right has an empty plan") {
  const test::SmallWheel small = right_wheel();
  for (const std::string platform : {"", "emscripten_3_1_45_wasm32"}) {
    RepairOptions options = to_3_1_45;
    options.platform = platform;
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.obstacles == Texts{});
    CHECK(plan.edits == Edits{});
    CHECK(plan.output_name == small.file_name);
  }
}

TEST_CASE("tags") {
  test::SmallWheel small = right_wheel();
  RepairOptions options = to_3_1_45;
  const auto set_platform = [&](std::string_view platforms, std::string_view line) {
    replace(small.file_name, "emscripten_3_1_45_wasm32", platforms);
    replace(small.file(wheel_file).content, "emscripten_3_1_45_wasm32", line);
  };
  SUBCASE("an alias takes the place of another when asked for") {
    options.platform = "pyodide_2023_0_wasm32";
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits == Edits{{EditKind::retag, "", "emscripten_3_1_45_wasm32",
                               "pyodide_2023_0_wasm32", "WA104"_rule}});
    CHECK(plan.output_name == "ext-1.0-cp311-cp311-pyodide_2023_0_wasm32.whl");
  }
  SUBCASE("aliases beside the one asked for stay") {
    set_platform("pyodide_2023_0_wasm32.emscripten_3_1_45_wasm32", "pyodide_2023_0_wasm32");
    small.file(wheel_file).content += "Tag: cp311-cp311-emscripten_3_1_45_wasm32\n";
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits == Edits{});
    CHECK(plan.output_name == small.file_name);
  }
  SUBCASE("a tag of another platform beside the one asked for goes") {
    set_platform("emscripten_3_1_45_wasm32.linux_x86_64", "linux_x86_64");
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits == Edits{{EditKind::retag, "", "emscripten_3_1_45_wasm32.linux_x86_64",
                               "emscripten_3_1_45_wasm32", "WA107"_rule}});
  }
  SUBCASE("further tags are added, the set is sorted") {
    options.platform = "pyodide_2023_0_wasm32";
    options.add_tags = {"emscripten_3_1_45_wasm32"};
    small = test::SmallWheel();
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits ==
          Edits{rename_edit(native_module, right_module),
                {EditKind::retag, "", "linux_x86_64", "pyodide_2023_0_wasm32", "WA107"_rule},
                {EditKind::add_tag, "", "", "emscripten_3_1_45_wasm32", "WA102"_rule}});
    CHECK(plan.output_name ==
          "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.pyodide_2023_0_wasm32.whl");
  }
  SUBCASE("a tag that is there already is not added again") {
    options.add_tags = {"emscripten_3_1_45_wasm32"};
    CHECK(plan_of(small, options).edits == Edits{});
  }
  SUBCASE("the rule that a retag mends") {
    for (const auto& [platform, rule] :
         {std::pair{"any", "WA106"_rule}, std::pair{"macosx_11_0_arm64", "WA107"_rule},
          std::pair{"win_amd64", "WA107"_rule}, std::pair{"pyodide_2024_wasm32", "WA101"_rule},
          std::pair{"emscripten_3_1_46_wasm32", "WA102"_rule}}) {
      test::SmallWheel other = right_wheel();
      replace(other.file_name, "emscripten_3_1_45_wasm32", platform);
      const RepairPlan plan = plan_of(other, options);
      REQUIRE(plan.edits.size() == 1);
      CHECK(plan.edits[0] == Edit{EditKind::retag, "", platform, "emscripten_3_1_45_wasm32", rule});
    }
  }
  SUBCASE("a WHEEL file that disagrees is brought in line with the file name") {
    small.file(wheel_file).content = test::SmallWheel().file(wheel_file).content;
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits == Edits{{EditKind::retag, std::string(wheel_file), "cp311-cp311-linux_x86_64",
                               "cp311-cp311-emscripten_3_1_45_wasm32", "WA105"_rule}});
    CHECK(plan.output_name == small.file_name);
  }
  SUBCASE("so is its build tag") {
    replace(small.file_name, "ext-1.0-", "ext-1.0-2-");
    const RepairPlan plan = plan_of(small, options);
    CHECK(plan.edits ==
          Edits{{EditKind::retag, std::string(wheel_file), "", "Build: 2", "WA105"_rule}});
  }
}

TEST_CASE("extension suffixes") {
  test::SmallWheel small = right_wheel();
  const auto call_module = [&](std::string name) {
    small.file(right_module).name = std::move(name);
  };
  SUBCASE("other platforms' of the same Python are replaced") {
    for (const std::string suffix :
         {".cpython-311-x86_64-linux-gnu.so", ".cpython-311-darwin.so",
          ".cpython-311-wasm32-wasi.so", ".cpython-311-aarch64-linux-musl.so",
          ".abi3-wasm32-emscripten.so"}) {
      test::SmallWheel other = right_wheel();
      other.file(right_module).name = "ext/_core" + suffix;
      const RepairPlan plan = plan_of(other);
      CHECK(plan.obstacles == Texts{});
      CHECK(plan.edits == Edits{rename_edit("ext/_core" + suffix, right_module)});
    }
  }
  SUBCASE("what CPython imports stays") {
    for (const std::string suffix : {".cpython-311-wasm32-emscripten.so", ".abi3.so", ".so"}) {
      test::SmallWheel other = right_wheel();
      other.file(right_module).name = "ext/_core" + suffix;
      CHECK(plan_of(other).edits == Edits{});
    }
  }
  SUBCASE("an abi3 wheel gets the stable ABI's") {
    call_module(std::string(native_module));
    replace(small.file_name, "cp311-cp311", "cp39-abi3");
    replace(small.file(wheel_file).content, "cp311-cp311", "cp39-abi3");
    CHECK(plan_of(small).edits == Edits{rename_edit(native_module, "ext/_core.abi3.so")});
  }
  SUBCASE("a package's __init__ is initialised by the package's name") {
    call_module("ext/__init__.cpython-311-darwin.so");
    small.file("ext/__init__.cpython-311-darwin.so").content = test::extension_module("PyInit_ext");
    CHECK(plan_of(small).edits ==
          Edits{rename_edit("ext/__init__.cpython-311-darwin.so",
                            "ext/__init__.cpython-311-wasm32-emscripten.so")});
  }
  SUBCASE("a name beyond ASCII is initialised by its punycode") {
    call_module("ext/mañana.cpython-311-darwin.so");
    small.file("ext/mañana.cpython-311-darwin.so").content =
        test::extension_module("PyInitU_maana_pta");
    CHECK(plan_of(small).edits ==
          Edits{rename_edit("ext/mañana.cpython-311-darwin.so",
                            "ext/mañana.cpython-311-wasm32-emscripten.so")});
  }
  SUBCASE("a dash is an underscore in the init function's name") {
    call_module("ext/_a-b.cpython-311-darwin.so");
    small.file("ext/_a-b.cpython-311-darwin.so").content = test::extension_module("PyInit__a_b");
    CHECK(plan_of(small).edits == Edits{rename_edit("ext/_a-b.cpython-311-darwin.so",
                                                    "ext/_a-b.cpython-311-wasm32-emscripten.so")});
  }
  SUBCASE("a library without an init function keeps its name") {
    call_module("ext/libx.cpython-311-darwin.so");
    small.file("ext/libx.cpython-311-darwin.so").content = test::extension_module("answer");
    const RepairPlan plan = plan_of(small);
    CHECK(plan.edits == Edits{});
    CHECK(plan.obstacles == Texts{});
  }
  SUBCASE("a file for another Python beside the right one is left over") {
    small.files.push_back(
        {"ext/_core.cpython-312-wasm32-emscripten.so", small.file(right_module).content});
    const RepairPlan plan = plan_of(small);
    CHECK(plan.edits == Edits{});
    CHECK(plan.obstacles == Texts{});
  }
  SUBCASE("a file for another Python is an obstacle") {
    call_module("ext/_core.cpython-312-wasm32-emscripten.so");
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/_core.cpython-312-wasm32-emscripten.so cannot be called "
                "_core.cpython-311-wasm32-emscripten.so: its name says CPython 3.12, "
                "emscripten_3_1_45 has 3.11; build it for CPython 3.11"});
  }
  SUBCASE("in an abi3 wheel as well: nothing proves the limited API") {
    call_module("ext/_core.cpython-310-wasm32-emscripten.so");
    replace(small.file_name, "cp311-cp311", "cp39-abi3");
    replace(small.file(wheel_file).content, "cp311-cp311", "cp39-abi3");
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/_core.cpython-310-wasm32-emscripten.so cannot be called _core.abi3.so: its "
                "name says CPython 3.10, emscripten_3_1_45 has 3.11; build it for CPython 3.11"});
  }
  SUBCASE("so is one for PyPy") {
    call_module("ext/_core.pypy311-pp73-x86_64-linux-gnu.so");
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/_core.pypy311-pp73-x86_64-linux-gnu.so cannot be called "
                "_core.cpython-311-wasm32-emscripten.so: its name is of another interpreter; "
                "build it for CPython 3.11"});
  }
  SUBCASE("and one without the init function of its name") {
    call_module("ext/other.cpython-311-darwin.so");
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/other.cpython-311-darwin.so cannot be called "
                "other.cpython-311-wasm32-emscripten.so: it has no function PyInit_other () -> "
                "i32, only PyInit__core"});
  }
  SUBCASE("and one whose new name is taken, in whatever case") {
    call_module(std::string(native_module));
    small.files.push_back({"ext/_CORE.cpython-311-wasm32-emscripten.so", "text"});
    const Texts obstacles = plan_of(small).obstacles;
    REQUIRE(obstacles.size() == 2);
    CHECK(obstacles[1] == std::string(native_module) +
                              " cannot be called _core.cpython-311-wasm32-emscripten.so: a file of "
                              "that name is there already");
  }
}

TEST_CASE("two files that would get one name") {
  test::SmallWheel small = right_wheel();
  small.file(right_module).name = "ext/_core.cpython-311-darwin.so";
  small.files.push_back({std::string(native_module), test::extension_module("PyInit__core")});
  const RepairPlan plan = plan_of(small);
  CHECK(plan.edits == Edits{rename_edit("ext/_core.cpython-311-darwin.so", right_module)});
  CHECK(plan.obstacles == Texts{std::string(native_module) +
                                " cannot be called _core.cpython-311-wasm32-emscripten.so: a file "
                                "of that name is there already"});
}

TEST_CASE("a module that another needs by its name keeps it") {
  wheel::Wheel wheel;
  {
    wasm::SideModule user = test::side_module();
    user.dylink->needed = {"_core.cpython-311-x86_64-linux-gnu.so"};
    wasm::SideModule core = test::side_module();
    core.exports = {test::function_export("PyInit__core", 0)};
    wheel = test::wheel_of({test::module_at_path("ext/libuser.so", user),
                            test::module_at_path(std::string(native_module), core)},
                           "emscripten_3_1_45_wasm32", "cp311");
  }
  CHECK(
      plan_repair(wheel, target_311(), to_3_1_45).obstacles ==
      Texts{std::string(native_module) +
            " cannot be called _core.cpython-311-wasm32-emscripten.so: another module needs it by "
            "the name it has"});
}

TEST_CASE("Root-Is-Purelib follows what the wheel holds") {
  test::SmallWheel small = right_wheel();
  std::string& text = small.file(wheel_file).content;
  SUBCASE("native code in purelib") {
    replace(text, "Purelib: false", "Purelib: true");
    CHECK(plan_of(small).edits ==
          Edits{{EditKind::purelib, std::string(wheel_file), "Root-Is-Purelib: true",
                 "Root-Is-Purelib: false", "WA503"_rule}});
  }
  SUBCASE("no such line") {
    replace(text, "Root-Is-Purelib: false\n", "");
    CHECK(plan_of(small).edits == Edits{{EditKind::purelib, std::string(wheel_file), "",
                                         "Root-Is-Purelib: false", "WA503"_rule}});
  }
  SUBCASE("a pure wheel that says false") {
    std::erase_if(small.files,
                  [](const test::SmallFile& file) { return file.name == right_module; });
    small.file_name = "ext-1.0-py3-none-any.whl";
    replace(small.file(wheel_file).content, "cp311-cp311-emscripten_3_1_45_wasm32", "py3-none-any");
    RepairOptions options;
    CHECK(plan_of(small, options).edits ==
          Edits{{EditKind::purelib, std::string(wheel_file), "Root-Is-Purelib: false",
                 "Root-Is-Purelib: true", "WA503"_rule}});
  }
}

TEST_CASE("RECORD is mended where the files vouch for themselves") {
  test::SmallWheel small = right_wheel();
  const std::string right = small.right_record();
  const std::string init_line = right.substr(0, right.find('\n') + 1);
  const auto record_edit = [](std::string member, std::string from, std::string to) {
    return Edit{EditKind::record, std::move(member), std::move(from), std::move(to), "WA502"_rule};
  };
  SUBCASE("a file that is not listed") {
    small.record = right.substr(init_line.size());
    CHECK(plan_of(small).edits == Edits{record_edit("ext/__init__.py", "not listed", "listed")});
  }
  SUBCASE("an entry without a file") {
    small.record = "ext/gone.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n" + right;
    CHECK(plan_of(small).edits == Edits{record_edit("ext/gone.py", "listed", "not listed")});
  }
  SUBCASE("an entry without a hash") {
    small.record = "ext/__init__.py,,\n" + right.substr(init_line.size());
    CHECK(plan_of(small).edits == Edits{record_edit("ext/__init__.py", "no hash", "sha256")});
  }
  SUBCASE("a wrong size beside a right hash") {
    small.record = right;
    replace(small.record, ",26\n", ",27\n");
    CHECK(plan_of(small).edits == Edits{record_edit("ext/__init__.py", "27 bytes", "26 bytes")});
  }
  SUBCASE("an entry twice") {
    small.record = init_line + right;
    CHECK(plan_of(small).edits ==
          Edits{record_edit("ext/__init__.py", "listed 2 times", "listed once")});
  }
  SUBCASE("a hash that no longer protects") {
    small.record =
        "ext/__init__.py,md5=rYXqKtUPhhoLfQjDyNG_UQ,26\n" + right.substr(init_line.size());
    const Texts obstacles = plan_of(small).obstacles;
    // The hash is right, as `printf 'from ._core import answer\n' | md5sum` says.
    CHECK(obstacles == Texts{});
    CHECK(plan_of(small).edits == Edits{record_edit("ext/__init__.py", "md5", "sha256")});
  }
}

TEST_CASE("a right hash in another encoding is written again, a wrong one in hex is not") {
  const auto with_digest = [](const std::string& digest) {
    test::SmallWheel small = right_wheel();
    small.record = small.right_record();
    const std::string line = "ext/__init__.py,sha256=";
    const auto at = small.record.find(line) + line.size();
    small.record.replace(at, small.record.find(',', at) - at, digest);
    return plan_of(small);
  };
  const std::string content = right_wheel().file("ext/__init__.py").content;
  const Sha256 digest = sha256(as_bytes(content));
  const Edit edit{.kind = EditKind::record,
                  .member = "ext/__init__.py",
                  .from = "a hash in another encoding",
                  .to = "base64 without padding",
                  .why = "WA502"_rule};
  std::string standard = base64_url(digest);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  std::string upper = hex(digest);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
  });
  for (const std::string& text : {hex(digest), upper, base64_url(digest) + "=", standard + "="}) {
    CAPTURE(text);
    CHECK(with_digest(text).edits == Edits{edit});
    CHECK(with_digest(text).obstacles.empty());
  }
  std::string wrong = hex(digest);
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  CHECK(with_digest(wrong).edits.empty());
  CHECK(with_digest(wrong).obstacles.size() == 1);
}

TEST_CASE("a wrong hash is never blessed") {
  test::SmallWheel small;
  const std::string right = small.right_record();
  SUBCASE("a changed file, named with both hashes") {
    small.record = right;
    small.file("ext/__init__.py").content = "from ._core import answer?";
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/__init__.py is not the file that RECORD describes: expected "
                "sha256=Fx1BS0B9gEPVCLttIhvDFeo904N6DYIe3gO_l-ts9U8, found "
                "sha256=SKyWIEtL3umifTQwtwMnh50Q6sIeCrB6TfO5GvD7KoY; it was changed after the "
                "build, and a new RECORD would hide that"});
  }
  SUBCASE("also when the wheel needs nothing else") {
    small = right_wheel();
    small.record = small.right_record();
    small.file("ext/__init__.py").content = "from ._core import answer?";
    CHECK(plan_of(small).obstacles.size() == 1);
  }
  SUBCASE("a hash nobody knows") {
    small.record = "ext/__init__.py,crc32=AAAA,26\n" + right.substr(right.find('\n') + 1);
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/__init__.py cannot be verified: RECORD has a hash of the unknown kind crc32"});
  }
  SUBCASE("a size without a hash to vouch for the file") {
    small.record = "ext/__init__.py,,27\n" + right.substr(right.find('\n') + 1);
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/__init__.py is not the file that RECORD describes: expected 27 bytes, found "
                "26"});
  }
  SUBCASE("rows that cannot be read") {
    small.record = right + "a,b,c,d\n";
    CHECK(plan_of(small).obstacles ==
          Texts{"ext-1.0.dist-info/RECORD: row 6: it has 4 fields, expected 3 (path, hash, size)"});
  }
  SUBCASE("contents that were not looked at") {
    const ByteVector bytes = small.bytes();
    const auto wheel =
        wheel::read_wheel(small.file_name, memory_source(bytes),
                          {.limits = {}, .depth = wasm::Depth::head, .verify_contents = false});
    REQUIRE(wheel);
    CHECK(plan_repair(*wheel, target_311(), to_3_1_45).obstacles ==
          Texts{"its contents were not verified against RECORD, and a new RECORD could hide a "
                "change"});
  }
}

TEST_CASE("signatures of RECORD go when it changes, and only then") {
  test::SmallWheel small;
  small.files.push_back({"ext-1.0.dist-info/RECORD.jws", "{}"});
  small.record = test::SmallWheel().right_record();
  CHECK(plan_of(small).edits == Edits{rename_edit(native_module, right_module),
                                      retag_edit,
                                      {EditKind::signature, "ext-1.0.dist-info/RECORD.jws",
                                       "ext-1.0.dist-info/RECORD.jws", "", "WA502"_rule}});
  test::SmallWheel right = right_wheel();
  right.files.push_back({"ext-1.0.dist-info/RECORD.p7s", "signed"});
  right.record = right_wheel().right_record();
  CHECK(plan_of(right).edits == Edits{});
  SUBCASE("a file name alone signs nothing") {
    replace(right.file_name, "emscripten_3_1_45_wasm32", "linux_x86_64");
    CHECK(plan_of(right).edits == Edits{retag_edit});
  }
}

TEST_CASE("foreign code is named by file, format and processor") {
  test::SmallWheel small = right_wheel();
  SUBCASE("in the place of the module") {
    small.file(right_module).content = test::elf_file();
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/_core.cpython-311-wasm32-emscripten.so is elf x86-64, not WebAssembly: build "
                "it with Emscripten (pyodide build, cibuildwheel --platform pyodide)"});
  }
  SUBCASE("beside it, where the loader stops at it") {
    small.files.push_back({"ext/libnative.so", test::elf_file()});
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/libnative.so is elf x86-64, not WebAssembly: build it with Emscripten "
                "(pyodide build, cibuildwheel --platform pyodide)"});
  }
  SUBCASE("but not where nothing loads it") {
    small.files.push_back({"ext/native.dll", test::elf_file()});
    CHECK(plan_of(small).obstacles == Texts{});
  }
  SUBCASE("a module that was never linked as one") {
    std::string& content = small.file(right_module).content;
    content = std::string("\0asm\x01\0\0\0", 8);
    CHECK(plan_of(small).obstacles ==
          Texts{"ext/_core.cpython-311-wasm32-emscripten.so is a main module or static program, "
                "not a side module: link it with -sSIDE_MODULE=2"});
  }
  SUBCASE("a damaged module") {
    small.file(right_module).content.pop_back();
    const Texts obstacles = plan_of(small).obstacles;
    REQUIRE(obstacles.size() >= 1);
    CHECK(obstacles[0].starts_with("ext/_core.cpython-311-wasm32-emscripten.so: "));
  }
}

TEST_CASE("every reason is given, not the first") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp312-cp312-linux_x86_64.whl";
  small.record = small.right_record();
  small.file("ext/__init__.py").content = "changed";
  small.files.push_back({"ext/libnative.so", test::elf_file()});
  RepairOptions options = to_3_1_45;
  options.platform = "pyodide_2024_0_wasm32";
  const Texts obstacles = plan_of(small, options).obstacles;
  REQUIRE(obstacles.size() == 5);
  CHECK(obstacles[0] ==
        "pyodide_2024_0_wasm32 is not a tag of emscripten_3_1_45, whose tags are "
        "emscripten_3_1_45_wasm32, pyodide_2023_0_wasm32");
  CHECK(
      obstacles[1] ==
      "cp312-cp312 does not fit CPython 3.11, which emscripten_3_1_45 runs: build it with CPython "
      "3.11, or name another ABI");
  CHECK(obstacles[2].starts_with("ext/__init__.py is not the file that RECORD describes"));
  CHECK(obstacles[3] ==
        "ext/__init__.py is not the file that RECORD describes: expected 26 bytes, found 7");
  CHECK(obstacles[4].starts_with("ext/libnative.so is elf x86-64"));
}

TEST_CASE("what is not a wheel is not repaired") {
  test::SmallWheel small;
  SUBCASE("a file of another name") {
    small.file_name = "ext.whl";
    const Texts obstacles = plan_of(small).obstacles;
    REQUIRE(obstacles.size() == 1);
    CHECK(obstacles[0].starts_with("the file has no wheel's name: "));
    CHECK(obstacles[0].ends_with("; give it its right name first"));
  }
  SUBCASE("no dist-info") {
    for (test::SmallFile& file : small.files) {
      if (file.name.starts_with("ext-1.0.dist-info")) file.name = "other/" + file.name;
    }
    small.record = "x";
    const Texts obstacles = plan_of(small).obstacles;
    CHECK(obstacles ==
          Texts{"ext-1.0.dist-info has no METADATA", "ext-1.0.dist-info has no WHEEL"});
  }
  SUBCASE("two of them") {
    small.files.push_back({"ext-2.0.dist-info/METADATA", "Name: ext\n"});
    CHECK(plan_of(small).obstacles ==
          Texts{"there are 2 dist-info directories, ext-1.0.dist-info and ext-2.0.dist-info: a "
                "wheel has one"});
  }
  SUBCASE("a bare module") {
    wheel::Wheel wheel;
    wheel.bare_module = true;
    CHECK(plan_repair(wheel, target_311(), to_3_1_45).obstacles ==
          Texts{"a bare module has no wheel around it to repair"});
  }
  SUBCASE("a malformed archive") {
    ByteVector bytes = small.bytes();
    bytes.insert(bytes.begin(), std::byte{'#'});
    const RepairPlan plan =
        plan_repair(test::read_bytes(bytes, small.file_name), target_311(), to_3_1_45);
    REQUIRE_FALSE(plan.obstacles.empty());
    CHECK(plan.obstacles[0].starts_with("the archive: "));
    CHECK(plan.edits == Edits{});
  }
  SUBCASE("a native wheel without any module") {
    std::erase_if(small.files,
                  [](const test::SmallFile& file) { return file.name == native_module; });
    CHECK(plan_of(small).obstacles ==
          Texts{"it has a native platform tag and holds no WebAssembly: it is not for Pyodide"});
  }
}

}  // namespace wheelaudit::repair
