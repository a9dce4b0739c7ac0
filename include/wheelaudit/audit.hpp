#pragma once

// The audit of one wheel: which ABIs it is judged for, what every rule says, and the verdict.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wheelaudit/abi_profile.hpp"
#include "wheelaudit/finding.hpp"
#include "wheelaudit/limits.hpp"
#include "wheelaudit/rule.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

enum class Verdict : std::uint8_t {
  compatible,
  pure,
  not_applicable,
  repairable,
  incompatible,
  malformed
};
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

/// One row of the matrix of runtimes.
struct RuntimeRow {
  std::string profile;
  std::string pyodide;
  bool micropip = false;  ///< its own installer takes a tag of the wheel
  bool pip = false;       ///< pip ≥ 26.1 would take it for this platform
  bool uv = false;
  Outcome links = Outcome::ok;  ///< the worst over the modules
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;
};

struct AuditOptions {
  /// Which ABIs or releases to judge; empty: what the wheel's tags say (CLI.md, `--profile`).
  std::vector<ProfileSelection> selections;
  bool index_pypi = false;
  bool require_emscripten = false;
  std::uint64_t findings_size = Limits{}.findings_size;  ///< bytes, and half the largest module
  bool matrix = true;    ///< fill `runtimes` for every profile, not only the judged ones
  unsigned threads = 1;  ///< for the matrix; the result is the same with any number
};

struct Audit {
  Verdict verdict = Verdict::malformed;
  std::vector<Finding> findings;     ///< sorted: root causes first, then member, rule, symbol
  std::vector<RuntimeRow> runtimes;  ///< judged profiles; with `matrix` every profile
  /// Ids of the profiles judged; of candidates (wasm under a native or unknown tag) those that
  /// pass, when any does.
  std::vector<std::string> judged;
};

[[nodiscard]] Audit audit(const Wheel& wheel, std::span<const AbiProfile> catalog,
                          const AuditOptions& options);

/// The targets an audit would judge: by `selections`, else by the wheel's platform tags, else (wasm
/// under a native or unknown tag) the ABIs whose Python fits the Python tag. Not linked yet.
[[nodiscard]] std::vector<Target> choose_targets(const Wheel& wheel,
                                                 std::span<const AbiProfile> catalog,
                                                 const AuditOptions& options);

/// An error that makes the wheel malformed, unsafe or beyond a limit (SAFETY.md "Exit codes").
[[nodiscard]] bool makes_malformed(const Finding& finding);
/// What these findings come to, for a wheel that is judged at all.
[[nodiscard]] Verdict verdict_of(const Wheel& wheel, std::span<const Finding> findings);

/// Exit code of one audited wheel (SAFETY.md "Exit codes") for findings at or above `fail_on`.
[[nodiscard]] int exit_code(const Audit& audit, Severity fail_on, bool require_emscripten);

}  // namespace wheelaudit
