// From a wheel's bytes to its reports. Whatever the wheel: no control character reaches the
// terminal, the JSON is JSON, verdict, findings and exit code say the same, and "compatible" has
// been proven.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "checks.hpp"
#include "report/formats.hpp"
#include "report/report.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {
namespace {

/// Not even a line that begins with blanks: GitHub's runner takes them away.
void require_no_command(std::string_view text) {
  require(text.find("##") == std::string_view::npos, "nothing is a command to Azure Pipelines");
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    require(first == std::string::npos || line.compare(first, 2, "::") != 0,
            "no line is a command to GitHub Actions");
  }
}

void require_text(const report::Report& report, std::uint64_t variant) {
  const std::string text =
      report::render_report(report, *report::find_report_format("text"),
                            {.style = {.verbose = variant % 2 == 0, .quiet = variant % 16 == 1}});
  require(!text.empty() && text.back() == '\n', "a report ends with a line feed");
  require_safe_text(text);
  require_no_command(text);
}

void require_json(const report::Report& report) {
  const auto json = nlohmann::json::parse(
      report::render_report(report, *report::find_report_format("json")), nullptr, false);
  require(!json.is_discarded(), "a JSON report is JSON");
  const auto& wheel = json.at("wheels").at(0);
  require(wheel.at("verdict") == audit::verdict_name(report.wheels[0].audit.verdict),
          "the JSON says the verdict");
  require(wheel.at("findings").size() == report.wheels[0].audit.findings.size(),
          "the JSON holds every finding");
}

/// SARIF, GitHub's annotations and JUnit XML are shown as text, so the whole of them must be safe.
void require_formats(const report::Report& report) {
  const auto text_of = [&](const report::ReportFormat& format) {
    return report::render_report(report, format);
  };
  const std::string sarif = text_of(*report::find_report_format("sarif"));
  require(nlohmann::json::accept(sarif), "SARIF is JSON");
  const std::string junit = text_of(*report::find_report_format("junit"));
  require(std::ranges::count(junit, '<') == std::ranges::count(junit, '>'), "markup stays markup");
  for (const std::string& text : {sarif, junit}) {
    require_safe_text(text);
    require_no_command(text);
  }
  const std::string github = text_of(*report::find_report_format("github"));
  require_safe_text(github);
  std::istringstream lines(github);
  for (std::string line; std::getline(lines, line);) {
    require(line.starts_with("::error ") || line.starts_with("::warning ") ||
                line.starts_with("::notice "),
            "every line is an annotation");
  }
}

void require_consistent(const wheel::Wheel& wheel, const audit::Audit& audit) {
  const bool malformed = std::ranges::any_of(audit.findings, audit::makes_malformed);
  require(malformed == (audit.verdict == audit::Verdict::malformed), "malformed has its finding");
  require(wheel.readable() || malformed, "what cannot be read is malformed");
  const ExitCode code = audit::exit_code(audit, rules::Severity::error, false);
  const bool has_error = std::ranges::any_of(audit.findings, [](const rules::Finding& finding) {
    return finding.severity == rules::Severity::error;
  });
  require(code == (malformed   ? ExitCode::malformed
                   : has_error ? ExitCode::findings
                               : ExitCode::done),
          "the exit code is that of the findings");
  if (audit.verdict == audit::Verdict::compatible) {
    require(!has_error && wheel.contents_verified && wheel.content_faults.empty(),
            "compatible is proven");
    require(std::ranges::all_of(wheel.modules,
                                [](const wheel::WheelModule& module) {
                                  return !module.is_loadable() ||
                                         module.facts.kind != wasm::ModuleKind::side_module ||
                                         (module.facts.sound() && module.facts.code);
                                }),
            "compatible: every module was read whole");
  }
  for (const wheel::WheelModule& module : wheel.modules) {
    require_sane(module.facts, module.facts.size);
    require(module.member < wheel.archive.members.size() &&
                wheel.archive.members[module.member].name == module.path,
            "a module is a member");
  }
}

/// One release of one ABI, by the tags, or every release there is; all runtimes only now and then.
audit::AuditOptions options_for(std::uint64_t variant) {
  audit::AuditOptions options{.index_pypi = variant / 8 % 4 == 2, .matrix = variant / 8 % 32 == 3};
  if (variant / 8 % 8 < 5) {
    const std::size_t profile = variant / 8 % 8 == 4 ? 0 : catalog().size() - 3;
    options.selections.push_back({.profile = profile, .release = catalog()[profile].newest()});
  }
  return options;
}

}  // namespace

void wheel(Bytes input) {
  const NamedArchive named = split_name(input);
  const std::uint64_t variant = choice(input);
  auto wheel = wheel::read_wheel(named.name, memory_source(named.archive), {});
  require(wheel.has_value(), "memory can be read");
  audit::Audit result = audit::audit(*wheel, catalog(), options_for(variant));
  require_consistent(*wheel, result);
  if (variant % 2 != 0) return;
  const report::Report report{.version = "0",
                              .command = variant / 32 % 3 == 0 ? "show" : "check",
                              .wheels = {},
                              .remarks = {},
                              .exit_code = audit::exit_code(result, rules::Severity::error, false)};
  report::Report whole = report;
  whole.wheels.push_back({wheel::summarise(*wheel), std::move(result), std::nullopt});
  require_text(whole, variant / 2);
  if (variant % 8 != 0) return;
  require_json(whole);
  require_formats(whole);
  if (variant % 32 != 0) return;
  const auto head =
      wheel::read_wheel(named.name, copying_source(named.archive), {.depth = wasm::Depth::head});
  require(head.has_value(), "memory can be read");
  require(!wheel->readable() || head->readable(), "both depths read the archive");
}

}  // namespace wheelaudit::fuzz
