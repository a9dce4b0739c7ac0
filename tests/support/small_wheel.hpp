#pragma once

// Small real wheels for tests: a wasm extension module with the names of a native platform, as a
// build with clang and wasm-ld makes it when setuptools is not told the platform. A bad wheel is
// this wheel with one file or name changed.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::test {

/// A side module that exports `init`, a function `() -> i32`, and imports nothing.
[[nodiscard]] std::string extension_module(std::string_view init);
/// The beginning of an ELF file for x86-64.
[[nodiscard]] std::string elf_file();

struct SmallFile {
  std::string name;
  std::string content;
};

struct SmallWheel {
  std::string file_name = "ext-1.0-cp311-cp311-linux_x86_64.whl";
  std::vector<SmallFile> files;
  std::string record;  ///< empty: made from `files`

  /// `ext/__init__.py`, `ext/_core.cpython-311-x86_64-linux-gnu.so`, METADATA, WHEEL.
  SmallWheel();
  [[nodiscard]] SmallFile& file(std::string_view name);
  /// RECORD as a build tool writes it.
  [[nodiscard]] std::string right_record() const;
  /// The archive: the files, RECORD last.
  [[nodiscard]] ByteVector bytes() const;
};

/// Reads bytes that outlive the wheel, contents verified; a failed read fails the test.
[[nodiscard]] wheel::Wheel read_bytes(const ByteVector& bytes, std::string file_name);
/// The content of a member; a missing or damaged one fails the test.
[[nodiscard]] std::string content_of(const wheel::Wheel& wheel, std::string_view member);
/// The bytes of a member as the file has them, compressed.
[[nodiscard]] ByteVector compressed_bytes(const wheel::Wheel& wheel, std::string_view member);

}  // namespace wheelaudit::test
