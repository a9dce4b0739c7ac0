#pragma once

// Every rule's function, in the order of the ids. A new rule is a line here, a line in registry.cpp
// and a file.

#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

// WA1: tags and index
FindingList unknown_platform_tag(const RuleInput& input);
FindingList uninstallable_tag(const RuleInput& input);
FindingList python_tag(const RuleInput& input);
FindingList index_rejects_tag(const RuleInput& input);
FindingList tags_disagree(const RuleInput& input);
FindingList pure_tag_native_code(const RuleInput& input);
FindingList native_platform_tag(const RuleInput& input);
FindingList abi_evidence(const RuleInput& input);
FindingList several_abis(const RuleInput& input);

// WA2: files
FindingList not_wasm(const RuleInput& input);
FindingList not_a_side_module(const RuleInput& input);
FindingList legacy_dylink(const RuleInput& input);
FindingList malformed_module(const RuleInput& input);
FindingList extension_suffix(const RuleInput& input);
FindingList init_function(const RuleInput& input);
FindingList duplicate_file(const RuleInput& input);
FindingList payload(const RuleInput& input);
FindingList native_name(const RuleInput& input);

// WA3: linking
FindingList unresolved_function(const RuleInput& input);
FindingList unresolved_address(const RuleInput& input);
FindingList type_mismatch(const RuleInput& input);
FindingList kind_mismatch(const RuleInput& input);
FindingList import_module(const RuleInput& input);
FindingList memory_import(const RuleInput& input);
FindingList table_import(const RuleInput& input);
FindingList exception_model(const RuleInput& input);
FindingList setjmp_model(const RuleInput& input);
FindingList mixed_exceptions(const RuleInput& input);
FindingList feature(const RuleInput& input);
FindingList js_glue(const RuleInput& input);
FindingList js_type(const RuleInput& input);
FindingList i64_global_export(const RuleInput& input);
FindingList shadowed_symbol(const RuleInput& input);
FindingList over_exported(const RuleInput& input);
FindingList legalised_i64(const RuleInput& input);
FindingList abi_era(const RuleInput& input);
FindingList incidental_symbol(const RuleInput& input);

// WA4: libraries
FindingList needed_not_found(const RuleInput& input);
FindingList runtime_path_missing(const RuleInput& input);
FindingList runtime_path_ignored(const RuleInput& input);
FindingList runtime_path_invalid(const RuleInput& input);
FindingList library_elsewhere(const RuleInput& input);
FindingList library_symbol(const RuleInput& input);

// WA5: wheel and archive
FindingList dist_info_files(const RuleInput& input);
FindingList record_entries(const RuleInput& input);
FindingList root_is_purelib(const RuleInput& input);
FindingList file_name(const RuleInput& input);
FindingList wheel_metadata(const RuleInput& input);
FindingList archive_structure(const RuleInput& input);
FindingList unsafe_path(const RuleInput& input);
FindingList archive_limit(const RuleInput& input);

// WA7: the Python layer
FindingList name_not_in_extension(const RuleInput& input);

// WA8: stable ABI
FindingList not_limited_api(const RuleInput& input);
FindingList newer_limited_api(const RuleInput& input);

}  // namespace wheelaudit::rules
