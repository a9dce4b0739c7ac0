#pragma once

// One wheel repaired in memory: the one place where this room repairs.

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "repair/repair.hpp"
#include "report/report.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::api {

struct RepairedBytes {
  report::WheelReport report;       ///< its `repair` is set, but not `repair->output`
  std::string output_name;          ///< the file name of the result
  std::optional<ByteVector> bytes;  ///< of the result; nullopt: refused, the report says why
};

/// Errors: usage (a bare module), io, internal.
[[nodiscard]] base::Result<RepairedBytes> repaired_bytes(wheel::Wheel wheel,
                                                         const repair::RepairRequest& request);

}  // namespace wheelaudit::api
