#pragma once

// The source tree the tests were built from. One file alone is compiled with the path, so that
// compiler caches serve every other object to any checkout.

#include <filesystem>

namespace wheelaudit::test {

[[nodiscard]] std::filesystem::path source_directory();

}  // namespace wheelaudit::test
