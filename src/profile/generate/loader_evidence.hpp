#pragma once

// How a loader behaves, as far as its script and the main module's symbols show it.

#include <map>
#include <string>

#include "profile/generate/loader_script.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::profile {

/// `like` with everything set that the script (compact_script) and the symbols tell. Without
/// Pyodide's package loader around it, the loader searches libraries by itself only.
[[nodiscard]] LoaderBehaviour loader_by_evidence(
    LoaderBehaviour like, std::string_view script,
    const std::map<std::string, ProvidedSymbol>& symbols);

}  // namespace wheelaudit::profile
