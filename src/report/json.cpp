// The JSON format, schema version 1 (docs/design/output.md#json; docs/report.schema.json). Keys,
// their order and their types never change within the version; keys may be added. Nothing is cut.
// Every character beyond ASCII is written as \uXXXX, so that a name from a wheel is harmless on a
// terminal here too; a byte that is not UTF-8 becomes U+FFFD.

#include <nlohmann/json.hpp>

#include "report/formats.hpp"
#include "report/report_json.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::report {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

std::string_view depth_name(wasm::Depth depth) {
  return depth == wasm::Depth::full ? "full" : "head";
}

Json json_dylink(const Boxed<wasm::DylinkSummary>& dylink) {
  if (!dylink) return {};
  return {{"memory_size", dylink->memory_size},
          {"table_size", dylink->table_size},
          {"needed", dylink->needed},
          {"runtime_path", dylink->runtime_path}};
}

Json json_module(const wheel::WheelModuleSummary& module) {
  const wasm::ModuleSummary& facts = module.facts;
  return {{"path", module.path},
          {"kind", wasm::module_kind_name(facts.kind)},
          {"format", facts.format},
          {"size", facts.size},
          {"dylink", json_dylink(facts.dylink)},
          {"exceptions", wasm::exception_model_name(facts.exceptions)},
          {"setjmp", wasm::setjmp_model_name(facts.setjmp)},
          {"features", facts.features},
          {"init_functions", facts.init_functions},
          {"imports",
           {{"functions", facts.imports.functions},
            {"addresses", facts.imports.addresses},
            {"globals", facts.imports.globals},
            {"tags", facts.imports.tags}}},
          {"exports", facts.exports}};
}

Json json_runtime(const loader::RuntimeRow& row) {
  return {{"profile", row.profile},
          {"pyodide", row.pyodide},
          {"installs", {{"micropip", row.micropip}, {"pip", row.pip}, {"uv", row.uv}}},
          {"links", profile::outcome_name(row.links)},
          {"unresolved", row.unresolved},
          {"mismatched", row.mismatched}};
}

/// The details of a finding; the place of its import is the first of them.
Json json_details(const rules::Finding& finding) {
  Json details = Json::array();
  if (finding.place.import) details.push_back(rules::import_text(*finding.place.import));
  for (const rules::Sentence& detail : finding.details) details.push_back(detail.text());
  return details;
}

Json json_finding(const rules::Finding& finding) {
  return {{"rule", rules::rule_id_text(finding.rule)},
          {"name", rules::rule_name(finding.rule)},
          {"severity", rules::severity_name(finding.severity)},
          {"consequence", rules::consequence_name(finding.consequence)},
          {"profile", text_or_null(finding.profile)},
          {"releases", finding.releases},
          {"member", text_or_null(finding.place.member)},
          {"symbol", text_or_null(finding.symbol)},
          {"offset", value_or_null(finding.place.offset)},
          {"message", finding.message.text()},
          {"cause", finding.cause ? Json(rules::cause_text(*finding.cause)) : Json()},
          {"expected", text_or_null(finding.expected)},
          {"found", text_or_null(finding.found)},
          {"help", text_or_null(finding.help)},
          {"repairable", finding.repairable},
          {"details", json_details(finding)}};
}

Json json_edit(const repair::Edit& edit) {
  return {{"action", repair::edit_kind_name(edit.kind)},
          {"member", text_or_null(edit.member)},
          {"from", text_or_null(edit.from)},
          {"to", text_or_null(edit.to)},
          {"why", rules::rule_id_text(edit.why)}};
}

Json json_repair(const std::optional<RepairReport>& repair) {
  if (!repair) return {};
  Json actions = Json::array();
  for (const repair::Edit& edit : repair->edits) actions.push_back(json_edit(edit));
  Json candidates = Json::array();
  for (const repair::Candidate& candidate : repair->candidates) {
    candidates.push_back({{"profile", candidate.profile},
                          {"platform", candidate.platform},
                          {"against", candidate.against}});
  }
  return {{"actions", actions},
          {"output", value_or_null(repair->output)},
          {"sha256", value_or_null(repair->sha256)},
          {"dry_run", repair->dry_run},
          {"proof", text_or_null(repair->proof)},
          {"refusals", repair->refusals},
          {"remarks", repair->remarks},
          {"candidates", candidates}};
}

Json json_tags(const wheel::WheelSummary& wheel) {
  if (wheel.bare_module) return {};
  return json_list(wheel.tags(), [](const wheel::Tag& tag) { return Json(tag.str()); });
}

Json json_build(const wheel::WheelSummary& wheel) {
  return wheel.filename ? value_or_null(wheel.filename->build) : Json();
}

constexpr std::string_view margin = "    ";  // before each line of an entry of `wheels`

/// The text of an object's members, without its braces, indented as in an entry of `wheels`.
std::string members_text(const Json& object) {
  const std::string text = report_json(object, 2, margin);
  const std::size_t end = text.rfind('\n');
  return text.substr(2, end - 2);
}

/// Collects a text in pieces of about a megabyte, because one string that grows by doubling needs
/// up to three times its size.
class Text {
 public:
  Text& append(std::string_view part) {
    constexpr std::size_t most = std::size_t{1} << 20;
    if (pieces_.empty() || pieces_.back().text.size() + part.size() > most) {
      pieces_.push_back({.text = {}, .begins_wheel = pieces_.empty()});
    }
    pieces_.back().text += part;
    return *this;
  }
  std::vector<ReportPiece> take() && { return std::move(pieces_); }

 private:
  std::vector<ReportPiece> pieces_;
};

/// Appends a list, one value at a time: as one JSON value, all modules or findings of a wheel would
/// take many times the memory of their text.
template <class Value, class Convert>
void append_list(Text& text, std::string_view name, const std::vector<Value>& values,
                 Convert convert) {
  const std::string inner = std::string(margin) + "    ";
  text.append(",\n").append(margin).append("  \"").append(name).append("\": [");
  const char* before = "\n";
  for (const Value& value : values) {
    text.append(before).append(inner).append(report_json(convert(value), 2, inner));
    before = ",\n";
  }
  if (!values.empty()) text.append("\n").append(margin).append("  ");
  text.append("]");
}

/// One entry of `wheels`, indented as it stands in the document, except for the first line.
std::vector<ReportPiece> json_wheel(const WheelReport& report) {
  const wheel::WheelSummary& wheel = report.wheel;
  const audit::Audit& audit = report.audit;
  const Json before = {{"path", wheel.path},
                       {"sha256", text_or_null(wheel.sha256)},
                       {"size", wheel.size},
                       {"name", value_or_null(wheel.name())},
                       {"version", value_or_null(wheel.version())},
                       {"build", json_build(wheel)},
                       {"generator", text_or_null(wheel.generator)},
                       {"tags", json_tags(wheel)},
                       {"root_is_purelib", value_or_null(wheel.root_is_purelib)},
                       {"verdict", audit::verdict_name(audit.verdict)},
                       {"validated", depth_name(wheel.depth)}};
  const Json after = {{"repair", json_repair(report.repair)}, {"judged", audit.judged}};
  Text text;
  text.append("{\n").append(members_text(before));
  append_list(text, "modules", wheel.modules, json_module);
  append_list(text, "runtimes", audit.runtimes, json_runtime);
  append_list(text, "findings", audit.findings, json_finding);
  text.append(",\n").append(members_text(after)).append("\n").append(margin).append("}");
  return std::move(text).take();
}

/// Writes the document around the entries that `json_wheel` made, and frees each entry once it is
/// written.
void write_document(std::string_view version, ExitCode exit_code, std::vector<ReportPiece>& wheels,
                    const std::vector<InputRemark>& remarks, const ReportSink& write) {
  std::string text = "{\n  \"schema_version\": 1,\n  \"tool\": {\n    \"name\": \"wheelaudit\",\n";
  text += "    \"version\": " + report_json(Json(version), 2) + "\n  },\n";
  text += "  \"exit_code\": " + std::to_string(number_of(exit_code)) + ",\n  \"wheels\": [";
  write(text);
  bool first = true;
  for (ReportPiece& piece : wheels) {
    if (piece.begins_wheel) write(std::exchange(first, false) ? "\n    " : ",\n    ");
    write(piece.text);
    piece = ReportPiece();
  }
  const Json list = json_list(remarks, [](const InputRemark& remark) {
    return Json{{"path", remark.path},
                {"message", remark.message},
                {"exit_code", number_of(remark.exit_code)}};
  });
  write(std::string(wheels.empty() ? "],\n" : "\n  ],\n") +
        "  \"remarks\": " + report_json(list, 2, "  ") + "\n}\n");
}

}  // namespace

ReportFormat json_format() {
  return {.name = "json",
          .at_once = false,
          .wheel = [](const WheelReport& report, ExitCode /*exit_code*/,
                      const ReportSettings& /*settings*/) { return json_wheel(report); },
          .whole =
              [](ReportWhole& whole, const ReportSettings& /*settings*/, const ReportSink& write) {
                write_document(whole.version, whole.exit_code, whole.pieces, whole.remarks, write);
              }};
}

}  // namespace wheelaudit::report
