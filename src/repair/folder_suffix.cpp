// The folder of vendored libraries is installed beside the packages of all wheels, so its name must
// not be one that has a meaning for installers (`.dist-info`, `.data`).

#include "repair/folder_suffix.hpp"

#include <algorithm>

namespace wheelaudit::repair {

std::string folder_suffix_fault(const std::string& suffix) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  const bool reserved = suffix.ends_with(".dist-info") || suffix.ends_with(".data");
  if (!suffix.empty() && suffix.size() <= 32 && !reserved && std::ranges::all_of(suffix, fits) &&
      !suffix.ends_with('.'))
    return {};
  return "it ends the name of a folder: letters, digits, `.`, `_` and `-`, such as .libs";
}

}  // namespace wheelaudit::repair
