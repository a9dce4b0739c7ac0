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
  bool only_platform = false;         ///< `platform` alone: aliases are taken out as well
  /// Sorted by name. `repair()` fills them in when it is given a `LibraryFinder`.
  std::vector<wheel::OfferedLibrary> libraries;
  std::vector<std::string> exclude;      ///< globs of needed names that are left as they are
  bool mangle = true;                    ///< names of vendored libraries get a part of their hash
  std::string library_suffix = ".libs";  ///< of the folder of vendored libraries, `<name>.libs`
  /// A release that the result must fit loads a library again when its path is spelled in another
  /// way. `repair()` sets it when there are several ABIs.
  bool keys_as_spelled = false;
  bool sbom = true;               ///< a CycloneDX list of what was vendored (PEP 770)
  bool strip = false;             ///< takes out name, producers and debug sections
  std::vector<std::string> drop;  ///< globs of members to take out
  std::optional<std::uint32_t> source_date_epoch;  ///< seconds since 1970 UTC, of new members
  int compression_level = 6;                       ///< of deflate, 0 to 9
};

}  // namespace wheelaudit::repair
