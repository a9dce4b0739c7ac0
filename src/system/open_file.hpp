#pragma once

// What writing a file and writing a directory share: calls that signals do not break, descriptors
// that are closed, the place of an output.

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "system/copy_pieces.hpp"
#include "system/write.hpp"

namespace wheelaudit::system {

/// Calls again as long as a signal interrupts.
template <class Call>
auto uninterrupted(const Call& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

/// `what: no space left on device`, by errno.
inline tl::unexpected<Error> failed(std::string_view what) {
  return fail(ErrorKind::io, fmt::format("{}: {}", what, system_error_text(errno)));
}

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
  bool close() {
    const int file = std::exchange(file_, -1);
    return file < 0 || system_.close(file) == 0 || errno == EINTR;
  }

 private:
  int file_;
  const FileOperations& system_;
};

/// The target's directory and its name therein.
struct Place {
  std::string directory;
  std::string name;
};

inline Result<Place> place_of(const std::string& path) {
  const std::filesystem::path whole(path);
  Place place{.directory = whole.parent_path().string(), .name = whole.filename().string()};
  if (place.directory.empty()) place.directory = ".";
  if (place.name.empty() || place.name == "." || place.name == "..") {
    return fail(ErrorKind::io, "it names no file");
  }
  return place;
}

}  // namespace wheelaudit::system
