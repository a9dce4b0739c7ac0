#pragma once

// Where text leaves the program: the standard streams and the files of reports.

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace wheelaudit::system {

/// Opens /dev/null in place of a standard stream that the caller closed, so that no file of the
/// program gets the number of that stream. Makes writing to a closed pipe an error instead of a
/// signal.
void secure_standard_streams();

/// Writes all of `text` to standard output. Errors: io (closed, broken pipe, no space).
[[nodiscard]] Result<void> write_standard_output(std::string_view text);

/// Writes to standard error. A failure is ignored, because there is no other place to report it.
void write_standard_error(std::string_view text);

/// Where a report goes: standard output, or a file that is open already, because a program that has
/// confined itself cannot open files. The file keeps its old content until the report is written.
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

/// Opens the file for writing, and makes it if there is none. Its content stays. Errors: io.
[[nodiscard]] Result<ReportFile> open_report_file(const std::string& path);

/// True when the two paths name the same existing file.
[[nodiscard]] bool same_file(const std::string& left, const std::string& right);
/// True when standard input is read from this file.
[[nodiscard]] bool is_standard_input(const std::string& path);

[[nodiscard]] bool is_terminal(int descriptor);

}  // namespace wheelaudit::system
