#pragma once

// Platform tags of a wheel against the catalog of profiles.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::rules {

/// The wheel's platform tags in lower case, each once, in the file name's order.
[[nodiscard]] std::vector<std::string> platform_tags(const wheel::Wheel& wheel);

/// `emscripten_…`, `pyodide_…` and `pyemscripten_…` tags of the standard forms.
[[nodiscard]] bool is_emscripten_family(std::string_view platform_tag);

/// The profile that has the tag among its aliases; null when none has.
[[nodiscard]] const profile::AbiProfile* profile_of_tag(
    std::span<const profile::AbiProfile> catalog, std::string_view platform_tag);

/// The tag of the catalog that names the same ABI by another of its names (`pyodide_2024_0` for
/// `pyemscripten_2024_0`); empty when there is none.
[[nodiscard]] std::string other_name(std::span<const profile::AbiProfile> catalog,
                                     std::string_view platform_tag);

/// The entry of `unprofiled_abis()` for the tag; null when there is none.
[[nodiscard]] const profile::UnprofiledAbi* unprofiled(std::string_view platform_tag);

/// The newest tag of the catalog that is of the same form as `platform_tag`, when that one is newer
/// still; empty otherwise.
[[nodiscard]] std::string newest_older_than(std::span<const profile::AbiProfile> catalog,
                                            std::string_view platform_tag);

/// The tag of the catalog with the smallest edit distance; empty when the catalog has no tags.
[[nodiscard]] std::string nearest_tag(std::span<const profile::AbiProfile> catalog,
                                      std::string_view platform_tag);

/// Whether the wheel holds a module made for dynamic linking.
[[nodiscard]] bool has_side_modules(const wheel::Wheel& wheel);

}  // namespace wheelaudit::rules
