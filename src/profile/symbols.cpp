// The symbols of all releases of a profile, as sorted tables of offsets. Every release offers most
// names in the same way, and few distinct ways exist, so a name takes eight bytes: the offset of
// its text in the pool, and the number of its row. A row holds per release the number of the shape
// (kind, provider, type, library) that the name has there, or 0 where it is not offered.
//
// Layout, all numbers u32 little-endian, offsets from the table's first byte: header (magic,
// releases, names, rows, shapes, pool offset, pool size, slots), names (text, row), rows (a shape
// number per release), shapes (kind | provider << 8 | has no address << 16, type's text or none,
// library or none), slots.
//
// The slots are a hash table of the names (open addressing, linear probing): 0 is an empty slot;
// any other holds the name's number plus one in its lower 20 bits and the upper bits of the hash
// above them. Linking asks for thousands of names per release, most of which are a module's own and
// not in the table; a probe finds that out without reading another name's text. A table with too
// many names for 20 bits, or whose names collide too much (only names chosen to collide do), has no
// slots; it is searched by name order.

#include "profile/symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "profile/packed.hpp"

namespace wheelaudit::profile {
namespace {

constexpr std::uint32_t magic = 0x33544157;  // "WAT3"
constexpr std::uint32_t none = 0xffffffff;
constexpr std::size_t header_size = 32;
constexpr std::size_t name_size = 8;
constexpr std::size_t shape_size = 12;
constexpr std::uint32_t call_only = 1U << 16;  // bit of a shape: a function without an address
constexpr std::size_t pool_offset_at = 20;
constexpr std::size_t pool_size_at = 24;
constexpr std::size_t slots_at = 28;
constexpr std::uint32_t longest_probe = 64;         // real profiles need fewer than 30
constexpr std::uint32_t number_mask = 0x000f'ffff;  // of a slot; real profiles have 11,000

/// The parts of a table; each lies within its bytes.
struct Layout {
  std::uint32_t releases = 0;
  std::uint32_t names = 0;
  std::uint32_t rows = 0;
  std::uint32_t shapes = 0;
  Bytes name_bytes;
  Bytes row_bytes;
  Bytes shape_bytes;
  Bytes slot_bytes;
  Bytes pool;
  std::uint32_t slots = 0;  ///< a power of two, or 0
};

Layout layout_of(Bytes packed) {
  Layout layout;
  if (read_u32(packed, 0) != magic) return layout;
  const std::uint32_t releases = read_u32(packed, 4);
  const std::uint64_t names = std::uint64_t{read_u32(packed, 8)} * name_size;
  const std::uint64_t rows = std::uint64_t{read_u32(packed, 12)} * releases * 4;
  const std::uint64_t shapes = std::uint64_t{read_u32(packed, 16)} * shape_size;
  const std::uint64_t slots = std::uint64_t{read_u32(packed, slots_at)} * 4;
  const std::uint64_t pool_offset = read_u32(packed, pool_offset_at);
  const std::uint64_t pool_size = read_u32(packed, pool_size_at);
  if (rows > packed.size() || header_size + names + rows + shapes + slots > packed.size() ||
      pool_offset + pool_size > packed.size()) {
    return layout;
  }
  const auto part = [&](std::uint64_t offset, std::uint64_t size) {
    return packed.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
  };
  layout.releases = releases;
  layout.names = read_u32(packed, 8);
  layout.rows = read_u32(packed, 12);
  layout.shapes = read_u32(packed, 16);
  layout.name_bytes = part(header_size, names);
  layout.row_bytes = part(header_size + names, rows);
  layout.shape_bytes = part(header_size + names + rows, shapes);
  layout.slot_bytes = part(header_size + names + rows + shapes, slots);
  layout.pool = part(pool_offset, pool_size);
  const std::uint32_t slot_count = read_u32(packed, slots_at);
  layout.slots = std::has_single_bit(slot_count) ? slot_count : 0;
  return layout;
}

std::string_view name_at(const Layout& layout, std::size_t index) {
  return pooled_text(layout.pool, read_u32(layout.name_bytes, index * name_size));
}

/// Index of the first name that does not sort before `name`.
std::size_t lower_bound(const Layout& layout, std::string_view name) {
  std::size_t first = 0;
  std::size_t count = layout.names;
  while (count > 0) {
    const std::size_t half = count / 2;
    if (name_at(layout, first + half) < name) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

/// FNV-1a, 32 bits: the packed table is the same on every machine, so its hash must be too.
std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

/// The index of a name; `layout.names` when the table does not have it.
std::size_t index_of(const Layout& layout, const SymbolName& name) {
  if (layout.slots == 0) {
    const std::size_t index = lower_bound(layout, name.text);
    return index < layout.names && name_at(layout, index) == name.text ? index : layout.names;
  }
  std::uint32_t slot = name.hash;
  for (std::uint32_t probe = 0; probe <= longest_probe; ++probe, ++slot) {
    const std::uint32_t entry =
        read_u32(layout.slot_bytes, std::size_t{slot & (layout.slots - 1)} * 4);
    const std::uint32_t number = entry & number_mask;
    if (number == 0 || number > layout.names) break;
    if (((entry ^ name.hash) & ~number_mask) != 0) continue;
    if (name_at(layout, number - 1) == name.text) return number - 1;
  }
  return layout.names;
}

/// The row of a name, or SymbolRow::none; never beyond the table's rows.
SymbolRow row_of(const Layout& layout, const SymbolName& name) {
  const std::size_t index = index_of(layout, name);
  if (index == layout.names) return SymbolRow::none;
  const std::uint32_t row = read_u32(layout.name_bytes, index * name_size + 4);
  return row < layout.rows ? SymbolRow{row} : SymbolRow::none;
}

/// One plus the index of the shape that a release has in a row; 0 when the release offers nothing.
std::uint32_t shape_number(const Layout& layout, SymbolRow row, std::size_t release) {
  const auto number = static_cast<std::uint32_t>(row);
  if (release >= layout.releases || number >= layout.rows) return 0;
  const std::uint32_t shape =
      read_u32(layout.row_bytes, (std::size_t{number} * layout.releases + release) * 4);
  return shape <= layout.shapes ? shape : 0;
}

/// The hash table of the names, which are numbered in their order; empty when they collide too
/// much.
std::vector<std::uint32_t> slots_of(
    const std::vector<std::pair<std::string, std::uint32_t>>& names) {
  if (names.size() >= number_mask) return {};
  std::vector<std::uint32_t> slots(std::bit_ceil(names.size() + names.size() / 2 + 1), 0);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::uint32_t hash = hash_of(names[i].first);
    std::size_t slot = hash;
    std::uint32_t probe = 0;
    while (slots[slot & (slots.size() - 1)] != 0) {
      if (++probe > longest_probe) return {};
      ++slot;
    }
    slots[slot & (slots.size() - 1)] = (hash & ~number_mask) | (static_cast<std::uint32_t>(i) + 1);
  }
  return slots;
}

/// "ii>j": the letters of a type.
std::string type_letters(const wasm::FunctionType& type) {
  return type.params + ">" + type.results;
}

std::optional<wasm::FunctionType> type_of_letters(std::string_view letters) {
  const std::size_t arrow = letters.find('>');
  if (arrow == std::string_view::npos) return std::nullopt;
  return wasm::FunctionType{.params = std::string(letters.substr(0, arrow)),
                            .results = std::string(letters.substr(arrow + 1))};
}

ProvidedSymbol shape_at(const Layout& layout, std::uint32_t shape) {
  const std::size_t at = std::size_t{shape} * shape_size;
  const std::uint32_t kinds = read_u32(layout.shape_bytes, at);
  const std::uint32_t type = read_u32(layout.shape_bytes, at + 4);
  const std::uint32_t library = read_u32(layout.shape_bytes, at + 8);
  ProvidedSymbol symbol;
  symbol.kind = static_cast<ProvidedKind>(kinds & 0xff);
  symbol.provider = static_cast<ProviderKind>((kinds >> 8) & 0xff);
  symbol.has_address = (kinds & call_only) == 0;
  if (type != none) symbol.type = type_of_letters(pooled_text(layout.pool, type));
  if (library != none) symbol.library = library;
  return symbol;
}

using Shape = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

Shape shape_of(const ProvidedSymbol& symbol, StringPool& pool) {
  const auto kinds = static_cast<std::uint32_t>(symbol.kind) |
                     (static_cast<std::uint32_t>(symbol.provider) << 8) |
                     (symbol.has_address ? 0 : call_only);
  const std::uint32_t type = symbol.type ? pool.offset_of(type_letters(*symbol.type)) : none;
  const std::uint32_t library =
      symbol.library ? narrow<std::uint32_t>(*symbol.library).value_or(none) : none;
  return {kinds, type, library};
}

/// The number of a value: distinct values are numbered from 0 in the order of their first use.
template <class Value>
std::uint32_t number_of(std::map<Value, std::uint32_t>& numbers, const Value& value) {
  return numbers.emplace(value, static_cast<std::uint32_t>(numbers.size())).first->second;
}

template <class Value>
std::vector<Value> in_order(const std::map<Value, std::uint32_t>& numbers) {
  std::vector<Value> values(numbers.size());
  for (const auto& [value, number] : numbers) values[number] = value;
  return values;
}

using Row = std::vector<std::uint32_t>;

struct Tables {
  std::vector<std::pair<std::string, std::uint32_t>> names;  ///< each with the number of its row
  std::vector<Row> rows;
  std::vector<Shape> shapes;
};

Tables tables_of(std::vector<SymbolEntry> entries, std::size_t releases, StringPool& pool) {
  std::ranges::sort(entries, {}, [](const SymbolEntry& entry) {
    return std::pair<std::string_view, std::size_t>(entry.name, entry.release);
  });
  std::map<Shape, std::uint32_t> shapes;
  std::map<Row, std::uint32_t> rows;
  Tables tables;
  for (std::size_t first = 0; first < entries.size();) {
    Row row(releases, 0);
    std::size_t next = first;
    for (; next < entries.size() && entries[next].name == entries[first].name; ++next) {
      const SymbolEntry& entry = entries[next];
      if (entry.release >= releases) continue;
      row[entry.release] = number_of(shapes, shape_of(entry.symbol, pool)) + 1;
    }
    tables.names.emplace_back(entries[first].name, number_of(rows, row));
    first = next;
  }
  tables.rows = in_order(rows);
  tables.shapes = in_order(shapes);
  return tables;
}

}  // namespace

ByteVector pack_symbols(std::vector<SymbolEntry> entries, std::size_t releases, StringPool& pool) {
  const Tables tables = tables_of(std::move(entries), releases, pool);
  ByteVector bytes;
  append_u32(bytes, magic);
  append_u32(bytes, static_cast<std::uint32_t>(releases));
  append_u32(bytes, static_cast<std::uint32_t>(tables.names.size()));
  append_u32(bytes, static_cast<std::uint32_t>(tables.rows.size()));
  append_u32(bytes, static_cast<std::uint32_t>(tables.shapes.size()));
  append_u32(bytes, 0);
  append_u32(bytes, 0);
  const std::vector<std::uint32_t> slots = slots_of(tables.names);
  append_u32(bytes, static_cast<std::uint32_t>(slots.size()));
  for (const auto& [name, row] : tables.names) {
    append_u32(bytes, pool.offset_of(name));
    append_u32(bytes, row);
  }
  for (const Row& row : tables.rows) {
    for (const std::uint32_t shape : row) append_u32(bytes, shape);
  }
  for (const auto& [kinds, type, library] : tables.shapes) {
    append_u32(bytes, kinds);
    append_u32(bytes, type);
    append_u32(bytes, library);
  }
  for (const std::uint32_t slot : slots) append_u32(bytes, slot);
  return bytes;
}

void set_pool(ByteVector& table, std::uint32_t offset, std::uint32_t size) {
  ByteVector numbers;
  append_u32(numbers, offset);
  append_u32(numbers, size);
  std::ranges::copy(numbers, table.begin() + pool_offset_at);
}

std::vector<SymbolEntry> symbol_entries(const SymbolTable& table, std::size_t releases) {
  std::vector<SymbolEntry> entries;
  for (const std::string_view name : table.names()) {
    for (std::size_t release = 0; release < releases; ++release) {
      auto symbol = table.find(name, release);
      if (!symbol) continue;
      entries.push_back(
          {.name = std::string(name), .release = release, .symbol = std::move(*symbol)});
    }
  }
  return entries;
}

SymbolTable::SymbolTable(Bytes packed, std::shared_ptr<const ByteVector> storage)
    : packed_(packed), storage_(std::move(storage)) {}

SymbolName::SymbolName(std::string_view name) : text(name), hash(hash_of(name)) {}

std::optional<ProvidedSymbol> SymbolTable::find(std::string_view name, std::size_t release) const {
  return at(row_of(layout_of(packed_), SymbolName(name)), release);
}

std::vector<SymbolRow> SymbolTable::rows_of(std::span<const SymbolName> names) const {
  const Layout layout = layout_of(packed_);
  std::vector<SymbolRow> rows;
  rows.reserve(names.size());
  for (const SymbolName& name : names) rows.push_back(row_of(layout, name));
  return rows;
}

std::optional<ProvidedSymbol> SymbolTable::at(SymbolRow row, std::size_t release) const {
  if (row == SymbolRow::none) return std::nullopt;
  const Layout layout = layout_of(packed_);
  const std::uint32_t shape = shape_number(layout, row, release);
  if (shape == 0) return std::nullopt;
  return shape_at(layout, shape - 1);
}

bool SymbolTable::same_on(std::span<const SymbolRow> rows, std::size_t left,
                          std::size_t right) const {
  const Layout layout = layout_of(packed_);
  return std::ranges::all_of(rows, [&](SymbolRow row) {
    return row == SymbolRow::none ||
           shape_number(layout, row, left) == shape_number(layout, row, right);
  });
}

std::vector<std::string_view> SymbolTable::names() const {
  const Layout layout = layout_of(packed_);
  std::vector<std::string_view> names;
  names.reserve(layout.names);
  for (std::size_t i = 0; i < layout.names; ++i) names.push_back(name_at(layout, i));
  return names;
}

std::size_t SymbolTable::size() const { return layout_of(packed_).names; }

SymbolTable build_symbol_table(std::vector<SymbolEntry> entries, std::size_t releases) {
  StringPool pool;
  ByteVector bytes = pack_symbols(std::move(entries), releases, pool);
  set_pool(bytes, static_cast<std::uint32_t>(bytes.size()),
           static_cast<std::uint32_t>(pool.bytes().size()));
  append(bytes, pool.bytes());
  auto storage = std::make_shared<const ByteVector>(std::move(bytes));
  const Bytes view = *storage;
  return {view, std::move(storage)};
}

}  // namespace wheelaudit::profile
