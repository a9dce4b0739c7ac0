#pragma once

// Paths of members and files, which have slashes on every system.

#include <string_view>

namespace wheelaudit {

/// "c.so" of "a/b/c.so".
[[nodiscard]] inline std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// "a/b" of "a/b/c.so"; empty at the top.
[[nodiscard]] inline std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace wheelaudit
