// The central directory. docs/design/archive.md#central-directory: records back to back, as many
// as the end record says, no entry comments, one disk. It is walked once, through a window; the
// number in the end record is compared with what was met and never used to reserve memory.

#include "zip/directory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "zip/pypi.hpp"
#include "zip/window.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

ArchiveFault directory_end_fault(std::uint64_t offset, std::uint64_t left) {
  return {.code = "directory-record",
          .refused_by_pypi = true,
          .offset = offset,
          .message = "the central directory holds something that is not a record of an entry",
          .expected = "a central directory record, or the end of the directory",
          .found = fmt::format("{} other bytes", left),
          .other_reader = std::string(pypi::directory_mismatch)};
}

ArchiveFault count_fault(const ArchiveEnd& end, std::uint64_t met, bool more) {
  return {.code = "directory-count",
          .refused_by_pypi = true,
          .offset = end.record_offset,
          .message = "the end record gives another number of entries than the directory holds",
          .expected = fmt::format("{}", end.entries),
          .found = fmt::format("{}{}", more ? "more than " : "", met),
          .other_reader = std::string(pypi::directory_mismatch)};
}

/// A large directory takes its size several times, because names are kept, written and read back;
/// the largest real directory has 4.7 MB (limits.hpp).
ArchiveFault size_limit(const ArchiveEnd& end, const Limits& limits) {
  return {.code = "limit-directory",
          .kind = ArchiveFaultKind::limit,
          .offset = end.directory_offset,
          .message = "the central directory is larger than what is read",
          .expected = fmt::format("at most {} bytes", limits.directory_size),
          .found = fmt::format("{} bytes", end.tail_offset - end.directory_offset),
          .option = "--max-directory-size"};
}

ArchiveFault entries_limit(const ArchiveEnd& end, std::uint64_t entries, const Limits& limits) {
  return {.code = "limit-entries",
          .kind = ArchiveFaultKind::limit,
          .offset = end.record_offset,
          .message = "the archive has more entries than are read",
          .expected = fmt::format("at most {}", limits.entries),
          .found = fmt::format("{}", entries),
          .option = "--max-entries"};
}

ArchiveMember member_of(const CentralRecord& record, std::string_view name, std::uint64_t offset) {
  return {.name = std::string(name),
          .local_offset = record.local_offset,
          .compressed_size = record.compressed_size,
          .size = record.size,
          .central_offset = offset,
          .crc = record.crc,
          .external_attributes = record.external_attributes,
          .version_made_by = record.version_made_by,
          .version_needed = record.version_needed,
          .flags = record.flags,
          .method = record.method,
          .dos_time = record.dos_time,
          .dos_date = record.dos_date,
          .internal_attributes = record.internal_attributes,
          .has_extra_field = record.extra_length != 0};
}

struct RecordRead {
  ArchiveMember member;
  std::uint64_t length = 0;  ///< of the record with name, extra field and comment
  std::vector<ArchiveFault> faults;
};

ArchiveFault zip64_fault(const ArchiveMember& member, const CentralRecord& record) {
  return {.code = "zip64-field",
          .member = member.name,
          .offset = member.central_offset,
          .message = "readers would take different sizes from the zip64 field",
          .expected = "exactly the values that the record leaves to it",
          .found = fmt::format("size {}, compressed size {}, offset {} and a field that does not "
                               "fit them",
                               record.size, record.compressed_size, record.local_offset),
          .other_reader =
              "some take the field's values whenever it is there, some only where the "
              "record says so"};
}

/// Looks at the extra fields, widens the sizes, then judges the entry's values.
RecordRead with_extra(RecordRead read, const CentralRecord& record, Bytes extra) {
  ArchiveMember& member = read.member;
  const ExtraFields fields = extra_fields(extra);
  read.faults = extra_faults(fields, member.name, member.central_offset, false);
  const std::optional<WideSizes> sizes = wide_sizes(record, fields.find(zip64_extra));
  if (!sizes) {
    read.faults.push_back(zip64_fault(member, record));
    return read;  // nothing useful can be said about sizes that are not known
  }
  member.size = sizes->size;
  member.compressed_size = sizes->compressed_size;
  member.local_offset = sizes->local_offset;
  if (sizes->needless_field) {
    read.faults.push_back({.code = "zip64-needless",
                           .severity = Severity::note,
                           .member = member.name,
                           .offset = member.central_offset,
                           .message = "a zip64 field repeats sizes that fit without it"});
  }
  std::ranges::move(member_faults(member), std::back_inserter(read.faults));
  return read;
}

Result<std::optional<RecordRead>> read_record(Window& window, std::uint64_t offset,
                                              std::uint64_t stop) {
  using Found = std::optional<RecordRead>;
  if (stop - offset < central_size) return Found();
  Result<Bytes> head = window.at(offset, central_size);
  if (!head) return tl::unexpected(head.error());
  if (load<std::uint32_t>(*head, 0) != central_signature) return Found();
  const CentralRecord record = central_record(*head);
  const std::size_t length =
      central_size + std::size_t{record.name_length} + record.extra_length + record.comment_length;
  if (length > stop - offset) return Found();
  Result<Bytes> whole = window.at(offset, length);
  if (!whole) return tl::unexpected(whole.error());
  const std::string_view name = as_text(whole->subspan(central_size, record.name_length));
  RecordRead read =
      with_extra({.member = member_of(record, name, offset), .length = length, .faults = {}},
                 record, whole->subspan(central_size + record.name_length, record.extra_length));
  if (record.comment_length != 0) {
    read.faults.push_back({.code = "entry-comment",
                           .severity = Severity::repairable,
                           .refused_by_pypi = true,
                           .member = read.member.name,
                           .offset = offset + length - record.comment_length,
                           .message = "the entry has a comment",
                           .expected = "none",
                           .found = fmt::format("{} bytes", record.comment_length),
                           .other_reader = std::string(pypi::entry_comment)});
  }
  if (record.disk != 0) {
    read.faults.push_back(
        {.code = "entry-disk",
         .member = read.member.name,
         .offset = offset,
         .message = "the entry is said to be on another disk",
         .expected = "disk 0",
         .found = fmt::format("disk {}", record.disk),
         .other_reader = "Python's zipfile ignores the disk, unzip looks for it"});
  }
  return Found(std::move(read));
}

}  // namespace

Result<DirectoryRead> read_directory(const ByteSource& source, const ArchiveEnd& end,
                                     const Limits& limits) {
  DirectoryRead directory;
  if (end.entries > limits.entries) {
    directory.faults.add(entries_limit(end, end.entries, limits));
    return directory;
  }
  if (end.tail_offset - end.directory_offset > limits.directory_size) {
    directory.faults.add(size_limit(end, limits));
    return directory;
  }
  Window window(source);
  // A record has at least 46 bytes, so the memory that is reserved is bounded by the bytes of the
  // directory.
  directory.members.reserve(
      static_cast<std::size_t>(std::min(end.entries, end.directory_size / central_size)));
  std::uint64_t offset = end.directory_offset;
  while (offset < end.tail_offset) {
    // One record more than the end record says proves the end record wrong.
    if (directory.members.size() > end.entries) break;
    Result<std::optional<RecordRead>> read = read_record(window, offset, end.tail_offset);
    if (!read) return tl::unexpected(read.error());
    if (!read->has_value()) {
      directory.faults.add(directory_end_fault(offset, end.tail_offset - offset));
      break;
    }
    offset += (*read)->length;
    directory.members.push_back(std::move((*read)->member));
    for (ArchiveFault& fault : (*read)->faults) directory.faults.add(std::move(fault));
  }
  const std::uint64_t met = directory.members.size();
  if (met > end.entries) {
    directory.faults.add(count_fault(end, end.entries, true));
  } else if (met < end.entries) {
    directory.faults.add(count_fault(end, met, false));
  }
  return directory;
}

}  // namespace wheelaudit::zip
