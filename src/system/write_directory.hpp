#pragma once

// A wheel written as a directory, with the same promises as a written file
// (docs/design/safety.md#writing): it appears whole and read back, or not at all.

#include <functional>
#include <string>

#include "system/write.hpp"

namespace wheelaudit::system {

struct OutputDirectory {
  std::string path;
  /// The input that the directory is made from. It must not be `path` nor lie in `path`.
  std::string input_path;
  bool force = false;  ///< replace an existing directory that `is_replaceable`
  std::function<bool(const std::string& path)> is_replaceable;
};

/// Writes every member of a readable archive below `output.path`: into a directory
/// `.wheelaudit-….tmp` beside it, each file flushed, read back and compared, then the directories
/// flushed, the whole renamed, and its own directory flushed. Modes are what the umask leaves of
/// rw-rw-rw-, of rwxrwxrwx for what the archive calls executable. With `force` an existing
/// directory is swapped for the new one in one step and then removed; a symbolic link or a file at
/// its place is not replaced. After an error nothing new is there, and an older output is
/// unchanged; only errors of removing the older one and of the last flush leave the new one,
/// complete. Errors: usage when the input would be replaced, else io.
[[nodiscard]] Result<void> write_directory(const OutputDirectory& output,
                                           const zip::Archive& archive,
                                           const FileOperations& system = system_file_operations());

}  // namespace wheelaudit::system
