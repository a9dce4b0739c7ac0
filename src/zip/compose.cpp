// A clean archive from members of another and new content. docs/design/archive.md#written-archives:
// what is written has flags 0 or UTF-8, no extra fields, no comments, no descriptors; kept members
// keep their compressed bytes, dates and attributes (promise 4); same input, same bytes (promise
// 5).
//
// The result is a list of pieces: runs of the input and new bytes. Members whose local header
// already is what would be written are kept together with it, so that neighbours become one run and
// a retag copies a few large ranges (docs/design/limits.md#speed-of-copying) instead of 9,000 small
// ones.

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "zip/archive.hpp"
#include "zip/format.hpp"

namespace wheelaudit::zip {
namespace {

/// No written archive needs zip64: these are the largest values that the classic fields hold.
constexpr std::uint64_t largest_file = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::size_t most_entries = std::numeric_limits<std::uint16_t>::max() - 1;
constexpr std::size_t longest_name = std::numeric_limits<std::uint16_t>::max();

/// Version 2.0: deflate and directories (APPNOTE 4.4.3).
constexpr std::uint16_t version_needed = 20;

class Pieces {
 public:
  [[nodiscard]] std::uint64_t size() const { return size_; }

  void add_input(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return;
    size_ += length;
    if (!pieces_.empty() && pieces_.back().input_offset &&
        *pieces_.back().input_offset + pieces_.back().length == offset) {
      pieces_.back().length += length;
      return;
    }
    pieces_.push_back({.input_offset = offset, .length = length, .bytes = {}});
  }
  /// Adds the bytes as a piece of their own, without a copy.
  void add_whole(ByteVector bytes) {
    size_ += bytes.size();
    const std::uint64_t length = bytes.size();
    pieces_.push_back({.input_offset = {}, .length = length, .bytes = std::move(bytes)});
  }
  void add_bytes(Bytes bytes) {
    if (bytes.empty()) return;
    size_ += bytes.size();
    if (pieces_.empty() || pieces_.back().input_offset) pieces_.emplace_back();
    OutputPiece& piece = pieces_.back();
    append(piece.bytes, bytes);
    piece.length = piece.bytes.size();
  }
  [[nodiscard]] std::vector<OutputPiece> take() && { return std::move(pieces_); }

 private:
  std::vector<OutputPiece> pieces_;
  std::uint64_t size_ = 0;
};

/// Raw deflate by zlib, whose output for a level has not changed since 1.2.5.1.
Result<ByteVector> deflate_bytes(Bytes content, int level) {
  z_stream stream{};
  constexpr int memory_level = 8;  // zlib's default
  if (deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return fail(ErrorKind::internal, fmt::format("zlib does not take the level {}", level));
  }
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  // Into a small buffer first: memory for the worst case would be as large as the content again.
  ByteVector out;
  std::array<std::byte, std::size_t{64} << 10> buffer;
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    result = deflate(&stream, Z_FINISH);
    const auto filled = std::span(buffer).first(buffer.size() - stream.avail_out);
    append(out, filled);
  }
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return fail(ErrorKind::internal, "zlib could not compress a member");
  return out;
}

std::uint16_t flags_for(std::string_view name) {
  const bool ascii = is_ascii(name);
  return ascii ? std::uint16_t{0} : utf8_flag;
}

LocalHeader local_header_of(const CentralRecord& record) {
  return {.version_needed = record.version_needed,
          .flags = record.flags,
          .method = record.method,
          .dos_time = record.dos_time,
          .dos_date = record.dos_date,
          .crc = record.crc,
          .compressed_size = record.compressed_size,
          .size = record.size,
          .name_length = record.name_length};
}

/// The record of a kept member, whose name may be new. The local offset is not yet known.
CentralRecord record_of(const ArchiveMember& member, std::string_view name) {
  // A name that was marked although it is ASCII stays marked: its bytes need not change.
  const bool same_name = name == member.name;
  const auto flags = same_name
                         ? static_cast<std::uint16_t>(flags_for(name) | (member.flags & utf8_flag))
                         : flags_for(name);
  return {.version_made_by = member.version_made_by,
          .version_needed = member.version_needed,
          .flags = flags,
          .method = member.method,
          .dos_time = member.dos_time,
          .dos_date = member.dos_date,
          .crc = member.crc,
          .compressed_size = static_cast<std::uint32_t>(member.compressed_size),
          .size = static_cast<std::uint32_t>(member.size),
          .name_length = static_cast<std::uint16_t>(name.size()),
          .internal_attributes = member.internal_attributes,
          .external_attributes = member.external_attributes};
}

/// The record of new content. The local offset is not yet known.
CentralRecord record_of(const NewMember& member, std::size_t compressed_size, bool is_stored) {
  return {.version_made_by = member.version_made_by,
          .version_needed = version_needed,
          .flags = flags_for(member.name),
          .method = is_stored ? stored : deflated,
          .dos_time = member.dos_time,
          .dos_date = member.dos_date,
          .crc = libdeflate_crc32(0, member.content.data(), member.content.size()),
          .compressed_size = static_cast<std::uint32_t>(compressed_size),
          .size = static_cast<std::uint32_t>(member.content.size()),
          .name_length = static_cast<std::uint16_t>(member.name.size()),
          .external_attributes = member.external_attributes};
}

Error too_large(std::string_view what) {
  return {.kind = ErrorKind::usage,
          .message = fmt::format("{}: archives that need zip64 are read, but not written", what)};
}

const std::string& name_of(const Archive& original, const NewMember& member) {
  const bool own =
      !member.name.empty() || !member.original || *member.original >= original.members.size();
  return own ? member.name : original.members[*member.original].name;
}

class Composer {
 public:
  Composer(const Archive& original, int level, std::size_t directory_size)
      : original_(&original), level_(level) {
    directory_.reserve(directory_size);
  }

  Result<void> add(const NewMember& member) {
    const std::string& name = name_of(*original_, member);
    if (name.size() > longest_name) {
      return fail(ErrorKind::internal, "a member's name is longer than a ZIP archive can say");
    }
    const std::uint64_t offset = pieces_.size();
    Result<CentralRecord> record = member.original ? keep(member) : create(member);
    if (!record) return tl::unexpected(record.error());
    if (pieces_.size() > largest_file) return tl::unexpected(too_large("more than 4 GiB"));
    record->local_offset = static_cast<std::uint32_t>(offset);
    const ByteVector bytes = bytes_of(*record, name);
    append(directory_, bytes);
    ++entries_;
    return {};
  }

  Result<std::vector<OutputPiece>> finish() && {
    const std::uint64_t offset = pieces_.size();
    if (entries_ > most_entries) return tl::unexpected(too_large("more than 65,534 entries"));
    if (offset + directory_.size() > largest_file) {
      return tl::unexpected(too_large("more than 4 GiB"));
    }
    const auto entries = static_cast<std::uint16_t>(entries_);
    const ByteVector end =
        bytes_of(EndRecord{.entries_on_disk = entries,
                           .entries = entries,
                           .directory_size = static_cast<std::uint32_t>(directory_.size()),
                           .directory_offset = static_cast<std::uint32_t>(offset)});
    append(directory_, end);
    pieces_.add_whole(std::move(directory_));
    return std::move(pieces_).take();
  }

 private:
  Result<CentralRecord> keep(const NewMember& wanted) {
    if (*wanted.original >= original_->members.size() || !original_->readable()) {
      return fail(ErrorKind::internal, "a member that cannot be read was to be kept");
    }
    const ArchiveMember& member = original_->members[*wanted.original];
    if (member.size > largest_file || member.compressed_size > largest_file) {
      return tl::unexpected(too_large(fmt::format("{} of more than 4 GiB", member.name)));
    }
    const std::string& name = name_of(*original_, wanted);
    const CentralRecord record = record_of(member, name);
    const bool header_stays = member.clean_local_header && name == member.name;
    if (header_stays) {
      pieces_.add_input(member.local_offset, member.data_offset - member.local_offset);
    } else {
      pieces_.add_bytes(bytes_of(local_header_of(record), name));
    }
    pieces_.add_input(member.data_offset, member.compressed_size);
    return record;
  }

  Result<CentralRecord> create(const NewMember& member) {
    if (member.content.size() > largest_file) {
      return tl::unexpected(too_large(fmt::format("{} of more than 4 GiB", member.name)));
    }
    ByteVector compressed;
    if (level_ != 0 && !member.content.empty()) {
      Result<ByteVector> shorter = deflate_bytes(member.content, level_);
      if (!shorter) return tl::unexpected(shorter.error());
      compressed = std::move(*shorter);
    }
    const bool is_stored = compressed.empty() || compressed.size() >= member.content.size();
    const Bytes data = is_stored ? Bytes(member.content) : Bytes(compressed);
    const CentralRecord record = record_of(member, data.size(), is_stored);
    pieces_.add_bytes(bytes_of(local_header_of(record), member.name));
    pieces_.add_bytes(data);
    return record;
  }

  const Archive* original_;
  int level_;
  Pieces pieces_;
  ByteVector directory_;
  std::size_t entries_ = 0;
};

}  // namespace

Result<std::vector<OutputPiece>> compose_archive(const Archive& original,
                                                 const std::vector<NewMember>& members, int level) {
  // Growing by doubling would take the memory of a large directory twice.
  std::size_t directory_size = end_size;
  for (const NewMember& member : members) {
    directory_size += central_size + name_of(original, member).size();
  }
  Composer composer(original, level, directory_size);
  for (const NewMember& member : members) {
    const Result<void> added = composer.add(member);
    if (!added) return tl::unexpected(added.error());
  }
  return std::move(composer).finish();
}

}  // namespace wheelaudit::zip
