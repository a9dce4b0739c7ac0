#pragma once

// The program takes its own rights away before it looks at the first byte of an input
// (docs/design/safety.md#sandbox): a fault in a parser then finds no network, no other program to
// start and no file but those named here. Linux only: Landlock says which files, seccomp which
// system calls.

#include <cstdint>
#include <string>
#include <vector>

namespace wheelaudit::system {

/// What is still opened afterwards. What is open already stays usable.
struct SandboxNeeds {
  std::vector<std::string> files;        ///< read; through symbolic links, to their targets
  std::vector<std::string> directories;  ///< everything below is read
  /// Files are made, read, renamed and removed in it, and below; exists already. Empty: nothing is
  /// written but what is open.
  std::string output_directory;
  /// Directories are made and removed in it, too.
  bool makes_directories = false;
  /// Where an empty directory that we made may be removed again.
  std::string removal_directory;

  [[nodiscard]] bool opens() const {
    return !files.empty() || !directories.empty() || !output_directory.empty();
  }
  [[nodiscard]] bool writes() const { return !output_directory.empty(); }
};

/// Confines this thread and those it starts from now on; call it before there are others. Returns
/// what the system did not let us give up, a phrase each; empty: all of it.
[[nodiscard]] std::vector<std::string> enter_sandbox(const SandboxNeeds& needs);

/// Why this build cannot do without what the sandbox forbids (a sanitizer, coverage); empty: it
/// can.
[[nodiscard]] std::string build_unfit_for_sandbox();

/// The two parts of it. Each returns why it could not be had; empty: it holds. Seccomp needs
/// `no_new_privileges` first, and so does Landlock.
[[nodiscard]] std::string no_new_privileges();
[[nodiscard]] std::string restrict_files(const SandboxNeeds& needs);
[[nodiscard]] std::string restrict_calls(const SandboxNeeds& needs);

}  // namespace wheelaudit::system
