#pragma once

// The facts of a file that the dynamic loader would take for a module: format, dylink section,
// types, imports, exports, and (when bodies are read) what its code does. Nothing here knows a
// runtime or makes a judgement. docs/design/modules.md#reading-order; tool-conventions,
// DynamicLinking.md; the WebAssembly core specification, binary format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/small.hpp"
#include "wasm/dylink_info.hpp"
#include "wasm/exception_model.hpp"
#include "wasm/function_type.hpp"
#include "wasm/method_tables.hpp"
#include "wasm/types.hpp"

namespace wheelaudit::wasm {

enum class ModuleKind : std::uint8_t {
  side_module,  ///< wasm with a dylink section first
  not_wasm,     ///< ELF, Mach-O, PE, ar, bitcode, text, empty: `format` says which
  static_wasm,  ///< wasm without a dylink section: a main module or static program
  relocatable,  ///< an object file (`linking` or `reloc.*` sections, no dylink)
  component,    ///< the component model's layer 1
  wasi,         ///< a WASI command or reactor
  malformed,    ///< begins like wasm, but cannot be read: `faults` says where
};
[[nodiscard]] std::string_view module_kind_name(
    ModuleKind kind);  ///< "side-module" … (docs/design/output.md#words)

struct ImportedSymbol {
  SharedText module;  ///< "env", "GOT.mem" …, raw bytes
  std::string name;   ///< raw bytes, valid UTF-8
  ExternalKind kind = ExternalKind::function;
  bool weak = false;         ///< dylink.0 import-info says binding-weak for this name
  GlobalType global;         ///< globals
  std::uint32_t type = 0;    ///< functions and tags: index into SideModule::types
  Boxed<MemoryType> memory;  ///< memories
  Boxed<TableType> table;    ///< tables
};

struct ExportedSymbol {
  std::string name;
  ExternalKind kind = ExternalKind::function;
  std::uint32_t index = 0;  ///< in its index space (imports first)
  std::uint32_t type = 0;   ///< functions and tags: index into SideModule::types
  GlobalType global;        ///< globals
};

/// Offsets from the start of the module, sizes in bytes.
struct Section {
  std::uint8_t id = 0;
  std::string name;          ///< custom sections
  std::uint64_t offset = 0;  ///< of the id byte
  std::uint64_t payload_offset = 0;
  std::uint64_t payload_size = 0;
};

enum class ModuleFaultKind : std::uint8_t {
  malformed,       ///< WA204
  not_understood,  ///< WA311: a well-formed encoding newer than our reader
  limit,           ///< WA512; `ModuleFault::option` names the option that raises it, if any
  note,  ///< a broken name, producers, target_features or linking section: engines ignore it
};
struct ModuleFault {
  ModuleFaultKind kind = ModuleFaultKind::malformed;
  std::string message;
  std::optional<std::uint64_t> offset;    ///< in the module
  std::optional<std::uint32_t> function;  ///< index, for faults in a body
  std::string option;                     ///< "--max-…", for limits that have one
};

/// `FeatureUse::function` of an initialiser outside every body ("extended-const").
inline constexpr std::uint32_t no_function = UINT32_MAX;

/// The first use of an instruction outside the MVP: "simd", "threads", "bulk-memory" …
struct FeatureUse {
  std::string feature;
  std::uint32_t function = 0;  ///< index, or `no_function`
  std::uint64_t offset = 0;    ///< of the instruction, in the module
};

/// A function that code can call through the table.
struct TableFunction {
  std::uint32_t function = 0;  ///< index
  std::uint32_t type = 0;      ///< index into SideModule::types
  auto operator<=>(const TableFunction&) const = default;
};

/// The code of a function without what depends on the module around it: the indices of functions,
/// types and globals, and constants that may be addresses (docs/design/modules.md#equal-code). The
/// low 24 bits are the size of the body in bytes, the others a hash of its code.
using BodyDigest = std::uint64_t;
[[nodiscard]] constexpr std::uint32_t size_of_body(BodyDigest digest) { return digest & 0xff'ffff; }

/// A function that runs when the module is loaded (a constructor), or when it is imported.
struct EarlyFunction {
  BodyDigest digest = 0;
  bool is_init = false;    ///< `PyInit_m`
  bool calls_out = false;  ///< calls a function of the runtime or of another module
  auto operator<=>(const EarlyFunction&) const = default;
};

/// What the function bodies say.
struct CodeFacts {
  /// Direct calls as compressed rows: defined function i, whose index is `imported_functions + i`,
  /// calls `callees[rows[i]] … callees[rows[i + 1] - 1]`, each callee once, sorted. Behind a fault
  /// rows are missing.
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> callees;
  /// Calls through the table, likewise: the types, as indices into SideModule::types, that defined
  /// function i calls by `call_indirect`.
  std::vector<std::uint32_t> indirect_rows{};
  std::vector<std::uint32_t> indirect_types{};
  /// Defined functions whose code reads `__table_base` or an address of GOT.func, by index, sorted:
  /// only these take the address of a function.
  std::vector<std::uint32_t> address_takers{};
  std::vector<FeatureUse> features;      ///< sorted by feature
  bool legacy_try = false;               ///< try, catch, delegate, rethrow
  bool exnref_try = false;               ///< try_table, throw_ref
  std::vector<PythonFunction> python{};  ///< what is known by a name, sorted by function
  /// Functions of the module that are put into the table, by element segments or because GOT.func
  /// asks for their address; sorted by function, each once.
  std::vector<TableFunction> table{};
  std::vector<BodyDigest> digests{};   ///< of bodies that are not tiny, sorted
  std::vector<EarlyFunction> early{};  ///< sorted, each once
};

/// How much of a module is read: `head` through the Export section (and Start), `full` all of it.
enum class Depth : std::uint8_t { head, full };

struct SideModule {
  ModuleKind kind = ModuleKind::malformed;
  std::string
      format;  ///< "wasm", "elf x86-64", "mach-o universal (x86-64, arm64)", "pe x86-64", "empty" …
  std::uint64_t size = 0;
  Depth depth = Depth::head;  ///< full: every body was validated
  std::vector<ModuleFault> faults;

  std::vector<Section> sections;
  Boxed<DylinkInfo> dylink;
  std::vector<FunctionType> types;
  std::vector<ImportedSymbol> imports;  ///< in the file's order
  std::vector<ExportedSymbol> exports;  ///< in the file's order
  std::uint32_t imported_functions = 0;
  std::uint32_t defined_functions = 0;
  std::vector<MemoryType> memories;         ///< defined, not imported
  std::vector<TableType> tables;            ///< defined, not imported
  std::vector<std::uint32_t> defined_tags;  ///< type indices
  std::optional<std::uint32_t>
      start;  ///< function index; only known at Depth::full or by the section
  bool has_data_count = false;
  std::vector<std::string> target_features;  ///< of the custom section, "+simd128"
  std::string producers;                     ///< "clang 19.1.7", joined by ", "; usually stripped
  Boxed<CodeFacts> code;                     ///< Depth::full only

  [[nodiscard]] const FunctionType& type_of(const ImportedSymbol& import) const {
    return types[import.type];
  }
  [[nodiscard]] const FunctionType& type_of(const ExportedSymbol& symbol) const {
    return types[symbol.type];
  }
  /// The export of exactly this name; null when there is none. A linear search: not for loops.
  [[nodiscard]] const ExportedSymbol* find_export(std::string_view name) const;
  /// There is no fault but notes.
  [[nodiscard]] bool sound() const;
  /// A side module that was read without a fault: what linking and the loader's model work with.
  [[nodiscard]] bool can_be_linked() const { return kind == ModuleKind::side_module && sound(); }
  // Derived from imports, tags and (when read) code.
  [[nodiscard]] ExceptionModel exceptions() const;
  [[nodiscard]] SetjmpModel setjmp() const;
  /// The exported names of init functions: `PyInit_m`, `PyInitU_…`, `PyModExport_m`.
  [[nodiscard]] std::vector<std::string> init_functions() const;
};

/// Reads a whole module. Never fails: what is wrong is in `faults`. Linear in the bytes.
/// Depth::full validates every function body as an engine would (without imports and linking). The
/// result does not refer to `bytes`.
[[nodiscard]] SideModule read_side_module(Bytes bytes, Depth depth, const Limits& limits = {});

/// As `read_side_module` at Depth::head, from the first bytes of a module of `member_size` bytes;
/// as many as `head_size` asks for.
[[nodiscard]] SideModule read_side_module_head(Bytes head, std::uint64_t member_size,
                                               const Limits& limits = {});

}  // namespace wheelaudit::wasm
