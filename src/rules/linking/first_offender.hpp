#pragma once

// Which functions reach a missing function, and when the first of them can run, as sentences.

#include <cstddef>
#include <string>
#include <vector>

#include "rules/rule.hpp"
#include "rules/sentence.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::rules {

struct Offenders {
  /// When a function that is missing is called first, at the earliest.
  enum class When : std::uint8_t {
    unknown,      ///< the bodies were not read, or too many functions could be meant
    may_load,     ///< perhaps while the module loads
    import,       ///< the import comes there by direct calls
    may_import,   ///< perhaps during the import, through a pointer or a call out of the module
    python_code,  ///< the import does not come there, but the package's own code may
    later,        ///< not before the import has succeeded
  };
  std::vector<Sentence> details;  ///< none when the bodies were not read
  When when = When::unknown;
  std::string package;  ///< `python_code`: the source that runs
};

/// For each of `imports` of the module (indices into SideModule::imports; imports that are not
/// functions get nothing): the shortest chain of calls from every kind of entry, how many other
/// entries of that kind reach the function, and when. One result per import, in their order.
[[nodiscard]] std::vector<Offenders> first_offenders(const RuleInput& input, std::size_t module,
                                                     const std::vector<std::size_t>& imports);

/// What the missing function does, when the load does not fail of it: "importing succeeds; the
/// process dies …".
[[nodiscard]] std::string death_sentence(const Offenders& offenders);

}  // namespace wheelaudit::rules
