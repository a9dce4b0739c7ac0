// Files are read by position (pread), so that several threads can share one descriptor, and never
// mapped: a file that shrinks underneath is then an error instead of a signal
// (docs/design/limits.md#reading-files).

#include "system/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

#include "system/file_calls.hpp"
#include "system/unpacked_wheel.hpp"
#include "wheel/read_any.hpp"

namespace wheelaudit::system {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t read_step = 1UL << 20;  // bytes of standard input per read

struct Descriptor {
  explicit Descriptor(int opened) : number(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  int number;
};

std::string system_message(int error) { return std::generic_category().message(error); }

std::string_view type_name(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "a special file";
}

Result<ByteChunk> read_at(int descriptor, std::uint64_t offset, std::size_t length) {
  ByteVector bytes(length);
  std::size_t done = 0;
  while (done < length) {
    const ssize_t got =
        ::pread(descriptor, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, "cannot be read: " + system_message(errno));
    if (got == 0) return fail(ErrorKind::io, "became shorter while it was read");
    done += static_cast<std::size_t>(got);
  }
  return ByteChunk(std::move(bytes));
}

/// Without O_NONBLOCK, opening a FIFO that has no writer would wait for ever. On a slow file system
/// a signal may still interrupt the call.
int open_to_read(const std::string& path) {
  return uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); });
}

Result<ByteSource> read_standard_input(const Limits& limits) {
  const auto bytes = std::make_shared<ByteVector>();
  for (;;) {
    const std::size_t size = bytes->size();
    bytes->resize(size + read_step);
    const ssize_t got = ::read(STDIN_FILENO, bytes->data() + size, read_step);
    bytes->resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, "cannot be read: " + system_message(errno));
    if (got == 0) break;
    if (bytes->size() > limits.wheel_size) {
      return fail(ErrorKind::io, fmt::format("is longer than {} bytes; --max-wheel-size raises the "
                                             "limit",
                                             limits.wheel_size));
    }
  }
  return owning_source(bytes);
}

/// Adds the wheels below one directory argument. Links to directories are not followed.
void expand_directory(const std::string& directory, InputList& list) {
  std::vector<std::string> wheels;
  std::vector<std::string> others;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  const fs::recursive_directory_iterator end;
  while (!error && at != end) {
    std::error_code kind_error;
    const fs::path path = at->path();
    if (at->is_directory(kind_error) && !at->is_symlink(kind_error)) {
      std::error_code open_error;
      const fs::directory_iterator probe(path, open_error);
      if (open_error) {
        list.remarks.push_back(
            {path.string(), "cannot be opened: " + open_error.message(), ExitCode::io});
        at.disable_recursion_pending();
      }
    } else {
      (path.extension() == ".whl" ? wheels : others).push_back(path.string());
    }
    at.increment(error);
  }
  if (error)
    list.remarks.push_back({directory, "cannot be read: " + error.message(), ExitCode::io});
  std::ranges::sort(wheels);
  std::ranges::sort(others);
  for (std::string& path : wheels) list.inputs.push_back({std::move(path), InputKind::file});
  for (std::string& path : others) {
    list.remarks.push_back({std::move(path), "not a wheel, skipped", ExitCode::done});
  }
  if (wheels.empty() && !error) list.remarks.push_back({directory, "holds no wheel", ExitCode::io});
}

}  // namespace

InputList expand_inputs(std::span<const std::string> arguments, Directories directories) {
  InputList list;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (argument == "-") {
      list.inputs.push_back({argument, InputKind::standard_input});
    } else if (directories == Directories::may_be_wheels && is_unpacked_wheel(argument)) {
      list.inputs.push_back({argument, InputKind::unpacked});
    } else if (fs::is_directory(argument, error)) {
      expand_directory(argument, list);
    } else {
      list.inputs.push_back({argument, InputKind::file});
    }
  }
  // The same file named twice (`dist dist/*.whl`) is looked at once.
  std::set<std::string> seen;
  std::erase_if(list.inputs, [&](const Input& input) { return !seen.insert(input.path).second; });
  return list;
}

Result<ByteSource> open_file(const std::string& path) {
  const auto descriptor = std::make_shared<Descriptor>(open_to_read(path));
  if (descriptor->number < 0) {
    return fail(ErrorKind::io, "cannot be opened: " + system_message(errno));
  }
  struct stat status{};
  if (::fstat(descriptor->number, &status) != 0) {
    return fail(ErrorKind::io, "cannot be opened: " + system_message(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::io, fmt::format("cannot be read: it is {}, not a regular file",
                                           type_name(status.st_mode)));
  }
  return ByteSource{.size = static_cast<std::uint64_t>(status.st_size),
                    .read = [descriptor](std::uint64_t offset, std::size_t length) {
                      return read_at(descriptor->number, offset, length);
                    }};
}

Result<ByteSource> open_input(const Input& input, const Limits& limits) {
  if (input.opened) return *input.opened;
  return input.kind == InputKind::file ? open_file(input.path) : read_standard_input(limits);
}

Result<wheel::Wheel> read_input(const Input& input, const wheel::ReadOptions& options) {
  auto source = open_input(input, options.limits);
  if (!source) return tl::unexpected(source.error());
  return wheel::read_any(input.path, input.kind == InputKind::file, std::move(*source), options);
}

}  // namespace wheelaudit::system
