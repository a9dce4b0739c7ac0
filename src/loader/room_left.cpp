// Links the memory and the table, which the loader gives to every module: their limits must fit by
// the core specification ("import subtyping").

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "loader/linker.hpp"

namespace wheelaudit::loader {
namespace {

std::string pages(const wasm::MemoryType& memory) {
  std::string text = memory.maximum ? fmt::format("{} to {} pages", memory.minimum, *memory.maximum)
                                    : fmt::format("at least {} pages", memory.minimum);
  if (memory.shared) text += ", shared";
  if (memory.is_64) text += ", 64-bit";
  return text;
}

std::string entries(const wasm::TableType& table) {
  std::string text = table.maximum ? fmt::format("{} to {} entries", table.minimum, *table.maximum)
                                   : fmt::format("at least {} entries", table.minimum);
  if (table.is_64) text += ", 64-bit";
  return fmt::format("{} of {}", text, wasm::value_type_name(table.element));
}

/// Pages that the memory has for certain when the module is instantiated: those with which the
/// runtime began, and those for the module's own data, which the loader allocates before. wasm-ld
/// asks for just as many pages as the data takes, so a module with more data than the runtime's
/// first pages hold asks for more pages than those.
std::uint64_t reached_pages(const Linker& linker) {
  constexpr std::uint64_t page = 65'536;
  const std::uint64_t data = linker.facts.dylink ? linker.facts.dylink->memory_size : 0;
  return std::max<std::uint64_t>(linker.runtime.memory.minimum, (data + page - 1) / page);
}

}  // namespace

Linked link_memory(const Linker& linker, const wasm::ImportedSymbol& import) {
  const wasm::MemoryType& main = linker.runtime.memory;
  const wasm::MemoryType& asked = *import.memory;
  // Core specification, "import subtyping": the given minimum must reach the asked one, and a
  // declared maximum must not be below the given one; sharing and width must be equal.
  const bool fits = import.name == "memory" && asked.shared == main.shared &&
                    asked.is_64 == main.is_64 && asked.minimum <= reached_pages(linker) &&
                    (!asked.maximum || (main.maximum && *main.maximum <= *asked.maximum));
  if (fits) return linked_as({.resolution = Resolution::loader});
  return differs(
      linker, Binding{.resolution = Resolution::loader, .mismatch = Mismatch::memory},
      [&] { return "`memory` with " + pages(main); },
      [&] { return fmt::format("`{}` with {}", import.name, pages(asked)); });
}

Linked link_table(const Linker& linker, const wasm::ImportedSymbol& import) {
  const wasm::TableType& asked = *import.table;
  // The loader grows the table by the module's own share before it instantiates the module.
  const std::uint64_t reach =
      linker.runtime.table_minimum + (linker.facts.dylink ? linker.facts.dylink->table_size : 0);
  const bool fits = import.name == "__indirect_function_table" && asked.element == 'F' &&
                    !asked.maximum && !asked.is_64 && asked.minimum <= reach;
  if (fits) return linked_as({.resolution = Resolution::loader});
  return differs(
      linker, Binding{.resolution = Resolution::loader, .mismatch = Mismatch::table},
      [&] {
        return fmt::format("`__indirect_function_table` of funcref without a maximum, {} entries",
                           reach);
      },
      [&] { return fmt::format("`{}`, {}", import.name, entries(asked)); });
}

}  // namespace wheelaudit::loader
