// The table of rules: id and name as docs/rules.md has them (docs/design/verdicts.md#rule-ids), how
// often the function runs, the function. Kept in the order of the ids; a new rule is one line.

#include <algorithm>
#include <array>
#include <string>

#include "rules/rule.hpp"
#include "rules/rule_functions.hpp"

namespace wheelaudit::rules {
namespace {

constexpr auto registry = std::to_array<Rule>({
    {"WA101", "unknown-platform-tag", Scope::wheel, unknown_platform_tag},
    {"WA102", "uninstallable-tag", Scope::wheel, uninstallable_tag},
    {"WA103", "python-tag", Scope::target, python_tag},
    {"WA104", "index-rejects-tag", Scope::wheel, index_rejects_tag},
    {"WA105", "tags-disagree", Scope::wheel, tags_disagree},
    {"WA106", "pure-tag-native-code", Scope::wheel, pure_tag_native_code},
    {"WA107", "native-platform-tag", Scope::wheel, native_platform_tag},
    {"WA108", "abi-evidence", Scope::target, abi_evidence},
    {"WA109", "several-abis", Scope::wheel, several_abis},
    {"WA201", "not-wasm", Scope::target, not_wasm},
    {"WA202", "not-a-side-module", Scope::wheel, not_a_side_module},
    {"WA203", "legacy-dylink", Scope::target, legacy_dylink},
    {"WA204", "malformed-module", Scope::wheel, malformed_module},
    {"WA205", "extension-suffix", Scope::target, extension_suffix},
    {"WA206", "init-function", Scope::target, init_function},
    {"WA207", "duplicate-file", Scope::wheel, duplicate_file},
    {"WA208", "payload", Scope::wheel, payload},
    {"WA209", "native-name", Scope::wheel, native_name},
    {"WA301", "unresolved-function", Scope::target, unresolved_function},
    {"WA302", "unresolved-address", Scope::target, unresolved_address},
    {"WA303", "type-mismatch", Scope::target, type_mismatch},
    {"WA304", "kind-mismatch", Scope::target, kind_mismatch},
    {"WA305", "import-module", Scope::target, import_module},
    {"WA306", "memory-import", Scope::target, memory_import},
    {"WA307", "table-import", Scope::target, table_import},
    {"WA308", "exception-model", Scope::target, exception_model},
    {"WA309", "setjmp-model", Scope::target, setjmp_model},
    {"WA310", "mixed-exceptions", Scope::target, mixed_exceptions},
    {"WA311", "feature", Scope::wheel, feature},
    {"WA312", "js-glue", Scope::target, js_glue},
    {"WA313", "js-type", Scope::target, js_type},
    {"WA314", "i64-global-export", Scope::target, i64_global_export},
    {"WA315", "shadowed-symbol", Scope::target, shadowed_symbol},
    {"WA316", "over-exported", Scope::wheel, over_exported},
    {"WA317", "legalised-i64", Scope::wheel, legalised_i64},
    {"WA318", "abi-era", Scope::target, abi_era},
    {"WA319", "incidental-symbol", Scope::target, incidental_symbol},
    {"WA401", "needed-not-found", Scope::target, needed_not_found},
    {"WA402", "runtime-path-missing", Scope::target, runtime_path_missing},
    {"WA403", "runtime-path-ignored", Scope::target, runtime_path_ignored},
    {"WA404", "runtime-path-invalid", Scope::target, runtime_path_invalid},
    {"WA405", "library-elsewhere", Scope::target, library_elsewhere},
    {"WA406", "library-symbol", Scope::target, library_symbol},
    {"WA501", "dist-info", Scope::wheel, dist_info_files},
    {"WA502", "record", Scope::wheel, record_entries},
    {"WA503", "root-is-purelib", Scope::wheel, root_is_purelib},
    {"WA504", "file-name", Scope::wheel, file_name},
    {"WA505", "metadata", Scope::wheel, wheel_metadata},
    {"WA510", "archive", Scope::wheel, archive_structure},
    {"WA511", "unsafe-path", Scope::wheel, unsafe_path},
    {"WA512", "limit", Scope::wheel, archive_limit},
    {"WA701", "name-not-in-extension", Scope::wheel, name_not_in_extension},
    {"WA801", "not-limited-api", Scope::wheel, not_limited_api},
    {"WA802", "newer-limited-api", Scope::wheel, newer_limited_api},
});
static_assert(std::ranges::is_sorted(registry, {}, &Rule::id));

}  // namespace

std::span<const Rule> rules() { return registry; }

const Rule* find_rule(std::string_view id_or_name) {
  const auto found = std::ranges::find_if(
      registry, [&](const Rule& rule) { return rule.id == id_or_name || rule.name == id_or_name; });
  return found == registry.end() ? nullptr : &*found;
}

Severity target_severity(const loader::Target& target, const std::vector<std::size_t>& affected) {
  if (affected.empty() || target.judged.empty()) return Severity::note;
  const bool newest = std::ranges::find(affected, target.judged.back()) != affected.end();
  return newest ? Severity::error : Severity::warning;
}

Finding finding_of(std::string_view rule_id) {
  Finding finding;
  finding.rule = rule_id;
  if (const Rule* rule = find_rule(rule_id)) finding.name = rule->name;
  return finding;
}

}  // namespace wheelaudit::rules
