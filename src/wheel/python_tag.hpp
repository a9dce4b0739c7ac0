#pragma once

// Which Python and ABI tags the CPython of a runtime accepts (PEP 425, as `packaging.tags` orders
// them for CPython).

#include <string>
#include <string_view>

#include "wheel/filename.hpp"

namespace wheelaudit::wheel {

/// Whether the CPython `python` ("3.12") accepts the two tags: `cp312-cp312`, `cp3X-abi3` with
/// X ≤ 12, `cp312-none`, `py3-none`, `py3X-none` with X ≤ 12. Platforms do not matter here.
[[nodiscard]] bool python_accepts(std::string_view python, std::string_view python_tag,
                                  std::string_view abi_tag);

/// Whether at least one of the wheel's tags is accepted.
[[nodiscard]] bool python_accepts(std::string_view python, const TagSet& tags);

}  // namespace wheelaudit::wheel
