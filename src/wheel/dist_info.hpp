#pragma once

// The files of `<name>-<version>.dist-info`: METADATA (core metadata, PEP 566/643), WHEEL (PEP
// 427), entry_points.txt, licence files (PEP 639). RECORD has a header of its own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "wheel/filename.hpp"
#include "wheel/record.hpp"

namespace wheelaudit::wheel {

enum class HeaderFaultKind : std::uint8_t {
  oddity,    ///< readers take the text, each in its own way
  encoding,  ///< it is not UTF-8, which pip refuses
};
/// Something wrong in a file of headers; `offset` as in Fault.
struct HeaderFault {
  HeaderFaultKind kind = HeaderFaultKind::oddity;
  std::string message;
  std::optional<std::uint64_t> offset;
};

/// A file of `Key: value` lines whose order and exact text are kept (WHEEL is rewritten line by
/// line).
struct HeaderFile {
  struct Line {
    std::string key;  ///< as written; empty for a line that is not a header
    std::string
        value;  ///< without the key, the colon and surrounding blanks; folded lines joined by '\n'
    std::string raw;  ///< the exact bytes, line end included
  };
  std::vector<Line> lines;
  std::string body;  ///< what follows the first empty line (METADATA: the description)
  std::vector<HeaderFault> faults;

  /// The first value of `key`, compared without case.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;
  [[nodiscard]] std::vector<std::string_view> get_all(std::string_view key) const;
  /// The text of the file; `parse_headers(t).str() == t` for every `t`.
  [[nodiscard]] std::string str() const;
};

[[nodiscard]] HeaderFile parse_headers(std::string_view text);

/// The same file with the `Tag:` lines replaced by one line per tag (at the place of the first
/// `Tag:` line, or at the end of the headers), and `Root-Is-Purelib` as given; all other lines keep
/// their bytes and order.
[[nodiscard]] HeaderFile with_tags(const HeaderFile& wheel_file, const std::vector<Tag>& tags,
                                   bool root_is_purelib);

/// An entry point group's line, `name = module:attribute [extras]`.
struct EntryPoint {
  std::string group;
  std::string name;
  std::string value;
};
struct EntryPoints {
  std::vector<EntryPoint> entries;
  std::vector<Fault>
      faults;  ///< lines that do not parse, as `importlib.metadata` would refuse them
};
[[nodiscard]] EntryPoints parse_entry_points(std::string_view text);

enum class DistInfoFaultKind : std::uint8_t {
  metadata_field,  ///< of METADATA
  wheel_version,   ///< the `Wheel-Version:` of WHEEL
  wheel_tag,       ///< a `Tag:` line of WHEEL
};
/// A value in METADATA or WHEEL that the standards do not allow.
struct DistInfoFault {
  DistInfoFaultKind kind = DistInfoFaultKind::metadata_field;
  std::string message;  ///< without the name of the file
};

/// What the dist-info directory holds. A missing file leaves its part empty and the flag false.
struct DistInfo {
  std::string directory;                 ///< "name-1.0.dist-info", empty: none found
  std::vector<std::string> directories;  ///< every top-level *.dist-info, in archive order
  bool has_metadata = false;
  bool has_wheel = false;
  bool has_record = false;
  HeaderFile metadata;
  HeaderFile wheel;
  Record record;
  EntryPoints entry_points;
  std::vector<std::string> missing_licenses;  ///< `License-File` values that name no member
  std::vector<std::string> signatures;        ///< RECORD.jws, RECORD.p7s members

  /// The `Tag:` lines, each expanded; a line that does not parse is left out (and is a fault
  /// below).
  std::vector<Tag> tags;
  std::optional<bool> root_is_purelib;  ///< nullopt: missing or neither true nor false
  std::string generator;
  std::string build;                  ///< the WHEEL file's `Build:`, empty when absent
  std::vector<DistInfoFault> faults;  ///< of values, METADATA before WHEEL
};

/// The texts of the four files; nullopt for a file that is missing or was not read.
struct DistInfoTexts {
  std::optional<std::string> metadata;
  std::optional<std::string> wheel;
  std::optional<std::string> record;
  std::optional<std::string> entry_points;
};
/// Top-level `*.dist-info` directories in archive order, each once.
[[nodiscard]] std::vector<std::string> dist_info_directories(
    const std::vector<std::string_view>& members);
/// Parses the texts of the wheel's dist-info directory, `directory` (empty when there is none).
/// Which other files exist comes from `members`, the names of all members as in the archive. Never
/// fails: what is wrong is in the faults.
[[nodiscard]] DistInfo parse_dist_info(std::string directory, const DistInfoTexts& texts,
                                       const std::vector<std::string_view>& members,
                                       const Limits& limits = {});

}  // namespace wheelaudit::wheel
