#pragma once

// What all wheels of one `repair` share.

#include "cli/catalog.hpp"
#include "cli/options.hpp"
#include "repair/choose_abi.hpp"
#include "repair/repair.hpp"
#include "system/library_directory.hpp"
#include "system/wheel_directory.hpp"

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
