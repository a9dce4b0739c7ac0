#pragma once

// Wheel file names and tags: PEP 427 (binary distribution format), PEP 425 (compatibility tags,
// compressed tag sets), PEP 491, and the name and version rules of PEP 503 and PEP 440.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace wheelaudit::wheel {

/// One expanded tag, `cp312-cp312-pyodide_2024_0_wasm32`.
struct Tag {
  std::string python;
  std::string abi;
  std::string platform;

  [[nodiscard]] std::string str() const;
  auto operator<=>(const Tag&) const = default;
};

/// The three fields of a file name as written: `py2.py3-none-any` keeps its order and its parts.
struct TagSet {
  std::vector<std::string> pythons;
  std::vector<std::string> abis;
  std::vector<std::string> platforms;

  /// The compressed form, exactly as it was read.
  [[nodiscard]] std::string str() const;
  /// Every combination, in the file name's order. The parser has bounded their number.
  [[nodiscard]] std::vector<Tag> expand() const;
  auto operator<=>(const TagSet&) const = default;
};

/// `name-version[-build]-python-abi-platform.whl`, every part as written.
struct WheelFilename {
  std::string name;
  std::string version;
  std::optional<std::string> build;
  TagSet tags;

  /// The file name with `.whl`; `parse_wheel_filename(f.str()) == f` for every `f` that was parsed.
  [[nodiscard]] std::string str() const;
  auto operator<=>(const WheelFilename&) const = default;
};

/// Reads the last component of a path (no directory part). The fault says which part is wrong.
/// Accepts what can be split in one way; how far it is *normalised* is `filename_remarks`.
[[nodiscard]] Parsed<WheelFilename> parse_wheel_filename(std::string_view file_name,
                                                         const Limits& limits = {});

/// Reads one `python-abi-platform` triple, compressed or not (a `Tag:` line of the WHEEL file).
[[nodiscard]] Parsed<TagSet> parse_tag_set(std::string_view text, const Limits& limits = {});

enum class FilenamePart : std::uint8_t { name, version, tags };
struct FilenameRemark {
  FilenamePart part = FilenamePart::name;
  std::string text;  ///< lower case, no final period

  bool operator==(const FilenameRemark&) const = default;
};
/// What is unusual, though readable: a name or version that is not in normalised form, a part
/// repeated or unsorted inside a compressed set. One remark each.
[[nodiscard]] std::vector<FilenameRemark> filename_remarks(const WheelFilename& filename);

/// PEP 503: lower case, runs of `-_.` become one `-`.
[[nodiscard]] std::string normalize_name(std::string_view name);
/// PEP 440 normal form (`1.0.RC1` → `1.0rc1`); nullopt for any other text.
[[nodiscard]] std::optional<std::string> normalize_version(std::string_view version);
/// Compares two PEP 440 versions by the standard's order: negative, zero or positive; nullopt when
/// one of the texts is not a version.
[[nodiscard]] std::optional<int> compare_versions(std::string_view left, std::string_view right);

/// What kind of platform a platform tag names.
enum class PlatformFamily : std::uint8_t {
  any,           ///< `any`
  emscripten,    ///< `emscripten_X_Y_Z_wasm32`, `emscripten_wasm32`
  pyodide,       ///< `pyodide_YYYY_N_wasm32`
  pyemscripten,  ///< `pyemscripten_YYYY_N_wasm32`, the only form PyPI takes (PEP 783)
  native,        ///< linux, manylinux, musllinux, macosx, win, ios, android …
  unknown,       ///< none of these (`wasi_…`, `pyodide_2024_wasm32`, a typing error)
};
[[nodiscard]] PlatformFamily platform_family(std::string_view platform_tag);
/// Whether PyPI takes a platform tag of the Emscripten family: only a full match of
/// `pyemscripten_[0-9]+_[0-9]+_wasm32`.
[[nodiscard]] bool pypi_takes_platform(std::string_view platform_tag);

}  // namespace wheelaudit::wheel
