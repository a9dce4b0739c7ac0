#pragma once

// Files that the command line names and that are read whole: profiles, files of a runtime. Their
// errors begin with the file's name.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace wheelaudit::cli {

/// How many bytes a file may have, and the words that stand before the number of bytes in the
/// message about a larger file.
struct FileBound {
  std::uint64_t bytes = 0;
  std::string_view has = "has";
};
/// Far above the largest real file of a runtime (10 MB) and the largest profile (1 MB).
inline constexpr FileBound runtime_file_bound{.bytes = 256ULL << 20};

/// Errors: io; usage for a file too large.
[[nodiscard]] Result<ByteSource> open_named_file(const std::string& path, const FileBound& bound);
/// All of it as text. Errors: io.
[[nodiscard]] Result<std::string> read_named_file(const std::string& path,
                                                  const ByteSource& source);
/// Opens and reads a file of a runtime. Errors: as of the two functions above.
[[nodiscard]] Result<std::string> read_runtime_file(const std::string& path);

}  // namespace wheelaudit::cli
