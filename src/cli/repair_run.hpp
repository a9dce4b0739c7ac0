#pragma once

// What all wheels of one `repair` share.

#include "cli/catalog.hpp"
#include "cli/library_directory.hpp"
#include "cli/options.hpp"
#include "cli/repair_target.hpp"
#include "cli/wheel_directory.hpp"
#include "wheelaudit/repair.hpp"

namespace wheelaudit::cli {

struct RepairRun {
  const Options& options;
  const Catalog& catalog;
  std::optional<PlatformChoice> platform;  ///< of `--plat TAG`
  RepairOptions repair;                    ///< without platform and libraries
  LibraryFinder libraries;                 ///< of `--libdir`
  const WheelDirectory& directory;         ///< of `--wheel-dir`
};

}  // namespace wheelaudit::cli
