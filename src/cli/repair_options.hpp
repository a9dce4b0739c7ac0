#pragma once

// The options of `repair`.

#include <string>
#include <vector>

#include "cli/common_options.hpp"

namespace wheelaudit::cli {

struct RepairArguments {
  CommonOptions common;
  std::string wheel_dir = "wheelhouse";
  std::string platform;  ///< TAG, an ABI's id, "auto"; empty: what the wheel's tags say
  std::vector<std::string> add_tags;
  bool only_platform = false;
  std::vector<std::string> library_directories;  ///< --libdir
  std::vector<std::string> exclude;              ///< globs of needed names
  std::string library_suffix = ".libs";          ///< --lib-sdir
  bool mangle = true;
  bool sbom = true;
  bool strip = false;
  std::vector<std::string> drop;  ///< globs of members
  unsigned compression_level = 6;
  bool unpack = false;  ///< results are directories
  bool dry_run = false;
  bool force = false;
};

void add_repair_options(OptionSet& set, RepairArguments& arguments);

}  // namespace wheelaudit::cli
