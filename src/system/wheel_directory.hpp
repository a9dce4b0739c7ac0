#pragma once

// The directory that a repair writes into: --wheel-dir.

#include <string>
#include <system_error>
#include <vector>

namespace wheelaudit::system {

/// Made at the start, with those above it, because a program that has confined itself makes no
/// directories outside; what was made and stayed empty is removed again.
class WheelDirectory {
 public:
  WheelDirectory() = default;  ///< none: nothing is written
  explicit WheelDirectory(const std::string& path);
  WheelDirectory(const WheelDirectory&) = delete;
  WheelDirectory& operator=(const WheelDirectory&) = delete;
  ~WheelDirectory();

  /// Why it cannot be made.
  [[nodiscard]] const std::error_code& error() const { return error_; }
  /// What was made lies in this one; empty when nothing was.
  [[nodiscard]] const std::string& parent_of_made() const { return parent_of_made_; }

 private:
  std::vector<std::string> made_;  ///< from the outside in
  std::string parent_of_made_;
  std::error_code error_;
};

}  // namespace wheelaudit::system
