#pragma once

// Checks of results that several targets share.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "profile/profile.hpp"
#include "wasm/side_module.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::fuzz {

/// Ends the program and names the promise, unless `holds`.
void require(bool holds, std::string_view promise);

/// Runs a target and returns its processor seconds over all threads, which do not depend on how
/// busy the machine is. Ends the program when they exceed half a second, the limit of
/// docs/design/safety.md#promise-10 for an input of up to 1 MiB; the cost of sanitizers is
/// included. `catalog()` must have been called before.
double run_within_bar(void (*target)(Bytes), Bytes input);

/// Ends the program unless the text is printable UTF-8 and line feeds, without any other control
/// character or bidi control (docs/design/output.md#escaping).
void require_safe_text(std::string_view text);

/// Like `memory_source`, but every read copies, as from a file that is not mapped.
[[nodiscard]] ByteSource copying_source(Bytes bytes);

/// Every fact that was read of a module, in one text; two readings of one module must agree in it.
[[nodiscard]] std::string facts_text(const wasm::SideModule& module);
/// The part of `facts_text` that is known without function bodies.
[[nodiscard]] std::string head_text(const wasm::SideModule& module);

/// Ends the program unless faults lie within the file, sections are in order, and indices are
/// valid.
void require_sane(const wasm::SideModule& module, std::size_t size);

/// The profiles compiled in, decoded once.
[[nodiscard]] const std::vector<profile::AbiProfile>& catalog();

/// A number made of the input's bytes, by which a target chooses among its variants (FNV-1a).
[[nodiscard]] std::uint64_t choice(Bytes input);

/// An input of `wheel` or `repair`, split at its first line.
struct NamedArchive {
  std::string name;
  std::vector<std::string_view> options;  ///< words after the name
  Bytes archive;
  [[nodiscard]] bool has(std::string_view option) const;
};
[[nodiscard]] NamedArchive split_name(Bytes input);

}  // namespace wheelaudit::fuzz
