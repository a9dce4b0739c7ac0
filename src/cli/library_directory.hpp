#pragma once

// `--libdir`: where libraries to be vendored are looked for.

#include <string>
#include <vector>

#include "wheelaudit/repair.hpp"

namespace wheelaudit::cli {

/// Looks for a library in each directory, in the order given, and in each in the places where
/// toolchains put them: itself, `lib`, and Emscripten's `lib/wasm32-emscripten/pic` and
/// `wasm32-emscripten/pic`. `libx.so` is answered by `libx.so`, else `libx.so.N` (the only one
/// there), else `libx.wasm`; `libx.so.3.10` by that, else `libx.so.3`, else `libx.so`. Errors of
/// the finder: io. Error usage: a directory that is none.
[[nodiscard]] Result<LibraryFinder> library_finder(const std::vector<std::string>& directories,
                                                   const Limits& limits);

}  // namespace wheelaudit::cli
