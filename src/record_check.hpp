#pragma once

// How the members of a wheel agree with its RECORD.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wheelaudit/archive.hpp"
#include "wheelaudit/bytes.hpp"
#include "wheelaudit/dist_info.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

/// RECORD by path. Views into the DistInfo, which must outlive it.
class RecordIndex {
 public:
  explicit RecordIndex(const DistInfo& dist_info);

  /// Holds one member's content against every entry of its path; empty when it agrees, or when
  /// RECORD does not name it (`compare_lists` tells that).
  [[nodiscard]] std::vector<RecordMismatch> check_content(std::string_view path,
                                                          Bytes content) const;

  /// What is listed and not there, there and not listed, or listed more than once.
  [[nodiscard]] std::vector<RecordMismatch> compare_lists(
      const std::vector<ArchiveMember>& members) const;

 private:
  [[nodiscard]] bool is_record(std::string_view path) const;
  /// RECORD.jws and RECORD.p7s sign RECORD, so it cannot hold their hashes.
  [[nodiscard]] bool is_signature(std::string_view path) const;

  std::string record_path_;
  std::unordered_map<std::string_view, std::vector<const RecordEntry*>> entries_;
};

}  // namespace wheelaudit
