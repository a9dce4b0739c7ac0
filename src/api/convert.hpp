#pragma once

// Converts between the types of the public header and those of the rooms.

#include "audit/audit.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "repair/repair.hpp"
#include "report/report.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

[[nodiscard]] base::Limits limits_of(const Limits& limits);
[[nodiscard]] rules::Severity severity_of(Severity severity);
[[nodiscard]] wasm::Depth depth_of(Depth depth);
/// All options of a repair but the libraries and the platform.
[[nodiscard]] repair::RepairOptions repair_options_of(const Options& options);

[[nodiscard]] WheelReport public_report(const report::WheelReport& report, int exit_code);
[[nodiscard]] Error public_error(const base::Error& error);

}  // namespace wheelaudit::api
