// Compares file names with importlib's EXTENSION_SUFFIXES (PEP 3149) and with the package loader's
// choice of files to load on install. That choice is `should_load_dynlib` of
// pyodide/_package_loader.py, the same from 0.23.4 to 314.0.7: it skips names whose last component
// before `.so` looks like the platform tag of another interpreter.

#include "loader/module_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/path.hpp"
#include "base/punycode.hpp"
#include "base/text.hpp"

namespace wheelaudit::loader {
namespace {

constexpr std::string_view bare_suffix = ".so";

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::distance(text.begin(), std::ranges::find_if_not(text, is_ascii_digit)));
}

/// Whether the component before `.so` says for which interpreter a file is.
bool is_interpreter_tag(std::string_view component) {
  constexpr std::array<std::string_view, 5> beginnings{".cpython-", ".abi3", ".pypy", ".graalpy",
                                                       ".jython"};
  return std::ranges::any_of(beginnings,
                             [&](std::string_view text) { return component.starts_with(text); });
}

/// Whether the component begins as `\.(cpython|pypy|jython)-[0-9]{2,}` does.
bool is_loader_platform_tag(std::string_view component) {
  constexpr std::array<std::string_view, 3> interpreters{".cpython-", ".pypy-", ".jython-"};
  return std::ranges::any_of(interpreters, [&](std::string_view text) {
    return component.starts_with(text) && count_digits(component.substr(text.size())) >= 2;
  });
}

bool has_suffix(const profile::AbiProfile& profile, std::string_view suffix) {
  return std::ranges::find(profile.extension_suffixes, suffix) != profile.extension_suffixes.end();
}

ModuleName with_suffix(ModuleName name, std::string_view file, std::size_t stem_size,
                       ModuleName::Kind kind) {
  name.stem = file.substr(0, stem_size);
  name.suffix = file.substr(stem_size);
  // CPython looks for a file by the last component of a dotted name, so it never asks for a stem
  // with a dot.
  const bool dotted = name.stem.find('.') != std::string_view::npos;
  name.kind = name.stem.empty() || dotted ? ModuleName::Kind::other : kind;
  return name;
}

}  // namespace

std::string ModuleName::module_path() const {
  return folder.empty() ? std::string(stem) : fmt::format("{}/{}", folder, stem);
}

std::string_view ModuleName::import_name() const {
  if (stem != "__init__" || folder.empty()) return stem;
  const std::size_t slash = folder.rfind('/');
  return slash == std::string_view::npos ? folder : folder.substr(slash + 1);
}

ModuleName module_name(std::string_view path, const profile::AbiProfile& profile) {
  ModuleName name;
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) name.folder = path.substr(0, slash);
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);

  for (const std::string& suffix : profile.extension_suffixes) {
    if (suffix == bare_suffix || !file.ends_with(suffix)) continue;
    return with_suffix(name, file, file.size() - suffix.size(), ModuleName::Kind::importable);
  }
  if (file.ends_with(".pyd")) {
    return with_suffix(name, file, file.find('.'), ModuleName::Kind::foreign);
  }
  if (!file.ends_with(bare_suffix)) {
    return with_suffix(name, file, std::min(file.find('.'), file.size()), ModuleName::Kind::other);
  }
  const std::size_t stem_size = file.size() - bare_suffix.size();
  const std::size_t dot = file.substr(0, stem_size).rfind('.');
  if (dot == std::string_view::npos) {
    return with_suffix(name, file, stem_size, ModuleName::Kind::bare);
  }
  const bool tagged = is_interpreter_tag(file.substr(dot, stem_size - dot));
  return with_suffix(name, file, tagged ? dot : stem_size,
                     tagged ? ModuleName::Kind::foreign : ModuleName::Kind::other);
}

std::string init_function_name(std::string_view module, std::string_view hook) {
  const bool ascii = is_ascii(module);
  std::string spelled = ascii ? std::string(module) : punycode(module).value_or(std::string());
  // CPython, Python/importdl.c: a dash cannot stand in a C name.
  std::ranges::replace(spelled, '-', '_');
  return fmt::format("{}{}{}", hook, ascii ? "_" : "U_", spelled);
}

HookNames hook_names(std::string_view module, const profile::AbiProfile& profile) {
  HookNames names{.init = init_function_name(module), .mod_export = {}};
  if (wheel::compare_versions(profile.python, "3.15").value_or(-1) >= 0) {
    names.mod_export = init_function_name(module, "PyModExport");
  }
  return names;
}

const wasm::ExportedSymbol* init_export(const wheel::WheelModule& module,
                                        const profile::AbiProfile& profile) {
  const ModuleName name = module_name(module.path, profile);
  if (name.kind != ModuleName::Kind::bare && name.kind != ModuleName::Kind::importable) {
    return nullptr;
  }
  const HookNames names = hook_names(name.import_name(), profile);
  const wasm::ExportedSymbol* found = nullptr;
  for (const wasm::ExportedSymbol& symbol : module.facts.exports) {
    // CPython 3.15 takes the newer hook where there is one, whatever its type is (run: 315.0.0a2).
    if (!names.mod_export.empty() && symbol.name == names.mod_export) return &symbol;
    if (symbol.name == names.init) found = &symbol;
  }
  return found;
}

bool has_init_type(const wasm::SideModule& facts, const wasm::ExportedSymbol& symbol) {
  return symbol.kind == wasm::ExternalKind::function && facts.type_of(symbol).params.empty() &&
         facts.type_of(symbol).results == "i";
}

std::unordered_set<std::string_view> needed_file_names(const wheel::Wheel& wheel) {
  std::unordered_set<std::string_view> names;
  for (const wheel::WheelModule& module : wheel.modules) {
    if (!module.facts.dylink) continue;
    for (const std::string_view needed : module.facts.dylink->needed) {
      names.insert(last_component(needed));
    }
  }
  return names;
}

std::string suffix_python(std::string_view suffix) {
  for (const std::string_view beginning : {".cpython-3", ".cp3"}) {
    if (!suffix.starts_with(beginning)) continue;
    const std::string_view rest = suffix.substr(beginning.size());
    const std::size_t digits = count_digits(rest);
    // `313t` is another ABI than `313` (PEP 703), `37m` a GIL build's old spelling.
    const bool other_abi = digits < rest.size() && rest[digits] == 't';
    if (digits > 0) return fmt::format("3.{}{}", rest.substr(0, digits), other_abi ? "t" : "");
  }
  return {};
}

bool is_for_python(std::string_view suffix, const profile::AbiProfile& profile) {
  const bool stable = suffix.starts_with(".abi3") && !suffix.starts_with(".abi3t");
  return stable || suffix_python(suffix) == profile.python;
}

bool claims_stable_abi(const wheel::Wheel& wheel) {
  const auto tags = wheel.tags();
  return !tags.empty() &&
         std::ranges::all_of(tags, [](const wheel::Tag& tag) { return tag.abi == "abi3"; });
}

std::string right_suffix(const wheel::Wheel& wheel, const profile::AbiProfile& profile) {
  constexpr std::string_view stable = ".abi3.so";
  if (claims_stable_abi(wheel) && has_suffix(profile, stable)) return std::string(stable);
  const auto& suffixes = profile.extension_suffixes;
  return std::string(suffixes.empty() ? bare_suffix : std::string_view(suffixes.front()));
}

bool is_preloaded(std::string_view path, const profile::AbiProfile& profile) {
  if (!wheel::is_preloaded_name(path)) return false;
  const std::string_view file = last_component(path);
  std::size_t so = file.find(bare_suffix);
  while (so != std::string_view::npos && so + bare_suffix.size() < file.size() &&
         file[so + bare_suffix.size()] != '.') {
    so = file.find(bare_suffix, so + 1);
  }
  if (so == std::string_view::npos || so == 0) return true;
  const std::size_t dot = file.substr(0, so).rfind('.');
  if (dot == std::string_view::npos) return true;
  const std::string_view component = file.substr(dot, so - dot);
  return has_suffix(profile, std::string(component) + std::string(bare_suffix)) ||
         !is_loader_platform_tag(component);
}

std::unordered_set<std::string> importable_modules(const wheel::Wheel& wheel,
                                                   const profile::AbiProfile& profile) {
  std::unordered_set<std::string> paths;
  for (const wheel::WheelModule& module : wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    const ModuleName name = module_name(module.path, profile);
    if (name.kind == ModuleName::Kind::importable || name.kind == ModuleName::Kind::bare) {
      paths.insert(name.module_path());
    }
  }
  return paths;
}

}  // namespace wheelaudit::loader
