#pragma once

// How a loader behaves, as far as its script and the main module's symbols show it.

#include <map>
#include <string>

#include "profile/generate/loader_script.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::profile {

/// `like`, with every field replaced that the script (as compact_script writes it) and the symbols
/// tell. This loader searches libraries alone, because Pyodide's package loader is not around it.
[[nodiscard]] LoaderBehaviour loader_by_evidence(
    LoaderBehaviour like, std::string_view script,
    const std::map<std::string, ProvidedSymbol>& symbols);

}  // namespace wheelaudit::profile
