// The one file that is compiled with the path of the checkout (see the header for the reason).

#include "source_directory.hpp"

namespace wheelaudit::test {

std::filesystem::path source_directory() { return WHEELAUDIT_SOURCE_DIR; }

}  // namespace wheelaudit::test
