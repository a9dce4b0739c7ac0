#pragma once

// Which file of a folder is the one that a needed library's name means.

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

/// The file for the bare name `needed`: for `libx.so` it is `libx.so`, else `libx.so.N` (if there
/// is only one), else `libx.wasm`; for `libx.so.3.10` it is that, else `libx.so.3`, else `libx.so`.
/// nullopt when the folder has none of these.
[[nodiscard]] std::optional<std::string> find_library_file(const LibraryFolder& folder,
                                                           const std::string& needed);

/// The last component of `needed`, which comes from a wheel and may be a path; empty when no file
/// can have the name that results.
[[nodiscard]] std::string library_file_name(const std::string& needed);

}  // namespace wheelaudit::wheel
