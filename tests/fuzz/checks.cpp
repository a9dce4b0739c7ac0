// Checks of results that several targets share.

#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace wheelaudit::fuzz {
namespace {

/// Whether a terminal would obey this code point, or it reorders text.
bool is_unsafe(std::uint32_t point) {
  return (point < 0x20 && point != '\n') || (point >= 0x7f && point < 0xa0) || point == 0x200e ||
         point == 0x200f || point == 0x61c || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

/// How many bytes a UTF-8 sequence with this first byte has; 0: none begins with it.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

std::uint32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned, 5> first_bits{0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t point = static_cast<unsigned char>(sequence[0]) & first_bits[sequence.size()];
  for (const char byte : sequence.substr(1)) {
    require((static_cast<unsigned char>(byte) & 0xc0U) == 0x80, "text is UTF-8");
    point = point << 6U | (static_cast<unsigned char>(byte) & 0x3fU);
  }
  return point;
}

std::string symbol_text(const wasm::ImportedSymbol& symbol) {
  const wasm::MemoryType memory = symbol.memory ? *symbol.memory : wasm::MemoryType();
  const wasm::TableType table = symbol.table ? *symbol.table : wasm::TableType();
  return fmt::format("{}.{} {} {} {} {} {} {} {}\n", symbol.module.str(), symbol.name,
                     wasm::external_kind_name(symbol.kind), symbol.type, symbol.global.str(),
                     memory.minimum, memory.maximum.value_or(0), table.minimum, symbol.weak);
}

std::string dylink_text(const wasm::DylinkInfo& dylink) {
  std::string text = fmt::format("dylink {} {} {} {} {} {}\n", dylink.legacy, dylink.memory_size,
                                 dylink.memory_alignment, dylink.table_size, dylink.table_alignment,
                                 dylink.subsections.size());
  for (const std::string& needed : dylink.needed) text += fmt::format("needs {}\n", needed);
  for (const std::string& path : dylink.runtime_path) text += fmt::format("path {}\n", path);
  for (const auto& info : dylink.exports) text += fmt::format("{} {}\n", info.name, info.flags);
  for (const auto& info : dylink.imports) {
    text += fmt::format("{} {} {}\n", info.module.str(), info.name, info.flags);
  }
  return text;
}

double processor_seconds() {
  timespec now{};
  require(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0, "the process has a clock");
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void require(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::fflush(stderr);
  std::abort();
}

double run_within_bar(void (*target)(Bytes), Bytes input) {
  constexpr double bar = 0.5;
  const double began = processor_seconds();
  target(input);
  const double spent = processor_seconds() - began;
  require(spent <= bar, fmt::format("half a second is enough, not {:.3f} s", spent));
  return spent;
}

void require_safe_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(text.front()));
    require(length > 0 && length <= text.size(), "text is UTF-8");
    require(!is_unsafe(code_point(text.substr(0, length))), "text holds no control character");
    text.remove_prefix(length);
  }
}

ByteSource copying_source(Bytes bytes) {
  return {.size = bytes.size(),
          .read = [bytes](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
            require(offset <= bytes.size() && length <= bytes.size() - offset,
                    "reads lie within the file");
            const Bytes part = bytes.subspan(offset, length);
            return ByteChunk(ByteVector(part.begin(), part.end()));
          }};
}

std::string head_text(const wasm::SideModule& module) {
  std::string text =
      fmt::format("{} {} {}\n", wasm::module_kind_name(module.kind), module.format, module.size);
  if (module.dylink) text += dylink_text(*module.dylink);
  for (const wasm::FunctionType& type : module.types)
    text += fmt::format("{}>{}\n", type.params, type.results);
  for (const wasm::ImportedSymbol& symbol : module.imports) text += symbol_text(symbol);
  for (const wasm::ExportedSymbol& symbol : module.exports) {
    text += fmt::format("{} {} {} {} {}\n", symbol.name, wasm::external_kind_name(symbol.kind),
                        symbol.index, symbol.type, symbol.global.str());
  }
  return text;
}

std::string facts_text(const wasm::SideModule& module) {
  std::string text = head_text(module);
  for (const wasm::ModuleFault& fault : module.faults) {
    text += fmt::format("{} {} {} {} {}\n", static_cast<int>(fault.kind), fault.message,
                        fault.offset.value_or(0), fault.function.value_or(0), fault.option);
  }
  text += fmt::format("{} {} {} {} {}\n", module.sections.size(), module.imported_functions,
                      module.defined_functions, module.start.value_or(0), module.producers);
  if (!module.code) return text;
  const wasm::CodeFacts& code = *module.code;
  text += fmt::format("{} {} {} {}\n", fmt::join(code.rows, " "), fmt::join(code.callees, " "),
                      code.legacy_try, code.exnref_try);
  for (const wasm::FeatureUse& use : code.features) {
    text += fmt::format("{} {} {}\n", use.feature, use.function, use.offset);
  }
  return text;
}

void require_sane(const wasm::SideModule& module, std::size_t size) {
  for (const wasm::ModuleFault& fault : module.faults) {
    require(!fault.message.empty(), "a fault says what it is");
    require(fault.offset.value_or(0) <= size, "a module's fault lies in the module");
  }
  std::uint64_t at = 0;
  for (const wasm::Section& section : module.sections) {
    require(section.offset >= at && section.payload_offset > section.offset &&
                section.payload_offset <= size &&
                section.payload_size <= size - section.payload_offset,
            "sections stand in order within the module");
    at = section.payload_offset + section.payload_size;
  }
  if (!module.sound()) return;
  for (const wasm::ImportedSymbol& symbol : module.imports) {
    if (symbol.kind == wasm::ExternalKind::function || symbol.kind == wasm::ExternalKind::tag) {
      require(symbol.type < module.types.size(), "an import's type is one of the module's");
    }
  }
  for (const wasm::ExportedSymbol& symbol : module.exports) {
    if (symbol.kind == wasm::ExternalKind::function || symbol.kind == wasm::ExternalKind::tag) {
      require(symbol.type < module.types.size(), "an export's type is one of the module's");
    }
    const wasm::ExportedSymbol* found = module.find_export(symbol.name);
    require(found == &symbol, "export names are unique and found");
  }
}

std::uint64_t choice(Bytes input) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : input) {
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3;
  }
  return hash >> 20U;
}

bool NamedArchive::has(std::string_view option) const {
  return std::ranges::find(options, option) != options.end();
}

NamedArchive split_name(Bytes input) {
  constexpr std::size_t longest_line = 400;
  const std::string_view text = as_text(input.first(std::min(input.size(), longest_line)));
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {.name = "", .options = {}, .archive = input};
  NamedArchive named{.name = {}, .options = {}, .archive = input.subspan(end + 1)};
  std::string_view line = text.substr(0, end);
  // A name may hold blanks, so options stand after a TAB.
  const std::size_t tab = std::min(line.find('\t'), line.size());
  named.name = line.substr(0, tab);
  while (tab < line.size()) {
    const std::size_t last = line.rfind('\t');
    named.options.push_back(line.substr(last + 1));
    if (last == tab) break;
    line = line.substr(0, last);
  }
  return named;
}

}  // namespace wheelaudit::fuzz
