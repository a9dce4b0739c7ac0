#pragma once

// Small modules built from their sections, byte by byte, for tests: a good side module, of which a
// bad case changes one part. Bytes are kept in strings.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/side_module.hpp"

namespace wheelaudit::test {

/// Bytes by value: `bytes({0x41, 0x2a})`.
[[nodiscard]] std::string bytes(std::initializer_list<int> values);
/// A number as unsigned LEB128.
[[nodiscard]] std::string leb(std::uint64_t value);
/// A length and the text.
[[nodiscard]] std::string name(std::string_view text);
/// A count and the items.
[[nodiscard]] std::string list(const std::vector<std::string>& items);
/// A section, or a dylink sub-section: id, size, payload.
[[nodiscard]] std::string section(int id, std::string_view payload);
[[nodiscard]] std::string custom_section(std::string_view name, std::string_view payload);
/// Text `count` times.
[[nodiscard]] std::string repeated(std::string_view text, std::size_t count);

/// A function type: `type_of("ij", "f")` is `(i32, i64) -> f32`.
[[nodiscard]] std::string type_of(std::string_view params, std::string_view results);
/// An import of `kind` 0 to 4 with its description's bytes.
[[nodiscard]] std::string import_of(std::string_view module, std::string_view field, int kind,
                                    std::string_view description);
[[nodiscard]] std::string export_of(std::string_view field, int kind, std::uint32_t index);
/// A function body with its size: local groups, instructions, and the closing `end`.
[[nodiscard]] std::string body(std::string_view instructions, std::string_view locals = "");

inline constexpr std::string_view preamble{"\0asm\1\0\0\0", 8};

/// The payload of each section; an empty one is left out.
struct ModuleParts {
  std::string dylink;  ///< of the section `dylink.0`, behind its name
  std::string types;
  std::string imports;
  std::string functions;
  std::string tables;
  std::string memories;
  std::string tags;
  std::string globals;
  std::string exports;
  std::string start;
  std::string elements;
  std::string data_count;
  std::string code;
  std::string data;
  std::string tail;  ///< whole sections behind the others

  [[nodiscard]] std::string bytes() const;
};

/// A side module with needed library `libx.so`. Types: 0 `() -> i32`, 1 `(i32) -> i32`, 2
/// `() -> ()`, 3 `(i32) -> ()`. Functions: 0 `env.puts` of type 1, 1 `__wasm_call_ctors`, which
/// calls it, 2 `PyInit_example`. Globals: 0 `env.__memory_base`, 1 `env.__table_base`, 2 the
/// mutable `GOT.mem.stdout`, 3 the exported `answer`. One memory, one table, one element segment of
/// two functions, one data segment of 16 bytes.
[[nodiscard]] ModuleParts good_module();
/// The good module with these function bodies: the first of type `type`, the others of type 2.
[[nodiscard]] ModuleParts module_with_bodies(std::uint32_t type,
                                             const std::vector<std::string>& bodies);

[[nodiscard]] wasm::SideModule read(const ModuleParts& parts,
                                    wasm::Depth depth = wasm::Depth::full);
[[nodiscard]] wasm::SideModule read(std::string_view module, wasm::Depth depth = wasm::Depth::full);
/// The message of the only fault, "sound" when there is none, all of them when there are several.
/// Limits begin with "limit: ", what is not understood with "later: ", notes with "note: ".
[[nodiscard]] std::string fault_of(const wasm::SideModule& module);

}  // namespace wheelaudit::test
