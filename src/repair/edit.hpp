#pragma once

// One edit of a repair, as data.

#include <cstdint>
#include <string>
#include <string_view>

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
  record,
  signature,
  sbom,
  strip,
  drop,
  purelib,
  rezip,
};
/// The word of JSON, `legacy-dylink`.
[[nodiscard]] std::string_view edit_kind_name(EditKind kind);

struct Edit {
  EditKind kind = EditKind::rename;
  std::string member;  ///< empty: the wheel's file name
  std::string from;
  std::string to;
  std::string why;  ///< rule id
  auto operator<=>(const Edit&) const = default;
};

}  // namespace wheelaudit::repair
