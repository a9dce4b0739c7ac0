#pragma once

// A wheel as facts: archive, file name, dist-info, modules, and how the members agree with RECORD.
// Reading judges nothing; every oddity is data for the rules.

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

  /// Pyodide's loader meets it: a side module, or anything under a name that is preloaded. A
  /// `.wasm` program or a `.dll` that lies in the wheel is data.
  [[nodiscard]] bool is_loadable() const;
};

/// How a member's bytes agree with RECORD; only for members that were read whole.
struct RecordMismatch {
  enum class Kind : std::uint8_t {
    hash,  ///< expected and found are digests
    size,
    missing_entry,   ///< a member RECORD does not list
    missing_member,  ///< a listed file the archive does not hold
    weak_hash,       ///< md5 or sha1
    unknown_hash,
    no_hash,  ///< listed without a hash (only RECORD itself and its signatures may be)
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
  std::string module;  ///< path of the extension module
  std::string source;  ///< path of the source
  std::uint32_t line = 0;
  std::string name;
  auto operator<=>(const AbsentName&) const = default;
};

struct Wheel {
  std::string path;  ///< as given, for reports
  std::uint64_t size = 0;
  std::string sha256;        ///< hex of the whole file; empty for one over --max-wheel-size
  bool bare_module = false;  ///< a single .so: no archive, no name, no tags

  std::optional<WheelFilename> filename;
  std::optional<Fault> filename_fault;

  zip::Archive archive;
  /// Faults met while reading members' data or by the second reader, after the structural ones.
  std::vector<zip::ArchiveFault> content_faults;
  DistInfo dist_info;
  std::vector<WheelModule> modules;  ///< sorted by path
  std::vector<RecordMismatch>
      record_mismatches;                     ///< sorted by path; empty when contents were not read
  std::vector<MemberFormat> member_formats;  ///< sorted by path; empty when contents were not read
  std::vector<AbsentName> absent_names;      ///< sorted; only at Depth::full with contents read
  bool contents_verified = false;            ///< every member was inflated and hashed
  wasm::Depth depth = wasm::Depth::head;

  /// The structure let us read members at all.
  [[nodiscard]] bool readable() const;
  /// The file name's tags, else the WHEEL file's; empty for a bare module.
  [[nodiscard]] std::vector<Tag> tags() const;
  [[nodiscard]] const WheelModule* find_module(std::string_view path) const;
  [[nodiscard]] bool has_member(std::string_view path) const;
  [[nodiscard]] bool has_loadable() const;
  /// Wasm, or what could not be read and may be.
  [[nodiscard]] bool has_loadable_wasm() const;
};

struct ReadOptions {
  Limits limits;
  wasm::Depth depth = wasm::Depth::full;
  bool verify_contents = true;  ///< inflate and hash every member, ask libzip as the second reader
  unsigned threads = 1;
  bool digest_file = true;  ///< false leaves Wheel::sha256 empty: only JSON prints it
};

/// `path` is only used for its last component (the file name) and in the report. Errors: io.
[[nodiscard]] Result<Wheel> read_wheel(std::string path, ByteSource source,
                                       const ReadOptions& options);

/// A bare side module (or what claims to be one) as a Wheel of one module.
[[nodiscard]] Result<Wheel> read_bare_module(std::string path, ByteSource source,
                                             const ReadOptions& options);

/// True for names the preloader or CPython could take for a module, or that other platforms would:
/// `.so`, `.so.N`, `.pyd`, `.dll`, `.dylib`, `.wasm`.
[[nodiscard]] bool is_module_name(std::string_view path);
/// Pyodide preloads `\.so(\.\d+)*$` anywhere in the wheel (docs/design/linking.md#preloaded-names).
[[nodiscard]] bool is_preloaded_name(std::string_view path);

}  // namespace wheelaudit::wheel
