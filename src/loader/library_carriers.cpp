// Looks for a package under the names that a package for the library would have (`libfoo.so.1`:
// `foo`, `libfoo`). A table adds the packages with another name, because a lock file names packages
// but not their libraries.

#include "loader/library_carriers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/path.hpp"
#include "wheel/filename.hpp"

namespace wheelaudit::loader {
namespace {

/// A package of Pyodide's distribution that carries several libraries or one of another name, as
/// the file lists of the recipes say (pyodide-recipes, packages/*/meta.yaml).
struct KnownCarrier {
  std::string_view stem;
  std::string_view package;
};
constexpr std::array<KnownCarrier, 12> known_carriers{{{"blas", "openblas"},
                                                       {"cholmod", "suitesparse"},
                                                       {"crypto", "openssl"},
                                                       {"geos", "geos"},
                                                       {"geos_c", "geos"},
                                                       {"hdf5_hl", "libhdf5"},
                                                       {"hdf5", "libhdf5"},
                                                       {"lapack", "openblas"},
                                                       {"magic", "libmagic"},
                                                       {"openblas", "openblas"},
                                                       {"ssl", "openssl"},
                                                       {"umfpack", "suitesparse"}}};

std::string stem_of(std::string_view library) {
  std::string_view stem = last_component(library);
  if (stem.starts_with("lib")) stem.remove_prefix(3);
  return std::string(stem.substr(0, stem.find(".so")));
}

}  // namespace

const profile::BundledPackage* library_carrier(const profile::Runtime& runtime,
                                               std::string_view library) {
  const std::string stem = stem_of(library);
  std::vector<std::string> names{wheel::normalize_name(stem), wheel::normalize_name("lib" + stem)};
  for (const auto& known : known_carriers) {
    if (known.stem != stem) continue;
    names.emplace_back(known.package);
    names.push_back("lib" + std::string(known.package));
  }
  for (const auto& package : runtime.packages) {
    if (package.is_shared_library && std::ranges::find(names, package.name) != names.end())
      return &package;
  }
  return nullptr;
}

}  // namespace wheelaudit::loader
