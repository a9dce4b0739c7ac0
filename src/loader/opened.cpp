// A call is bound when it is made first, and up to 0.27 it is looked for among the names that are
// global then. So it does not matter that the package loader has loaded the module before Python
// opens the library. From 0.28 on a module keeps the scope that it was loaded with
// (docs/design/sessions.md#libraries-that-python-opens).

#include "loader/opened.hpp"

#include <algorithm>

#include "base/path.hpp"

namespace wheelaudit::loader {
namespace {

/// Real packages open a handful; more than these are not followed.
constexpr std::size_t most_openings = 100;

std::optional<std::uint32_t> module_at(const wheel::Wheel& wheel, const LinkIndex& index,
                                       std::string_view path) {
  for (const std::uint32_t m : modules_named(wheel, index, last_component(path))) {
    const wheel::WheelModule& module = wheel.modules[m];
    const bool loads = module.facts.can_be_linked();
    if (loads && installed_name(module.path) == path) return m;
  }
  return std::nullopt;
}

/// Whether importing a module at `path` runs the source before.
bool runs_before(std::string_view source, std::string_view path) {
  const std::string_view installed = installed_name(source);
  const std::string_view package = folder_of(installed);
  return last_component(installed) == "__init__.py" && !package.empty() &&
         path.size() > package.size() && path.starts_with(package) && path[package.size()] == '/';
}

/// Whether the same source opens the library at `path` behind the call `opened`.
bool opens_later(const wheel::Wheel& wheel, const wheel::OpenedLibrary& opened,
                 std::string_view path) {
  return std::ranges::any_of(wheel.opened_libraries, [&](const wheel::OpenedLibrary& other) {
    return other.source == opened.source && other.line > opened.line && other.library == path;
  });
}

}  // namespace

bool reaches_loaded_modules(const profile::LoaderBehaviour& loader) {
  return loader.library_search == profile::LibrarySearch::wheel_libs;
}

std::vector<Opening> openings_before(const wheel::Wheel& wheel, const LinkIndex& index,
                                     std::size_t module) {
  std::vector<Opening> result;
  const std::string_view path = installed_name(wheel.modules[module].path);
  const std::size_t count = std::min(wheel.opened_libraries.size(), most_openings);
  for (std::uint32_t i = 0; i < count; ++i) {
    const wheel::OpenedLibrary& opened = wheel.opened_libraries[i];
    if (!opened.is_global || !opened.is_first) continue;
    if (!runs_before(opened.source, path) && !opens_later(wheel, opened, path)) continue;
    const auto provider = module_at(wheel, index, opened.library);
    if (provider && *provider != module) result.push_back({.opened = i, .provider = *provider});
  }
  return result;
}

std::optional<Opening> opening_with(const wheel::Wheel& wheel, const LinkIndex& index,
                                    const std::vector<Opening>& openings, std::size_t module,
                                    std::uint32_t import) {
  const wasm::SideModule& facts = wheel.modules[module].facts;
  const wasm::ImportedSymbol& symbol = facts.imports[import];
  if (symbol.kind != wasm::ExternalKind::function) return std::nullopt;
  for (const Opening& opening : openings) {
    const wasm::SideModule& library = wheel.modules[opening.provider].facts;
    const wasm::ExportedSymbol* own =
        index.exports[opening.provider].find(index.import_names[module][import]);
    const bool fits = own != nullptr && own->kind == wasm::ExternalKind::function &&
                      library.type_of(*own) == facts.type_of(symbol);
    if (fits) return opening;
  }
  return std::nullopt;
}

}  // namespace wheelaudit::loader
