// Names come from an archive that was read as strictly as every input (no `..`, no absolute path,
// no file that is also a directory), into a directory that did not exist before, and every file
// must be new: so nothing is written anywhere else. Two directories change places in one system
// call (RENAME_EXCHANGE), because a rename cannot replace a directory that holds something.

#include "system/write_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "system/copy_pieces.hpp"
#include "system/file_calls.hpp"

namespace wheelaudit::system {
namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0666;
constexpr mode_t program_mode = 0777;
constexpr mode_t directory_mode = 0777;

/// Whether the archive gives anybody the right to execute the member; only entries made on Unix say
/// so.
bool is_program(const zip::ArchiveMember& member) {
  constexpr std::uint16_t made_on_unix = 3;
  return member.version_made_by >> 8U == made_on_unix &&
         ((member.external_attributes >> 16U) & 0111U) != 0;
}

/// Removes `path` and everything below it; false when something stays. Links are not followed.
bool remove_tree(const fs::path& path) {
  std::error_code error;
  do {
    error.clear();
    fs::remove_all(path, error);
  } while (error == std::errc::interrupted);
  return !error;
}

/// The directory while it has its temporary name: removed again unless it was renamed.
class TemporaryDirectory {
 public:
  TemporaryDirectory(int parent, std::string parent_path, const FileOperations& system)
      : parent_(parent), parent_path_(std::move(parent_path)), system_(system) {}
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { static_cast<void>(remove()); }

  Result<void> create() {
    exists_ = make_temporary(name_, [&] {
                return system_.make_directory(parent_, name_.c_str(), directory_mode);
              }) == 0;
    if (exists_) return {};
    return failed(fmt::format("the temporary directory {} cannot be made", name_));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string path() const { return parent_path_ + "/" + name_; }
  void was_renamed() { exists_ = false; }

  /// False when something of it had to be left behind.
  bool remove() { return !std::exchange(exists_, false) || remove_tree(path()); }

 private:
  int parent_;
  std::string parent_path_;
  const FileOperations& system_;
  std::string name_;
  bool exists_ = false;
};

/// Writes the members of an archive below an open directory.
class TreeWriter {
 public:
  TreeWriter(int root, const zip::Archive& archive, const FileOperations& system)
      : root_(root), archive_(archive), system_(system) {}

  Result<void> run() {
    for (std::size_t i = 0; i < archive_.members.size(); ++i) {
      if (auto done = write_member(i); !done) {
        done.error().message = archive_.members[i].name + ": " + done.error().message;
        return done;
      }
    }
    // The deepest first, so that a directory is on the disk before the directory that names it.
    for (auto directory = made_.rbegin(); directory != made_.rend(); ++directory) {
      if (auto done = flush_below(*directory); !done) return done;
    }
    return flush_below(".");
  }

 private:
  Result<void> write_member(std::size_t index) {
    const zip::ArchiveMember& member = archive_.members[index];
    if (auto done = make_directories(member.name.substr(0, member.name.rfind('/') + 1)); !done)
      return done;
    if (member.is_directory()) return {};
    auto content = zip::read_member(archive_, index, member.size);
    if (!content) return tl::unexpected(content.error());
    if (content->fault) return fail(ErrorKind::io, content->fault->message);
    return write_file(member.name, std::move(content->bytes),
                      is_program(member) ? program_mode : file_mode);
  }

  /// Every directory that a path ending in `/` names.
  Result<void> make_directories(const std::string& path) {
    for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
      const std::string directory = path.substr(0, end);
      if (made_.contains(directory)) continue;
      const int made = uninterrupted(
          [&] { return system_.make_directory(root_, directory.c_str(), directory_mode); });
      if (made != 0) return failed("its directory cannot be made");
      made_.insert(directory);
    }
    return {};
  }

  Result<void> write_file(const std::string& name, ByteVector content, mode_t mode) {
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    OpenFile file(uninterrupted([&] { return system_.open(root_, name.c_str(), flags, mode); }),
                  system_);
    if (!file.is_open()) return failed("it cannot be made");
    std::vector<zip::OutputPiece> pieces(1);
    pieces.front().length = content.size();
    pieces.front().bytes = std::move(content);
    const ByteSource nothing = memory_source({});
    auto done = copy_pieces(file.number(), -1, nothing, pieces, system_);
    if (!done) return done;
    if (uninterrupted([&] { return system_.sync(file.number()); }) != 0)
      return failed("flushing failed");
    const auto written = open_file_source(file.number(), system_);
    if (!written) return tl::unexpected(written.error());
    if (done = compare_with_pieces(*written, nothing, pieces); !done) return done;
    if (!file.close()) return failed("closing failed");
    return {};
  }

  Result<void> flush_below(const std::string& path) {
    const OpenFile directory(open_directory(root_, path, system_), system_);
    if (!directory.is_open()) return failed(path + ": it cannot be opened again");
    if (!flush_directory(directory.number(), system_)) return failed(path + ": flushing failed");
    return {};
  }

  int root_;
  const zip::Archive& archive_;
  const FileOperations& system_;
  std::set<std::string> made_;  ///< sorted: what lies in a directory comes after it
};

/// Whether `path` is `directory` or lies in it, links resolved.
bool lies_in(const std::string& path, const std::string& directory) {
  std::error_code error;
  const fs::path inner = fs::canonical(path, error);
  if (error) return false;
  const fs::path outer = fs::canonical(directory, error);
  return !error && std::ranges::mismatch(outer, inner).in1 == outer.end();
}

/// What is at the target already: nothing (false), or a directory that may be replaced (true).
Result<bool> check_target(int parent, const std::string& name, const OutputDirectory& output,
                          const FileOperations& system) {
  struct stat status{};
  const int found = uninterrupted(
      [&] { return system.stat_path(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW); });
  if (found != 0) {
    if (errno == ENOENT) return false;
    return failed("it cannot be looked at");
  }
  if (lies_in(output.input_path, output.path)) {
    return fail(ErrorKind::usage,
                fmt::format("the input {} is there, which is never changed; choose another "
                            "directory with --wheel-dir",
                            output.input_path));
  }
  if (S_ISLNK(status.st_mode)) return target_is_link();
  if (!S_ISDIR(status.st_mode))
    return fail(ErrorKind::io, "there is something that is not a directory");
  if (!output.force) return fail(ErrorKind::io, "it exists already; --force replaces it");
  if (!output.is_replaceable || !output.is_replaceable(output.path)) {
    return fail(ErrorKind::io,
                "it exists already and is not an unpacked wheel, so --force does not replace it");
  }
  return true;
}

/// Renames to a name that is free. On file systems without RENAME_NOREPLACE a plain rename, which
/// replaces nothing but an empty directory.
Result<void> rename_to_free_name(int parent, TemporaryDirectory& temporary, const std::string& name,
                                 const FileOperations& system) {
  const auto rename = [&](unsigned flags) {
    return uninterrupted(
        [&] { return system.rename(parent, temporary.name().c_str(), name.c_str(), flags); });
  };
  int renamed = rename(RENAME_NOREPLACE);
  if (renamed != 0 && (errno == EINVAL || errno == ENOSYS)) renamed = rename(0);
  if (renamed == 0) {
    temporary.was_renamed();
    return {};
  }
  if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
    return fail(ErrorKind::io, "it was created meanwhile; --force replaces it");
  return failed("the finished directory cannot be given its name");
}

/// The new directory and the older one change names; then the older one is removed.
Result<void> swap_with_older(int parent, TemporaryDirectory& temporary, const std::string& name,
                             const OutputDirectory& output, const FileOperations& system) {
  const int swapped = uninterrupted([&] {
    return system.rename(parent, temporary.name().c_str(), name.c_str(), RENAME_EXCHANGE);
  });
  if (swapped != 0) {
    if (errno == EINVAL || errno == ENOSYS) {
      return fail(ErrorKind::io,
                  "this file system cannot replace a directory in one step; remove the older one");
    }
    return failed("the finished directory cannot take the older one's place");
  }
  // Flushed before anything of the older one is lost.
  const bool same = flush_directory(parent, system) && output.is_replaceable(temporary.path());
  if (same && temporary.remove()) return {};
  temporary.was_renamed();
  return fail(ErrorKind::io, fmt::format("it is written and complete, but the older one, now {}, "
                                         "could not be removed",
                                         temporary.name()));
}

Result<void> fill(int parent, const TemporaryDirectory& temporary, const zip::Archive& archive,
                  const FileOperations& system) {
  const OpenFile root(open_directory(parent, temporary.name(), system, O_NOFOLLOW), system);
  if (!root.is_open()) return failed("the temporary directory cannot be opened");
  return TreeWriter(root.number(), archive, system).run();
}

Result<void> write_checked(const OutputDirectory& output, const zip::Archive& archive,
                           const FileOperations& system) {
  const auto place = place_of(output.path);
  if (!place) return tl::unexpected(place.error());
  const OpenFile parent(open_directory(AT_FDCWD, place->directory, system), system);
  if (!parent.is_open()) return failed("its directory cannot be opened");
  const auto replaces = check_target(parent.number(), place->name, output, system);
  if (!replaces) return tl::unexpected(replaces.error());
  TemporaryDirectory temporary(parent.number(), place->directory, system);
  auto done = temporary.create();
  if (done) done = fill(parent.number(), temporary, archive, system);
  if (done) {
    done = *replaces ? swap_with_older(parent.number(), temporary, place->name, output, system)
                     : rename_to_free_name(parent.number(), temporary, place->name, system);
  }
  if (!done && !temporary.remove()) {
    done.error().message +=
        fmt::format("; the temporary directory {} could not be removed", temporary.name());
  }
  if (!done) return done;
  if (!flush_directory(parent.number(), system))
    return failed("it is written and complete, but flushing its directory failed");
  return {};
}

}  // namespace

Result<void> write_directory(const OutputDirectory& output, const zip::Archive& archive,
                             const FileOperations& system) {
  auto done = write_checked(output, archive, system);
  if (!done)
    done.error().message = fmt::format("cannot write {}: {}", output.path, done.error().message);
  return done;
}

}  // namespace wheelaudit::system
