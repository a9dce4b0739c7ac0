#pragma once

// The only place where the program writes a wheel (docs/design/safety.md#writing): the output
// appears whole and checked, or not at all, and the input is never opened for writing.

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::system {

/// The system calls of a write, with their usual results (-1 and errno). Tests replace some of them
/// to make faults.
struct FileOperations {
  std::function<int(int directory, const char* path, int flags, mode_t mode)> open;
  std::function<int(int file, struct stat* status)> stat_open;
  std::function<int(int directory, const char* path, struct stat* status, int flags)> stat_path;
  std::function<ssize_t(int in, off_t* offset, int out, std::size_t length)> copy_range;
  std::function<ssize_t(int out, int in, off_t* offset, std::size_t length)> send_file;
  std::function<ssize_t(int file, void* bytes, std::size_t length, off_t offset)> read_at;
  std::function<ssize_t(int file, const void* bytes, std::size_t length)> write;
  std::function<int(int file)> sync;
  std::function<int(int directory, const char* from, const char* to, unsigned flags)> rename;
  std::function<int(int directory, const char* from, const char* to)> link;
  std::function<int(int directory, const char* path)> unlink;
  std::function<int(int directory, const char* path, mode_t mode)> make_directory;
  std::function<int(int file)> close;
};
[[nodiscard]] FileOperations system_file_operations();

struct OutputFile {
  std::string path;
  /// The wheel that the output is made from. `path` must not name the same file, not even through
  /// links.
  std::string input_path;
  bool force = false;  ///< replace an existing regular file
};

/// Checks the file as it was written, before the file gets its name. After an error it does not get
/// the name.
using VerifyOutput = std::function<Result<void>(const ByteSource& written)>;

/// Writes `pieces` (over the bytes of `input`) to `output.path`: a temporary file
/// `.wheelaudit-….tmp` in the same directory, flushed, read back and compared with the pieces,
/// shown to `verify`, renamed, the directory flushed. Without `force` an existing file stays and of
/// two processes only one wins; a symbolic link at `output.path` is never followed nor replaced.
/// After an error the temporary file is gone and an older output is unchanged; only an error of
/// flushing the directory leaves the new output, complete. Errors: usage when output and input are
/// one file, else io.
[[nodiscard]] Result<void> write_output(const OutputFile& output, const ByteSource& input,
                                        const std::vector<zip::OutputPiece>& pieces,
                                        const VerifyOutput& verify,
                                        const FileOperations& system = system_file_operations());

}  // namespace wheelaudit::system
