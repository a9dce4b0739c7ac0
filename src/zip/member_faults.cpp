// What one entry's own values may be. docs/design/archive.md#entry-values: flags UTF-8 and the
// deflate level only, methods stored and deflate, extra fields well-formed and none twice, regular
// files and empty directory entries. entries.cpp judges the data descriptor flag together with the
// descriptor; names.cpp judges the name.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zip/directory.hpp"
#include "zip/pypi.hpp"

namespace wheelaudit::zip {
namespace {

using Kind = ArchiveFaultKind;
using Severity = ArchiveFaultSeverity;

/// CPython's zipfile refuses to open an archive with an entry that needs a later version
/// (Lib/zipfile, MAX_EXTRACT_VERSION).
constexpr unsigned newest_version_needed = 63;

/// A deflate stream yields at most 258 bytes per 2 bits, 1,032 per byte.
constexpr std::uint64_t most_inflated_per_byte = 1032;

/// The smallest deflate stream: an empty block with fixed codes, ten bits.
constexpr std::uint64_t smallest_deflate = 2;

/// The largest stream that writers make of empty content: two bytes with fixed codes, five as a
/// stored block.
constexpr std::uint64_t largest_empty_deflate = 5;

// Unix file types in the upper half of the external attributes (stat.h).
constexpr std::uint32_t file_type_mask = 0170000;
constexpr std::uint32_t directory_type = 0040000;
constexpr std::uint32_t regular_type = 0100000;
constexpr std::uint32_t symlink_type = 0120000;
constexpr std::uint32_t dos_directory = 0x10;

// Extra fields that writers put on entries and that name only times and owners: Info-ZIP's "UT",
// "ux", "Ux", "UX", NTFS times, PKWARE's Unix (extrafld.txt).
constexpr std::array<std::uint16_t, 6> harmless_extras{0x5455, 0x7875, 0x7855,
                                                       0x5855, 0x000a, 0x000d};

ArchiveFault entry_fault(std::string_view code, const ArchiveMember& member, std::string message) {
  return {.code = std::string(code),
          .member = member.name,
          .offset = member.central_offset,
          .message = std::move(message)};
}

std::optional<ArchiveFault> flags_fault(const ArchiveMember& member) {
  constexpr std::uint16_t encryption =
      encrypted_flag | strong_encryption_flag | masked_headers_flag;
  constexpr std::uint16_t known = utf8_flag | level_flags | descriptor_flag;
  if ((member.flags & encryption) != 0) {
    ArchiveFault fault = entry_fault("encrypted", member, "the entry is encrypted");
    fault.found = fmt::format("flags {:#06x}", member.flags);
    fault.other_reader = "Python's zipfile (pip) asks for a password and fails";
    return fault;
  }
  if ((member.flags & ~known) != 0) {
    ArchiveFault fault =
        entry_fault("unknown-flags", member, "the entry has flags that no reader of wheels knows");
    fault.expected = fmt::format("no others than {:#06x}", known);
    fault.found = fmt::format("flags {:#06x}", member.flags);
    fault.other_reader = "readers that know a flag and readers that ignore it differ";
    return fault;
  }
  return std::nullopt;
}

std::optional<ArchiveFault> method_fault(const ArchiveMember& member) {
  if (member.method == stored || member.method == deflated) return std::nullopt;
  ArchiveFault fault =
      entry_fault("method", member, "the entry is compressed by another method than deflate");
  fault.expected = "stored (0) or deflate (8)";
  fault.found = member.method == 12   ? "bzip2 (12)"
                : member.method == 14 ? "lzma (14)"
                : member.method == 93 ? "zstd (93)"
                                      : fmt::format("method {}", member.method);
  fault.refused_by_pypi = true;
  fault.other_reader = pypi::method;
  return fault;
}

std::optional<ArchiveFault> size_fault(const ArchiveMember& member) {
  const bool impossible = member.method == stored
                              ? member.size != member.compressed_size
                              : member.method == deflated &&
                                    (member.compressed_size < smallest_deflate ||
                                     member.size / most_inflated_per_byte > member.compressed_size);
  if (impossible) {
    ArchiveFault fault = entry_fault("impossible-size", member,
                                     "the compressed bytes cannot yield the declared size");
    fault.expected = member.method == stored
                         ? fmt::format("{} bytes, as stored", member.compressed_size)
                         : fmt::format("at least 2 and at most 1,032 times {} compressed bytes",
                                       member.compressed_size);
    fault.found = fmt::format("{} bytes", member.size);
    fault.other_reader = "a reader by the directory and one by the data see different contents";
    return fault;
  }
  if (member.size == 0 && member.crc != 0) {
    ArchiveFault fault =
        entry_fault("empty-crc", member, "an empty entry has the checksum of something");
    fault.expected = "CRC 00000000";
    fault.found = fmt::format("CRC {:08x}", member.crc);
    fault.other_reader = "Python's zipfile (pip) fails when it reads the entry";
    return fault;
  }
  return std::nullopt;
}

std::optional<ArchiveFault> type_fault(const ArchiveMember& member) {
  const std::uint32_t type = (member.external_attributes >> 16U) & file_type_mask;
  if (type == symlink_type) {
    ArchiveFault fault = entry_fault("symlink", member, "the entry is a symbolic link");
    fault.kind = Kind::path;
    fault.expected = "a regular file";
    fault.found = fmt::format("mode {:06o}", member.external_attributes >> 16U);
    fault.other_reader = "unzip and uv make a link, pip writes a file that holds the target's name";
    return fault;
  }
  if (type != 0 && type != regular_type && type != directory_type) {
    ArchiveFault fault = entry_fault("device", member, "the entry is a device, pipe or socket");
    fault.kind = Kind::path;
    fault.expected = "a regular file";
    fault.found = fmt::format("mode {:06o}", member.external_attributes >> 16U);
    fault.other_reader = "pip writes a file, other readers make what the mode says or refuse";
    return fault;
  }
  const bool said_directory =
      type == directory_type || (member.external_attributes & dos_directory) != 0;
  if (said_directory && !member.is_directory()) {
    ArchiveFault fault = entry_fault("directory-mark", member, "a file is marked as a directory");
    fault.kind = Kind::path;
    fault.expected = "a name ending in '/', or the mode of a file";
    fault.found = fmt::format("attributes {:#010x}", member.external_attributes);
    fault.other_reader = "pip writes a file, libarchive makes a directory";
    return fault;
  }
  if (member.is_directory() &&
      (member.size != 0 || member.compressed_size > largest_empty_deflate)) {
    ArchiveFault fault = entry_fault("directory-payload", member, "a directory entry has content");
    fault.kind = Kind::path;
    fault.expected = "no bytes";
    fault.found = fmt::format("{} bytes", member.size);
    fault.other_reader = "some readers drop the content, some write it";
    return fault;
  }
  return std::nullopt;
}

ArchiveFault extra_fault(std::string_view name, std::uint64_t offset) {
  return {.member = std::string(name), .offset = offset};
}

/// The Unicode path field names the entry a second time (Info-ZIP's extrafld.txt).
std::optional<ArchiveFault> unicode_path_fault(const ExtraFields& extra, std::string_view name,
                                               std::uint64_t offset) {
  const ExtraField* field = extra.find(unicode_path_extra);
  constexpr std::size_t head = 5;  // version, CRC of the name it replaces
  if (field == nullptr) return std::nullopt;
  if (field->data.size() > head && as_text(field->data.subspan(head)) == name) return std::nullopt;
  ArchiveFault fault = extra_fault(name, offset);
  fault.code = "unicode-path";
  fault.message = "an extra field gives the entry another name";
  fault.expected = "the same name";
  fault.found = fmt::format("a field of {} bytes that says something else", field->data.size());
  fault.other_reader = "unzip, libzip and newer versions of Python's zipfile take the other name";
  return fault;
}

/// Fields that only say times and owners are a note; a wheel needs no other fields, so these are
/// repairable. One fault per entry is enough: `repair` drops all fields.
std::optional<ArchiveFault> needless_fault(const ExtraFields& extra, std::string_view name,
                                           std::uint64_t offset) {
  const auto is_harmless = [](const ExtraField& field) {
    return field.id == unicode_path_extra || field.id == zip64_extra ||
           std::ranges::find(harmless_extras, field.id) != harmless_extras.end();
  };
  const auto is_zip64 = [](const ExtraField& field) { return field.id == zip64_extra; };
  auto field = std::ranges::find_if_not(extra.fields, is_harmless);
  const bool harmless = field == extra.fields.end();
  if (harmless) field = std::ranges::find_if_not(extra.fields, is_zip64);
  if (field == extra.fields.end()) return std::nullopt;
  ArchiveFault fault = extra_fault(name, offset);
  fault.code = harmless ? "extra-field" : "extra-field-stray";
  fault.severity = harmless ? Severity::note : Severity::repairable;
  fault.message = harmless ? "the entry has an extra field with times, owners or its name again"
                           : "the entry has an extra field that no reader of wheels needs";
  fault.expected = "none";
  fault.found = fmt::format("field {:#06x} of {} bytes", field->id, field->data.size());
  return fault;
}

}  // namespace

std::vector<ArchiveFault> member_faults(const ArchiveMember& member) {
  std::vector<ArchiveFault> faults;
  for (std::optional<ArchiveFault> fault :
       {flags_fault(member), method_fault(member), size_fault(member), type_fault(member)}) {
    if (fault) faults.push_back(std::move(*fault));
  }
  if ((member.version_needed & 0xffU) > newest_version_needed) {
    ArchiveFault fault = entry_fault("version-needed", member,
                                     "the entry asks for a later ZIP version than any reader has");
    fault.expected = "at most 6.3";
    fault.found = fmt::format("{}.{}", (member.version_needed & 0xffU) / 10,
                              (member.version_needed & 0xffU) % 10);
    fault.other_reader = "Python's zipfile (pip) cannot open the archive";
    faults.push_back(std::move(fault));
  }
  return faults;
}

std::vector<ArchiveFault> extra_faults(const ExtraFields& extra, std::string_view name,
                                       std::uint64_t offset, bool local) {
  std::vector<ArchiveFault> faults;
  if (!extra.well_formed()) {
    ArchiveFault fault = extra_fault(name, offset);
    fault.code = "extra-field-malformed";
    fault.message = "the extra field is not a sequence of whole fields";
    fault.expected = "fields that end where the extra field ends";
    fault.found = extra.overrun != 0
                      ? fmt::format("a field longer than the {} bytes left", extra.overrun)
                      : fmt::format("{} bytes too few for a field", extra.stray);
    fault.refused_by_pypi = local || extra.overrun != 0;
    fault.other_reader = local                ? pypi::extra_field
                         : extra.overrun != 0 ? pypi::corrupt_central_extra
                                              : "strict readers refuse it, others skip it";
    faults.push_back(std::move(fault));
  }
  if (const std::optional<std::uint16_t> id = extra.repeated()) {
    ArchiveFault fault = extra_fault(name, offset);
    const bool confusing = *id == zip64_extra || *id == unicode_path_extra;
    fault.code = confusing ? "extra-field-twice" : "extra-field-repeated";
    fault.severity = confusing ? Severity::malformed : Severity::repairable;
    fault.message = fmt::format("the extra field {:#06x} occurs twice", *id);
    fault.expected = "once";
    fault.refused_by_pypi = confusing && local;
    fault.other_reader =
        confusing && local ? pypi::duplicate_extra : "some readers take the first, some the last";
    faults.push_back(std::move(fault));
  }
  if (std::optional<ArchiveFault> fault = unicode_path_fault(extra, name, offset)) {
    faults.push_back(std::move(*fault));
  }
  if (std::optional<ArchiveFault> fault = needless_fault(extra, name, offset)) {
    faults.push_back(std::move(*fault));
  }
  return faults;
}

}  // namespace wheelaudit::zip
