#pragma once

// Every rule's function, in the order of the ids. A new rule is a line here, a line in registry.cpp
// and a file.

#include <vector>

#include "wheelaudit/rule.hpp"

namespace wheelaudit {

// WA1: tags and index
std::vector<Finding> unknown_platform_tag(const RuleInput& input);
std::vector<Finding> uninstallable_tag(const RuleInput& input);
std::vector<Finding> python_tag(const RuleInput& input);
std::vector<Finding> index_rejects_tag(const RuleInput& input);
std::vector<Finding> tags_disagree(const RuleInput& input);
std::vector<Finding> pure_tag_native_code(const RuleInput& input);
std::vector<Finding> native_platform_tag(const RuleInput& input);
std::vector<Finding> abi_evidence(const RuleInput& input);
std::vector<Finding> several_abis(const RuleInput& input);

// WA2: files
std::vector<Finding> not_wasm(const RuleInput& input);
std::vector<Finding> not_a_side_module(const RuleInput& input);
std::vector<Finding> legacy_dylink(const RuleInput& input);
std::vector<Finding> malformed_module(const RuleInput& input);
std::vector<Finding> extension_suffix(const RuleInput& input);
std::vector<Finding> init_function(const RuleInput& input);
std::vector<Finding> duplicate_file(const RuleInput& input);
std::vector<Finding> payload(const RuleInput& input);
std::vector<Finding> native_name(const RuleInput& input);

// WA3: linking
std::vector<Finding> unresolved_function(const RuleInput& input);
std::vector<Finding> unresolved_address(const RuleInput& input);
std::vector<Finding> type_mismatch(const RuleInput& input);
std::vector<Finding> kind_mismatch(const RuleInput& input);
std::vector<Finding> import_module(const RuleInput& input);
std::vector<Finding> memory_import(const RuleInput& input);
std::vector<Finding> table_import(const RuleInput& input);
std::vector<Finding> exception_model(const RuleInput& input);
std::vector<Finding> setjmp_model(const RuleInput& input);
std::vector<Finding> mixed_exceptions(const RuleInput& input);
std::vector<Finding> feature(const RuleInput& input);
std::vector<Finding> js_glue(const RuleInput& input);
std::vector<Finding> js_type(const RuleInput& input);
std::vector<Finding> i64_global_export(const RuleInput& input);
std::vector<Finding> shadowed_symbol(const RuleInput& input);
std::vector<Finding> over_exported(const RuleInput& input);
std::vector<Finding> legalised_i64(const RuleInput& input);
std::vector<Finding> abi_era(const RuleInput& input);
std::vector<Finding> incidental_symbol(const RuleInput& input);

// WA4: libraries
std::vector<Finding> needed_not_found(const RuleInput& input);
std::vector<Finding> runtime_path_missing(const RuleInput& input);
std::vector<Finding> runtime_path_ignored(const RuleInput& input);
std::vector<Finding> runtime_path_invalid(const RuleInput& input);
std::vector<Finding> library_elsewhere(const RuleInput& input);
std::vector<Finding> library_symbol(const RuleInput& input);

// WA5: wheel and archive
std::vector<Finding> dist_info_files(const RuleInput& input);
std::vector<Finding> record_entries(const RuleInput& input);
std::vector<Finding> root_is_purelib(const RuleInput& input);
std::vector<Finding> file_name(const RuleInput& input);
std::vector<Finding> wheel_metadata(const RuleInput& input);
std::vector<Finding> archive_structure(const RuleInput& input);
std::vector<Finding> unsafe_path(const RuleInput& input);
std::vector<Finding> archive_limit(const RuleInput& input);

// WA7: the Python layer
std::vector<Finding> name_not_in_extension(const RuleInput& input);

// WA8: stable ABI
std::vector<Finding> not_limited_api(const RuleInput& input);
std::vector<Finding> newer_limited_api(const RuleInput& input);

}  // namespace wheelaudit
