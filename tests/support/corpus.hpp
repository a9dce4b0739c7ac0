#pragma once

// The real wheels that tests run over when they are there: the folder named by WHEELAUDIT_CORPUS.
// Tests say when there is none.

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace wheelaudit::test {

/// nullopt when there is no such folder; the test then says so and passes.
[[nodiscard]] std::optional<std::filesystem::path> corpus_folder();

/// The `.whl` files below `subfolder` of the corpus ("emscripten", "native"; empty: all), sorted by
/// path; empty without a corpus.
[[nodiscard]] std::vector<std::filesystem::path> corpus_wheels(std::string_view subfolder = "");

/// The bytes of a file; a failed check of the running test when it cannot be read.
[[nodiscard]] ByteVector read_file(const std::filesystem::path& path);

}  // namespace wheelaudit::test
