#pragma once

// The audit of one wheel: which ABIs it is judged for, what every rule says, and the verdict.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "base/limits.hpp"
#include "loader/matrix.hpp"
#include "profile/profile.hpp"
#include "rules/finding.hpp"
#include "rules/rule.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::audit {

enum class Verdict : std::uint8_t {
  compatible,
  pure,
  not_applicable,
  repairable,
  incompatible,
  malformed
};
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

struct AuditOptions {
  /// Which ABIs or releases to judge; empty: what the wheel's tags say
  /// (docs/design/verdicts.md#targets).
  std::vector<profile::ProfileSelection> selections;
  bool index_pypi = false;
  bool require_emscripten = false;
  std::uint64_t findings_size = Limits{}.findings_size;  ///< bytes, and half the largest module
  bool matrix = true;    ///< fill `runtimes` for every profile, not only the judged ones
  unsigned threads = 1;  ///< for the matrix; the result is the same with any number
};

struct Audit {
  Verdict verdict = Verdict::malformed;
  std::vector<rules::Finding> findings;  ///< sorted: root causes first, then member, rule, symbol
  std::vector<loader::RuntimeRow> runtimes;  ///< judged profiles; with `matrix` every profile
  /// Ids of the profiles judged; of candidates (wasm under a native or unknown tag) those that
  /// pass, when any does.
  std::vector<std::string> judged;
};

[[nodiscard]] Audit audit(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                          const AuditOptions& options);

/// An error that makes the wheel malformed, unsafe or beyond a limit
/// (docs/design/verdicts.md#verdicts).
[[nodiscard]] bool makes_malformed(const rules::Finding& finding);
/// What these findings come to, for a wheel that is judged at all.
[[nodiscard]] Verdict verdict_of(const wheel::Wheel& wheel,
                                 std::span<const rules::Finding> findings);

/// Exit code of one audited wheel (docs/design/verdicts.md#exit-codes) for findings at or above
/// `fail_on`.
[[nodiscard]] ExitCode exit_code(const Audit& audit, rules::Severity fail_on,
                                 bool require_emscripten);

}  // namespace wheelaudit::audit
