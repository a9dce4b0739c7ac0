#pragma once

// What a release offers under a name, as the one line of text that profiles hold:
//   (i32, i64) -> i32        a function of the main module
//   js (i32) -> i32          a function of the loader's JavaScript; `js` when its type is unknown
//   data                     an address of the main module's data
//   tag (i32) -> ()          an exception tag; `js tag …` when the loader makes it
// followed by ` @zlib` when it belongs to a library linked into the main module.

#include <optional>
#include <string>
#include <string_view>

#include "profile/profile.hpp"

namespace wheelaudit::profile {

struct SymbolText {
  ProvidedSymbol symbol;  ///< without its library
  std::string library;    ///< empty: no library
};

[[nodiscard]] std::string symbol_text(const ProvidedSymbol& symbol,
                                      const std::vector<LinkedLibrary>& libraries);
[[nodiscard]] std::optional<SymbolText> parse_symbol_text(std::string_view text);

}  // namespace wheelaudit::profile
