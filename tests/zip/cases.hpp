#pragma once

// The archives that PyPI's own tests name (pypi/warehouse at commit 6b62157124ab, tests/unit/utils/
// zipdata/{accept,reject}), and what we expect of each. A generator of ours builds each archive
// from what its name says.

#include <string_view>
#include <vector>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {

enum class Outcome : std::uint8_t {
  clean,       ///< only notes and warnings; every member inflates
  repairable,  ///< refused, but it can be read in one way only
  malformed,   ///< refused by its structure
  damaged,     ///< refused when a member is read
};

struct ArchiveCase {
  std::string_view name;     ///< of PyPI's file
  bool pypi_accepts = true;  ///< by the folder that PyPI keeps the file in
  Outcome outcome = Outcome::clean;
  std::string_view faults;  ///< codes of the structure's faults, else of the content's
  bool says_pypi = false;   ///< some fault says "PyPI would refuse this because …"
  ByteVector (*make)() = nullptr;
};

[[nodiscard]] const std::vector<ArchiveCase>& pypi_cases();

}  // namespace wheelaudit::zip
