#pragma once

// The fuzz targets: what the program does with one input, and what must hold of the result. A
// target ends the program when a promise is broken (`require`), so that libFuzzer keeps the input.
// No target needs libFuzzer, so any build can run the kept corpus through them (replay.cpp).

#include <array>
#include <string_view>

#include "base/bytes.hpp"

namespace wheelaudit::fuzz {

void archive(Bytes input);       ///< a ZIP file
void record(Bytes input);        ///< RECORD
void headers(Bytes input);       ///< METADATA, WHEEL, RECORD, entry_points.txt, NUL between them
void filename(Bytes input);      ///< lines: file names, tags, versions
void names(Bytes input);         ///< lines: symbols and modules; the whole: a Python source
void dylink(Bytes input);        ///< 'o' for `dylink`, else `dylink.0`; then the section's payload
void module_head(Bytes input);   ///< a module
void module_full(Bytes input);   ///< a module
void profile_json(Bytes input);  ///< an ABI profile
void wheel(Bytes input);         ///< a line with a file name and options, then a ZIP file
void repair(Bytes input);        ///< the same

struct Target {
  std::string_view name;  ///< NAME in its program fuzz_NAME and its folder corpus/NAME
  void (*run)(Bytes input);
};
inline constexpr std::array targets{
    Target{"archive", archive},
    Target{"record", record},
    Target{"headers", headers},
    Target{"filename", filename},
    Target{"names", names},
    Target{"dylink", dylink},
    Target{"module_head", module_head},
    Target{"module_full", module_full},
    Target{"profile_json", profile_json},
    Target{"wheel", wheel},
    Target{"repair", repair},
};

}  // namespace wheelaudit::fuzz
