#pragma once

// What several targets hold their results against.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "profile/profile.hpp"
#include "wasm/side_module.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::fuzz {

/// Ends the program, naming the promise, when it does not hold.
void require(bool holds, std::string_view promise);

/// Runs a target and returns its processor seconds, those of every thread: a busy machine changes
/// nothing. Ends the program beyond half a second, the bar of docs/design/safety.md#promise-10 for
/// an input of up to 1 MiB; what the sanitizers cost is not taken off. `catalog()` must have been
/// called before.
double run_within_bar(void (*target)(Bytes), Bytes input);

/// Only printable UTF-8 and line feeds: no other control character, no bidi control
/// (docs/design/output.md#escaping).
void require_safe_text(std::string_view text);

/// As `memory_source`, but every read copies, as from a file that is not mapped.
[[nodiscard]] ByteSource copying_source(Bytes bytes);

/// Everything a reader says of a module, in one text; two readings of one module must agree in it.
[[nodiscard]] std::string facts_text(const wasm::SideModule& module);
/// The head's part of it: what is known without bodies.
[[nodiscard]] std::string head_text(const wasm::SideModule& module);

/// Faults lie within the file, sections stand in order, indices lead somewhere.
void require_sane(const wasm::SideModule& module, std::size_t size);

/// The profiles compiled in, decoded once.
[[nodiscard]] const std::vector<profile::AbiProfile>& catalog();

/// A number made of the input's bytes, by which a target chooses among its variants (FNV-1a).
[[nodiscard]] std::uint64_t choice(Bytes input);

/// First line and rest of an input of `wheel` or `repair`.
struct NamedArchive {
  std::string name;
  std::vector<std::string_view> options;  ///< words behind the name
  Bytes archive;
  [[nodiscard]] bool has(std::string_view option) const;
};
[[nodiscard]] NamedArchive split_name(Bytes input);

}  // namespace wheelaudit::fuzz
