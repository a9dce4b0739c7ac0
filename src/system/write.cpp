// Writing an output wheel as promised (docs/design/safety.md#writing): a new file beside the
// target, flushed, read back, compared and verified; then renamed; then the directory flushed.
// Everything after the first look goes through a descriptor of the directory, so that nobody can
// move the target's directory away in between. A symbolic link at the target is refused even with
// --force: replacing it surprises its owner (libzip does that), and following it would write to a
// place that was not checked.

#include "system/write.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "system/copy_pieces.hpp"
#include "system/file_calls.hpp"

namespace wheelaudit::system {
namespace {

bool is_input(const struct stat& status, const OutputFile& output, const FileOperations& system) {
  struct stat input{};
  const int found = uninterrupted(
      [&] { return system.stat_path(AT_FDCWD, output.input_path.c_str(), &input, 0); });
  return found == 0 && input.st_dev == status.st_dev && input.st_ino == status.st_ino;
}

/// Whether the target is free, or what is there may be replaced.
Result<void> check_target(int directory, const std::string& name, const OutputFile& output,
                          const FileOperations& system) {
  struct stat status{};
  const auto look = [&](int flags) {
    return uninterrupted([&] { return system.stat_path(directory, name.c_str(), &status, flags); });
  };
  // Through symbolic links first: whatever leads to the input is a usage error.
  if (look(0) == 0 && is_input(status, output, system)) {
    return fail(ErrorKind::usage,
                fmt::format("it is the input {} itself, which is never changed; choose another "
                            "directory with --wheel-dir",
                            output.input_path));
  }
  if (look(AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return failed("it cannot be looked at");
  }
  if (S_ISLNK(status.st_mode)) return target_is_link();
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::io, "there is something that is not a file");
  if (!output.force) return fail(ErrorKind::io, "it exists already; --force replaces it");
  return {};
}

/// Opens the input for the kernel to copy from. -1 when the input is gone or is another file than
/// the one read: its bytes then come through the source.
int open_input(const OutputFile& output, const ByteSource& input, const FileOperations& system) {
  if (output.input_path.empty()) return -1;
  const int file = uninterrupted([&] {
    return system.open(AT_FDCWD, output.input_path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  });
  if (file < 0) return -1;
  struct stat status{};
  const bool fits = uninterrupted([&] { return system.stat_open(file, &status); }) == 0 &&
                    S_ISREG(status.st_mode) &&
                    static_cast<std::uint64_t>(status.st_size) == input.size;
  if (fits) return file;
  system.close(file);
  return -1;
}

/// The temporary file: removed again unless it was renamed.
class TemporaryFile {
 public:
  TemporaryFile(int directory, const FileOperations& system)
      : directory_(directory), system_(system) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { static_cast<void>(remove()); }

  /// A descriptor to write and read it. Its mode is what the umask leaves of rw-rw-rw-.
  Result<int> create() {
    const int file = make_temporary(name_, [&] {
      return system_.open(directory_, name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    });
    exists_ = file >= 0;
    if (exists_) return file;
    return failed(fmt::format("the temporary file {} cannot be made", name_));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  void was_renamed() { exists_ = false; }

  /// False when it had to be left behind.
  bool remove() {
    if (!std::exchange(exists_, false)) return true;
    return uninterrupted([&] { return system_.unlink(directory_, name_.c_str()); }) == 0;
  }

 private:
  int directory_;
  const FileOperations& system_;
  std::string name_;
  bool exists_ = false;
};

tl::unexpected<Error> rename_failed() {
  if (errno == EEXIST) {
    return fail(ErrorKind::io, "it was created meanwhile; --force replaces it");
  }
  return failed("the finished file cannot be given its name");
}

/// For file systems without RENAME_NOREPLACE: link() gives the file its name and fails when the
/// name is taken; then the temporary name is removed.
Result<void> link_into_place(int directory, TemporaryFile& temporary, const std::string& name,
                             const FileOperations& system) {
  const int linked =
      uninterrupted([&] { return system.link(directory, temporary.name().c_str(), name.c_str()); });
  if (linked != 0) return rename_failed();
  if (!temporary.remove()) {
    return fail(ErrorKind::io, fmt::format("it is written and complete, but the temporary file {} "
                                           "beside it cannot be removed",
                                           temporary.name()));
  }
  return {};
}

Result<void> rename_into_place(int directory, TemporaryFile& temporary, const std::string& name,
                               bool force, const FileOperations& system) {
  const unsigned flags = force ? 0U : RENAME_NOREPLACE;
  const int renamed = uninterrupted(
      [&] { return system.rename(directory, temporary.name().c_str(), name.c_str(), flags); });
  if (renamed == 0) {
    temporary.was_renamed();
    return {};
  }
  if (!force && (errno == EINVAL || errno == ENOSYS)) {
    return link_into_place(directory, temporary, name, system);
  }
  return rename_failed();
}

/// Writes the temporary file, flushes it, reads it back and verifies it.
Result<void> fill(int file, const OutputFile& output, const ByteSource& input,
                  const std::vector<zip::OutputPiece>& pieces, const VerifyOutput& verify,
                  const FileOperations& system) {
  const OpenFile original(open_input(output, input, system), system);
  auto done = copy_pieces(file, original.number(), input, pieces, system);
  if (!done) return done;
  if (uninterrupted([&] { return system.sync(file); }) != 0) return failed("flushing failed");
  const auto written = open_file_source(file, system);
  if (!written) return tl::unexpected(written.error());
  done = compare_with_pieces(*written, input, pieces);
  if (!done || !verify) return done;
  return verify(*written);
}

Result<void> write_into(int directory, const std::string& name, const OutputFile& output,
                        const ByteSource& input, const std::vector<zip::OutputPiece>& pieces,
                        const VerifyOutput& verify, const FileOperations& system) {
  TemporaryFile temporary(directory, system);
  const auto created = temporary.create();
  if (!created) return tl::unexpected(created.error());
  OpenFile file(*created, system);
  auto done = fill(file.number(), output, input, pieces, verify, system);
  if (done && !file.close()) done = failed("closing failed");
  if (done) done = rename_into_place(directory, temporary, name, output.force, system);
  if (!done && !temporary.remove()) {
    done.error().message +=
        fmt::format("; the temporary file {} could not be removed", temporary.name());
  }
  if (!done) return done;
  if (!flush_directory(directory, system))
    return failed("it is written and complete, but flushing its directory failed");
  return {};
}

Result<void> write_checked(const OutputFile& output, const ByteSource& input,
                           const std::vector<zip::OutputPiece>& pieces, const VerifyOutput& verify,
                           const FileOperations& system) {
  const auto place = place_of(output.path);
  if (!place) return tl::unexpected(place.error());
  const OpenFile directory(open_directory(AT_FDCWD, place->directory, system), system);
  if (!directory.is_open()) return failed("its directory cannot be opened");
  auto done = check_target(directory.number(), place->name, output, system);
  if (!done) return done;
  return write_into(directory.number(), place->name, output, input, pieces, verify, system);
}

}  // namespace

FileOperations system_file_operations() {
  return {
      .open = [](int directory, const char* path, int flags,
                 mode_t mode) { return ::openat(directory, path, flags, mode); },
      .stat_open = [](int file, struct stat* status) { return ::fstat(file, status); },
      .stat_path = [](int directory, const char* path, struct stat* status,
                      int flags) { return ::fstatat(directory, path, status, flags); },
      .copy_range =
          [](int in, off_t* offset, int out, std::size_t length) {
            return ::copy_file_range(in, offset, out, nullptr, length, 0);
          },
      .send_file = [](int out, int in, off_t* offset,
                      std::size_t length) { return ::sendfile(out, in, offset, length); },
      .read_at = [](int file, void* bytes, std::size_t length,
                    off_t offset) { return ::pread(file, bytes, length, offset); },
      .write = [](int file, const void* bytes,
                  std::size_t length) { return ::write(file, bytes, length); },
      .sync = [](int file) { return ::fsync(file); },
      .rename = [](int directory, const char* from, const char* to,
                   unsigned flags) { return ::renameat2(directory, from, directory, to, flags); },
      .link = [](int directory, const char* from,
                 const char* to) { return ::linkat(directory, from, directory, to, 0); },
      .unlink = [](int directory, const char* path) { return ::unlinkat(directory, path, 0); },
      .make_directory = [](int directory, const char* path,
                           mode_t mode) { return ::mkdirat(directory, path, mode); },
      .close = [](int file) { return ::close(file); },
  };
}

Result<void> write_output(const OutputFile& output, const ByteSource& input,
                          const std::vector<zip::OutputPiece>& pieces, const VerifyOutput& verify,
                          const FileOperations& system) {
  auto done = write_checked(output, input, pieces, verify, system);
  if (!done)
    done.error().message = fmt::format("cannot write {}: {}", output.path, done.error().message);
  return done;
}

}  // namespace wheelaudit::system
