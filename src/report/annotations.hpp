#pragma once

// Findings as SARIF, GitHub and JUnit show them: one entry for each rule, member and ABI, however
// many symbols it concerns (docs/design/output.md#grouped-formats; a module can have 30,000), in
// words of its own, because it stands apart from the others.

#include <cstddef>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace wheelaudit::report {

struct Annotation {
  const rules::Finding* first = nullptr;  ///< the worst of them; speaks for all
  std::vector<const rules::Finding*> findings;
  rules::Severity severity = rules::Severity::note;
};

/// The report's findings in groups, in the order of their first ones; none of a wheel that was
/// repaired. The report must outlive them.
[[nodiscard]] std::vector<Annotation> annotate(const WheelReport& report);

/// `unresolved function `f` (readable name)`, how many more, the facts, `help: …`: lines, escaped
/// for a terminal, long names cut.
[[nodiscard]] std::string annotation_text(const Annotation& annotation);

/// `ext-1.0-….whl: ext/_core.so`, or the file name alone; escaped for a terminal.
[[nodiscard]] std::string annotation_place(const WheelReport& report, const Annotation& annotation);

/// The same for the same fault of the next version of the wheel: made of the project's name, the
/// rule, the member with the version taken out, and the symbols. 32 hexadecimal digits.
[[nodiscard]] std::string annotation_fingerprint(const WheelReport& report,
                                                 const Annotation& annotation);

/// Why `repair` wrote nothing, a line each, escaped for a terminal; empty when it did not refuse.
[[nodiscard]] std::string refusal_text(const WheelReport& report);

}  // namespace wheelaudit::report
