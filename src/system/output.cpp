// Writing with the system's own calls: every byte or an error
// (docs/design/safety.md#output-errors).

#include "system/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/escape.hpp"
#include "system/file_calls.hpp"

namespace wheelaudit::system {
namespace {

tl::unexpected<Error> cannot_write(std::string_view where) {
  return fail(ErrorKind::io, fmt::format("cannot write {}: {}", where, std::strerror(errno)));
}

Result<void> write_all(int descriptor, std::string_view text, const std::string& where) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(where);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

void secure_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Read-only, so that writing to a closed output still fails.
    const int opened = ::open("/dev/null", O_RDONLY);
    if (opened >= 0 && opened != descriptor) ::close(opened);
  }
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
}

Result<void> write_standard_output(std::string_view text) {
  return write_all(STDOUT_FILENO, text, "standard output");
}

void write_standard_error(std::string_view text) {
  static_cast<void>(write_all(STDERR_FILENO, text, "standard error"));
}

ReportFile::ReportFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(new int(descriptor), [](const int* opened) {
        ::close(*opened);
        delete opened;
      }) {}

Result<void> ReportFile::write(std::string_view text) const {
  if (!descriptor_) return write_standard_output(text);
  const std::string where = escape_terminal(path_);
  struct stat status{};
  const bool is_file = ::fstat(*descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  if (is_file && ::ftruncate(*descriptor_, 0) != 0) return cannot_write(where);
  if (auto written = write_all(*descriptor_, text, where); !written) return written;
  // On NFS a full disk may show only on closing. Closing a copy of the descriptor reports the same
  // error.
  const int copy = ::dup(*descriptor_);
  if (copy >= 0 && ::close(copy) != 0) return cannot_write(where);
  return {};
}

Result<ReportFile> open_report_file(const std::string& path) {
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666); });
  if (descriptor < 0) return cannot_write(escape_terminal(path));
  return ReportFile(path, descriptor);
}

bool same_file(const std::string& left, const std::string& right) {
  struct stat one{};
  struct stat other{};
  return ::stat(left.c_str(), &one) == 0 && ::stat(right.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_standard_input(const std::string& path) {
  struct stat file{};
  struct stat input{};
  return ::stat(path.c_str(), &file) == 0 && ::fstat(STDIN_FILENO, &input) == 0 &&
         file.st_dev == input.st_dev && file.st_ino == input.st_ino;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace wheelaudit::system
