#pragma once

// How the members of a wheel agree with its RECORD.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wheel/dist_info.hpp"
#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

/// The entries of RECORD by path. The index refers to the DistInfo, which must outlive it.
class RecordIndex {
 public:
  explicit RecordIndex(const DistInfo& dist_info);

  /// Checks one member's content against every entry of its path. Empty when the content agrees, or
  /// when RECORD has no entry of the path (`compare_lists` reports that).
  [[nodiscard]] std::vector<RecordMismatch> check_content(std::string_view path,
                                                          Bytes content) const;

  /// Members without an entry, entries without a member, and paths with more than one entry.
  [[nodiscard]] std::vector<RecordMismatch> compare_lists(
      const std::vector<zip::ArchiveMember>& members) const;

 private:
  [[nodiscard]] bool is_record(std::string_view path) const;
  /// RECORD.jws and RECORD.p7s sign RECORD, so RECORD cannot hold their hashes.
  [[nodiscard]] bool is_signature(std::string_view path) const;

  std::string record_path_;
  /// The entries of one path, in RECORD's order.
  [[nodiscard]] std::span<const RecordEntry* const> entries_of(std::string_view path) const;

  std::vector<const RecordEntry*> entries_;  ///< sorted by path
};

}  // namespace wheelaudit::wheel
