// SARIF 2.1.0 for code scanning (OASIS, sarif-v2.1.0). The place of a result is a file of the
// repository: a path inside a wheel is not one, and a viewer would look for it there; the member is
// a logical location. GitHub takes 5,000 results per run and shows the first ones, so errors come
// first and the rest is cut, with a notification that says so.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/annotations.hpp"
#include "report/formats.hpp"
#include "report/report_json.hpp"
#include "report/text_findings.hpp"
#include "report/text_style.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_results = 5'000;  // GitHub: "SARIF results exceed one or more limits"

std::string dump(const Json& value) { return report_json(value, 1); }

/// Escapes text for SARIF: single braces are placeholders, so they are doubled (3.11.5), and
/// `[a](b)` is a link, so its brackets are escaped (3.11.6).
std::string sarif_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '{' || c == '}') result += c;
    if (c == '[' || c == ']') result += '\\';
    result += c;
  }
  return result;
}

Json message(std::string_view text) { return {{"text", sarif_text(text)}}; }

/// A path as a URI reference (RFC 3986): every byte except unreserved characters and `/` as %XX.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool plain =
        is_ascii_alphanumeric(c) || std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

Json physical_location(const ReportSettings& settings) {
  return {{"artifactLocation", {{"uri", uri_of(settings.location)}, {"uriBaseId", "%SRCROOT%"}}},
          {"region", {{"startLine", 1}}}};
}

Json rule_entries() {
  Json entries = Json::array();
  for (const rules::Rule& rule : rules::rules()) {
    std::string words(rule.name);
    std::ranges::replace(words, '-', ' ');
    entries.push_back({{"id", rules::rule_id_text(rule.id)},
                       {"name", rule.name},
                       {"shortDescription", {{"text", words}}},
                       {"fullDescription", {{"text", words}}},
                       {"help",
                        {{"text", fmt::format("docs/rules.md of wheelaudit, {}",
                                              rules::rule_id_text(rule.id))}}}});
  }
  return entries;
}

Json symbols_of(const Annotation& annotation) {
  Json symbols = Json::array();
  for (const rules::Finding* finding : annotation.findings) {
    if (!finding->symbol.empty()) symbols.push_back(finding->symbol);
  }
  return symbols;
}

Json result_of(const WheelReport& report, const Annotation& annotation,
               const ReportSettings& settings) {
  const rules::Finding& first = *annotation.first;
  Json properties = {{"wheel", input_name_of(report.wheel)},
                     {"count", annotation.findings.size()},
                     {"consequence", rules::consequence_name(first.consequence)},
                     {"repairable", first.repairable}};
  if (!first.profile.empty()) properties["profile"] = first.profile;
  if (!first.releases.empty()) properties["releases"] = first.releases;
  if (Json symbols = symbols_of(annotation); !symbols.empty()) {
    properties["symbols"] = std::move(symbols);
  }
  const std::string place = annotation_place(report, annotation);
  return {{"ruleId", rules::rule_id_text(first.rule)},
          {"level", rules::severity_name(annotation.severity)},
          {"message", message(place + ": " + annotation_text(annotation))},
          {"locations",
           {{{"physicalLocation", physical_location(settings)},
             {"logicalLocations", {{{"fullyQualifiedName", place}, {"kind", "resource"}}}}}}},
          {"partialFingerprints",
           {{"wheelauditFinding/v1", annotation_fingerprint(report, annotation)}}},
          {"properties", properties}};
}

/// A refusal is not a finding of a rule. As a result without a rule it is still counted and shown.
Json refusal_result(const WheelReport& report, const ReportSettings& settings) {
  return {{"level", "error"},
          {"message",
           message(fmt::format("{} cannot be repaired:\n{}", shown(input_name_of(report.wheel), {}),
                               refusal_text(report)))},
          {"locations", {{{"physicalLocation", physical_location(settings)}}}}};
}

std::vector<ReportPiece> sarif_wheel(const WheelReport& report, ExitCode /*exit_code*/,
                                     const ReportSettings& settings) {
  std::vector<ReportPiece> pieces;
  for (const Annotation& annotation : annotate(report)) {
    pieces.push_back({annotation.severity, dump(result_of(report, annotation, settings))});
  }
  if (!refusal_text(report).empty()) {
    pieces.push_back({rules::Severity::error, dump(refusal_result(report, settings))});
  }
  return pieces;
}

Json notification(std::string_view level, std::string_view text) {
  return {{"level", level}, {"message", message(text)}};
}

Json notifications(const ReportWhole& whole) {
  Json list = Json::array();
  for (const InputRemark& remark : whole.remarks) {
    list.push_back(notification(remark.exit_code == ExitCode::done ? "note" : "error",
                                shown(remark.path, {}) + ": " + shown(remark.message, {})));
  }
  if (whole.pieces.size() > most_results) {
    list.push_back(notification(
        "warning", fmt::format("{} results are left out, the least severe; --format json has all",
                               whole.pieces.size() - most_results)));
  }
  return list;
}

void sarif_whole(ReportWhole& whole, const ReportSettings& /*settings*/, const ReportSink& write) {
  const bool went_well = std::ranges::none_of(
      whole.remarks, [](const InputRemark& remark) { return remark.exit_code != ExitCode::done; });
  const Json tool = {{"driver",
                      {{"name", "wheelaudit"},
                       {"version", whole.version},
                       {"semanticVersion", whole.version},
                       {"rules", rule_entries()}}}};
  const Json invocations = Json::array({{{"executionSuccessful", went_well},
                                         {"exitCode", number_of(whole.exit_code)},
                                         {"toolExecutionNotifications", notifications(whole)}}});
  write(
      "{\n\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n\"version\": "
      "\"2.1.0\",\n\"runs\": [{\n\"tool\": " +
      dump(tool) + ",\n\"invocations\": " + dump(invocations) + ",\n\"results\": [");
  const char* before = "\n";
  for (const ReportPiece* piece : heaviest(whole.pieces, most_results)) {
    write(before);
    write(piece->text);
    before = ",\n";
  }
  write("\n]\n}]\n}\n");
}

}  // namespace

ReportFormat sarif_format() {
  return {.name = "sarif", .at_once = false, .wheel = sarif_wheel, .whole = sarif_whole};
}

}  // namespace wheelaudit::report
