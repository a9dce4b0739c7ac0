#pragma once

// A module's memory and table as they are after its relocation code: data segments at
// `__memory_base`, element segments at `__table_base`, and what straight-line code stores into the
// memory. tool-conventions, DynamicLinking.md; core specification 3.0, sections 5.5.12 and 5.5.14.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct FunctionBodies;

/// A value as far as the code tells: a constant, or an offset from a base that the loader chooses.
struct KnownValue {
  enum class Base : std::uint8_t {
    unknown,
    constant,
    memory,   ///< `__memory_base` + offset
    table,    ///< `__table_base` + offset
    address,  ///< the imported global `global` of GOT.mem or GOT.func, + offset
    stack,    ///< `__stack_pointer` as the function found it, + offset
  };
  Base base = Base::unknown;
  std::uint64_t offset = 0;
  std::uint32_t global = 0;
};

/// 32 bits stored at `__memory_base` + address.
struct KnownStore {
  std::uint32_t address = 0;
  KnownValue value;
};

/// The values of the module's imported globals, by global index. Globals that the module itself
/// defines are not in the list; an import of any other name than the known ones is `unknown`.
[[nodiscard]] std::vector<KnownValue> known_globals(const SideModule& module);

/// The stores that run when the module is loaded and initialised, as far as the code is straight:
/// from the start function, `__wasm_apply_data_relocs`, `__wasm_call_ctors` and the init functions,
/// through their calls, up to the first branch of each function. In the order in which they run.
[[nodiscard]] std::vector<KnownStore> stores_of(Bytes module, const SideModule& facts,
                                                const FunctionBodies& functions,
                                                const std::vector<KnownValue>& globals);

/// Likewise the stores of `functions`, which the import runs later.
[[nodiscard]] std::vector<KnownStore> stores_of_functions(
    Bytes module, const SideModule& facts, const FunctionBodies& bodies,
    const std::vector<KnownValue>& globals, const std::vector<std::uint32_t>& functions);

/// Memory and table after the stores. Addresses are byte offsets from `__memory_base`.
class ModuleImage {
 public:
  /// `module` must outlive the image; `facts` are its facts at Depth::full, `functions` its bodies.
  ModuleImage(Bytes module, const SideModule& facts, const FunctionBodies& functions);

  /// Adds stores that may run later; an address that has a store already keeps it.
  void add_later(const std::vector<KnownStore>& stores);

  /// Sorted by address; of several stores to one address only the last.
  [[nodiscard]] const std::vector<KnownStore>& stores() const { return stores_; }
  /// The address that the word at `address` holds; nullopt when it is not one in the module.
  [[nodiscard]] std::optional<std::uint32_t> pointer_at(std::uint32_t address) const;
  /// The index of the function whose table slot the word at `address` holds.
  [[nodiscard]] std::optional<std::uint32_t> function_at(std::uint32_t address) const;
  /// The index of the function whose address the value is.
  [[nodiscard]] std::optional<std::uint32_t> function_of(const KnownValue& value) const;
  /// The plain number at `address`; nullopt for an address or an unknown value.
  [[nodiscard]] std::optional<std::uint32_t> number_at(std::uint32_t address) const;
  /// The text from `address` to the next NUL, when that is a Python name (dots allowed if
  /// `dotted`).
  [[nodiscard]] std::optional<std::string_view> name_at(std::uint32_t address, bool dotted) const;
  /// The `size` bytes from `address`, when they are a Python name without dots (Rust ends its texts
  /// by a length).
  [[nodiscard]] std::optional<std::string_view> name_of_size(std::uint32_t address,
                                                             std::uint32_t size) const;
  /// The functions that the loader puts into the table: those of element segments, and those whose
  /// address the module asks for by GOT.func. In no order, and some perhaps twice.
  [[nodiscard]] std::vector<std::uint32_t> table_functions() const;
  /// The values of the imported globals, as `known_globals` gives them.
  [[nodiscard]] const std::vector<KnownValue>& globals() const { return globals_; }

 private:
  struct Segment {
    std::uint32_t address = 0;
    Bytes bytes;
  };
  void read_data(Bytes module, const SideModule& facts);
  void read_elements(Bytes module, const SideModule& facts);
  [[nodiscard]] const KnownStore* store_at(std::uint32_t address) const;
  /// The bytes from `address` to the end of its segment.
  [[nodiscard]] Bytes bytes_from(std::uint32_t address) const;

  std::vector<KnownValue> globals_;
  std::vector<Segment> segments_;                               ///< sorted, disjoint
  std::vector<std::pair<std::uint32_t, std::uint32_t>> table_;  ///< slot, function; sorted
  std::vector<std::optional<std::uint32_t>>
      function_of_global_;  ///< by imported global: the own function that a GOT.func import names
  std::vector<KnownStore> stores_;
};

}  // namespace wheelaudit::wasm
