#pragma once

// Archives for tests: a good one is built from parts, and a bad one is a good one with one part or
// field changed. Offsets, lengths and counts are computed when the parts are put together, so all
// other parts stay right.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "zip/archive.hpp"
#include "zip/format.hpp"

namespace wheelaudit::test {

/// One entry: local header, data, central record. Lengths of names, extra fields and comments are
/// filled in by `build`.
struct ZipEntry {
  std::string name;
  ByteVector data;  ///< as in the file, compressed or not
  zip::LocalHeader local;
  zip::CentralRecord central;

  std::optional<std::string> local_name;  ///< of the local header, when it differs from `name`
  ByteVector local_extra;
  ByteVector central_extra;
  ByteVector descriptor;  ///< behind the data
  std::string comment;
  std::optional<std::uint32_t>
      local_offset;  ///< in the central record, when it is not the real one
  bool in_file = true;
  bool in_directory = true;
};

struct ZipParts {
  std::vector<ZipEntry> entries;
  ByteVector before_entries;    ///< offsets in the archive count them
  ByteVector before_directory;  ///< behind the last entry
  ByteVector before_end;        ///< behind the directory
  bool zip64 = false;           ///< zip64 end record and locator; the end record is saturated
  std::string comment;
  ByteVector behind;  ///< behind everything
  std::function<void(zip::Zip64End&)> change_zip64_end;
  ByteVector zip64_extensible;  ///< behind the zip64 end record
  std::function<void(zip::Zip64Locator&)> change_locator;
  std::function<void(zip::EndRecord&)> change_end;
};

[[nodiscard]] ZipEntry stored_entry(std::string_view name, std::string_view content);
[[nodiscard]] ZipEntry deflated_entry(std::string_view name, std::string_view content);
/// `name` ends in '/'.
[[nodiscard]] ZipEntry directory_entry(std::string_view name);
/// Two small files, one stored, one deflated: what every bad archive is made from.
[[nodiscard]] ZipParts good_zip();

[[nodiscard]] ByteVector build(const ZipParts& parts);

/// An extra field: id, size, data.
[[nodiscard]] ByteVector extra_field(std::uint16_t id, Bytes data);
/// The zip64 extra field with these values.
[[nodiscard]] ByteVector zip64_field(const std::vector<std::uint64_t>& values);
/// A data descriptor with its signature, 32-bit sizes.
[[nodiscard]] ByteVector descriptor_of(const ZipEntry& entry);
[[nodiscard]] ByteVector joined(const std::vector<ByteVector>& parts);

/// `code` of every fault, in order, joined by spaces; empty when there is none.
[[nodiscard]] std::string codes(const std::vector<zip::ArchiveFault>& faults);
/// The archive of bytes that outlive it; a failed read fails the test.
[[nodiscard]] zip::Archive archive_of(const ByteVector& bytes, const Limits& limits = {});
/// The only fault with this code.
[[nodiscard]] zip::ArchiveFault fault_with(const std::vector<zip::ArchiveFault>& faults,
                                           std::string_view code);

}  // namespace wheelaudit::test
