#pragma once

// The facts of a wheel: archive, file name, dist-info, modules, and how the members agree with
// RECORD. Reading makes no judgement: every fault is data for the rules.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "wasm/side_module.hpp"
#include "wheel/dist_info.hpp"
#include "wheel/filename.hpp"
#include "wheel/member_format.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

/// A member that a loader or CPython might take for a module (by name, or by its first bytes).
struct WheelModule {
  std::string path;        ///< in the wheel
  std::size_t member = 0;  ///< index into Archive::members
  wasm::SideModule facts;

  /// Whether Pyodide's loader would open the member: it is a side module, or its name is one that
  /// is preloaded. A `.wasm` program or a `.dll` in a wheel is data.
  [[nodiscard]] bool is_loadable() const;
};

/// How a member's bytes agree with RECORD; only for members that were read whole.
struct RecordMismatch {
  enum class Kind : std::uint8_t {
    hash,            ///< `expected` and `found` are digests
    encoding,        ///< the right digest, written in hex, with padding or in another alphabet
    size,            ///< `expected` and `found` are sizes in bytes
    missing_entry,   ///< a member that RECORD does not list
    missing_member,  ///< a listed file that the archive does not hold
    weak_hash,       ///< md5, sha1 or sha224
    unknown_hash,    ///< an algorithm that RecordIndex does not know
    no_hash,         ///< listed without a hash (only RECORD itself and its signatures may be)
    duplicate_entry,
  };
  Kind kind = Kind::hash;
  std::string path;
  std::string expected;
  std::string found;
};

/// A name that a Python source imports at its top level from an extension module of the wheel, and
/// whose text the module does not hold.
struct AbsentName {
  std::string module;      ///< path of the extension module
  std::string source;      ///< path of the source
  std::uint32_t line = 0;  ///< in the source, from 1
  std::string name;
  bool at_import = false;      ///< importing the wheel's package runs the statement
  bool set_elsewhere = false;  ///< a source sets an attribute of this name on another object
  auto operator<=>(const AbsentName&) const = default;
};

/// A member that Python code opens as a library when it is imported, `ctypes.CDLL(…)`.
struct OpenedLibrary {
  std::string source;      ///< path of the Python source
  std::uint32_t line = 0;  ///< of the call, from 1
  std::string library;     ///< installed path of the library
  bool is_global = false;  ///< with RTLD_GLOBAL: all others see its functions
  /// No statement of the source before the call can import a module of the wheel.
  bool is_first = false;
  auto operator<=>(const OpenedLibrary&) const = default;
};

/// An extension module, or a file with the name of one for any platform, that a Python source
/// imports.
struct ImportedModule {
  std::string module;      ///< path of the member
  bool nested = false;     ///< every such statement is in a block: it may never run
  std::string source;      ///< path of the source
  std::uint32_t line = 0;  ///< in the source, from 1
  auto operator<=>(const ImportedModule&) const = default;
};

struct Wheel {
  std::string path;          ///< as given, for reports
  std::uint64_t size = 0;    ///< bytes of the file
  std::string sha256;        ///< hex of the whole file; may be empty, see ReadOptions::digest_file
  bool bare_module = false;  ///< a single .so: no archive, no name, no tags

  std::optional<WheelFilename> filename;
  std::optional<Fault> filename_fault;

  zip::Archive archive;
  /// Faults in the members' data and faults that libzip, the second reader, reports. The structural
  /// ones are in `archive`.
  std::vector<zip::ArchiveFault> content_faults;
  DistInfo dist_info;
  std::vector<WheelModule> modules;  ///< sorted by path
  std::vector<RecordMismatch>
      record_mismatches;                     ///< sorted by path; empty when contents were not read
  std::vector<MemberFormat> member_formats;  ///< sorted by path; empty when contents were not read
  std::vector<AbsentName> absent_names;      ///< sorted; only at Depth::full with contents read
  /// The `__init__.py` members that run nothing but imports of extension modules and of foreign
  /// modules, sorted; only at Depth::full with contents read. Every other one may run any code.
  std::vector<std::string> quiet_packages;
  std::vector<ImportedModule> imported_modules;  ///< sorted, each module once; likewise
  std::vector<OpenedLibrary> opened_libraries;   ///< sorted; likewise
  bool contents_verified = false;                ///< every member was inflated and hashed
  wasm::Depth depth = wasm::Depth::head;

  /// Whether the archive's structure allowed reading members.
  [[nodiscard]] bool readable() const;
  /// The file name's tags, else the WHEEL file's; empty for a bare module.
  [[nodiscard]] std::vector<Tag> tags() const;
  /// The module at this path; null when there is none.
  [[nodiscard]] const WheelModule* find_module(std::string_view path) const;
  /// What imports the module at this path; null when nothing does, or when sources were not read.
  [[nodiscard]] const ImportedModule* import_of(std::string_view path) const;
  /// Whether Python sources were read for what they import.
  [[nodiscard]] bool sources_read() const {
    return contents_verified && depth == wasm::Depth::full;
  }
  [[nodiscard]] bool has_member(std::string_view path) const;
  [[nodiscard]] bool has_loadable() const;
  /// Whether a loadable module is wasm, or could not be read and so may be wasm.
  [[nodiscard]] bool has_loadable_wasm() const;
};

struct ReadOptions {
  Limits limits;
  wasm::Depth depth = wasm::Depth::full;
  bool verify_contents = true;  ///< inflate and hash every member, ask libzip as the second reader
  unsigned threads = 1;
  /// Whether to compute Wheel::sha256, which only JSON prints. Without effect for a file larger
  /// than --max-wheel-size, whose digest stays empty.
  bool digest_file = true;
};

/// Reads a wheel. Faults of the wheel are in the result. `path` is used only for its last component
/// (the file name) and in reports. Errors: io.
[[nodiscard]] Result<Wheel> read_wheel(std::string path, ByteSource source,
                                       const ReadOptions& options);

/// Reads a bare side module, or a file with the name of one, as a Wheel of one module. Errors: io.
[[nodiscard]] Result<Wheel> read_bare_module(std::string path, ByteSource source,
                                             const ReadOptions& options);

/// Whether the preloader, CPython or another platform could take a file of this name for a module:
/// `.so`, `.so.N`, `.pyd`, `.dll`, `.dylib`, `.wasm`.
[[nodiscard]] bool is_module_name(std::string_view path);
/// Whether Pyodide preloads a file of this name: `\.so(\.\d+)*$`, anywhere in the wheel
/// (docs/design/linking.md#preloaded-names).
[[nodiscard]] bool is_preloaded_name(std::string_view path);

}  // namespace wheelaudit::wheel
