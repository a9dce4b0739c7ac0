#pragma once

// Findings as SARIF, GitHub and JUnit show them: one entry per rule, member and ABI, however many
// symbols it concerns (docs/design/output.md#grouped-formats; a module can have 30,000). An entry
// has words of its own, because viewers show it without the others.

#include <cstddef>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace wheelaudit::report {

struct Annotation {
  const rules::Finding* first = nullptr;  ///< the first of the worst; its words stand for all
  std::vector<const rules::Finding*> findings;
  rules::Severity severity = rules::Severity::note;
};

/// The report's findings in groups, in the order of the first finding of each; empty for a wheel
/// that was repaired. The report must outlive the result.
[[nodiscard]] std::vector<Annotation> annotate(const WheelReport& report);

/// The message of the first finding (`unresolved function `f` (readable name)`), how many more
/// there are, the facts, `help: …`. Several lines, escaped for a terminal, long names cut.
[[nodiscard]] std::string annotation_text(const Annotation& annotation);

/// `ext-1.0-….whl: ext/_core.so`, or the file name alone; escaped for a terminal.
[[nodiscard]] std::string annotation_place(const WheelReport& report, const Annotation& annotation);

/// A fingerprint that stays the same for the same fault in the next version of the wheel: made from
/// the project's name, the rule, the member without the version, and the symbols. 32 hexadecimal
/// digits.
[[nodiscard]] std::string annotation_fingerprint(const WheelReport& report,
                                                 const Annotation& annotation);

/// Why `repair` wrote nothing, one line per reason, escaped for a terminal; empty when it did not
/// refuse.
[[nodiscard]] std::string refusal_text(const WheelReport& report);

}  // namespace wheelaudit::report
