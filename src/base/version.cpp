// One file knows the version, so that a new version rebuilds one file.

#include "base/version.hpp"

namespace wheelaudit::inline base {

std::string_view version() { return WHEELAUDIT_VERSION; }

}  // namespace wheelaudit::inline base
