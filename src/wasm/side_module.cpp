// The reading of a module, in the order that keeps it safe (docs/design/modules.md#reading-order):
// magic and version, the section walk, the dylink section, the checks that come before WABT, WABT.
// A step sees only bytes that the step before has accepted; a fault ends the reading, and the facts
// read so far are kept. What follows from the facts alone is here too: names, init functions.

#include "wasm/side_module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "wasm/byte_reader.hpp"
#include "wasm/custom.hpp"
#include "wasm/dylink.hpp"
#include "wasm/element_reach.hpp"
#include "wasm/foreign_format.hpp"
#include "wasm/head_check.hpp"
#include "wasm/sections.hpp"
#include "wasm/wabt.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::string_view magic{"\0asm", 4};
constexpr std::string_view core_version{"\1\0\0\0", 4};
constexpr std::string_view component_layer{"\1\0", 2};  // behind two bytes of version
constexpr std::size_t preamble_size = 8;

/// The result for bytes of which the preamble decides what they are; nullopt for a core module.
std::optional<SideModule> judge_preamble(Bytes bytes, std::uint64_t size, const Limits& limits) {
  SideModule module{.size = size};
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), preamble_size)));
  if (!text.starts_with(magic)) {
    module.kind = ModuleKind::not_wasm;
    module.format = foreign_format(bytes, size);
    return module;
  }
  module.format = "wasm";
  if (text.size() < preamble_size) {
    module.faults.push_back({.message = fmt::format("the file ends after {} bytes, within the "
                                                    "version of the format",
                                                    size),
                             .offset = size});
    return module;
  }
  if (text.substr(6) == component_layer) {
    module.kind = ModuleKind::component;
    return module;
  }
  if (text.substr(4) != core_version) {
    module.faults.push_back(
        {.message =
             fmt::format("version {:#x} of the format, expected 0x1",
                         static_cast<unsigned>(static_cast<unsigned char>(text[4])) |
                             static_cast<unsigned>(static_cast<unsigned char>(text[5])) << 8 |
                             static_cast<unsigned>(static_cast<unsigned char>(text[6])) << 16 |
                             static_cast<unsigned>(static_cast<unsigned char>(text[7])) << 24),
         .offset = 4});
    return module;
  }
  if (size > limits.module_size) {
    module.faults.push_back(
        {.kind = ModuleFaultKind::limit,
         .message = fmt::format("a module of {} bytes, more than {}; it was not read", size,
                                limits.module_size),
         .offset = {},
         .function = {},
         .option = "--max-module-size"});
    return module;
  }
  return std::nullopt;
}

/// Reads the dylink section, if there is one; a second one is a fault.
void read_dylink_sections(SideModule& module, Bytes bytes) {
  const Section* first = nullptr;
  for (const Section& section : module.sections) {
    if (!is_dylink(section)) continue;
    if (first != nullptr) {
      module.faults.push_back({.message = "a second dylink section", .offset = section.offset});
      return;
    }
    first = &section;
    DylinkReading reading = read_dylink(bytes, section);
    module.dylink = std::move(reading.info);
    if (reading.fault) module.faults.push_back(std::move(*reading.fault));
  }
  if (first == nullptr || first == module.sections.data()) return;
  module.faults.push_back(
      {.kind = ModuleFaultKind::note,
       .message = fmt::format("the {} section is section {} of the module, the loader needs it "
                              "to be the first",
                              first->name, first - module.sections.data() + 1),
       .offset = first->offset});
}

bool imports_from(const SideModule& module, std::string_view from) {
  return std::ranges::any_of(
      module.imports, [from](const ImportedSymbol& import) { return import.module == from; });
}

bool is_wasi(const SideModule& module) {
  if (!imports_from(module, "wasi_snapshot_preview1") && !imports_from(module, "wasi_unstable")) {
    return false;
  }
  if (imports_from(module, "env")) return false;
  return module.find_export("_start") != nullptr || module.find_export("_initialize") != nullptr;
}

ModuleKind kind_of(const SideModule& module) {
  const auto malformed = [](const ModuleFault& fault) {
    return fault.kind == ModuleFaultKind::malformed;
  };
  if (std::ranges::any_of(module.faults, malformed)) return ModuleKind::malformed;
  if (!module.sections.empty() && is_dylink(module.sections.front())) {
    return ModuleKind::side_module;
  }
  for (const Section& section : module.sections) {
    if (section.id != 0) continue;
    if (section.name == "linking" || section.name.starts_with("reloc.")) {
      return ModuleKind::relocatable;
    }
  }
  return is_wasi(module) ? ModuleKind::wasi : ModuleKind::static_wasm;
}

/// The loader calls these two exports without asking for their kind. A global of such a name or,
/// from Emscripten 5.0.3 on, anything but a function makes the load fail: "init is not a function"
/// (run on Pyodide 0.21 to 314).
std::optional<ModuleFault> uncallable_start(const SideModule& module) {
  for (const std::string_view name : {"__wasm_call_ctors", "__wasm_apply_data_relocs"}) {
    const ExportedSymbol* symbol = module.find_export(name);
    if (symbol == nullptr || symbol->kind == ExternalKind::function) continue;
    return ModuleFault{.message = fmt::format("`{}` is exported as a {}; the loader calls it as a "
                                              "function",
                                              name, external_kind_name(symbol->kind)),
                       .offset = {}};
  }
  return std::nullopt;
}

SideModule read_core_module(Bytes bytes, std::uint64_t size, Depth depth, const Limits& limits) {
  SideModule module{.format = "wasm", .size = size, .depth = Depth::head};
  SectionWalk walk = walk_sections(bytes, size, limits);
  module.sections = std::move(walk.sections);
  if (walk.fault) module.faults.push_back(std::move(*walk.fault));
  read_dylink_sections(module, bytes);
  CustomFacts custom = read_custom_sections(bytes, module.sections);
  module.target_features = std::move(custom.target_features);
  module.producers = std::move(custom.producers);
  module.faults.insert(module.faults.end(), std::make_move_iterator(custom.notes.begin()),
                       std::make_move_iterator(custom.notes.end()));
  module.has_data_count = find_section(module.sections, SectionId::data_count) != nullptr;

  if (std::optional<ModuleFault> fault = check_head(bytes, module.sections, limits)) {
    module.faults.push_back(std::move(*fault));
  } else {
    Depth reachable = module.sound() ? depth : Depth::head;
    if (reachable == Depth::full) {
      if (std::optional<ModuleFault> frame = check_code_frame(bytes, module.sections)) {
        module.faults.push_back(std::move(*frame));
        reachable = Depth::head;
      }
    }
    const std::uint64_t end = reachable == Depth::full ? size : walk.head_end;
    module = read_with_wabt(bytes.first(end), std::move(module), reachable);
    if (module.sound()) module.depth = reachable;
    if (module.sound() && reachable == Depth::full) {
      if (auto beyond = elements_beyond_table(bytes, module)) {
        module.faults.push_back(std::move(*beyond));
      }
    }
    if (module.sound() && module.dylink) {
      if (auto start = uncallable_start(module)) module.faults.push_back(std::move(*start));
    }
    if (module.sound() && module.code) {
      NamedFunctions named = named_functions(bytes, module);
      module.code->python = std::move(named.python);
      module.code->table = std::move(named.table);
    }
  }
  if (module.dylink) mark_weak_imports(module.imports, *module.dylink);
  module.kind = kind_of(module);
  return module;
}

}  // namespace

std::string_view module_kind_name(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::side_module:
      return "side-module";
    case ModuleKind::not_wasm:
      return "not-wasm";
    case ModuleKind::static_wasm:
      return "static-wasm";
    case ModuleKind::relocatable:
      return "relocatable";
    case ModuleKind::component:
      return "component";
    case ModuleKind::wasi:
      return "wasi";
    case ModuleKind::malformed:
      break;
  }
  return "malformed";
}

const ExportedSymbol* SideModule::find_export(std::string_view name) const {
  const auto found = std::ranges::find(exports, name, &ExportedSymbol::name);
  return found == exports.end() ? nullptr : &*found;
}

bool SideModule::sound() const {
  return std::ranges::all_of(
      faults, [](const ModuleFault& fault) { return fault.kind == ModuleFaultKind::note; });
}

std::vector<std::string> SideModule::init_functions() const {
  constexpr std::array<std::string_view, 4> prefixes{"PyInit_", "PyInitU_", "PyModExport_",
                                                     "PyModExportU_"};
  std::vector<std::string> names;
  for (const ExportedSymbol& symbol : exports) {
    if (symbol.kind != ExternalKind::function) continue;
    const bool is_init = std::ranges::any_of(
        prefixes, [&](std::string_view prefix) { return symbol.name.starts_with(prefix); });
    if (is_init) names.push_back(symbol.name);
  }
  return names;
}

SideModule read_side_module(Bytes bytes, Depth depth, const Limits& limits) {
  if (std::optional<SideModule> judged = judge_preamble(bytes, bytes.size(), limits)) {
    return *std::move(judged);
  }
  return read_core_module(bytes, bytes.size(), depth, limits);
}

SideModule read_side_module_head(Bytes head, std::uint64_t member_size, const Limits& limits) {
  if (std::optional<SideModule> judged = judge_preamble(head, member_size, limits)) {
    return *std::move(judged);
  }
  return read_core_module(head, member_size, Depth::head, limits);
}

}  // namespace wheelaudit::wasm
