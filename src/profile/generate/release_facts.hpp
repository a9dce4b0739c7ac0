#pragma once

// What the small files of a release say: its lock, its package.json, and the bytes of its main
// module about the libraries inside.

#include <string>
#include <string_view>
#include <vector>

#include "profile/generate/generator.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::profile {

struct LockFacts {
  std::string python;      ///< "3.12.7"
  std::string emscripten;  ///< "3.1.58", from `platform`
  std::string abi;         ///< "2024_0"; empty before 0.26
  std::vector<BundledPackage> packages;
};

[[nodiscard]] Result<LockFacts> read_lock(std::string_view lock, std::string_view origin);

struct PackageFacts {
  std::string name;
  std::string version;
};
[[nodiscard]] Result<PackageFacts> read_package_json(std::string_view text,
                                                     std::string_view origin);

/// PEP 503: lower case, runs of `-`, `_`, `.` become one `-`.
[[nodiscard]] std::string normal_name(std::string_view name);

/// Whether a release lies in `[from, until)`; empty bounds are open.
[[nodiscard]] bool release_within(std::string_view release, std::string_view from,
                                  std::string_view until);

/// The library that owns a symbol, as an index into `libraries`; nullopt when none does.
[[nodiscard]] std::optional<std::size_t> library_of(std::span<const KnownLibrary> libraries,
                                                    std::string_view symbol);

/// The version of a library as its marks in the main module's bytes tell; empty when they do not.
[[nodiscard]] std::string library_version(const KnownLibrary& library, std::string_view wasm);

}  // namespace wheelaudit::profile
