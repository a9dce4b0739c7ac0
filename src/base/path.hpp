#pragma once

// Paths of members and files, which have slashes on every system.

#include <string_view>

namespace wheelaudit::inline base {

/// "c.so" of "a/b/c.so".
[[nodiscard]] inline std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// "a/b" of "a/b/c.so"; empty at the top.
[[nodiscard]] inline std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

/// The path of a member after installation: `name-1.0.data/platlib/x/y.so` becomes `x/y.so`.
[[nodiscard]] inline std::string_view installed_name(std::string_view member) {
  const auto slash = member.find('/');
  if (slash == std::string_view::npos || !member.substr(0, slash).ends_with(".data")) {
    return member;
  }
  const std::string_view rest = member.substr(slash + 1);
  for (const std::string_view scheme : {"platlib/", "purelib/"}) {
    if (rest.starts_with(scheme)) return rest.substr(scheme.size());
  }
  return member;
}

}  // namespace wheelaudit::inline base
