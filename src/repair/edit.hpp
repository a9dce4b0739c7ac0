#pragma once

// One edit of a repair, as data.

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/rule_id.hpp"

namespace wheelaudit::repair {

/// What an edit changes (docs/design/repair.md#edits).
enum class EditKind : std::uint8_t {
  rename,
  retag,
  add_tag,
  vendor,
  needed,
  runtime_path,
  legacy_dylink,
  import_count,
  record,
  signature,
  sbom,
  strip,
  drop,
  purelib,
  rezip,
};
/// The word of reports and JSON: `legacy-dylink`.
[[nodiscard]] std::string_view edit_kind_name(EditKind kind);

struct Edit {
  EditKind kind = EditKind::rename;
  std::string member;   ///< empty: the wheel's file name
  std::string from;     ///< what is there now, in the words of reports; empty: the edit adds
  std::string to;       ///< what replaces it; empty: the edit takes out
  rules::RuleId why{};  ///< the rule whose finding the edit fixes
  auto operator<=>(const Edit&) const = default;
};

}  // namespace wheelaudit::repair
