#pragma once

// The ends where text leaves the program.

#include <string>
#include <string_view>

#include "wheelaudit/error.hpp"

namespace wheelaudit::cli {

/// Opens /dev/null in place of a standard stream that the caller closed, so that no file of ours
/// gets its number, and lets writing to a closed pipe be an error instead of a signal.
void secure_standard_streams();

/// Writes all of `text` to standard output. Errors: io (closed, broken pipe, no space).
[[nodiscard]] Result<void> write_standard_output(std::string_view text);

/// Writes to standard error; that it cannot be told there is all there is to do.
void write_standard_error(std::string_view text);

/// Writes a report to a file, which must not be one of `inputs` (by device and inode). Errors:
/// usage for that, else io.
[[nodiscard]] Result<void> write_report_file(const std::string& path, std::string_view text);

/// True when the two paths name the same existing file.
[[nodiscard]] bool same_file(const std::string& left, const std::string& right);

[[nodiscard]] bool is_terminal(int descriptor);

}  // namespace wheelaudit::cli
