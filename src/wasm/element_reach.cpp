// Element segments against the table size of the dylink section. The loader grows the table by just
// that size and gives the table's old end as `__table_base`
// (docs/design/modules.md#element-segments), so a longer segment traps when the module is
// instantiated. With a table size of zero `__table_base` is 0, and the segment overwrites functions
// of the runtime. Only segments as linkers write them are measured: functions, at `__table_base`
// itself.

#include "wasm/element_reach.hpp"

#include <fmt/format.h>

#include <ranges>

#include "wasm/byte_reader.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint8_t global_get = 0x23;
constexpr std::uint8_t end_of_expression = 0x0b;

/// The index of the imported global `__table_base`; nullopt without one.
std::optional<std::uint32_t> table_base_of(const SideModule& module) {
  std::uint32_t index = 0;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind != ExternalKind::global) continue;
    if (import.name == "__table_base" && import.module == "env") return index;
    ++index;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ModuleFault> elements_beyond_table(Bytes bytes, const SideModule& module) {
  const Section* section = find_section(module.sections, SectionId::element);
  const auto base = table_base_of(module);
  if (!module.dylink || section == nullptr || !base || section_end(*section) > bytes.size()) {
    return std::nullopt;
  }
  ByteReader reader(bytes, section->payload_offset, section_end(*section), "the element section");
  std::uint32_t segments = reader.count("count of segments", 2);
  for (; segments > 0 && reader.more(); --segments) {
    const std::uint64_t offset = reader.at();
    if (reader.u32("flags of a segment") != 0 || reader.u8("offset") != global_get ||
        reader.u32("offset's global") != *base || reader.u8("offset's end") != end_of_expression) {
      return std::nullopt;
    }
    const std::uint32_t functions = reader.count("count of functions", 1);
    if (!reader.failed() && functions > module.dylink->table_size) {
      return ModuleFault{
          .message = fmt::format("an element segment of {} entries at `__table_base`, but the "
                                 "dylink section asks for a table of {}",
                                 functions, module.dylink->table_size),
          .offset = offset};
    }
    for (std::uint32_t i = 0; i < functions && reader.more(); ++i) reader.u32("function");
  }
  return std::nullopt;
}

}  // namespace wheelaudit::wasm
