#pragma once

// The ends where text leaves the program.

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace wheelaudit::system {

/// Opens /dev/null in place of a standard stream that the caller closed, so that no file of ours
/// gets its number, and lets writing to a closed pipe be an error instead of a signal.
void secure_standard_streams();

/// Writes all of `text` to standard output. Errors: io (closed, broken pipe, no space).
[[nodiscard]] Result<void> write_standard_output(std::string_view text);

/// Writes to standard error; that it cannot be told there is all there is to do.
void write_standard_error(std::string_view text);

/// Where a report goes: standard output, or a file that is open already, because a program that
/// has confined itself opens no more. What the file held stays until there is a report.
class ReportFile {
 public:
  ReportFile() = default;
  ReportFile(std::string path, int descriptor);

  /// Errors: io.
  [[nodiscard]] Result<void> write(std::string_view text) const;

 private:
  std::string path_;
  std::shared_ptr<const int> descriptor_;  ///< null: standard output
};

/// Makes the file if there is none. Errors: io.
[[nodiscard]] Result<ReportFile> open_report_file(const std::string& path);

/// True when the two paths name the same existing file.
[[nodiscard]] bool same_file(const std::string& left, const std::string& right);
/// True when standard input is read from this file.
[[nodiscard]] bool is_standard_input(const std::string& path);

[[nodiscard]] bool is_terminal(int descriptor);

}  // namespace wheelaudit::system
