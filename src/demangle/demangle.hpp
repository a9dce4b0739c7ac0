#pragma once

// Names of C++ and Rust symbols as people read them.

#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::demangle {

/// `std::__2::__hash_memory(void const*, unsigned long)` for Itanium and Rust v0/legacy names;
/// nullopt when `name` is not mangled. Bounded in time and size.
[[nodiscard]] std::optional<std::string> demangle(std::string_view name);

}  // namespace wheelaudit::demangle
