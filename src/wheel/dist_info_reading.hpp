#pragma once

// The dist-info files of an archive as texts, each within its limit.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/limits.hpp"
#include "wheel/dist_info.hpp"
#include "wheel/filename.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

struct DistInfoReading {
  std::string directory;  ///< empty: none
  DistInfoTexts texts;
  std::vector<zip::ArchiveFault> faults;
  /// Which text a member is, by its index; texts that could not be read are among `faults`.
  std::unordered_map<std::size_t, std::optional<std::string> DistInfoTexts::*> members;
};

/// `filename` decides when there are several dist-info directories.
[[nodiscard]] Result<DistInfoReading> read_dist_info_texts(
    const zip::Archive& archive, const std::vector<std::string_view>& names,
    const std::optional<WheelFilename>& filename, const Limits& limits);

/// The limits that only show once the texts are read: rows of RECORD, tags after expansion.
[[nodiscard]] std::vector<zip::ArchiveFault> dist_info_limit_faults(const DistInfo& dist_info,
                                                                    const Limits& limits);

}  // namespace wheelaudit::wheel
