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

/// An error when the file differs from the pieces in any byte or in length.
[[nodiscard]] Result<void> compare_with_pieces(const ByteSource& written, const ByteSource& input,
                                               const std::vector<zip::OutputPiece>& pieces);

/// The bytes of an open file; its size is asked once. The file must stay open as long as this.
[[nodiscard]] Result<ByteSource> open_file_source(int file, const FileOperations& system);

}  // namespace wheelaudit::system
