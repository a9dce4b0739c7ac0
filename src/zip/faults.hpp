#pragma once

// The faults of one archive while they are met.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "zip/archive.hpp"

namespace wheelaudit::zip {

/// Keeps the faults of an archive in the order met, bounded however many there are: up to a hundred
/// malformed faults per code, and one other fault per code, with the number of those left out. So
/// 65,535 entries with time stamps are one note, and memory does not follow a hostile directory.
class FaultLog {
 public:
  void add(ArchiveFault fault);
  /// Appends what another log kept, and its numbers.
  void merge(FaultLog other);
  /// True when any fault so far makes the archive unreadable.
  [[nodiscard]] bool has_malformed() const;
  /// All faults, the numbers of those left out written into the messages.
  [[nodiscard]] std::vector<ArchiveFault> finish() &&;

 private:
  std::vector<ArchiveFault> faults_;
  std::map<std::string, std::uint64_t, std::less<>> count_by_code_;
};

}  // namespace wheelaudit::zip
