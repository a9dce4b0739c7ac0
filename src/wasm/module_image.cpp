// Data and element segments of a validated module, and the words in them. No linker that makes side
// modules writes segments at other places than the two bases, or overlapping segments: for these
// the image stays empty.

#include "wasm/module_image.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <unordered_map>

#include "wasm/byte_reader.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::size_t longest_python_name = 200;

/// The offset expression of a segment: `global.get BASE`, with or without `i32.const N` and
/// `i32.add`; nullopt for anything else.
std::optional<KnownValue> read_offset(ByteReader& bytes, const std::vector<KnownValue>& globals) {
  if (bytes.u8("offset") != 0x23) return std::nullopt;
  const std::uint32_t global = bytes.u32("global");
  if (global >= globals.size()) return std::nullopt;
  KnownValue value = globals[global];
  std::uint8_t next = bytes.u8("offset");
  if (next == 0x41) {
    // The number is signed, but linkers write none below zero, and a signed number that is not
    // negative reads the same as an unsigned one.
    const std::uint32_t number = bytes.u32("constant");
    if (bytes.u8("offset") != 0x6a) return std::nullopt;
    value.offset += number;
    next = bytes.u8("offset");
  }
  if (next != 0x0b || bytes.failed()) return std::nullopt;
  return value;
}

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_python_name(std::string_view text, bool dotted) {
  bool at_start = true;
  for (const char c : text) {
    if (c == '.' && dotted && !at_start) {
      at_start = true;
      continue;
    }
    if (!is_name_start(c) && (at_start || c < '0' || c > '9')) return false;
    at_start = false;
  }
  return !at_start;
}

/// The stores sorted by address; of several to one address only the last.
std::vector<KnownStore> last_stores(const std::vector<KnownStore>& stores) {
  std::vector<std::size_t> order(stores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
    if (stores[left].address != stores[right].address) {
      return stores[left].address < stores[right].address;
    }
    return left > right;
  });
  std::vector<KnownStore> result;
  for (const std::size_t i : order) {
    if (result.empty() || result.back().address != stores[i].address) result.push_back(stores[i]);
  }
  return result;
}

}  // namespace

std::vector<KnownValue> known_globals(const SideModule& module) {
  std::vector<KnownValue> globals;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind != ExternalKind::global) continue;
    KnownValue value;
    const bool constant = import.module == "env" && !import.global.is_mutable;
    if (constant && import.name == "__memory_base") value.base = KnownValue::Base::memory;
    if (constant && import.name == "__table_base") value.base = KnownValue::Base::table;
    if (import.module == "env" && import.name == "__stack_pointer") {
      value.base = KnownValue::Base::stack;
    }
    if (import.module == "GOT.func" || import.module == "GOT.mem") {
      value.base = KnownValue::Base::address;
      value.global = static_cast<std::uint32_t>(globals.size());
    }
    globals.push_back(value);
  }
  return globals;
}

ModuleImage::ModuleImage(Bytes module, const SideModule& facts, const FunctionBodies& functions)
    : globals_(known_globals(facts)) {
  read_data(module, facts);
  read_elements(module, facts);
  std::unordered_map<std::string_view, std::uint32_t> own;
  for (const ExportedSymbol& symbol : facts.exports) {
    if (symbol.kind == ExternalKind::function) own.emplace(symbol.name, symbol.index);
  }
  for (const ImportedSymbol& import : facts.imports) {
    if (import.kind != ExternalKind::global) continue;
    const auto found = own.find(import.name);
    const bool is_own = import.module == "GOT.func" && found != own.end();
    function_of_global_.push_back(is_own ? std::optional(found->second) : std::nullopt);
  }
  stores_ = last_stores(stores_of(module, facts, functions, globals_));
}

void ModuleImage::add_later(const std::vector<KnownStore>& stores) {
  // `last_stores` keeps the last of several to one address, so what is known already goes behind.
  std::vector<KnownStore> all = stores;
  all.insert(all.end(), stores_.begin(), stores_.end());
  stores_ = last_stores(all);
}

void ModuleImage::read_data(Bytes module, const SideModule& facts) {
  const Section* data = find_section(facts.sections, SectionId::data);
  if (data == nullptr) return;
  ByteReader bytes(module, data->payload_offset, section_end(*data), "the data section");
  for (std::uint32_t left = bytes.count("count", 1); left > 0 && bytes.more(); --left) {
    const std::uint32_t flags = bytes.u32("flags");
    std::optional<KnownValue> offset;
    if (flags == 0) offset = read_offset(bytes, globals_);
    const std::uint32_t size = flags == 0 && !offset ? 0 : bytes.u32("size");
    const std::uint64_t begin = bytes.at();
    bytes.skip(size, "bytes");
    const bool known =
        offset && offset->base == KnownValue::Base::memory && offset->offset + size <= UINT32_MAX;
    if (!known || bytes.failed()) {
      segments_.clear();
      return;
    }
    segments_.push_back({static_cast<std::uint32_t>(offset->offset), module.subspan(begin, size)});
  }
  std::ranges::sort(segments_, {}, &Segment::address);
  const auto overlaps = [](const Segment& left, const Segment& right) {
    return left.address + left.bytes.size() > right.address;
  };
  if (std::ranges::adjacent_find(segments_, overlaps) != segments_.end()) segments_.clear();
}

void ModuleImage::read_elements(Bytes module, const SideModule& facts) {
  const Section* elements = find_section(facts.sections, SectionId::element);
  if (elements == nullptr) return;
  ByteReader bytes(module, elements->payload_offset, section_end(*elements), "the element section");
  for (std::uint32_t left = bytes.count("count", 1); left > 0 && bytes.more(); --left) {
    if (bytes.u32("flags") != 0) return;  // passive, declared or by expressions: none of wasm-ld's
    const auto offset = read_offset(bytes, globals_);
    if (!offset || offset->base != KnownValue::Base::table) return;
    const std::uint32_t count = bytes.count("count", 1);
    for (std::uint32_t i = 0; i < count; ++i) {
      table_.emplace_back(static_cast<std::uint32_t>(offset->offset + i), bytes.u32("function"));
    }
    if (bytes.failed()) return;
  }
  std::ranges::sort(table_);
}

const KnownStore* ModuleImage::store_at(std::uint32_t address) const {
  const auto found = std::ranges::lower_bound(stores_, address, {}, &KnownStore::address);
  return found != stores_.end() && found->address == address ? &*found : nullptr;
}

Bytes ModuleImage::bytes_from(std::uint32_t address) const {
  const auto after = std::ranges::upper_bound(segments_, address, {}, &Segment::address);
  if (after == segments_.begin()) return {};
  const Segment& segment = *std::ranges::prev(after);
  const std::size_t at = address - segment.address;
  return at < segment.bytes.size() ? segment.bytes.subspan(at) : Bytes{};
}

std::optional<std::uint32_t> ModuleImage::pointer_at(std::uint32_t address) const {
  const KnownStore* store = store_at(address);
  if (store == nullptr || store->value.base != KnownValue::Base::memory) return std::nullopt;
  return static_cast<std::uint32_t>(store->value.offset);
}

std::optional<std::uint32_t> ModuleImage::function_at(std::uint32_t address) const {
  const KnownStore* store = store_at(address);
  return store == nullptr ? std::nullopt : function_of(store->value);
}

std::optional<std::uint32_t> ModuleImage::function_of(const KnownValue& value) const {
  if (value.base == KnownValue::Base::address && value.offset == 0) {
    return function_of_global_[value.global];
  }
  if (value.base != KnownValue::Base::table) return std::nullopt;
  const auto slot = static_cast<std::uint32_t>(value.offset);
  const auto found =
      std::ranges::lower_bound(table_, slot, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
  if (found == table_.end() || found->first != slot) return std::nullopt;
  return found->second;
}

std::vector<std::uint32_t> ModuleImage::table_functions() const {
  std::vector<std::uint32_t> functions;
  for (const auto& [slot, function] : table_) functions.push_back(function);
  for (const std::optional<std::uint32_t>& function : function_of_global_) {
    if (function) functions.push_back(*function);
  }
  return functions;
}

std::optional<std::uint32_t> ModuleImage::number_at(std::uint32_t address) const {
  if (const KnownStore* store = store_at(address)) {
    if (store->value.base != KnownValue::Base::constant) return std::nullopt;
    return static_cast<std::uint32_t>(store->value.offset);
  }
  const Bytes bytes = bytes_from(address);
  if (bytes.empty()) return 0;  // memory without data is zero at the start
  if (bytes.size() < 4) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number |= std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
  }
  return number;
}

std::optional<std::string_view> ModuleImage::name_at(std::uint32_t address, bool dotted) const {
  const std::string_view all = as_text(bytes_from(address));
  const std::string_view text = all.substr(0, longest_python_name);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos || !is_python_name(text.substr(0, end), dotted)) {
    return std::nullopt;
  }
  return text.substr(0, end);
}

std::optional<std::string_view> ModuleImage::name_of_size(std::uint32_t address,
                                                          std::uint32_t size) const {
  const std::string_view all = as_text(bytes_from(address));
  if (size > longest_python_name || size > all.size()) return std::nullopt;
  const std::string_view text = all.substr(0, size);
  return is_python_name(text, false) ? std::optional(text) : std::nullopt;
}

}  // namespace wheelaudit::wasm
