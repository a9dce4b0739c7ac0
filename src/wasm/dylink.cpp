// The reader of dylink sections. WABT's is not used, because WABT 1.0.32 passes over the run path
// without a callback, takes the same sub-section twice and checks neither alignments nor strings
// (docs/design/modules.md#dylink-section).

#include "wasm/dylink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "wasm/byte_reader.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

enum SubsectionId : std::uint8_t {
  mem_info = 1,
  needed = 2,
  export_info = 3,
  import_info = 4,
  runtime_path = 5,
};

/// Per list. Engines take no more imports or exports than this, so further entries have no import
/// or export to describe; an entry takes some 24 times its bytes in memory.
constexpr std::uint32_t most_entries = 100'000;
/// 2^16 bytes: a page, and the largest alignment that is accepted
/// (docs/design/modules.md#dylink-section).
constexpr std::uint32_t largest_alignment = 16;
/// Entries that engines take in one table (docs/design/modules.md#engine-limits).
constexpr std::uint32_t largest_table = 10'000'000;
/// In bytes: the 4 GiB of a memory without the 320 pages that every main module begins with
/// (docs/design/abis.md#the-table). No runtime could give more.
constexpr std::uint64_t largest_memory = (1ULL << 32) - 320 * 65'536ULL;
/// Of an import-info entry: two names' lengths and the flags.
constexpr std::uint64_t smallest_import_entry = 3;
constexpr std::uint64_t smallest_export_entry = 2;
/// The binding of a symbol's flags, and its value for weak ones (tool-conventions, Linking.md).
constexpr std::uint32_t binding_mask = 0x3;
constexpr std::uint32_t binding_weak = 0x1;

class DylinkReader {
 public:
  DylinkReader(Bytes module, const Section& section)
      : module_(module),
        bytes_(module, section.payload_offset, section_end(section), "the dylink section") {
    reading_.info.legacy = section.name == "dylink";
    reading_.info.section_offset = section.offset;
    reading_.info.section_size = section_end(section) - section.offset;
  }

  DylinkReading run() {
    bytes_.name("name of the section");
    if (reading_.info.legacy) {
      read_memory(bytes_);
      reading_.info.needed = read_names(bytes_, "needed library");
      if (bytes_.more()) refuse_rest(bytes_, "the dylink section");
      take_fault(bytes_);
    } else {
      while (bytes_.more() && !reading_.fault) read_subsection();
      take_fault(bytes_);
    }
    return std::move(reading_);
  }

 private:
  void read_subsection() {
    DylinkSubsection subsection{.id = 0, .offset = bytes_.at()};
    subsection.id = bytes_.u8("id of a sub-section");
    subsection.payload_size = bytes_.u32("size of a sub-section");
    subsection.payload_offset = bytes_.at();
    bytes_.skip(subsection.payload_size, "sub-section");
    if (bytes_.failed()) return;
    const std::string title = fmt::format("the dylink sub-section {}", subsection.id);
    ByteReader payload(module_, subsection.payload_offset, bytes_.at(), title);
    if (seen_[subsection.id]) {
      reading_.fault = ModuleFault{.message = fmt::format("{} occurs twice", title),
                                   .offset = subsection.offset};
      return;
    }
    seen_[subsection.id] = true;
    reading_.info.subsections.push_back(subsection);
    if (!read_payload(subsection.id, payload)) return;
    if (payload.more()) refuse_rest(payload, title);
    take_fault(payload);
  }

  /// False for an unknown sub-section, whose payload is not read.
  bool read_payload(std::uint8_t id, ByteReader& payload) {
    switch (id) {
      case mem_info:
        read_memory(payload);
        return true;
      case needed:
        reading_.info.needed = read_names(payload, "needed library");
        return true;
      case export_info:
        reading_.info.exports = read_exports(payload);
        return true;
      case import_info:
        read_imports(payload);
        return true;
      case runtime_path:
        reading_.info.runtime_path = read_names(payload, "run path entry");
        return true;
      default:
        return false;
    }
  }

  void read_memory(ByteReader& bytes) {
    DylinkInfo& info = reading_.info;
    info.memory_size = bytes.u32("memory size");
    if (info.memory_size > largest_memory) {
      bytes.refuse(fmt::format("a memory size of {} bytes: no runtime can give more than {}",
                               info.memory_size, largest_memory));
    }
    info.memory_alignment = read_alignment(bytes, "memory alignment");
    info.table_size = bytes.u32("table size");
    if (info.table_size > largest_table) {
      bytes.refuse(fmt::format("a table size of {} entries: no engine gives more than {}",
                               info.table_size, largest_table));
    }
    info.table_alignment = read_alignment(bytes, "table alignment");
  }

  static std::uint32_t read_alignment(ByteReader& bytes, std::string_view what) {
    const std::uint32_t exponent = bytes.u32(what);
    if (exponent > largest_alignment) {
      bytes.refuse(
          fmt::format("a {} of 2^{}, expected at most 2^{}", what, exponent, largest_alignment));
    }
    return exponent;
  }

  std::uint32_t read_count(ByteReader& bytes, std::string_view what, std::uint64_t item_size) {
    const std::uint32_t entries = bytes.count(fmt::format("count of {}", what), item_size);
    if (entries <= most_entries) return entries;
    reading_.fault = ModuleFault{
        .kind = ModuleFaultKind::limit,
        .message = fmt::format("{} entries of the dylink section's {}, expected at most {}",
                               entries, what, most_entries),
        .offset = bytes.at(),
        .function = {},
        .option = {}};
    return 0;
  }

  std::vector<std::string> read_names(ByteReader& bytes, std::string_view what) {
    const std::uint32_t entries = read_count(bytes, fmt::format("{} names", what), 1);
    std::vector<std::string> names;
    names.reserve(entries);
    for (std::uint32_t i = 0; i < entries && !bytes.failed(); ++i) {
      names.emplace_back(bytes.name(what));
    }
    return names;
  }

  std::vector<DylinkSymbolInfo> read_exports(ByteReader& bytes) {
    const std::uint32_t entries = read_count(bytes, "export-info", smallest_export_entry);
    std::vector<DylinkSymbolInfo> symbols;
    symbols.reserve(entries);
    for (std::uint32_t i = 0; i < entries && !bytes.failed(); ++i) {
      DylinkSymbolInfo symbol;
      symbol.name = bytes.name("name of an entry");
      symbol.flags = bytes.u32("flags of an entry");
      symbols.push_back(std::move(symbol));
    }
    return symbols;
  }

  void read_imports(ByteReader& bytes) {
    const std::uint64_t count_offset = bytes.at();
    const std::uint32_t entries = read_count(bytes, "import-info", smallest_import_entry);
    const std::uint64_t count_size = bytes.at() - count_offset;
    std::vector<DylinkSymbolInfo>& imports = reading_.info.imports;
    imports.reserve(entries);
    while (imports.size() < entries && !bytes.failed()) {
      imports.push_back(read_import(bytes, imports));
    }
    if (!bytes.more() || reading_.fault) return;
    // A second reader of the same bytes: if they are damaged in another way, the fault stays that
    // of the declared count.
    ByteReader rest = bytes;
    std::vector<DylinkSymbolInfo> all = imports;
    while (rest.more() && all.size() < most_entries) all.push_back(read_import(rest, all));
    if (rest.failed() || rest.more() || groups_by_module(all) != entries) return;
    imports = std::move(all);
    reading_.info.miscount =
        ImportMiscount{.declared = entries, .offset = count_offset, .size = count_size};
    bytes = rest;
  }

  static DylinkSymbolInfo read_import(ByteReader& bytes,
                                      const std::vector<DylinkSymbolInfo>& before) {
    DylinkSymbolInfo symbol;
    const std::string_view module = bytes.name("module of an import-info entry");
    const bool same = !before.empty() && before.back().module == module;
    symbol.module = same ? before.back().module : SharedText(std::string(module));
    symbol.name = bytes.name("name of an entry");
    symbol.flags = bytes.u32("flags of an entry");
    return symbol;
  }

  /// The number of module names, if the entries of each stand together; else none.
  static std::optional<std::size_t> groups_by_module(const std::vector<DylinkSymbolInfo>& entries) {
    std::vector<std::string_view> groups;
    for (const DylinkSymbolInfo& entry : entries) {
      const std::string_view module = entry.module;
      if (groups.empty() || groups.back() != module) groups.push_back(module);
    }
    const std::size_t count = groups.size();
    std::ranges::sort(groups);
    if (std::ranges::adjacent_find(groups) != groups.end()) return std::nullopt;
    return count;
  }

  void refuse_rest(ByteReader& bytes, std::string_view what) {
    if (reading_.fault) return;
    reading_.fault = ModuleFault{
        .message = fmt::format("{} bytes are left over at the end of {}", bytes.remaining(), what),
        .offset = bytes.at()};
  }

  void take_fault(const ByteReader& bytes) {
    if (!bytes.failed() || reading_.fault) return;
    reading_.fault =
        ModuleFault{.message = bytes.fault()->message, .offset = bytes.fault()->offset};
  }

  Bytes module_;
  ByteReader bytes_;
  DylinkReading reading_;
  std::array<bool, 256> seen_{};
};

}  // namespace

DylinkReading read_dylink(Bytes module, const Section& section) {
  return DylinkReader(module, section).run();
}

void mark_weak_imports(std::vector<ImportedSymbol>& imports, const DylinkInfo& dylink) {
  std::vector<std::string_view> weak;
  for (const DylinkSymbolInfo& symbol : dylink.imports) {
    if ((symbol.flags & binding_mask) == binding_weak) weak.push_back(symbol.name);
  }
  if (weak.empty()) return;
  std::ranges::sort(weak);
  for (ImportedSymbol& import : imports) {
    import.weak = std::ranges::binary_search(weak, std::string_view(import.name));
  }
}

}  // namespace wheelaudit::wasm
