#pragma once

// One wheel repaired in memory: the one place where this room repairs.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "profile/profile.hpp"
#include "repair/choose_abi.hpp"
#include "repair/repair.hpp"
#include "report/report.hpp"
#include "wheel/offered_library.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::api {

/// What is to be done with a wheel.
struct RepairTask {
  std::span<const profile::AbiProfile> catalog;
  std::span<const profile::ProfileSelection> must_pass;  ///< besides the ABI that is chosen
  repair::PlatformWish platform;
  repair::RepairOptions options;
  wheel::LibraryFinder find_library;  ///< may be empty
  wheel::ReadOptions read;            ///< of the result; with the contents verified
};

struct RepairedBytes {
  report::WheelReport report;       ///< with `repair`, but for its `output`
  std::string output_name;          ///< the file name of the result
  std::optional<ByteVector> bytes;  ///< of the result; nullopt: refused, the report says why
};

/// Errors: usage (a bare module), io, internal.
[[nodiscard]] base::Result<RepairedBytes> repaired_bytes(wheel::Wheel wheel,
                                                         const RepairTask& task);

}  // namespace wheelaudit::api
