// The one entry of the room: what `repair()` refuses, with every reason, and what it returns. One
// small wheel under a native platform's names, changed in one place per case.

#include "repair/repair.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "base/digest.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"
#include "support/wasm_builder.hpp"

namespace wheelaudit::repair {

// Only `repair()` makes a wheel that may be written: no other code can construct one, or copy one
// and change its pieces after the proof.
static_assert(!std::is_aggregate_v<RepairedWheel>);
static_assert(!std::is_default_constructible_v<RepairedWheel>);
static_assert(
    !std::is_constructible_v<RepairedWheel, std::string, std::vector<zip::OutputPiece>,
                             wheel::Wheel, audit::Audit, std::string, std::vector<std::string>>);
static_assert(!std::is_copy_constructible_v<RepairedWheel>);
static_assert(!std::is_copy_assignable_v<RepairedWheel>);
static_assert(std::is_nothrow_move_constructible_v<RepairedWheel>);
template <class Repaired>
concept gives_writable_pieces = requires(Repaired& repaired) {
  { repaired.pieces() } -> std::same_as<std::vector<zip::OutputPiece>&>;
};
static_assert(!gives_writable_pieces<RepairedWheel>);

namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view native_module = "ext/_core.cpython-311-x86_64-linux-gnu.so";
constexpr std::string_view right_name = "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl";

profile::AbiProfile abi(const std::string& id, const std::string& python = "3.11") {
  profile::AbiProfile profile = test::js_profile();
  profile.id = id;
  profile.tags = {id + "_wasm32"};
  profile.python = python;
  profile.extension_suffixes = {".cpython-311-wasm32-emscripten.so", ".abi3.so", ".so"};
  for (profile::Runtime& runtime : profile.runtimes) runtime.installer_tags = profile.tags;
  return profile;
}

/// Two ABIs that the wheel fits, and one of another Python.
const std::vector<profile::AbiProfile> catalog{abi("emscripten_3_1_45"), abi("emscripten_3_1_46"),
                                               abi("emscripten_3_1_58", "3.12")};

RepairRequest request_for(const std::string& platform) {
  const auto wish = platform_wish(catalog, platform);
  REQUIRE(wish);
  return {.catalog = catalog, .platform = *wish};
}

/// An outcome and the bytes that it reads.
struct Case {
  ByteVector bytes;
  Result<RepairOutcome> outcome = fail(ErrorKind::internal, "not repaired yet");

  Case(const test::SmallWheel& small, const RepairRequest& request) : bytes(small.bytes()) {
    outcome = repair(test::read_bytes(bytes, small.file_name), request);
    REQUIRE(outcome);
  }
  [[nodiscard]] const RepairedWheel& repaired() const {
    const auto* refusal = std::get_if<Refusal>(&outcome->decision);
    REQUIRE_MESSAGE(refusal == nullptr, refusal->reasons.front());
    return std::get<RepairedWheel>(outcome->decision);
  }
  [[nodiscard]] const Refusal& refusal() const {
    REQUIRE(std::holds_alternative<Refusal>(outcome->decision));
    return std::get<Refusal>(outcome->decision);
  }
};

/// The extension, needing a library.
std::string module_that_needs(const std::string& library) {
  const std::string names = test::leb(1) + test::leb(library.size()) + library;
  test::ModuleParts parts;
  parts.dylink = test::section(1, test::bytes({0, 0, 0, 0})) + test::section(2, names);
  parts.types = test::list({test::type_of("", "i")});
  parts.functions = test::list({test::leb(0)});
  parts.exports = test::list({test::export_of("PyInit__core", 0, 0)});
  parts.code = test::list({test::body(test::bytes({0x41, 0}))});
  return parts.bytes();
}

/// The extension, asking `env` for a function that no release has.
std::string module_that_misses_a_function() {
  test::ModuleParts parts;
  parts.dylink = test::section(1, test::bytes({0, 0, 0, 0}));
  parts.types = test::list({test::type_of("", "i")});
  parts.imports = test::list({test::import_of("env", "absent", 0, test::leb(0))});
  parts.functions = test::list({test::leb(0)});
  parts.exports = test::list({test::export_of("PyInit__core", 0, 1)});
  parts.code = test::list({test::body(test::bytes({0x41, 0}))});
  return parts.bytes();
}

bool has_error(const audit::Audit& audit) {
  return std::ranges::any_of(audit.findings, [](const rules::Finding& finding) {
    return finding.severity == rules::Severity::error;
  });
}

}  // namespace

TEST_CASE("a wheel that can be repaired comes back with its proof") {
  const test::SmallWheel small;
  const Case done(small, request_for("emscripten_3_1_45"));
  const RepairedWheel& repaired = done.repaired();
  CHECK(repaired.output_name() == right_name);
  CHECK(done.outcome->edits.size() == 2);
  CHECK(has_error(done.outcome->audit));
  CHECK_FALSE(has_error(repaired.audit()));
  CHECK(repaired.proof().starts_with("1 module, 0 imports: all offered by Pyodide "));
  CHECK(repaired.remarks() == Texts{"PyPI does not take this tag: host it yourself"});
  const auto written = zip::assemble(repaired.input(), repaired.pieces());
  REQUIRE(written);
  CHECK(hex(sha256(*written)) == repaired.result().sha256);
  SUBCASE("and is right then") {
    const Result<RepairOutcome> second = repair(test::read_bytes(*written, repaired.output_name()),
                                                request_for("emscripten_3_1_45"));
    REQUIRE(second);
    CHECK(second->edits.empty());
    REQUIRE(std::holds_alternative<RepairedWheel>(second->decision));
    CHECK(std::get<RepairedWheel>(second->decision).result().sha256 == repaired.result().sha256);
  }
}

TEST_CASE("a further tag is known with and without _wasm32") {
  RepairRequest request = request_for("emscripten_3_1_45");
  for (const std::string tag : {"emscripten_3_1_45", "emscripten_3_1_45_wasm32"}) {
    request.options.add_tags = {tag};
    CHECK(Case({}, request).repaired().output_name() == right_name);
  }
}

TEST_CASE("facts of the old wheel are let go of before the result is read") {
  RepairRequest request = request_for("emscripten_3_1_45");
  int let_go = 0;
  request.let_go = [&] { ++let_go; };
  const Case done({}, request);
  CHECK(let_go == 2);
  CHECK(done.outcome->wheel.members == 5);
  CHECK(done.repaired().result().archive.members.size() == 5);
}

TEST_CASE("what stands against the plan is told whole") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp312-cp312-linux_x86_64.whl";
  small.files.push_back({"ext/libnative.so", test::elf_file()});
  const Case done(small, request_for("emscripten_3_1_45"));
  const Texts& reasons = done.refusal().reasons;
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[0].starts_with("cp312-cp312 does not fit CPython 3.11"));
  CHECK(reasons[1].starts_with("ext/libnative.so is elf x86-64"));
  CHECK(done.refusal().candidates.empty());
}

TEST_CASE("a result with errors is refused, and the audit is that of the result") {
  test::SmallWheel small;
  small.file(native_module).content = module_that_misses_a_function();
  small.file("ext/__init__.py").content.clear();  // imports a name that this module does not hold
  const Case done(small, request_for("emscripten_3_1_45"));
  CHECK(done.refusal().reasons == Texts{"repaired, it would still have 1 error (WA301)"});
  CHECK(done.outcome->edits.size() == 2);
  const auto& findings = done.outcome->audit.findings;
  const auto errors =
      std::ranges::count(findings, rules::Severity::error, &rules::Finding::severity);
  CHECK(errors == 1);
}

TEST_CASE("libraries are asked of the finder") {
  test::SmallWheel small;
  std::string& module = small.file(native_module).content;
  module = module_that_needs("libx.so");
  RepairRequest request = request_for("emscripten_3_1_45");
  Texts asked;
  Result<std::optional<wheel::OfferedLibrary>> answer = std::nullopt;
  request.find_library = [&](const std::string& needed) {
    asked.push_back(needed);
    return answer;
  };
  SUBCASE("that has no loader") {
    CHECK(Case(small, request).refusal().reasons ==
          Texts{"repaired, it would still have 1 error (WA401)",
                "libx.so: --libdir DIR that holds it puts it into the wheel; --exclude leaves it "
                "to a package that is loaded before"});
  }
  SUBCASE("that cannot look") {
    answer = fail(ErrorKind::io, "the disk is gone");
    const ByteVector bytes = small.bytes();
    const auto outcome = repair(test::read_bytes(bytes, small.file_name), request);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message == "the disk is gone");
  }
  CHECK(asked == Texts{"libx.so"});
}

TEST_CASE("tags of several ABIs: all are to be fit, and one is advised") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.emscripten_3_1_46_wasm32.whl";
  small.file(native_module).content = module_that_misses_a_function();
  const Case done(small, request_for(""));
  const Texts& reasons = done.refusal().reasons;
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[1] ==
        "the tags claim 2 ABIs, emscripten_3_1_45, emscripten_3_1_46, and the wheel must fit them "
        "all; "
        "for one of them: --plat TAG");
}

TEST_CASE("a wheel that fits several ABIs is refused with its candidates") {
  const Case done({}, request_for("auto"));
  CHECK(done.refusal().reasons ==
        Texts{"this wheel fits 2 ABIs equally well; name one of their tags: --plat TAG"});
  REQUIRE(done.refusal().candidates.size() == 2);
  CHECK(done.refusal().candidates[1].platform == "emscripten_3_1_46_wasm32");
  CHECK(done.refusal().candidates[1].against.empty());
  CHECK(done.outcome->edits.empty());
}

TEST_CASE("one that has to pass another ABI besides is judged for it") {
  RepairRequest request = request_for("emscripten_3_1_45");
  request.must_pass = {{.profile = 2, .release = std::nullopt}};
  const Case done({}, request);
  REQUIRE(done.refusal().reasons.size() == 1);
  CHECK(done.refusal().reasons[0].starts_with("repaired, it would still have "));
}

TEST_CASE("what is not a wheel that can be read") {
  const test::SmallWheel small;
  SUBCASE("a bare module is not for repair") {
    wheel::Wheel wheel;
    wheel.bare_module = true;
    const auto outcome = repair(std::move(wheel), request_for(""));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::usage);
    CHECK(outcome.error().message == "repair takes wheels, and this is not a wheel");
  }
  SUBCASE("an archive that cannot be read safely") {
    ByteVector bytes = small.bytes();
    bytes.insert(bytes.begin(), std::byte{'#'});
    const auto outcome = repair(test::read_bytes(bytes, small.file_name), request_for(""));
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<Refusal>(outcome->decision));
    CHECK(std::get<Refusal>(outcome->decision).reasons ==
          Texts{"the archive cannot be read safely"});
    CHECK(outcome->audit.verdict == audit::Verdict::malformed);
  }
}

TEST_CASE("remarks on drops that match nothing and on directories") {
  RepairRequest request = request_for("emscripten_3_1_45");
  request.options.drop = {"*.h"};
  request.from_directory = true;
  const std::string tag = "PyPI does not take this tag: host it yourself";
  const std::string idle = "--drop *.h matches no file of this wheel";
  CHECK(Case({}, request).repaired().remarks() ==
        Texts{tag, idle, "packed from a directory, RECORD written again"});
  request.to_directory = true;
  CHECK(Case({}, request).repaired().remarks() == Texts{tag, idle, "RECORD written again"});
}

TEST_CASE("the wish for a platform") {
  CHECK_FALSE(platform_wish(catalog, "")->platform);
  CHECK_FALSE(platform_wish(catalog, "")->automatic);
  CHECK(platform_wish(catalog, "auto")->automatic);
  for (const std::string name : {"emscripten_3_1_46", "emscripten_3_1_46_wasm32"}) {
    const auto wish = platform_wish(catalog, name);
    REQUIRE(wish);
    REQUIRE(wish->platform);
    CHECK(wish->platform->profile == 1);
    CHECK(wish->platform->tag == "emscripten_3_1_46_wasm32");
  }
  const auto unknown = platform_wish(catalog, "emscripten_9");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::usage);
}

}  // namespace wheelaudit::repair
