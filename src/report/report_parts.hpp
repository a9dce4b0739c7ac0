#pragma once

// The parts of a text report. The program prints each wheel when it is done and keeps only its
// text, because the facts of a directory of hundreds of wheels would not fit into memory.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_remark.hpp"
#include "report/report.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {

/// One wheel as text: facts, matrix and findings in short (`show`), findings (`check`), or the
/// edits and the proof (`repair`). Ends with a newline.
[[nodiscard]] std::string text_wheel(std::string_view command, const WheelReport& report,
                                     const TextStyle& style);
/// One input that was not read or was skipped.
[[nodiscard]] std::string text_remark(const InputRemark& remark, const TextStyle& style);

/// What the last line counts.
struct Totals {
  std::map<audit::Verdict, std::size_t> verdicts;
  std::size_t written = 0;
  std::size_t unchanged = 0;
  std::size_t refused = 0;
  std::size_t skipped = 0;
  std::size_t unreadable = 0;
  std::size_t declined = 0;  ///< not looked at, because the usage is wrong

  void add(const WheelReport& report);
  void add(const InputRemark& remark);
  void add(const Totals& other);
};
/// `7 wheels: 1 compatible, 5 not-applicable, 1 malformed`; empty for a single wheel.
[[nodiscard]] std::string text_totals(std::string_view command, const Totals& totals,
                                      const TextStyle& style);

}  // namespace wheelaudit::report
