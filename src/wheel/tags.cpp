// Two questions that look at every tag of the wheel, as an installer does.

#include "wheel/tags.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::wheel {

bool python_fits(const Wheel& wheel, std::string_view python) {
  const auto tags = wheel.tags();
  return std::ranges::any_of(tags, [&](const Tag& tag) {
    return python_accepts(python, ascii_lower(tag.python), ascii_lower(tag.abi));
  });
}

bool only_any_platform(const Wheel& wheel) {
  const auto tags = wheel.tags();
  return !tags.empty() && std::ranges::all_of(tags, [](const Tag& tag) {
    return equal_without_case(tag.platform, "any");
  });
}

}  // namespace wheelaudit::wheel
