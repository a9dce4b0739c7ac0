#pragma once

// The pieces of an output written to an open file, and that file read back.

#include <string>
#include <vector>

#include "system/write.hpp"

namespace wheelaudit::system {

/// Appends every piece to `out`. `in` is the input opened again, so that the kernel can copy its
/// ranges; -1: they are read through `input`. Errors: io, without the file's name.
[[nodiscard]] Result<void> copy_pieces(int out, int in, const ByteSource& input,
                                       const std::vector<zip::OutputPiece>& pieces,
                                       const FileOperations& system);

/// Errors: io when the file differs from the pieces in any byte or in length, or cannot be read.
[[nodiscard]] Result<void> compare_with_pieces(const ByteSource& written, const ByteSource& input,
                                               const std::vector<zip::OutputPiece>& pieces);

/// A source over an open file, whose size is taken once. The file must stay open, and `system` must
/// live, as long as the source. Errors: io.
[[nodiscard]] Result<ByteSource> open_file_source(int file, const FileOperations& system);

}  // namespace wheelaudit::system
