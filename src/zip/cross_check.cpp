// libzip as the second, independent reader. docs/design/archive.md#libzip: it must agree with our
// table on every name, size, method and CRC; when two independent parsers agree, the archive does
// not show different files to different readers.
//
// libzip reads through a source over the same ByteSource, so there is no second copy of the file.
// It is asked only about archives that the strict walk accepted. What that walk cannot rule out is
// an end record signature inside a member's data in the last 64 KiB (a ZIP within the wheel): it
// leads to no directory (end.cpp), but libzip 1.7.3 would allocate for each of thousands of them,
// so those bytes, which are not part of any header, are blanked in what libzip is shown.

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include "zip/archive.hpp"
#include "zip/end.hpp"
#include "zip/faults.hpp"
#include "zip/window.hpp"

namespace wheelaudit::zip {
namespace {

/// The source that libzip calls back: a ByteSource and a position in its bytes.
class LibzipSource {
 public:
  LibzipSource(const ByteSource& source, std::vector<std::uint64_t> blanked)
      : source_(&source), window_(source), blanked_(std::move(blanked)) {
    zip_error_init(&error_);
  }
  ~LibzipSource() { zip_error_fini(&error_); }
  LibzipSource(const LibzipSource&) = delete;
  LibzipSource& operator=(const LibzipSource&) = delete;

  static zip_int64_t call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<LibzipSource*>(self)->answer(data, length, command);
  }
  /// The error of reading the ByteSource, which libzip only knows as "read failed".
  [[nodiscard]] const std::optional<Error>& read_error() const { return read_error_; }

 private:
  zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_OPEN:
        position_ = 0;
        return 0;
      case ZIP_SOURCE_READ:
        return read(data, length);
      case ZIP_SOURCE_SEEK: {
        const zip_int64_t offset =
            zip_source_seek_compute_offset(position_, source_->size, data, length, &error_);
        if (offset < 0) return -1;
        position_ = static_cast<std::uint64_t>(offset);
        return 0;
      }
      case ZIP_SOURCE_TELL:
        return static_cast<zip_int64_t>(position_);
      case ZIP_SOURCE_STAT:
        return stat(data, length);
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, data, length);
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_FREE:  // the caller owns this object
        return 0;
      default:
        zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
  }

  zip_int64_t stat(void* data, zip_uint64_t length) {
    if (length < sizeof(zip_stat_t)) {
      zip_error_set(&error_, ZIP_ER_INVAL, 0);
      return -1;
    }
    zip_stat_t stat;
    zip_stat_init(&stat);
    stat.size = source_->size;
    stat.valid = ZIP_STAT_SIZE;
    std::memcpy(data, &stat, sizeof stat);
    return sizeof stat;
  }

  zip_int64_t read(void* data, zip_uint64_t length) {
    const std::uint64_t left = source_->size - std::min(position_, source_->size);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(length, left));
    if (count == 0) return 0;
    const Result<Bytes> bytes = window_.at(position_, count);
    if (!bytes) {
      read_error_ = bytes.error();
      zip_error_set(&error_, ZIP_ER_READ, 0);
      return -1;
    }
    std::memcpy(data, bytes->data(), count);
    const auto first = std::ranges::lower_bound(blanked_, position_);
    for (auto at = first; at != blanked_.end() && *at < position_ + count; ++at) {
      static_cast<char*>(data)[*at - position_] = 0;
    }
    position_ += count;
    return static_cast<zip_int64_t>(count);
  }

  const ByteSource* source_;
  Window window_;
  std::vector<std::uint64_t> blanked_;
  std::uint64_t position_ = 0;
  zip_error_t error_{};
  std::optional<Error> read_error_;
};

struct DiscardZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

ArchiveFault disagreement(std::string member, std::string field, std::string ours,
                          std::string theirs) {
  return {.code = "readers-disagree",
          .member = std::move(member),
          .message = fmt::format("two readers disagree on the {}", field),
          .expected = std::move(ours),
          .found = std::move(theirs),
          .other_reader = "libzip sees what was found"};
}

/// The first field on which libzip and the table differ.
std::optional<ArchiveFault> compare(zip_t* archive, const ArchiveMember& member,
                                    std::uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive, index, ZIP_FL_ENC_RAW | ZIP_FL_UNCHANGED, &stat) != 0) {
    return disagreement(member.name, "entry", "an entry", zip_strerror(archive));
  }
  const std::string name = stat.name == nullptr ? std::string() : std::string(stat.name);
  if (name != member.name) return disagreement(member.name, "name", member.name, name);
  struct Field {
    std::string_view name;
    std::uint64_t ours;
    std::uint64_t theirs;
  };
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(archive, index, ZIP_FL_UNCHANGED, &system, &attributes);
  for (const Field& field :
       {Field{"size", member.size, stat.size},
        Field{"compressed size", member.compressed_size, stat.comp_size},
        Field{"CRC", member.crc, stat.crc}, Field{"method", member.method, stat.comp_method},
        Field{"encryption", 0, stat.encryption_method},
        Field{"attributes", member.external_attributes, attributes}}) {
    if (field.ours != field.theirs) {
      return disagreement(member.name, std::string(field.name), fmt::format("{}", field.ours),
                          fmt::format("{}", field.theirs));
    }
  }
  return std::nullopt;
}

/// Offsets of end record signatures in front of the directory; read_archive found that none of them
/// leads to a directory.
Result<std::vector<std::uint64_t>> signatures_in_data(const Archive& archive) {
  Result<std::vector<std::uint64_t>> offsets = end_signatures(archive.source);
  if (!offsets) return offsets;
  std::erase_if(*offsets, [&archive](std::uint64_t offset) {
    return offset >= archive.central_directory_offset;
  });
  return offsets;
}

}  // namespace

Result<std::vector<ArchiveFault>> cross_check(const Archive& archive) {
  if (!archive.readable()) {
    return fail(ErrorKind::internal, "libzip was asked about an archive that cannot be read");
  }
  Result<std::vector<std::uint64_t>> blanked = signatures_in_data(archive);
  if (!blanked) return tl::unexpected(blanked.error());
  LibzipSource reader(archive.source, std::move(*blanked));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_function_create(&LibzipSource::call, &reader, &error);
  if (source == nullptr) return fail(ErrorKind::internal, "libzip cannot make a source");
  const std::unique_ptr<zip_t, DiscardZip> opened(zip_open_from_source(source, ZIP_RDONLY, &error));
  if (!opened) {
    zip_source_free(source);
    if (reader.read_error()) return tl::unexpected(*reader.read_error());
    FaultLog refused;
    refused.add(disagreement("", "archive", "an archive", zip_error_strerror(&error)));
    zip_error_fini(&error);
    return std::move(refused).finish();
  }
  FaultLog faults;
  const auto count =
      static_cast<std::uint64_t>(zip_get_num_entries(opened.get(), ZIP_FL_UNCHANGED));
  if (count != archive.members.size()) {
    faults.add(disagreement("", "number of entries", fmt::format("{}", archive.members.size()),
                            fmt::format("{}", count)));
    return std::move(faults).finish();
  }
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    if (std::optional<ArchiveFault> fault = compare(opened.get(), archive.members[i], i)) {
      faults.add(std::move(*fault));
    }
  }
  return std::move(faults).finish();
}

}  // namespace wheelaudit::zip
