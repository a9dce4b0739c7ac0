// Landlock: only files that were named before can be opened, only the output directory written to.
// The numbers and structures are the kernel's (Documentation/userspace-api/landlock.rst), written
// down here because the headers of an older system lack them; the kernel is asked which version of
// Landlock it has. sandbox_calls.cpp is the part of seccomp.

#include "system/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "system/file_calls.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WHEELAUDIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define WHEELAUDIT_SANITIZED 1
#endif
#endif

namespace wheelaudit::system {
namespace {

// System calls from number 424 on have the same numbers on every architecture.
constexpr long landlock_create_ruleset = 444;
constexpr long landlock_add_rule = 445;
constexpr long landlock_restrict_self = 446;
constexpr unsigned create_ruleset_version = 1;
constexpr int rule_path_beneath = 1;

// LANDLOCK_ACCESS_FS_…
constexpr std::uint64_t write_file = 1U << 1U;
constexpr std::uint64_t read_file = 1U << 2U;
constexpr std::uint64_t read_directory = 1U << 3U;
constexpr std::uint64_t remove_directory = 1U << 4U;
constexpr std::uint64_t remove_file = 1U << 5U;
constexpr std::uint64_t make_directory = 1U << 7U;
constexpr std::uint64_t make_file = 1U << 8U;
constexpr std::uint64_t truncate_file = 1U << 14U;

/// What a version of Landlock can forbid: files (bits from execute on), TCP (bind, connect), and
/// from 6 on abstract UNIX sockets and signals to others.
struct Forbidden {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

Forbidden forbidden_by(long version) {
  constexpr std::array<unsigned, 6> file_bits{0,  13, 14,
                                              15, 15, 16};  // by version, 5 and later: 16
  const auto known = static_cast<std::size_t>(version < 5 ? version : 5);
  return {.files = (1ULL << file_bits[known]) - 1,
          .network = version >= 4 ? 3U : 0U,
          .scoped = version >= 6 ? 3U : 0U};
}

std::size_t size_known_to(long version) { return version >= 6 ? 24 : version >= 4 ? 16 : 8; }

#pragma pack(push, 1)
struct PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t directory = -1;
};
#pragma pack(pop)

/// False for the file systems of a network or of a virtual machine's host that make a new inode
/// each time a file is looked up (9p, SMB): there Landlock never recognises the file that a rule
/// names.
bool keeps_inodes(int file) {
  constexpr std::array<std::uint32_t, 3> makers{0x01021997U, 0xff534d42U, 0xfe534d42U};
  struct statfs status{};
  if (::fstatfs(file, &status) != 0) return true;
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::ranges::find(makers, type) == makers.end();
}

class Ruleset {
 public:
  explicit Ruleset(long version) : forbidden_(forbidden_by(version)) {
    file_ = static_cast<int>(
        ::syscall(landlock_create_ruleset, &forbidden_, size_known_to(version), 0U));
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  ~Ruleset() {
    if (file_ >= 0) ::close(file_);
  }

  [[nodiscard]] bool exists() const { return file_ >= 0; }
  /// A path that cannot be opened now cannot be opened later either, and that error is reported.
  void allow(const std::string& path, std::uint64_t what) {
    const int place = uninterrupted([&] { return ::open(path.c_str(), O_PATH | O_CLOEXEC); });
    if (place < 0) return;
    is_kept_ = is_kept_ && keeps_inodes(place);
    const PathBeneath rule{.allowed = what & forbidden_.files, .directory = place};
    ::syscall(landlock_add_rule, file_, rule_path_beneath, &rule, 0U);
    ::close(place);
  }
  /// False when a rule names a file that Landlock would not recognise.
  [[nodiscard]] bool is_kept() const { return is_kept_; }
  [[nodiscard]] bool enter() const { return ::syscall(landlock_restrict_self, file_, 0U) == 0; }

 private:
  Forbidden forbidden_;
  int file_ = -1;
  bool is_kept_ = true;
};

std::string why(std::string_view what) {
  return fmt::format("{}: {}", what, std::generic_category().message(errno));
}

}  // namespace

std::string build_unfit_for_sandbox() {
#if defined(WHEELAUDIT_SANITIZED)
  return "built with a sanitizer, which looks for leaks with ptrace and starts a symbolizer";
#elif defined(WHEELAUDIT_COVERAGE)
  return "built to measure coverage, which is written to files at the end";
#else
  return {};
#endif
}

std::string no_new_privileges() {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == 0
             ? std::string()
             : why("privileges cannot be given up");
}

std::string restrict_files(const SandboxNeeds& needs) {
  const long version = ::syscall(landlock_create_ruleset, nullptr, 0UL, create_ruleset_version);
  if (version < 1) return why("this system has no Landlock, so other files could be opened");
  Ruleset ruleset(version);
  if (!ruleset.exists()) return why("Landlock refuses, so other files could be opened");
  for (const std::string& file : needs.files) ruleset.allow(file, read_file);
  for (const std::string& directory : needs.directories)
    ruleset.allow(directory, read_file | read_directory);
  if (needs.writes()) {
    constexpr std::uint64_t files =
        read_file | read_directory | write_file | truncate_file | make_file | remove_file;
    ruleset.allow(needs.output_directory,
                  needs.makes_directories ? files | make_directory | remove_directory : files);
  }
  if (!needs.removal_directory.empty()) ruleset.allow(needs.removal_directory, remove_directory);
  if (!ruleset.is_kept())
    return "Landlock cannot keep files of this file system apart, so other files could be opened";
  return ruleset.enter() ? std::string() : why("Landlock refuses, so other files could be opened");
}

std::vector<std::string> enter_sandbox(const SandboxNeeds& needs) {
  if (std::string unfit = build_unfit_for_sandbox(); !unfit.empty()) return {std::move(unfit)};
  std::vector<std::string> missing;
  const auto note = [&](std::string fault) {
    if (!fault.empty()) missing.push_back(std::move(fault));
    return missing.empty();
  };
  if (!note(no_new_privileges())) return missing;
  note(restrict_files(needs));
  note(restrict_calls(needs));
  return missing;
}

}  // namespace wheelaudit::system
