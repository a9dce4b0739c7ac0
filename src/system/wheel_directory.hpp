#pragma once

// The directory that a repair writes into: --wheel-dir.

#include <string>
#include <system_error>
#include <vector>

namespace wheelaudit::system {

/// The constructor makes the directory and those above it, because a program that has confined
/// itself cannot make directories outside. The destructor removes those that the constructor made
/// and that are empty.
class WheelDirectory {
 public:
  WheelDirectory() = default;  ///< none: nothing is written
  explicit WheelDirectory(const std::string& path);
  WheelDirectory(const WheelDirectory&) = delete;
  WheelDirectory& operator=(const WheelDirectory&) = delete;
  ~WheelDirectory();

  /// Why the directory cannot be made; no error: it is there.
  [[nodiscard]] const std::error_code& error() const { return error_; }
  /// The directory in which the outermost of the made directories lies; empty: none was made.
  [[nodiscard]] const std::string& parent_of_made() const { return parent_of_made_; }

 private:
  std::vector<std::string> made_;  ///< from the outside in
  std::string parent_of_made_;
  std::error_code error_;
};

}  // namespace wheelaudit::system
