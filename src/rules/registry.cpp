// The table of rules: id and name as docs/rules.md has them (docs/design/verdicts.md#rule-ids), how
// often the function runs, the function; in the order of the ids. A new rule is its own file and
// one row here: the table is read twice, once to declare the functions and once to list them, so
// that no header names the functions and a new rule rebuilds nothing else.

#include <algorithm>
#include <array>

#include "rules/rule.hpp"

// clang-format off
#define WHEELAUDIT_RULES(RULE) \
  RULE("WA101", "unknown-platform-tag", wheel, unknown_platform_tag)    \
  RULE("WA102", "uninstallable-tag", wheel, uninstallable_tag)          \
  RULE("WA103", "python-tag", wheel, python_tag)                        \
  RULE("WA104", "index-rejects-tag", wheel, index_rejects_tag)          \
  RULE("WA105", "tags-disagree", wheel, tags_disagree)                  \
  RULE("WA106", "pure-tag-native-code", wheel, pure_tag_native_code)    \
  RULE("WA107", "native-platform-tag", wheel, native_platform_tag)      \
  RULE("WA108", "abi-evidence", target, abi_evidence)                   \
  RULE("WA109", "several-abis", wheel, several_abis)                    \
  RULE("WA201", "not-wasm", target, not_wasm)                           \
  RULE("WA202", "not-a-side-module", wheel, not_a_side_module)          \
  RULE("WA203", "legacy-dylink", target, legacy_dylink)                 \
  RULE("WA204", "malformed-module", wheel, malformed_module)            \
  RULE("WA205", "extension-suffix", target, extension_suffix)           \
  RULE("WA206", "init-function", target, init_function)                 \
  RULE("WA207", "duplicate-file", wheel, duplicate_file)                \
  RULE("WA208", "payload", wheel, payload)                              \
  RULE("WA209", "native-name", wheel, native_name)                      \
  RULE("WA210", "miscounted-dylink", wheel, miscounted_dylink)          \
  RULE("WA301", "unresolved-function", target, unresolved_function)     \
  RULE("WA302", "unresolved-address", target, unresolved_address)       \
  RULE("WA303", "type-mismatch", target, type_mismatch)                 \
  RULE("WA304", "kind-mismatch", target, kind_mismatch)                 \
  RULE("WA305", "import-module", target, import_module)                 \
  RULE("WA306", "memory-import", target, memory_import)                 \
  RULE("WA307", "table-import", target, table_import)                   \
  RULE("WA308", "exception-model", target, exception_model)             \
  RULE("WA309", "setjmp-model", target, setjmp_model)                   \
  RULE("WA310", "mixed-exceptions", target, mixed_exceptions)           \
  RULE("WA311", "feature", wheel, feature)                              \
  RULE("WA312", "js-glue", target, js_glue)                             \
  RULE("WA313", "js-type", target, js_type)                             \
  RULE("WA314", "i64-global-export", target, i64_global_export)         \
  RULE("WA315", "shadowed-symbol", target, shadowed_symbol)             \
  RULE("WA316", "over-exported", wheel, over_exported)                  \
  RULE("WA317", "legalised-i64", wheel, legalised_i64)                  \
  RULE("WA318", "abi-era", target, abi_era)                             \
  RULE("WA319", "incidental-symbol", target, incidental_symbol)         \
  RULE("WA320", "always-fails", target, always_fails)                   \
  RULE("WA321", "reserved-export", target, reserved_export)             \
  RULE("WA401", "needed-not-found", target, needed_not_found)           \
  RULE("WA402", "runtime-path-missing", target, runtime_path_missing)   \
  RULE("WA403", "runtime-path-ignored", target, runtime_path_ignored)   \
  RULE("WA404", "runtime-path-invalid", target, runtime_path_invalid)   \
  RULE("WA405", "library-elsewhere", target, library_elsewhere)         \
  RULE("WA406", "library-symbol", target, library_symbol)               \
  RULE("WA407", "loaded-twice", target, loaded_twice)                   \
  RULE("WA408", "load-order", target, load_order)                       \
  RULE("WA409", "same-name", target, same_name)                         \
  RULE("WA501", "dist-info", wheel, dist_info_files)                    \
  RULE("WA502", "record", wheel, record_entries)                        \
  RULE("WA503", "root-is-purelib", wheel, root_is_purelib)              \
  RULE("WA504", "file-name", wheel, file_name)                          \
  RULE("WA505", "metadata", wheel, wheel_metadata)                      \
  RULE("WA506", "placement", wheel, placement)                         \
  RULE("WA510", "archive", wheel, archive_structure)                    \
  RULE("WA511", "unsafe-path", wheel, unsafe_path)                      \
  RULE("WA512", "limit", wheel, archive_limit)                          \
  RULE("WA603", "requires-python", target, requires_python)             \
  RULE("WA701", "name-not-in-extension", wheel, name_not_in_extension)  \
  RULE("WA801", "not-limited-api", wheel, not_limited_api)              \
  RULE("WA802", "newer-limited-api", wheel, newer_limited_api)
// clang-format on

namespace wheelaudit::rules {

#define WHEELAUDIT_DECLARE(id, name, scope, function) \
  void function(const RuleInput& input, FindingSink& findings);
WHEELAUDIT_RULES(WHEELAUDIT_DECLARE)

namespace {

#define WHEELAUDIT_LIST(id, name, scope, function) Rule{id##_rule, name, Scope::scope, function},
constexpr std::array registry{WHEELAUDIT_RULES(WHEELAUDIT_LIST)};
static_assert(std::ranges::is_sorted(registry, {}, &Rule::id));

}  // namespace

std::span<const Rule> rules() { return registry; }

const Rule* find_rule(std::string_view id_or_name) {
  const std::optional<RuleId> id = parse_rule_id(id_or_name);
  const auto found = std::ranges::find_if(
      registry, [&](const Rule& rule) { return id ? rule.id == *id : rule.name == id_or_name; });
  return found == registry.end() ? nullptr : &*found;
}

std::string_view rule_name(RuleId id) {
  const auto found = std::ranges::lower_bound(registry, id, {}, &Rule::id);
  return found != registry.end() && found->id == id ? found->name : std::string_view();
}

}  // namespace wheelaudit::rules
