#pragma once

// Which Python and ABI tags the CPython of a runtime accepts (PEP 425, as `packaging.tags` orders
// them for CPython).

#include <string>
#include <string_view>

#include "wheel/filename.hpp"

namespace wheelaudit::wheel {

/// `python` is "3.12". Accepted: `cp312-cp312`, `cp3X-abi3` with X ≤ 12, `cp312-none`, `py3-none`,
/// `py3X-none` with X ≤ 12. The platform is not looked at.
[[nodiscard]] bool python_accepts(std::string_view python, std::string_view python_tag,
                                  std::string_view abi_tag);

/// Any of the wheel's tags is accepted.
[[nodiscard]] bool python_accepts(std::string_view python, const TagSet& tags);

}  // namespace wheelaudit::wheel
