#pragma once

// Which C++ names may be handed to the compiler's demangler.

#include <string_view>

namespace wheelaudit::demangle {

/// Whether `name` follows the grammar of mangled names (Itanium C++ ABI, section 5.1) without
/// expressions, lambdas with template parameters and constraints. Time: linear in the length.
[[nodiscard]] bool is_plain_mangled_name(std::string_view name);

}  // namespace wheelaudit::demangle
