// Writes `profile diff --format json` (docs/profile-diff.schema.json, schema version 1). Nothing is
// cut, and lists have the order of the values.

#include <nlohmann/json.hpp>

#include "report/profile_diff_report.hpp"
#include "report/report_json.hpp"

namespace wheelaudit::report {
namespace {

using Json = nlohmann::ordered_json;

Json json_side(const compare::RuntimeSide& side) {
  return {
      {"profile", side.profile->id}, {"release", side.runtime().version}, {"name", side.name()}};
}

Json json_fact(const compare::ChangedFact& fact) {
  return {{"key", fact.key}, {"before", fact.before}, {"after", fact.after}};
}

Json json_version(const compare::ChangedVersion& changed) {
  const auto version = [](const std::optional<std::string>& value) {
    return value ? Json(*value) : Json();
  };
  return {{"name", changed.name},
          {"before", version(changed.before)},
          {"after", version(changed.after)}};
}

Json json_incompatibility(const compare::Incompatibility& incompatibility) {
  return {{"cause", compare::cause_name(incompatibility.cause)},
          {"concerns", incompatibility.concerns},
          {"reason", incompatibility.reason}};
}

Json json_symbol(const compare::ChangedSymbol& symbol) {
  const auto provided = [](const std::optional<profile::ProvidedSymbol>& side) {
    return side ? Json(compare::provided_text(*side)) : Json();
  };
  return {{"symbol", symbol.name},
          {"change", compare::symbol_change_name(symbol.change)},
          {"before", provided(symbol.before)},
          {"after", provided(symbol.after)}};
}

Json json_counts(const compare::ProfileDiff& diff) {
  Json counts = Json::object();
  for (const compare::SymbolChange change :
       {compare::SymbolChange::gone, compare::SymbolChange::kind, compare::SymbolChange::retyped,
        compare::SymbolChange::provider, compare::SymbolChange::added}) {
    counts[std::string(compare::symbol_change_name(change))] = diff.count(change);
  }
  return counts;
}

Json json_on(const compare::WheelOnRuntime& on) {
  return {{"verdict", audit::verdict_name(on.verdict)},
          {"links", profile::outcome_name(on.links)},
          {"unresolved", on.unresolved},
          {"mismatched", on.mismatched},
          {"rules", json_list(on.rules, rules::rule_id_text)}};
}

Json json_use(const compare::UsedChange& use) {
  return {{"member", use.member},
          {"symbol", use.symbol},
          {"change", compare::symbol_change_name(use.change)},
          {"before", text_or_null(use.before)},
          {"after", text_or_null(use.after)},
          {"asked", use.asked},
          {"outcome_before", profile::outcome_name(use.outcome_before)},
          {"outcome_after", profile::outcome_name(use.outcome_after)},
          {"effect", compare::effect_name(use.effect)}};
}

Json json_wheel(const compare::WheelDiff& wheel) {
  return {{"path", wheel.path},
          {"fate", compare::fate_name(wheel.fate())},
          {"before", json_on(wheel.before)},
          {"after", json_on(wheel.after)},
          {"changes", json_list(wheel.changes, json_use)}};
}

std::string_view scope_name(DiffScope scope) {
  if (scope == DiffScope::wheels) return "wheels";
  return scope == DiffScope::used ? "used" : "runtimes";
}

}  // namespace

std::string profile_diff_json(const ProfileDiffReport& report) {
  const compare::ProfileDiff& diff = report.diff;
  const Json document = {
      {"schema_version", 1},
      {"kind", "profile-diff"},
      {"tool", {{"name", "wheelaudit"}, {"version", report.version}}},
      {"exit_code", number_of(report.exit_code)},
      {"scope", scope_name(report.scope)},
      {"before", json_side(diff.before)},
      {"after", json_side(diff.after)},
      {"compatible", diff.incompatibilities.empty()},
      {"incompatibilities", json_list(diff.incompatibilities, json_incompatibility)},
      {"facts", json_list(diff.facts, json_fact)},
      {"loader", json_list(diff.loader, json_fact)},
      {"libraries", json_list(diff.libraries, json_version)},
      {"packages", json_list(diff.packages, json_version)},
      {"symbol_counts", json_counts(diff)},
      {"symbols", json_list(diff.symbols, json_symbol)},
      {"unseen", diff.unseen},
      {"wheels", json_list(report.wheels, json_wheel)},
      {"remarks", json_list(report.remarks, [](const InputRemark& remark) {
         return Json{{"path", remark.path},
                     {"message", remark.message},
                     {"exit_code", number_of(remark.exit_code)}};
       })}};
  return report_json(document, 2) + "\n";
}

}  // namespace wheelaudit::report
