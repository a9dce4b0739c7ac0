#pragma once

// A finding: one thing that is wrong or worth knowing, as data. docs/design/verdicts.md says what
// ids, severities and consequences mean; docs/design/output.md#json has the keys.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/small.hpp"
#include "profile/profile.hpp"
#include "rules/rule_id.hpp"
#include "rules/sentence.hpp"

namespace wheelaudit::rules {

enum class Severity : std::uint8_t { note, warning, error };
/// What follows from a finding (docs/design/verdicts.md#severity). `style` is information; `call`,
/// `load` and `poison` are what linking finds, the worst last.
enum class Consequence : std::uint8_t { style, latent, index, install, call, load, poison };

[[nodiscard]] std::string_view severity_name(Severity severity);
[[nodiscard]] std::string_view consequence_name(Consequence consequence);
/// The consequence of what a release does; `style` for `ok`.
[[nodiscard]] Consequence consequence_of(profile::Outcome outcome);

/// One import of a module: its index, the import module and the type.
struct ImportPlace {
  std::uint32_t index = 0;  ///< among all imports of the module
  SharedText module;        ///< "env", "GOT.mem" …
  std::string type;         ///< "(i32, i32) -> i32", "global i32", "tag (i32) -> ()", "memory"

  bool operator==(const ImportPlace&) const = default;
};
/// "import 57, env, (i32, i32) -> i32"
[[nodiscard]] std::string import_text(const ImportPlace& import);

/// Where a finding is. A part that is absent is not known, or does not apply.
struct Place {
  std::string member;                   ///< path in the wheel; empty: the wheel itself
  std::optional<std::uint64_t> offset;  ///< bytes from the start of the member or of the archive
  Boxed<ImportPlace> import;

  bool operator==(const Place&) const = default;
};

/// The finding that another one follows from.
struct Cause {
  RuleId rule{};
  std::string symbol;  ///< of the cause, "libssl.so"; empty: any

  bool operator==(const Cause&) const = default;
};
/// "WA401 libssl.so", "WA401"
[[nodiscard]] std::string cause_text(const Cause& cause);

struct Finding {
  RuleId rule{};
  Severity severity = Severity::note;
  Consequence consequence = Consequence::style;
  bool repairable = false;
  bool names_absent_library = false;  ///< `symbol` is a needed library that the wheel does not hold
  bool stands_for_rest = false;  ///< for findings of its rule that are not listed (FindingSink)
  std::string profile;           ///< id; empty: the same for every profile
  std::vector<std::string> releases;  ///< of the profile, oldest first
  Place place;
  /// Of a note on older releases: the first release whose installer takes the tag. Text says it in
  /// the line of the verdict.
  std::string since;
  std::string symbol;          ///< raw name; empty: none
  Sentence message;            ///< one line: what, lower case, no final period
  std::optional<Cause> cause;  ///< the root cause this one follows from
  std::string expected;
  std::string found;
  std::string help;               ///< what to do about it
  std::vector<Sentence> details;  ///< further facts, one sentence each (text's `=` lines)

  bool operator==(const Finding&) const = default;
};

/// Bytes of memory that a finding takes, with all its texts.
[[nodiscard]] std::uint64_t memory_of(const Finding& finding);
[[nodiscard]] std::uint64_t memory_of(const std::vector<Finding>& findings);

}  // namespace wheelaudit::rules
