// The names of edits are public: JSON prints them, and docs/report.schema.json lists them.

#include "repair/edit.hpp"

#include <doctest/doctest.h>

#include <string>

namespace wheelaudit::repair {

TEST_CASE("every kind of edit has its name") {
  std::string names;
  for (int kind = 0; kind <= static_cast<int>(EditKind::rezip); ++kind)
    names.append(edit_kind_name(static_cast<EditKind>(kind))).append(" ");
  CHECK(
      names ==
      "rename retag add-tag vendor needed runtime-path legacy-dylink import-count record signature "
      "sbom strip drop purelib rezip ");
  CHECK(edit_kind_name(EditKind::legacy_dylink) == "legacy-dylink");
  CHECK(edit_kind_name(EditKind::purelib) == "purelib");
}

}  // namespace wheelaudit::repair
