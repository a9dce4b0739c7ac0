#pragma once

// The program takes its own rights away before it looks at the first byte of an input
// (docs/design/safety.md#sandbox): an attacker who takes over a parser then has no network, cannot
// start another program, and reaches no file but those named here. Linux only: Landlock says which
// files, seccomp which system calls.

#include <cstdint>
#include <string>
#include <vector>

namespace wheelaudit::system {

/// What the program opens after it has confined itself. Files that are open already stay usable.
struct SandboxNeeds {
  std::vector<std::string> files;        ///< read; through symbolic links, to their targets
  std::vector<std::string> directories;  ///< everything below is read
  /// The directory in and below which files are made, read, renamed and removed; it must exist.
  /// Empty: only files that are open already are written.
  std::string output_directory;
  /// Directories are made and removed in `output_directory`, too.
  bool makes_directories = false;
  /// Where an empty directory that this program made may be removed again.
  std::string removal_directory;

  [[nodiscard]] bool opens() const {
    return !files.empty() || !directories.empty() || !output_directory.empty();
  }
  [[nodiscard]] bool writes() const { return !output_directory.empty(); }
};

/// Confines this thread and those that it starts from now on; call it before there are other
/// threads. Returns one phrase per right that the system did not let the program give up; empty:
/// all were given up.
[[nodiscard]] std::vector<std::string> enter_sandbox(const SandboxNeeds& needs);

/// Why this build needs what the sandbox forbids (a sanitizer, coverage); empty: it does not.
[[nodiscard]] std::string build_unfit_for_sandbox();

/// The steps of enter_sandbox. Each returns why it failed; empty: it succeeded. Call
/// `no_new_privileges` first: restrict_files (Landlock) and restrict_calls (seccomp) need it.
[[nodiscard]] std::string no_new_privileges();
[[nodiscard]] std::string restrict_files(const SandboxNeeds& needs);
[[nodiscard]] std::string restrict_calls(const SandboxNeeds& needs);

}  // namespace wheelaudit::system
