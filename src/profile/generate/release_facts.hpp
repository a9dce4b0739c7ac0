#pragma once

// Facts of one release: of its lock file, of its package.json, and of the libraries that can be
// recognised in its main module.

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
  /// "pyemscripten_2026_0_wasm32" where the lock names the platform of PEP 783; `emscripten` is
  /// then empty.
  std::string platform;
  std::vector<BundledPackage> packages;
};

/// Reads a lock file. Error usage: `origin` and the key that is wrong.
[[nodiscard]] Result<LockFacts> read_lock(std::string_view lock, std::string_view origin);

struct PackageFacts {
  std::string name;
  std::string version;
};
/// Reads package.json. Error usage: `origin` and the key that is wrong.
[[nodiscard]] Result<PackageFacts> read_package_json(std::string_view text,
                                                     std::string_view origin);

/// PEP 503: lower case, runs of `-`, `_`, `.` become one `-`.
[[nodiscard]] std::string normal_name(std::string_view name);

/// Whether a release lies in `[from, until)`; an empty bound excludes nothing.
[[nodiscard]] bool release_within(std::string_view release, std::string_view from,
                                  std::string_view until);

/// The library that owns a symbol, as an index into `libraries`; nullopt when none does.
[[nodiscard]] std::optional<std::size_t> library_of(std::span<const KnownLibrary> libraries,
                                                    std::string_view symbol);

/// The version of a library, read after its known text in the bytes of the main module; empty when
/// the text is not found or no version follows.
[[nodiscard]] std::string library_version(const KnownLibrary& library, std::string_view wasm);

}  // namespace wheelaudit::profile
