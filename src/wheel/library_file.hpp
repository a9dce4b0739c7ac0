#pragma once

// Which file of a folder answers to the name of a needed library.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wheelaudit::wheel {

/// A folder, on a disk or in memory.
struct LibraryFolder {
  std::function<bool(const std::string& name)> has_file;
  std::function<std::vector<std::string>()> names;  ///< of everything in the folder, in any order
};

/// `libx.so` is answered by `libx.so`, else `libx.so.N` (the only one there), else `libx.wasm`;
/// `libx.so.3.10` by that, else `libx.so.3`, else `libx.so`. Nullopt: none of these is there.
[[nodiscard]] std::optional<std::string> find_library_file(const LibraryFolder& folder,
                                                           const std::string& needed);

/// The last component of a needed name, which comes from a wheel and may be a path; empty when no
/// file can have this name.
[[nodiscard]] std::string library_file_name(const std::string& needed);

}  // namespace wheelaudit::wheel
