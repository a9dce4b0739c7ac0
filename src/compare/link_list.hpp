#pragma once

// What a runtime offers to side modules, for the linker that links them.

#include <string>

#include "compare/profile_diff.hpp"

namespace wheelaudit::compare {

/// One name per line, sorted by bytes, as `wasm-ld --allow-undefined-file` and `emcc` read it:
/// every function and address that the release offers, and its exception tags. Lines that begin
/// with `#` are comments: they name the runtime, and what cannot be listed because the loader makes
/// it on demand (`invoke_…`). Names that would end a line or read as a comment are left out.
[[nodiscard]] std::string link_list(const RuntimeSide& side);

}  // namespace wheelaudit::compare
