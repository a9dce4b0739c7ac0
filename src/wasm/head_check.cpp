// The check that comes before WABT: encodings, counts and bounds of the head, and the frame of the
// code section.
//
// The numbers are V8's (src/wasm/wasm-limits.h), each confirmed with `WebAssembly.validate` of
// Node 20 (docs/design/modules.md#engine-limits). A module beyond one of them loads nowhere, so it
// is malformed; only limits of our own are faults of kind `limit`.

#include "wasm/head_check.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "wasm/byte_reader.hpp"
#include "wasm/encodings.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint32_t most_definitions = 1'000'000;  // types, functions, globals, tags
constexpr std::uint32_t most_symbols = 100'000;        // imports, exports, tables, data segments
constexpr std::uint32_t most_values = 1'000;           // parameters, results
constexpr std::uint32_t largest_table = 10'000'000;
constexpr std::uint64_t largest_memory_32 = 1ULL << 16;  // pages of 64 KiB, as the next
constexpr std::uint64_t largest_memory_64 = 1ULL << 48;
constexpr std::uint32_t largest_body = 7'654'321;  // bytes

enum LimitsFlag : std::uint8_t { has_maximum = 1, is_shared = 2, is_64 = 4, has_page_size = 8 };

class HeadCheck {
 public:
  HeadCheck(Bytes module, std::uint64_t most_listed)
      : module_(module), bytes_(module, 0, 0, ""), most_listed_(most_listed) {}

  std::optional<ModuleFault> check(const Section& section) {
    const auto id = static_cast<SectionId>(section.id);
    bytes_ = ByteReader(module_, section.payload_offset, section_end(section), section_title(id));
    const bool whole = read(id);
    if (whole && bytes_.more()) {
      bytes_.skip(0, "end");
      bytes_.refuse(fmt::format("{} bytes are left over at the end of {}", bytes_.remaining(),
                                section_title(id)));
    }
    if (!bytes_.failed()) return std::nullopt;
    return ModuleFault{.kind = kind_,
                       .message = bytes_.fault()->message,
                       .offset = bytes_.fault()->offset,
                       .function = {},
                       .option = option_};
  }

 private:
  /// False for a section that is not read to its end: only its count is checked here, or nothing.
  bool read(SectionId id) {
    switch (id) {
      case SectionId::type:
        return listed("type count", 3, most_definitions, &HeadCheck::type);
      case SectionId::import:
        return listed("import count", 4, most_symbols, &HeadCheck::import);
      case SectionId::function:
        return each("function count", 1, most_definitions, &HeadCheck::index);
      case SectionId::table:
        return each("table count", 3, most_symbols, &HeadCheck::table);
      case SectionId::memory:
        return each("memory count", 2, most_symbols, &HeadCheck::memory);
      case SectionId::tag:
        return each("tag count", 2, most_definitions, &HeadCheck::tag);
      case SectionId::global:
        // Only the count: the initialisers are instructions, which WABT reads.
        return each("global count", 3, most_definitions, nullptr);
      case SectionId::export_:
        return listed("export count", 3, most_symbols, &HeadCheck::exported);
      case SectionId::data:
        return each("data segment count", 2, most_symbols, nullptr);
      default:
        return false;
    }
  }

  /// As `each`, for items that are kept in memory: `limits.symbols` is checked first.
  bool listed(std::string_view what, std::uint64_t item_size, std::uint32_t most,
              void (HeadCheck::*item)()) {
    ByteReader ahead = bytes_;
    const std::uint32_t count = ahead.count(what, item_size);
    if (!ahead.failed() && count <= most && count > most_listed_) {
      kind_ = ModuleFaultKind::limit;
      option_ = "--max-symbols";
      bytes_.refuse(fmt::format("the {} is {}, more than {}", what, count, most_listed_));
    }
    return each(what, item_size, most, item);
  }

  bool each(std::string_view what, std::uint64_t item_size, std::uint32_t most,
            void (HeadCheck::*item)()) {
    const std::uint32_t count = bytes_.count(what, item_size);
    if (count > most) {
      bytes_.refuse(fmt::format("the {} is {}, engines take at most {}", what, count, most));
    }
    if (item == nullptr) return false;
    for (std::uint32_t i = 0; i < count && !bytes_.failed(); ++i) (this->*item)();
    return true;
  }

  void later(std::string message) {
    if (bytes_.failed()) return;
    kind_ = ModuleFaultKind::not_understood;
    bytes_.refuse(std::move(message));
  }

  std::uint8_t known_value_type(std::string_view what) {
    const std::uint8_t byte = bytes_.u8(what);
    if (bytes_.failed() || value_letter(byte)) return byte;
    if (is_later_value_type(byte)) {
      later(fmt::format("a {} of a later proposal ({:#x})", what, byte));
    } else {
      bytes_.refuse(fmt::format("{:#x} is not a {}", byte, what));
    }
    return byte;
  }

  void reference_type() {
    const std::uint8_t byte = known_value_type("reference type");
    if (bytes_.failed()) return;
    if (!is_reference(*value_letter(byte))) {
      bytes_.refuse(fmt::format("{:#x} is not a reference type", byte));
    }
  }

  void type() {
    const std::uint8_t form = bytes_.u8("form of a type");
    if (is_later_type_form(form)) {
      later(fmt::format("a type definition of a later proposal ({:#x})", form));
    } else if (form != 0x60) {
      bytes_.refuse(fmt::format("a type of the form {:#x}, expected 0x60", form));
    }
    values("parameter count", "parameter type");
    values("result count", "result type");
  }

  void values(std::string_view count_name, std::string_view type_name) {
    const std::uint32_t count = bytes_.count(count_name, 1);
    if (count > most_values) {
      bytes_.refuse(fmt::format("the {} of a type is {}, engines take at most {}", count_name,
                                count, most_values));
    }
    for (std::uint32_t i = 0; i < count && !bytes_.failed(); ++i) known_value_type(type_name);
  }

  void symbol_name(std::string_view what) {
    const std::string_view name = bytes_.name(what);
    if (name.size() <= longest_name || bytes_.failed()) return;
    kind_ = ModuleFaultKind::limit;
    bytes_.refuse(fmt::format("the {} is {} bytes long, expected at most {}", what, name.size(),
                              longest_name));
  }

  void import() {
    symbol_name("module name of an import");
    symbol_name("name of an import");
    const std::uint8_t kind = bytes_.u8("kind of an import");
    switch (kind) {
      case 0:
        return index();
      case 1:
        return table();
      case 2:
        return memory();
      case 3:
        known_value_type("type of a global");
        return mutability();
      case 4:
        return tag();
      case 0x7e:
      case 0x7f:
        return later(fmt::format("an import group of the compact imports proposal ({:#x})", kind));
      default:
        return bytes_.refuse(fmt::format("an import of the kind {:#x}, expected 0 to 4", kind));
    }
  }

  void exported() {
    symbol_name("name of an export");
    const std::uint8_t kind = bytes_.u8("kind of an export");
    if (kind > 4) {
      bytes_.refuse(fmt::format("an export of the kind {:#x}, expected 0 to 4", kind));
    }
    index();
  }

  void index() { bytes_.u32("index"); }

  void tag() {
    const std::uint8_t attribute = bytes_.u8("attribute of a tag");
    if (attribute != 0) {
      bytes_.refuse(fmt::format("a tag of the attribute {}, expected 0", attribute));
    }
    index();
  }

  void mutability() {
    const std::uint8_t mutability = bytes_.u8("mutability of a global");
    if (mutability > 1) {
      bytes_.refuse(fmt::format("a global of the mutability {}, expected 0 or 1", mutability));
    }
  }

  void table() {
    if (bytes_.more() && bytes_.peek() == 0x40) {
      return later("a table with an initialiser (typed references proposal)");
    }
    reference_type();
    const std::uint8_t flags = bytes_.u8("limits of a table");
    if ((flags & is_64) != 0 && flags <= (is_64 | has_maximum)) {
      return later("a table with 64-bit indices (memory64 proposal)");
    }
    if (flags > has_maximum) {
      return bytes_.refuse(fmt::format("limits {:#x} of a table, expected 0 or 1", flags));
    }
    const std::uint32_t minimum = bytes_.u32("minimum of a table");
    if (minimum > largest_table) {
      bytes_.refuse(
          fmt::format("a table of {} entries, engines take at most {}", minimum, largest_table));
    }
    if ((flags & has_maximum) != 0) check_maximum(minimum, bytes_.u32("maximum of a table"));
  }

  void memory() {
    const std::uint8_t flags = bytes_.u8("limits of a memory");
    if ((flags & has_page_size) != 0 && flags < 0x10) {
      return later("a memory with a page size of its own (custom page sizes proposal)");
    }
    if (flags > (has_maximum | is_shared | is_64)) {
      return bytes_.refuse(fmt::format("limits {:#x} of a memory, expected 0 to 7", flags));
    }
    if ((flags & is_shared) != 0 && (flags & has_maximum) == 0) {
      return bytes_.refuse("a shared memory without a maximum");
    }
    const bool wide = (flags & is_64) != 0;
    const std::uint64_t minimum = pages(wide, "minimum of a memory");
    if ((flags & has_maximum) != 0) check_maximum(minimum, pages(wide, "maximum of a memory"));
    if (++memories_ == 2) later("a second memory (multi-memory proposal)");
  }

  std::uint64_t pages(bool wide, std::string_view what) {
    const std::uint64_t count = wide ? bytes_.u64(what) : bytes_.u32(what);
    const std::uint64_t most = wide ? largest_memory_64 : largest_memory_32;
    if (count > most) {
      bytes_.refuse(fmt::format("the {} is {} pages, expected at most {}", what, count, most));
    }
    return count;
  }

  void check_maximum(std::uint64_t minimum, std::uint64_t maximum) {
    if (maximum >= minimum) return;
    bytes_.refuse(fmt::format("a maximum of {} below the minimum of {}", maximum, minimum));
  }

  Bytes module_;
  ByteReader bytes_;
  std::uint64_t most_listed_;
  ModuleFaultKind kind_ = ModuleFaultKind::malformed;
  std::string option_;
  std::uint32_t memories_ = 0;
};

}  // namespace

std::optional<ModuleFault> check_head(Bytes module, const std::vector<Section>& sections,
                                      const Limits& limits) {
  HeadCheck head(module, limits.symbols);
  for (const Section& section : sections) {
    if (section.id == 0) continue;
    if (std::optional<ModuleFault> fault = head.check(section)) return fault;
  }
  return std::nullopt;
}

std::optional<ModuleFault> check_code_frame(Bytes module, const std::vector<Section>& sections) {
  const Section* functions = find_section(sections, SectionId::function);
  const Section* code = find_section(sections, SectionId::code);
  std::uint32_t declared = 0;
  if (functions != nullptr) {
    ByteReader bytes(module, functions->payload_offset, section_end(*functions), "");
    declared = bytes.u32("function count");
  }
  if (code == nullptr) {
    if (declared == 0) return std::nullopt;
    return ModuleFault{
        .message = fmt::format("{} functions are declared, but there is no code section", declared),
        .offset = module.size()};
  }
  ByteReader bytes(module, code->payload_offset, section_end(*code), "the code section");
  // A body has at least three bytes: its size, its count of locals and its `end`.
  const std::uint32_t bodies = bytes.count("count of function bodies", 3);
  if (bodies != declared) {
    bytes.refuse(fmt::format("{} function bodies for {} functions declared", bodies, declared));
  }
  for (std::uint32_t i = 0; i < bodies && !bytes.failed(); ++i) {
    const std::uint32_t size = bytes.u32("size of a function body");
    if (size > largest_body) {
      bytes.refuse(
          fmt::format("a function body of {} bytes, engines take at most {}", size, largest_body));
    }
    bytes.skip(size, "function body");
  }
  if (bytes.more()) {
    bytes.skip(0, "end");
    bytes.refuse(
        fmt::format("{} bytes are left over at the end of the code section", bytes.remaining()));
  }
  if (!bytes.failed()) return std::nullopt;
  return ModuleFault{.message = bytes.fault()->message, .offset = bytes.fault()->offset};
}

}  // namespace wheelaudit::wasm
