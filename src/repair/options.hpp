#pragma once

// What the user of a repair can choose.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wheel/offered_library.hpp"

namespace wheelaudit::repair {

struct RepairOptions {
  /// The tag to give, with `_wasm32`; empty: the wheel keeps its own. `repair()` sets the tag from
  /// the wish for a platform (choose_abi.hpp).
  std::string platform;
  std::vector<std::string> add_tags;  ///< further aliases of the same ABI, `_wasm32` may be missing
  bool only_platform = false;         ///< no platform tag but `platform`, aliases neither
  /// Sorted by name. `repair()` fills them in when it is given a `LibraryFinder`.
  std::vector<wheel::OfferedLibrary> libraries;
  std::vector<std::string> exclude;      ///< globs of needed names that are left as they are
  bool mangle = true;                    ///< vendored libraries get 8 hex of their hash
  std::string library_suffix = ".libs";  ///< of the folder of vendored libraries, `<name>.libs`
  bool sbom = true;                      ///< a CycloneDX list of what was vendored (PEP 770)
  bool strip = false;                    ///< name, producers and debug sections go
  std::vector<std::string> drop;         ///< globs of members that go
  std::optional<std::uint32_t> source_date_epoch;
  int compression_level = 6;
};

}  // namespace wheelaudit::repair
