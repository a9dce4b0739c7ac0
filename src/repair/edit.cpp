// The names of edits stand here once. Reports print them, and no other code reads them.

#include "repair/edit.hpp"

#include <array>

namespace wheelaudit::repair {
namespace {

constexpr std::array<std::string_view, 15> kind_names{
    "rename",       "retag",         "add-tag",      "vendor",  "needed",
    "runtime-path", "legacy-dylink", "import-count", "record",  "signature",
    "sbom",         "strip",         "drop",         "purelib", "rezip"};
static_assert(kind_names.size() == static_cast<std::size_t>(EditKind::rezip) + 1);

}  // namespace

std::string_view edit_kind_name(EditKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace wheelaudit::repair
