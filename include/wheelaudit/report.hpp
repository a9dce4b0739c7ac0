#pragma once

// A report: what a command found about each input, as data, and the formats that print it. Text and
// JSON come from the same Report; formats never decide anything.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wheelaudit/audit.hpp"
#include "wheelaudit/repair.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

struct RepairReport {
  std::vector<Edit> edits;
  std::vector<std::string> refusals;  ///< why nothing was written; empty when it was (or would be)
  std::vector<Candidate> candidates;  ///< of `--plat auto`
  std::optional<std::string> output;  ///< path written
  std::optional<std::string> sha256;
  std::vector<std::string> remarks;  ///< "PyPI does not take this tag: host it yourself"
  std::string proof;                 ///< one line: what the re-audit proved
  bool dry_run = false;
};

struct WheelReport {
  Wheel wheel;
  Audit audit;
  std::optional<RepairReport> repair;
};

/// An input that could not be read, or that was skipped.
struct InputRemark {
  std::string path;
  std::string message;
  int exit_code = 0;  ///< 4: could not be read; 0: skipped with a note
};

struct Report {
  std::string version;  ///< the program's, "0.1.0"
  std::string command;  ///< "show", "check", "repair"
  std::vector<WheelReport> wheels;
  std::vector<InputRemark> remarks;
  int exit_code = 0;
};

struct TextStyle {
  bool color = false;
  bool verbose = false;  ///< nothing is cut
  bool quiet = false;    ///< one line a wheel
  std::size_t width = 100;
};

[[nodiscard]] std::string text_report(const Report& report, const TextStyle& style);
[[nodiscard]] std::string json_report(const Report& report);

/// Makes text from a wheel safe for a terminal: control characters, bidi overrides, invalid UTF-8
/// and the backslash become `\x1b`, `\u{202e}`, `\\`. Everything a report prints of a wheel goes
/// through it.
[[nodiscard]] std::string escape_terminal(std::string_view text);
/// The same for a message of several lines, parts of which may be escaped already: backslashes and
/// line feeds stay.
[[nodiscard]] std::string escape_message(std::string_view message);

/// `std::__2::__hash_memory(void const*, unsigned long)` for Itanium and Rust v0/legacy names;
/// nullopt when `name` is not mangled. Bounded in time and size.
[[nodiscard]] std::optional<std::string> demangle(std::string_view name);

}  // namespace wheelaudit
