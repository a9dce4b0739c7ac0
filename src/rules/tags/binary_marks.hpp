#pragma once

// Marks that a toolchain leaves in a module (docs/design/modules.md#toolchain-marks), as words, and
// which profiles they fit. Each is weak evidence: a mark that does not fit speaks against an ABI,
// one that fits does not prove it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::rules {

struct BinaryMark {
  std::string text;                  ///< "names of libc++ 18.1.0 (`B8ne180100`)"
  std::vector<std::string> modules;  ///< paths of the modules that have it
  std::vector<bool> fits;            ///< by index into the catalog
  std::vector<std::string> instead;  ///< by index: what that ABI has, empty where it fits
};

/// The libc++ ABI tag in a mangled name, `B8ne180100`; empty when there is none.
[[nodiscard]] std::string_view libcxx_mark(std::string_view mangled);

/// Marks that exclude some profile of the catalog, over all side modules of the wheel: libc++ ABI
/// tags, exception model, setjmp model, form of the dylink section.
[[nodiscard]] std::vector<BinaryMark> binary_marks(const wheel::Wheel& wheel,
                                                   std::span<const profile::AbiProfile> catalog);

}  // namespace wheelaudit::rules
