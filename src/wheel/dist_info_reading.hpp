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
  std::string directory;  ///< of the wheel; empty when there is none
  DistInfoTexts texts;
  std::vector<zip::ArchiveFault> faults;
  /// The members that are one of the texts, by index, with the text's place in `texts`. A text that
  /// could not be read is here too, and the reason is among `faults`.
  std::unordered_map<std::size_t, std::optional<std::string> DistInfoTexts::*> members;
};

/// `names` are the names of the archive's members. When there are several dist-info directories,
/// the one whose name agrees with `filename` is read. Errors: io.
[[nodiscard]] Result<DistInfoReading> read_dist_info_texts(
    const zip::Archive& archive, const std::vector<std::string_view>& names,
    const std::optional<WheelFilename>& filename, const Limits& limits);

/// The limits that can only be checked after the texts are read: rows of RECORD, tags after
/// expansion.
[[nodiscard]] std::vector<zip::ArchiveFault> dist_info_limit_faults(const DistInfo& dist_info,
                                                                    const Limits& limits);

}  // namespace wheelaudit::wheel
