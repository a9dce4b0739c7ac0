#pragma once

// The wheel as a ZIP archive. `read_archive` is the strict structural check of
// docs/design/archive.md#accepted-form: one linear pass over the bytes, before libzip sees any of
// them. Its result is the table of members, through which all other parts reach the members' bytes.
// libzip is the second, independent reader (`cross_check`).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace wheelaudit::zip {

/// Which rule family a fault belongs to: WA510, WA511 or WA512.
enum class ArchiveFaultKind : std::uint8_t { structure, path, limit };

/// How bad a fault is. `malformed`: two readers could see different things, or nothing can be read
/// (exit 3). `repairable`: read in one way only, but refused by PyPI; `repair` writes it clean
/// (exit 1). `warning`, `note`: accepted everywhere.
enum class ArchiveFaultSeverity : std::uint8_t { malformed, repairable, warning, note };

struct ArchiveFault {
  std::string code;  ///< stable, kebab-case, one per check: "duplicate-name", "data-descriptor"
  ArchiveFaultKind kind = ArchiveFaultKind::structure;
  ArchiveFaultSeverity severity = ArchiveFaultSeverity::malformed;
  bool refused_by_pypi = false;  ///< else only wheelaudit refuses; `other_reader` says who differs
  std::string member;            ///< raw name; empty: the fault is about the archive
  std::optional<std::uint64_t> offset;  ///< in the file
  std::string message;                  ///< what and where
  std::string expected;
  std::string found;
  bool says_found = false;   ///< the message holds `found` itself
  std::string other_reader;  ///< what another reader would see, or the PyPI function that refuses
  std::string option;        ///< the option that raises the limit, for ArchiveFaultKind::limit

  auto operator<=>(const ArchiveFault&) const = default;
};

struct ArchiveMember {
  std::string name;                ///< raw bytes from the central record; a directory ends in '/'
  std::uint64_t local_offset = 0;  ///< of the local header
  std::uint64_t data_offset = 0;   ///< of the compressed bytes
  std::uint64_t end_offset = 0;    ///< behind the compressed bytes (and a data descriptor)
  std::uint64_t compressed_size = 0;
  std::uint64_t size = 0;            ///< declared; reading checks it
  std::uint64_t central_offset = 0;  ///< of the central record
  std::uint32_t crc = 0;
  std::uint32_t external_attributes = 0;
  std::uint16_t version_made_by = 0;
  std::uint16_t version_needed = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;  ///< 0 stored, 8 deflate; anything else was refused
  std::uint16_t dos_time = 0;
  std::uint16_t dos_date = 0;
  std::uint16_t internal_attributes = 0;
  bool has_extra_field = false;  ///< in either header
  bool has_data_descriptor = false;
  /// The local header is byte for byte what `compose_archive` writes for an unchanged member.
  bool clean_local_header = false;

  [[nodiscard]] bool is_directory() const { return !name.empty() && name.back() == '/'; }
};

struct Archive {
  ByteSource source;
  std::vector<ArchiveMember> members;  ///< in the order of the central directory
  std::vector<ArchiveFault> faults;    ///< in the order in which they were met
  std::uint64_t central_directory_offset = 0;
  std::uint64_t central_directory_size = 0;
  /// Hash and index of every name, sorted (NameTable). `read_archive` fills the table for `find`,
  /// which searches `members` one by one when the table is empty.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> names_by_hash;

  /// False when any fault is malformed: `members` is then for display only and no member may be
  /// read.
  [[nodiscard]] bool readable() const;
  /// Index into `members`, by exact name; nullopt: no member has the name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
};

/// Walks the structure of `source`. Never fails on content: everything wrong is in `faults`.
/// Errors: io only. Linear in the file's headers; never reads a member's data.
[[nodiscard]] Result<Archive> read_archive(ByteSource source, const Limits& limits = {});

/// The result of inflating one member.
struct MemberContent {
  ByteVector bytes;
  std::optional<ArchiveFault> fault;  ///< set: `bytes` is incomplete or wrong and must not be used
};

/// Inflates a whole member and checks it against its record: inflating consumes exactly the
/// compressed bytes, as one stream, and yields exactly the declared size and the CRC. Never
/// allocates more than `limit` bytes for the content, and never a declared size that the compressed
/// bytes cannot yield (deflate yields at most 1,032 bytes per byte). `member` is an index into
/// `archive.members`. Errors: io; internal for an index beyond the end or an archive that is not
/// readable().
[[nodiscard]] Result<MemberContent> read_member(const Archive& archive, std::size_t member,
                                                std::uint64_t limit);

/// The first `length` bytes of a member (fewer when the member is shorter); no more is inflated.
/// The CRC is not checked, so the bytes serve only to recognise a member. Errors: as of
/// read_member.
[[nodiscard]] Result<MemberContent> read_member_prefix(const Archive& archive, std::size_t member,
                                                       std::size_t length);

/// Opens the same bytes with libzip and compares every name, size, method and CRC with the table. A
/// difference is a malformed fault ("two readers disagree"). Errors: io; internal for an archive
/// that is not readable().
[[nodiscard]] Result<std::vector<ArchiveFault>> cross_check(const Archive& archive);

/// A member of an archive to be written.
struct NewMember {
  std::string name;  ///< empty: the name of the original, which is then stored only once
  /// Either the index of a member of the original, whose compressed bytes are kept …
  std::optional<std::size_t> original;
  /// … or new content, compressed by deflate at `level` (0 stores).
  ByteVector content;
  /// Date and attributes of new content: those of the member that it replaces, else the date of
  /// SOURCE_DATE_EPOCH.
  std::uint16_t dos_time = 0;
  std::uint16_t dos_date = (1 << 5) | 1;  // 1980-01-01, the first date DOS can say
  std::uint32_t external_attributes = 0100644U << 16;
  std::uint16_t version_made_by = (3 << 8) | 20;  // Unix, 2.0
};

/// A run of the output file: bytes of the input (copied unchanged) or new bytes.
struct OutputPiece {
  std::optional<std::uint64_t> input_offset;  ///< set: `length` bytes of the input from here
  std::uint64_t length = 0;
  ByteVector bytes;  ///< set when input_offset is not
};

/// Composes a clean archive (flags 0 or UTF-8, no extra fields, no comments, no descriptors) in the
/// order given. Members with `original` keep their compressed bytes, CRC, sizes, dates, attributes
/// and name unless `name` says another. The same input always yields the same pieces. Errors: usage
/// when the result would need zip64, internal.
[[nodiscard]] Result<std::vector<OutputPiece>> compose_archive(
    const Archive& original, const std::vector<NewMember>& members, int level = 6);

/// The pieces as one buffer; for tests and for results in memory. Errors: those of `input`.
[[nodiscard]] Result<ByteVector> assemble(const ByteSource& input,
                                          const std::vector<OutputPiece>& pieces);

/// A source that reads the pieces as if they were a file, so that a result is audited before it
/// exists. `pieces` must outlive the source.
[[nodiscard]] ByteSource pieces_source(const ByteSource& input,
                                       const std::vector<OutputPiece>& pieces);

}  // namespace wheelaudit::zip
