#pragma once

// `--libdir`: where libraries to be vendored are looked for.

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "wheel/offered_library.hpp"

namespace wheelaudit::system {

/// The folders that are searched: of each directory, the places where toolchains put libraries:
/// itself, `lib`, and Emscripten's `lib/wasm32-emscripten/pic` and `wasm32-emscripten/pic`. Error
/// usage: a path that is not a directory.
[[nodiscard]] Result<std::vector<std::string>> library_folders(
    const std::vector<std::string>& directories);
/// The paths of the symbolic links in these folders. Their targets may lie elsewhere, so the
/// sandbox must know them.
[[nodiscard]] std::vector<std::string> links_in(const std::vector<std::string>& folders);

/// Looks for a library in each folder, in the order given. `libx.so` is found as `libx.so`, else
/// `libx.so.N` (the only one there), else `libx.wasm`; `libx.so.3.10` as `libx.so.3.10`, else
/// `libx.so.3`, else `libx.so`. Errors of the finder: io.
[[nodiscard]] wheel::LibraryFinder library_finder(const std::vector<std::string>& folders,
                                                  const Limits& limits);

}  // namespace wheelaudit::system
