// Text and JSON of hand-made reports: exact wording, fixed keys, and no unescaped text of a wheel.

#include "report/report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/formats.hpp"
#include "rules/say.hpp"

namespace wheelaudit::report {

using rules::operator""_rule;

namespace {

const TextStyle plain{};

wheel::WheelModuleSummary side_module() {
  return {.path = "ext/_core.cpython-312-wasm32-emscripten.so",
          .facts = {.kind = wasm::ModuleKind::side_module,
                    .format = "wasm",
                    .size = 12'345,
                    .dylink = wasm::DylinkSummary{.memory_size = 412,
                                                  .table_size = 3,
                                                  .needed = {"libz.so"},
                                                  .runtime_path = {}},
                    .imports = {.functions = 1, .addresses = 1, .globals = 1},
                    .exports = 1,
                    .features = {"simd"},
                    .init_functions = {"PyInit__core"}}};
}

WheelReport good_report() {
  WheelReport report;
  report.wheel.path = "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl";
  report.wheel.size = 5'000;
  report.wheel.sha256 = std::string(64, 'a');
  report.wheel.filename = wheel::WheelFilename{
      .name = "ext",
      .version = "1.0",
      .build = std::nullopt,
      .tags = {.pythons = {"cp312"}, .abis = {"cp312"}, .platforms = {"pyodide_2024_0_wasm32"}}};
  report.wheel.generator = "bdist_wheel (0.43.0)";
  report.wheel.root_is_purelib = false;
  report.wheel.members = 4;
  report.wheel.modules = {side_module()};
  report.wheel.depth = wasm::Depth::full;
  report.audit.verdict = audit::Verdict::compatible;
  report.audit.judged = {"pyodide_2024_0"};
  report.audit.runtimes = {
      {.profile = "pyodide_2024_0",
       .pyodide = "0.26.4",
       .links = profile::Outcome::call,
       .unresolved = 2},
      {.profile = "pyodide_2024_0", .pyodide = "0.27.6", .micropip = true, .uv = true},
      {.profile = "pyodide_2024_0", .pyodide = "0.27.7", .micropip = true, .uv = true},
      {.profile = "pyemscripten_2025_0",
       .pyodide = "0.29.5",
       .links = profile::Outcome::poison,
       .unresolved = 1,
       .mismatched = 3}};
  return report;
}

rules::Finding unresolved(std::string symbol, std::uint32_t import) {
  return {
      .rule = "WA301"_rule,
      .severity = rules::Severity::error,
      .consequence = rules::Consequence::call,
      .profile = "pyodide_2024_0",
      .releases = {"0.27.7"},
      .place = {.member = "ext/_core.so",
                .import =
                    rules::ImportPlace{.index = import, .module = "env", .type = "(i32) -> i32"}},
      .symbol = symbol,
      .message = rules::say("unresolved function {}", rules::the_symbol(symbol)),
      .expected = "(i32) -> i32",
      .found = "nobody offers it",
      .help = "link the static library that defines it",
      .details = {"no profile offers it"}};
}

WheelReport bad_report() {
  WheelReport report = good_report();
  report.audit.verdict = audit::Verdict::incompatible;
  report.audit.findings = {unresolved("_ZNSt3__213__hash_memoryEPKvm", 57),
                           unresolved("blob_open", 58)};
  return report;
}

/// The text of one wheel in a format that prints one piece per wheel.
std::string piece_of(const ReportFormat& format, const WheelReport& report) {
  return format.wheel(report, ExitCode::findings, {.command = "check", .style = plain})
      .front()
      .text;
}

nlohmann::json json_of(const WheelReport& report) {
  return nlohmann::json::parse(render_report(
      {.version = "0.1.0", .command = "check", .wheels = {report}, .exit_code = ExitCode::findings},
      *find_report_format("json")));
}

}  // namespace

TEST_CASE("show: facts, modules, matrix, verdict") {
  CHECK(text_wheel("show", good_report(), plain) ==
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl\n"
        "  name       ext 1.0\n"
        "  tags       cp312-cp312-pyodide_2024_0_wasm32\n"
        "  size       5.0 kB, 4 members\n"
        "  sha256     aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        "  built by   bdist_wheel (0.43.0)\n"
        "  purelib    false\n"
        "  validated  full: every function body was checked\n"
        "\n"
        "  ext/_core.cpython-312-wasm32-emscripten.so\n"
        "    kind       side module, 12.3 kB\n"
        "    memory     412 bytes, 3 table entries\n"
        "    needed     libz.so\n"
        "    imports    1 function, 1 address, 1 global\n"
        "    exports    1\n"
        "    init       PyInit__core\n"
        "    exceptions none\n"
        "    setjmp     none\n"
        "    features   simd\n"
        "\n"
        "  ABI                  Pyodide        installs with  links                         what "
        "would fail\n"
        "  pyodide_2024_0 *     0.26.4         no             loads, dies when used         2 "
        "missing\n"
        "                       0.27.6–0.27.7  micropip, uv   yes\n"
        "  pyemscripten_2025_0  0.29.5         no             no, and later loads fail too  1 "
        "missing, 3 of another type\n"
        "  * judged\n"
        "\n"
        "  compatible with pyodide_2024_0: no findings\n"
        "\n");
}

TEST_CASE("show: of many modules one line each, cut with a count") {
  WheelReport report = good_report();
  report.wheel.modules.assign(20, side_module());
  const std::string text = text_wheel("show", report, plain);
  CHECK(text.find("\n  20 modules\n    ext/_core.cpython-312-wasm32-emscripten.so  side module, "
                  "12.3 kB  imports 1 function, 1 address, 1 global\n") != std::string::npos);
  CHECK(text.find("    and 8 more modules (-v shows all)\n") != std::string::npos);
  CHECK(text_wheel("show", report, {.verbose = true}).find("more modules") == std::string::npos);
}

TEST_CASE("check: a group of findings is one diagnostic") {
  CHECK(text_wheel("check", bad_report(), plain) ==
        "error[WA301]: unresolved function `_ZNSt3__213__hash_memoryEPKvm` "
        "(std::__2::__hash_memory(void const*, unsigned long))\n"
        "  --> ext/_core.so: import 57, env, (i32) -> i32\n"
        "   = no profile offers it\n"
        "   = also `blob_open`: import 58, env, (i32) -> i32\n"
        "help: link the static library that defines it\n"
        "\n"
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: incompatible (judged for "
        "pyodide_2024_0): 2 errors\n"
        "\n");
}

TEST_CASE("check: in a group each symbol keeps the fact that is its own") {
  WheelReport report = bad_report();
  report.audit.findings[1].details.push_back(
      rules::say("reached from Python: `open` -> {}", rules::the_symbol("blob_open")));
  report.audit.findings[1].details.push_back(
      rules::say("1 other reaches {}: `close`", rules::the_symbol("blob_open")));
  CHECK(
      text_wheel("check", report, plain)
          .find("   = also `blob_open`: import 58, env, (i32) -> i32; reached from Python: `open` "
                "-> `blob_open`\n") != std::string::npos);
}

TEST_CASE("check: findings of other members, releases or remedies stand for themselves") {
  WheelReport report = bad_report();
  SUBCASE("member") { report.audit.findings[1].place.member = "ext/_other.so"; }
  SUBCASE("releases") { report.audit.findings[1].releases = {"0.26.4"}; }
  SUBCASE("facts") { report.audit.findings[1].details[0] = "pyemscripten_2026_0 does"; }
  SUBCASE("severity") { report.audit.findings[1].severity = rules::Severity::warning; }
  const std::string text = text_wheel("check", report, plain);
  CHECK(text.find("]: unresolved function `blob_open`\n") != std::string::npos);
  CHECK(text.find("also `blob_open`") == std::string::npos);
}

TEST_CASE("check: long groups are cut, -v shows all") {
  WheelReport report = good_report();
  for (int i = 0; i < 40; ++i) {
    report.audit.findings.push_back(
        unresolved("f" + std::to_string(i), static_cast<std::uint32_t>(i)));
  }
  CHECK(text_wheel("check", report, plain).find("   = and 31 more like it (-v shows all)\n") !=
        std::string::npos);
  CHECK(text_wheel("check", report, {.verbose = true}).find("also `f39`") != std::string::npos);
}

TEST_CASE("check: what follows from a root cause is folded under it") {
  WheelReport report = good_report();
  rules::Finding root{.rule = "WA401"_rule,
                      .severity = rules::Severity::error,
                      .consequence = rules::Consequence::load,
                      .profile = "pyodide_2024_0",
                      .place = {.member = "ext/_core.so"},
                      .symbol = "libssl.so",
                      .message = rules::say("needed library {} is not in this wheel",
                                            rules::the_symbol("libssl.so")),
                      .help = "link it statically"};
  rules::Finding behind = unresolved("SSL_new", 3);
  behind.severity = rules::Severity::note;
  behind.cause = rules::Cause{.rule = "WA401"_rule, .symbol = "libssl.so"};
  behind.help.clear();
  rules::Finding carrier = root;
  carrier.rule = "WA405"_rule;
  carrier.severity = rules::Severity::note;
  carrier.cause = rules::Cause{.rule = "WA401"_rule, .symbol = "libssl.so"};
  carrier.message =
      rules::say("{} is carried by the package `openssl` 1.1.1", rules::the_symbol("libssl.so"));
  carrier.help = "load it first";
  report.audit.findings = {root, behind, carrier};
  CHECK(text_wheel("check", report, plain) ==
        "error[WA401]: needed library `libssl.so` is not in this wheel\n"
        "  --> ext/_core.so\n"
        "help: link it statically\n"
        "   = 1 more finding follows from this (WA301; -v lists)\n"
        "note[WA405]: `libssl.so` is carried by the package `openssl` 1.1.1\n"
        "help: load it first\n"
        "\n"
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: compatible with pyodide_2024_0: 1 "
        "error, 2 notes\n"
        "\n");
  CHECK(text_wheel("check", report, {.verbose = true})
            .find("   = follows: WA301: unresolved function `SSL_new`\n") != std::string::npos);
}

TEST_CASE("check: expected and found are said once") {
  WheelReport report = good_report();
  report.audit.findings = {{.rule = "WA502"_rule,
                            .severity = rules::Severity::error,
                            .place = {.member = "ext/a.py"},
                            .message = "the hash differs from RECORD's",
                            .expected = "sha256=abc",
                            .found = "sha256=def"}};
  CHECK(text_wheel("check", report, plain).find("   = expected sha256=abc, found sha256=def\n") !=
        std::string::npos);
  report.audit.findings[0].details = {rules::say("RECORD has {}, the file {}",
                                                 rules::the_expected(report.audit.findings[0]),
                                                 rules::the_found(report.audit.findings[0]))};
  CHECK(text_wheel("check", report, plain).find("   = expected") == std::string::npos);
}

TEST_CASE("notes are one line each unless asked") {
  WheelReport report = good_report();
  rules::Finding note = unresolved("ZSTD_compress", 1);
  note.rule = "WA319"_rule;
  note.severity = rules::Severity::note;
  note.message = rules::say("{} is there by chance", rules::the_symbol(note));
  report.audit.findings = {note};
  CHECK(text_wheel("check", report, plain) ==
        "note[WA319]: `ZSTD_compress` is there by chance (ext/_core.so)\n"
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: compatible with pyodide_2024_0: 1 "
        "note\n");
  CHECK(text_wheel("check", report, {.verbose = true}).find("help: link") != std::string::npos);
}

TEST_CASE("quiet is one line a wheel") {
  CHECK(text_wheel("check", bad_report(), {.quiet = true}) ==
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: incompatible (judged for "
        "pyodide_2024_0): 2 errors\n");
}

TEST_CASE("colours only where asked for, and only ours") {
  WheelReport report = bad_report();
  report.audit.findings[0].place.member = "a\x1b[31mb.so";
  CHECK(text_wheel("check", report, plain).find('\x1b') == std::string::npos);
  CHECK(text_wheel("check", report, plain).find("a\\x1b[31mb.so") != std::string::npos);
  CHECK(text_wheel("check", report, {.color = true}).find("\x1b[1;31merror[WA301]\x1b[0m: ") !=
        std::string::npos);
}

TEST_CASE("nothing of a wheel reaches the terminal unescaped") {
  const std::string evil = "x\x1b]0;owned\x07\n\u202e\xff";
  WheelReport report = bad_report();
  report.wheel.path = "dist/" + evil;
  report.wheel.filename->name = evil;
  report.wheel.filename->version = evil;
  report.wheel.filename->build = evil;
  report.wheel.filename->tags.platforms = {evil};
  report.wheel.generator = evil;
  report.wheel.modules[0].path = evil;
  report.wheel.modules[0].facts.dylink->needed = {evil};
  report.wheel.modules[0].facts.dylink->runtime_path = {evil};
  report.wheel.modules[0].facts.init_functions = {"PyInit_" + evil};
  report.wheel.modules.push_back(report.wheel.modules[0]);
  report.wheel.modules[1].facts.kind = wasm::ModuleKind::not_wasm;
  report.wheel.modules[1].facts.format = evil;
  for (rules::Finding& finding : report.audit.findings) {
    finding.place = {.member = evil, .import = rules::ImportPlace{.module = evil, .type = evil}};
    finding.symbol = finding.expected = finding.found = finding.help = evil;
    finding.message = rules::say("{} {}", rules::the_symbol(finding), evil);
    finding.details = {rules::say("{} {}", evil, rules::the_symbol(finding))};
  }
  WheelReport repaired = report;
  repaired.repair =
      RepairReport{.edits = {{repair::EditKind::rename, evil, evil, evil, "WA205"_rule}},
                   .refusals = {evil},
                   .candidates = {{evil, evil, {evil}}},
                   .output = evil,
                   .remarks = {evil},
                   .proof = evil};
  for (const TextStyle& style :
       {TextStyle{}, TextStyle{.verbose = true}, TextStyle{.quiet = true}}) {
    for (const std::string& text :
         {text_wheel("show", report, style), text_wheel("check", report, style),
          text_wheel("repair", repaired, style), piece_of(*find_report_format("json"), repaired),
          text_remark({.path = evil, .message = evil, .exit_code = ExitCode::io}, style)}) {
      CHECK(text.find_first_of("\x1b\x07\xff") == std::string::npos);
      CHECK(text.find("\u202e") == std::string::npos);
      CHECK(text.find("x\n") == std::string::npos);
    }
  }
}

TEST_CASE("repair: a verb, what it was, what it became") {
  WheelReport report = good_report();
  report.repair =
      RepairReport{.edits = {{repair::EditKind::rename, "ext/_core.so",
                              "ext/_core.cpython-311-x86_64-linux-gnu.so",
                              "_core.cpython-311-wasm32-emscripten.so", "WA205"_rule},
                             {repair::EditKind::retag, "", "linux_x86_64",
                              "emscripten_3_1_45_wasm32", "WA107"_rule}},
                   .output = "fixed/ext.whl",
                   .remarks = {"PyPI does not take this tag: host it yourself"},
                   .proof = "1 module, 84 imports: all offered by Pyodide 0.24.1 with equal types"};
  CHECK(text_wheel("repair", report, plain) ==
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl\n"
        "  rename  ext/_core.so: ext/_core.cpython-311-x86_64-linux-gnu.so -> "
        "_core.cpython-311-wasm32-emscripten.so\n"
        "  retag   linux_x86_64 -> emscripten_3_1_45_wasm32\n"
        "  proof   1 module, 84 imports: all offered by Pyodide 0.24.1 with equal types\n"
        "  wrote   fixed/ext.whl   (PyPI does not take this tag: host it yourself)\n"
        "\n");
}

TEST_CASE("repair: every reason is told at once") {
  WheelReport report = good_report();
  report.repair = RepairReport{
      .refusals = {"ext/a.so is elf x86-64", "this wheel can be repaired for no ABI"},
      .candidates = {
          {"pyodide_2024_0", "pyodide_2024_0_wasm32", {"WA201: ext/a.so is not a wasm"}}}};
  CHECK(text_wheel("repair", report, plain) ==
        "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl\n"
        "  not     pyodide_2024_0_wasm32\n"
        "          - WA201: ext/a.so is not a wasm\n"
        "  refused ext/a.so is elf x86-64\n"
        "  refused this wheel can be repaired for no ABI\n"
        "\n");
}

TEST_CASE("totals count verdicts, only when there is more than one wheel") {
  WheelReport other = good_report();
  other.audit.verdict = audit::Verdict::not_applicable;
  Totals totals;
  totals.add(good_report());
  CHECK(text_totals("check", totals, plain).empty());
  totals.add(other);
  totals.add(
      InputRemark{.path = "x.whl", .message = "cannot be opened", .exit_code = ExitCode::io});
  totals.add(InputRemark{
      .path = "x.tar.gz", .message = "not a wheel, skipped", .exit_code = ExitCode::done});
  CHECK(text_totals("check", totals, plain) ==
        "3 wheels: 1 compatible, 1 not-applicable, 1 unreadable, 1 skipped\n");
}

TEST_CASE("remarks: errors and notes") {
  CHECK(text_remark({.path = "x",
                     .message = "cannot be opened: No such file or directory",
                     .exit_code = ExitCode::io},
                    plain) == "error: x: cannot be opened: No such file or directory\n");
  CHECK(text_remark(
            {.path = "x.tar.gz", .message = "not a wheel, skipped", .exit_code = ExitCode::done},
            plain) == "note: x.tar.gz: not a wheel, skipped\n");
}

TEST_CASE("JSON: keys in their fixed order") {
  const auto ordered =
      nlohmann::ordered_json::parse(render_report({.version = "0.1.0",
                                                   .command = "check",
                                                   .wheels = {bad_report()},
                                                   .exit_code = ExitCode::findings},
                                                  *find_report_format("json")));
  const auto keys = [](const nlohmann::ordered_json& object) {
    std::string text;
    for (const auto& [key, value] : object.items()) text += key + " ";
    return text;
  };
  CHECK(keys(ordered) == "schema_version tool exit_code wheels remarks ");
  CHECK(keys(ordered["wheels"][0]) ==
        "path sha256 size name version build generator tags root_is_purelib verdict validated "
        "modules runtimes findings repair judged ");
  CHECK(keys(ordered["wheels"][0]["modules"][0]) ==
        "path kind format size dylink exceptions setjmp features init_functions imports exports ");
  CHECK(keys(ordered["wheels"][0]["runtimes"][0]) ==
        "profile pyodide installs links unresolved mismatched ");
  CHECK(keys(ordered["wheels"][0]["findings"][0]) ==
        "rule name severity consequence profile releases member symbol offset message cause "
        "expected found help repairable details ");
}

TEST_CASE("JSON: values and nulls") {
  const auto document = json_of(bad_report());
  CHECK(document["tool"] == nlohmann::json{{"name", "wheelaudit"}, {"version", "0.1.0"}});
  CHECK(document["exit_code"] == 1);
  const auto& wheel = document["wheels"][0];
  CHECK(wheel["name"] == "ext");
  CHECK(wheel["build"].is_null());
  CHECK(wheel["tags"] == nlohmann::json::array({"cp312-cp312-pyodide_2024_0_wasm32"}));
  CHECK(wheel["root_is_purelib"] == false);
  CHECK(wheel["verdict"] == "incompatible");
  CHECK(wheel["validated"] == "full");
  CHECK(wheel["repair"].is_null());
  CHECK(wheel["modules"][0]["dylink"] == nlohmann::json{{"memory_size", 412},
                                                        {"table_size", 3},
                                                        {"needed", {"libz.so"}},
                                                        {"runtime_path", nlohmann::json::array()}});
  CHECK(wheel["modules"][0]["imports"] ==
        nlohmann::json{{"functions", 1}, {"addresses", 1}, {"globals", 1}, {"tags", 0}});
  CHECK(wheel["runtimes"][3]["links"] == "poison");
  CHECK(wheel["findings"][0]["symbol"] == "_ZNSt3__213__hash_memoryEPKvm");
  CHECK(wheel["findings"][0]["cause"].is_null());
  CHECK(wheel["findings"][0]["offset"].is_null());
  CHECK(wheel["findings"].size() == 2);  // nothing is grouped
}

TEST_CASE("JSON: a bare module has no name, version or tags") {
  WheelReport report = good_report();
  report.wheel.bare_module = true;
  report.wheel.filename.reset();
  const auto document = json_of(report);
  const auto& wheel = document["wheels"][0];
  CHECK(wheel["name"].is_null());
  CHECK(wheel["version"].is_null());
  CHECK(wheel["tags"].is_null());
}

TEST_CASE("JSON: bytes that are no UTF-8 are replaced, the rest is ASCII") {
  WheelReport report = bad_report();
  report.audit.findings[0].symbol = "a\xff\x1bö\x7f";
  const std::string text = piece_of(*find_report_format("json"), report);
  CHECK(text.find("\"a\\ufffd\\u001b\\u00f6\\u007f\"") != std::string::npos);
}

TEST_CASE("JSON: nothing in it is a command to a build log") {
  WheelReport report = bad_report();
  report.audit.findings[0].symbol = "###[error]";
  const std::string text = piece_of(*find_report_format("json"), report);
  CHECK(text.find("##") == std::string::npos);
  CHECK(text.find("\"\\u0023\\u0023#[error]\"") != std::string::npos);
  CHECK(nlohmann::json::parse(text)["findings"][0]["symbol"] == "###[error]");
}

TEST_CASE("JSON: remarks say what was not read") {
  const auto document = nlohmann::json::parse(render_report(
      {.version = "0.1.0",
       .command = "check",
       .remarks = {{.path = "x", .message = "cannot be opened", .exit_code = ExitCode::io}},
       .exit_code = ExitCode::io},
      *find_report_format("json")));
  CHECK(document["wheels"].empty());
  CHECK(document["remarks"][0] ==
        nlohmann::json{{"path", "x"}, {"message", "cannot be opened"}, {"exit_code", 4}});
}

}  // namespace wheelaudit::report
