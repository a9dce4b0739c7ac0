// The end of an archive. docs/design/archive.md#end-of-the-archive: counts, offsets and sizes
// exact, one disk, no trailing bytes, a comment is a warning.
//
// Readers find the end record in different ways: CPython takes the last signature, libzip 1.7.3
// tries every one in the last 64 KiB from the front (and reads a directory for each: 30 of them in
// a 3 MB file cost it 24 s), a streaming reader takes the first it walks into. So there must be one
// end record that all of them take: it is the last, it reaches exactly to the end of the file, and
// no other signature in that window leads to a directory. The search is one pass over at most
// 65,577 bytes.
//
// The beginning can disagree as well: a local header, whose name or data can hold the checksum
// field of a tar header, makes a file that is a ZIP and a tar archive at once, so that tarfile and
// libarchive read other files from the same bytes. PyPI refuses such a file (forklift/legacy.py,
// _is_valid_dist_file), and so does this part. POSIX ustar: the checksum is the sum of all bytes of
// the 512-byte header, its own eight counted as spaces; old writers summed signed.

#include "zip/end.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "zip/format.hpp"
#include "zip/pypi.hpp"

namespace wheelaudit::zip {
namespace {

using Kind = ArchiveFaultKind;
using Severity = ArchiveFaultSeverity;

constexpr std::string_view last_or_first =
    "CPython's zipfile (pip) takes the last end record, a reader from the front the first";

/// Whether a signature stands at an offset that the file itself names; false beyond the end.
Result<bool> has_signature(const ByteSource& source, std::uint64_t offset,
                           std::uint32_t signature) {
  if (offset > source.size || source.size - offset < 4) return false;
  const Result<ByteChunk> chunk = source.read(offset, 4);
  if (!chunk) return tl::unexpected(chunk.error());
  return load<std::uint32_t>(chunk->view, 0) == signature;
}

Result<EndRecord> read_end_record(const ByteSource& source, std::uint64_t offset) {
  const Result<ByteChunk> chunk = source.read(offset, end_size);
  if (!chunk) return tl::unexpected(chunk.error());
  return end_record(chunk->view);
}

Result<std::optional<Zip64Locator>> locator_before(const ByteSource& source,
                                                   std::uint64_t end_offset) {
  using Found = std::optional<Zip64Locator>;
  if (end_offset < zip64_locator_size) return Found();
  const Result<ByteChunk> chunk = source.read(end_offset - zip64_locator_size, zip64_locator_size);
  if (!chunk) return tl::unexpected(chunk.error());
  if (load<std::uint32_t>(chunk->view, 0) != zip64_locator_signature) return Found();
  return Found(zip64_locator(chunk->view));
}

/// Whether a reader that trusts this signature would begin to read a directory.
Result<bool> leads_to_directory(const ByteSource& source, std::uint64_t offset) {
  const Result<EndRecord> record = read_end_record(source, offset);
  if (!record) return tl::unexpected(record.error());
  const Result<std::optional<Zip64Locator>> locator = locator_before(source, offset);
  if (!locator) return tl::unexpected(locator.error());
  if (locator->has_value()) {
    return has_signature(source, (*locator)->end_offset, zip64_end_signature);
  }
  const std::uint64_t directory = record->directory_offset;
  if (record->directory_size == 0 || directory + record->directory_size > offset) return false;
  return has_signature(source, directory, central_signature);
}

/// The offset of the chosen end record, and why it is not the only one or not plain.
struct Choice {
  std::optional<std::uint64_t> offset;
  std::vector<ArchiveFault> faults;
};

ArchiveFault second_end_record(std::uint64_t offset, std::string message) {
  return {.code = "second-end-record",
          .offset = offset,
          .message = std::move(message),
          .expected = "one end record",
          .found = fmt::format("another at byte {}", offset),
          .other_reader = std::string(last_or_first)};
}

/// The end record a strict reader takes: the last signature, if it reaches to the end of the file.
Result<Choice> choose(const ByteSource& source, const std::vector<std::uint64_t>& signatures) {
  Choice choice;
  if (signatures.empty()) {
    choice.faults.push_back(
        {.code = "no-end-record",
         .refused_by_pypi = true,
         .message = "not a ZIP archive: there is no end record",
         .expected = "an end of central directory record in the last 65,557 bytes",
         .found = "none",
         .other_reader = std::string(pypi::not_a_zip)});
    return choice;
  }
  const auto reach = [&source](std::uint64_t offset) -> Result<std::uint64_t> {
    const Result<EndRecord> record = read_end_record(source, offset);
    if (!record) return tl::unexpected(record.error());
    return offset + end_size + record->comment_length;
  };
  std::optional<std::uint64_t> earlier_fit;
  for (const std::uint64_t offset : signatures) {
    if (source.size - offset < end_size) break;
    const Result<std::uint64_t> end = reach(offset);
    if (!end) return tl::unexpected(end.error());
    const bool is_last_place = offset == source.size - end_size;
    choice.offset = offset;
    if (*end == source.size) {
      // CPython looks at the very last 22 bytes first, whatever follows inside them.
      if (is_last_place || offset == signatures.back()) return choice;
      if (!earlier_fit) earlier_fit = offset;
    }
  }
  if (!choice.offset) {
    choice.faults.push_back({.code = "truncated-end-record",
                             .refused_by_pypi = true,
                             .offset = signatures.back(),
                             .message = "the end record is cut short",
                             .expected = "22 bytes",
                             .found = fmt::format("{} bytes", source.size - signatures.back()),
                             .other_reader = std::string(pypi::not_a_zip)});
    return choice;
  }
  if (earlier_fit) {
    choice.faults.push_back(second_end_record(
        signatures.back(), "the signature of an end record stands in the archive comment"));
    choice.offset = earlier_fit;
    return choice;
  }
  const Result<std::uint64_t> end = reach(*choice.offset);
  if (!end) return tl::unexpected(end.error());
  const std::uint64_t behind = source.size - (*choice.offset + end_size);
  const std::uint64_t comment = *end - (*choice.offset + end_size);
  choice.faults.push_back(
      {.code = *end < source.size ? "trailing-bytes" : "truncated-comment",
       .refused_by_pypi = true,
       .offset = std::min(*end, source.size),
       .message = *end < source.size ? "there are bytes behind the end of the archive"
                                     : "the archive comment is cut short",
       .expected =
           fmt::format("{} bytes behind the end record, as its comment length says", comment),
       .found = fmt::format("{} bytes", behind),
       .other_reader = std::string(pypi::trailing)});
  return choice;
}

/// The locator must name the zip64 end record, which must stand right before it and be plain.
Result<std::optional<ArchiveFault>> locator_fault(const ByteSource& source,
                                                  const Zip64Locator& locator,
                                                  std::uint64_t locator_offset) {
  using Found = std::optional<ArchiveFault>;
  const bool has_room = locator_offset >= zip64_end_size;
  const std::uint64_t right_before = has_room ? locator_offset - zip64_end_size : 0;
  const Result<bool> named = has_signature(source, locator.end_offset, zip64_end_signature);
  if (!named) return tl::unexpected(named.error());
  ArchiveFault fault{
      .code = "zip64-locator",
      .refused_by_pypi = true,
      .offset = locator_offset,
      .message = "the zip64 locator does not name the zip64 end record right before it",
      .expected = fmt::format("offset {}, on disk 0 of 1", right_before),
      .found = fmt::format("offset {}, on disk {} of {}", locator.end_offset, locator.disk,
                           locator.disks),
      .other_reader = std::string(pypi::zip64_end)};
  const bool one_disk = locator.disk == 0 && locator.disks <= 1;
  if (!one_disk || !has_room || locator.end_offset > right_before) return Found(fault);
  if (!*named) {
    // Python's zipfile then takes the record right before the locator, and treats the archive as
    // shifted.
    fault.refused_by_pypi = false;
    fault.other_reader = "readers that trust the locator fail, others look right before it";
    return Found(fault);
  }
  const Result<ByteChunk> chunk = source.read(locator.end_offset, zip64_end_size);
  if (!chunk) return tl::unexpected(chunk.error());
  constexpr std::uint64_t plain_size = zip64_end_size - 12;  // without signature and this field
  const std::uint64_t record_size = zip64_end(chunk->view).record_size;
  if (record_size != plain_size) {
    fault.code = "zip64-extensible-data";
    fault.offset = locator.end_offset;
    fault.message = "the zip64 end record carries extensible data";
    fault.expected = fmt::format("a record of {} bytes", plain_size);
    fault.found = fmt::format("{} bytes", record_size);
    fault.other_reader = pypi::zip64_extensible;
    return Found(fault);
  }
  return locator.end_offset == right_before ? Found() : Found(fault);
}

/// Every field of the end record that is not saturated must agree with the zip64 end record.
std::optional<ArchiveFault> mismatch_fault(const EndRecord& record, const Zip64End& wide,
                                           std::uint64_t offset) {
  const auto agrees = [](std::uint64_t narrow_value, std::uint64_t saturated, std::uint64_t value) {
    return narrow_value == saturated || narrow_value == value;
  };
  if (wide.disk == 0 && wide.directory_disk == 0 && wide.entries == wide.entries_on_disk &&
      agrees(record.entries, saturated16, wide.entries) &&
      agrees(record.entries_on_disk, saturated16, wide.entries_on_disk) &&
      agrees(record.directory_size, saturated32, wide.directory_size) &&
      agrees(record.directory_offset, saturated32, wide.directory_offset)) {
    return std::nullopt;
  }
  return ArchiveFault{
      .code = "zip64-end-mismatch",
      .offset = offset,
      .message = "the zip64 end record and the end record do not say the same",
      .expected = fmt::format("{} entries, {} bytes at {}", record.entries, record.directory_size,
                              record.directory_offset),
      .found = fmt::format("{} entries ({} on this disk), {} bytes at {}", wide.entries,
                           wide.entries_on_disk, wide.directory_size, wide.directory_offset),
      .other_reader = "readers without zip64 take the end record, the others the zip64 one"};
}

/// Replaces the values of the end record by those of the zip64 end record.
Result<EndSearch> widen(const ByteSource& source, ArchiveEnd end, const EndRecord& record,
                        const Zip64Locator& locator) {
  Result<std::optional<ArchiveFault>> wrong =
      locator_fault(source, locator, end.record_offset - zip64_locator_size);
  if (!wrong) return tl::unexpected(wrong.error());
  if (wrong->has_value()) return EndSearch{.end = {}, .faults = {std::move(**wrong)}};
  const Result<ByteChunk> chunk = source.read(locator.end_offset, zip64_end_size);
  if (!chunk) return tl::unexpected(chunk.error());
  const Zip64End wide = zip64_end(chunk->view);
  if (std::optional<ArchiveFault> differs = mismatch_fault(record, wide, locator.end_offset)) {
    return EndSearch{.end = {}, .faults = {std::move(*differs)}};
  }
  end.tail_offset = locator.end_offset;
  end.entries = wide.entries;
  end.directory_size = wide.directory_size;
  end.directory_offset = wide.directory_offset;
  return EndSearch{.end = end, .faults = {}};
}

/// The directory must fill exactly what is before the end record.
Result<std::optional<ArchiveFault>> misplaced_directory(const ByteSource& source,
                                                        const ArchiveEnd& end) {
  using Found = std::optional<ArchiveFault>;
  const std::uint64_t offset = end.directory_offset;
  const std::uint64_t size = end.directory_size;
  const bool inside = offset <= end.tail_offset && size <= end.tail_offset - offset;
  if (inside && offset + size == end.tail_offset) return Found();
  ArchiveFault fault{
      .code = "directory-position",
      .refused_by_pypi = true,
      .offset = end.record_offset,
      .message = "the central directory does not end where the end record begins",
      .expected = fmt::format("{} bytes at {}, ending at {}", size, offset, end.tail_offset),
      .found = inside ? fmt::format("an end at {}", offset + size)
                      : std::string("an end behind the end record"),
      .other_reader = std::string(pypi::directory_mismatch)};
  if (!inside) return Found(fault);
  const Result<bool> zip64 = has_signature(source, offset + size, zip64_end_signature);
  if (!zip64) return tl::unexpected(zip64.error());
  const Result<bool> shifted = has_signature(source, end.tail_offset - size, central_signature);
  if (!shifted) return tl::unexpected(shifted.error());
  if (*zip64) {
    fault.code = "zip64-locator";
    fault.message = "there is a zip64 end record, but no locator that names it";
    fault.other_reader = pypi::zip64_end;
  } else if (*shifted) {
    fault.code = "prefix";
    fault.offset = 0;
    fault.message = "there are bytes in front of the archive";
    fault.expected = "the first entry at byte 0";
    fault.found = fmt::format("{} bytes in front", end.tail_offset - size - offset);
    fault.other_reader = pypi::unknown_record;
  }
  return Found(fault);
}

/// Another signature in the window that some reader would follow.
Result<std::optional<ArchiveFault>> stray_end(const ByteSource& source, const ArchiveEnd& end,
                                              const std::vector<std::uint64_t>& signatures) {
  using Found = std::optional<ArchiveFault>;
  for (const std::uint64_t offset : signatures) {
    if (offset >= end.record_offset) break;
    if (offset >= end.directory_offset) {
      return Found(second_end_record(
          offset, "the signature of an end record stands inside the central directory"));
    }
    const Result<bool> leads = leads_to_directory(source, offset);
    if (!leads) return tl::unexpected(leads.error());
    if (*leads) {
      return Found(second_end_record(
          offset, "a second end record stands before the archive's own and leads to a directory"));
    }
  }
  return Found();
}

/// Faults of the end record's own fields.
std::vector<ArchiveFault> plain_faults(const EndRecord& record, std::uint64_t offset) {
  std::vector<ArchiveFault> faults;
  if (record.disk != 0 || record.directory_disk != 0) {
    faults.push_back(
        {.code = "several-disks",
         .offset = offset,
         .message = "the end record speaks of an archive on several disks",
         .expected = "disk 0, directory on disk 0",
         .found = fmt::format("disk {}, directory on disk {}", record.disk, record.directory_disk),
         .other_reader = "CPython's zipfile ignores these fields, libzip refuses"});
  }
  if (record.entries_on_disk != record.entries) {
    faults.push_back({.code = "entries-on-disk",
                      .refused_by_pypi = true,
                      .offset = offset,
                      .message = "the end record gives two numbers of entries",
                      .expected = fmt::format("{} in all", record.entries),
                      .found = fmt::format("{} on this disk", record.entries_on_disk),
                      .other_reader = std::string(pypi::entries_on_disk)});
  }
  if (record.comment_length != 0) {
    faults.push_back({.code = "archive-comment",
                      .severity = Severity::warning,
                      .offset = offset + end_size,
                      .message = "the archive has a comment",
                      .expected = "none",
                      .found = fmt::format("{} bytes", record.comment_length)});
  }
  return faults;
}

/// What the chosen end record says, with the zip64 one where there is one.
Result<EndSearch> read_end(const ByteSource& source, std::uint64_t offset) {
  const Result<EndRecord> record = read_end_record(source, offset);
  if (!record) return tl::unexpected(record.error());
  const ArchiveEnd end{.record_offset = offset,
                       .tail_offset = offset,
                       .entries = record->entries,
                       .directory_size = record->directory_size,
                       .directory_offset = record->directory_offset};
  const Result<std::optional<Zip64Locator>> locator = locator_before(source, offset);
  if (!locator) return tl::unexpected(locator.error());
  EndSearch search;
  search.faults = plain_faults(*record, offset);
  if (!locator->has_value()) {
    search.end = end;
    return search;
  }
  Result<EndSearch> wide = widen(source, end, *record, **locator);
  if (!wide) return wide;
  search.end = wide->end;
  std::ranges::move(wide->faults, std::back_inserter(search.faults));
  return search;
}

constexpr std::size_t tar_header_size = 512;
constexpr std::size_t tar_checksum_offset = 148;
constexpr std::size_t tar_checksum_length = 8;

/// Octal digits between spaces, ended by NUL, space or the field's end.
std::optional<std::int64_t> octal(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(' ') + 1 - first);
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + (c - '0');
  }
  return value;
}

}  // namespace

Result<std::vector<std::uint64_t>> end_signatures(const ByteSource& source) {
  std::vector<std::uint64_t> offsets;
  const std::uint64_t length = std::min(source.size, end_search_length);
  const std::uint64_t start = source.size - length;
  const Result<ByteChunk> tail = source.read(start, static_cast<std::size_t>(length));
  if (!tail) return tl::unexpected(tail.error());
  constexpr std::string_view signature = "PK\x05\x06";
  const std::string_view text = as_text(tail->view);
  for (std::size_t at = text.find(signature); at != std::string_view::npos;
       at = text.find(signature, at + 1)) {
    offsets.push_back(start + at);
  }
  return offsets;
}

Result<EndSearch> find_archive_end(const ByteSource& source) {
  const Result<std::vector<std::uint64_t>> signatures = end_signatures(source);
  if (!signatures) return tl::unexpected(signatures.error());
  Result<Choice> choice = choose(source, *signatures);
  if (!choice) return tl::unexpected(choice.error());
  if (!choice->offset) return EndSearch{.end = {}, .faults = std::move(choice->faults)};
  Result<EndSearch> search = read_end(source, *choice->offset);
  if (!search) return search;
  std::ranges::move(search->faults, std::back_inserter(choice->faults));
  search->faults = std::move(choice->faults);
  if (!search->end) return search;
  Result<std::optional<ArchiveFault>> misplaced = misplaced_directory(source, *search->end);
  if (!misplaced) return tl::unexpected(misplaced.error());
  Result<std::optional<ArchiveFault>> stray = stray_end(source, *search->end, *signatures);
  if (!stray) return tl::unexpected(stray.error());
  if (stray->has_value()) search->faults.push_back(std::move(**stray));
  if (misplaced->has_value()) {
    search->faults.push_back(std::move(**misplaced));
    search->end.reset();
  }
  return search;
}

Result<std::optional<ArchiveFault>> tar_fault(const ByteSource& source) {
  using Found = std::optional<ArchiveFault>;
  if (source.size < tar_header_size) return Found();
  const Result<ByteChunk> chunk = source.read(0, tar_header_size);
  if (!chunk) return tl::unexpected(chunk.error());
  const std::string_view header = as_text(chunk->view);
  const auto said = octal(header.substr(tar_checksum_offset, tar_checksum_length));
  if (!said) return Found();
  std::int64_t sum = std::int64_t{' '} * tar_checksum_length;
  std::int64_t signed_sum = sum;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i >= tar_checksum_offset && i < tar_checksum_offset + tar_checksum_length) continue;
    sum += static_cast<unsigned char>(header[i]);
    signed_sum += static_cast<signed char>(header[i]);
  }
  if (*said != sum && *said != signed_sum) return Found();
  return Found(ArchiveFault{.code = "also-tar",
                            .refused_by_pypi = true,
                            .offset = 0,
                            .message = "the file is a tar archive as well",
                            .expected = "a ZIP archive only",
                            .found = "a tar header with a right checksum at byte 0",
                            .other_reader = std::string(pypi::also_tar)});
}

}  // namespace wheelaudit::zip
