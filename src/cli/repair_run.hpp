#pragma once

// What all wheels of one `repair` share.

#include "cli/catalog.hpp"
#include "cli/repair_options.hpp"
#include "repair/choose_abi.hpp"
#include "repair/options.hpp"
#include "system/library_directory.hpp"
#include "system/wheel_directory.hpp"

namespace wheelaudit::cli {

struct RepairRun {
  const CommonOptions& options;
  const RepairArguments& arguments;
  const Catalog& catalog;
  repair::PlatformWish platform;            ///< of `--plat`
  repair::RepairOptions repair;             ///< without platform and libraries
  wheel::LibraryFinder libraries;           ///< of `--libdir`
  const system::WheelDirectory& directory;  ///< of `--wheel-dir`
};

}  // namespace wheelaudit::cli
