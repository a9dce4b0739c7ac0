#pragma once

// Names as rustc writes them. Both functions answer nullopt for anything else, and their cost is
// bounded by `demangled_limit` whatever the name refers back to.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::demangle {

/// Bytes of the longest mangled name that is read, and of the longest readable name that is made.
/// Real mangled names stay below 1,500 bytes (seen in wheels of six ABIs).
inline constexpr std::size_t mangled_limit = 4096;
inline constexpr std::size_t demangled_limit = 16384;

/// `_ZN4core3fmt5Write9write_str17h0123456789abcdefE` is `core::fmt::Write::write_str`.
[[nodiscard]] std::optional<std::string> demangle_rust_legacy(std::string_view name);

/// `_RNvC6_123foo3bar` is `123foo::bar` (RFC 2603). Disambiguators, lifetimes and the instantiating
/// crate are left out.
[[nodiscard]] std::optional<std::string> demangle_rust_v0(std::string_view name);

}  // namespace wheelaudit::demangle
