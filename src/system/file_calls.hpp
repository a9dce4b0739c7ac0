#pragma once

// What the parts of this room share that make system calls: calls that signals do not break,
// descriptors that are closed, errno in words, and the steps that writing a file and writing a
// directory have in common.

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "system/write.hpp"

namespace wheelaudit::system {

/// Calls again as long as a signal interrupts.
template <class Call>
auto uninterrupted(const Call& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

/// "no space left on device" and the like, in the words of errno.
[[nodiscard]] std::string system_error_text(int error);

/// `what: no space left on device`, by errno.
[[nodiscard]] tl::unexpected<Error> failed(std::string_view what);

/// A descriptor that is closed at the latest when it goes out of scope.
class OpenFile {
 public:
  OpenFile(int file, const FileOperations& system) : file_(file), system_(system) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { close(); }

  [[nodiscard]] int number() const { return file_; }
  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  /// Closes now; false when the system reports that something written was lost. An interrupted
  /// close has closed (Linux).
  bool close();

 private:
  int file_;
  const FileOperations& system_;
};

/// The directory of an output and the output's name therein.
struct Place {
  std::string directory;
  std::string name;
};
/// Errors: io when the path names no file.
[[nodiscard]] Result<Place> place_of(const std::string& path);

/// The open descriptor of a directory, or -1.
[[nodiscard]] int open_directory(int parent, const std::string& path, const FileOperations& system,
                                 int more_flags = 0);

/// `.wheelaudit-….tmp`, the `number`-th of this process.
[[nodiscard]] std::string temporary_name(int number);

/// Makes something with a temporary name that is free: `make` returns -1 with EEXIST for a name
/// that is taken. Returns its result; the name is left in `name`.
template <class Make>
int make_temporary(std::string& name, const Make& make) {
  // A name may be taken: by a killed process that had the same process id, or by one in another
  // container.
  constexpr int most_names = 100;
  for (int i = 0; i < most_names; ++i) {
    name = temporary_name(i);
    const int made = uninterrupted(make);
    if (made != -1 || errno != EEXIST) return made;
  }
  return -1;
}

/// Flushes a directory to the disk; false when its entries may be lost. A file system that cannot
/// flush directories (EINVAL) needs no flush.
[[nodiscard]] bool flush_directory(int directory, const FileOperations& system);

/// The error for a target that is a symbolic link.
[[nodiscard]] tl::unexpected<Error> target_is_link();

/// Bytes in memory as a source that keeps them alive.
[[nodiscard]] ByteSource owning_source(std::shared_ptr<const ByteVector> bytes);

}  // namespace wheelaudit::system
