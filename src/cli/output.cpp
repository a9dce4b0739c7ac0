// Writing with the system's own calls: every byte or an error (SAFETY.md, exit code 4).

#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "wheelaudit/report.hpp"

namespace wheelaudit::cli {
namespace {

Result<void> write_all(int descriptor, std::string_view text, const std::string& where) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return fail(ErrorKind::io, fmt::format("cannot write {}: {}", where, std::strerror(errno)));
    }
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
  std::signal(SIGPIPE, SIG_IGN);
}

Result<void> write_standard_output(std::string_view text) {
  return write_all(STDOUT_FILENO, text, "standard output");
}

void write_standard_error(std::string_view text) {
  static_cast<void>(write_all(STDERR_FILENO, text, "standard error"));
}

Result<void> write_report_file(const std::string& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return fail(ErrorKind::io,
                fmt::format("cannot write {}: {}", escape_terminal(path), std::strerror(errno)));
  }
  const auto written = write_all(descriptor, text, escape_terminal(path));
  // A full disk may show only here.
  const bool closed = ::close(descriptor) == 0;
  if (!written) return written;
  if (!closed) {
    return fail(ErrorKind::io,
                fmt::format("cannot write {}: {}", escape_terminal(path), std::strerror(errno)));
  }
  return {};
}

bool same_file(const std::string& left, const std::string& right) {
  struct stat one{};
  struct stat other{};
  return ::stat(left.c_str(), &one) == 0 && ::stat(right.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace wheelaudit::cli
