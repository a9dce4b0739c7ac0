// The content of one member. docs/design/archive.md#contents: inflating consumes exactly the
// compressed bytes, ends exactly once, yields exactly the declared size, and the CRC agrees; memory
// is never reserved by a declared number alone.
//
// Whole members go through libdeflate (docs/design/limits.md#speed-of-inflating: half of zlib's
// time), prefixes through zlib's stream, which stops where it is told to.

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <memory>

#include "zip/archive.hpp"
#include "zip/format.hpp"

namespace wheelaudit::zip {
namespace {

/// A deflate stream yields at most 258 bytes per 2 bits.
constexpr std::uint64_t most_inflated_per_byte = 1032;

ArchiveFault content_fault(const ArchiveMember& member, std::string code, std::string message) {
  return {.code = std::move(code),
          .member = member.name,
          .offset = member.data_offset,
          .message = std::move(message),
          .other_reader = "Python's zipfile (pip) fails on the entry, or reads something else"};
}

MemberContent damaged(const ArchiveMember& member, std::string code, std::string message,
                      std::string expected, std::string found) {
  MemberContent content;
  content.fault = content_fault(member, std::move(code), std::move(message));
  content.fault->expected = std::move(expected);
  content.fault->found = std::move(found);
  return content;
}

Result<const ArchiveMember*> member_at(const Archive& archive, std::size_t index) {
  if (index >= archive.members.size()) {
    return fail(ErrorKind::internal, "a member that the archive does not have was asked for");
  }
  if (!archive.readable()) {
    return fail(ErrorKind::internal, "a member of an archive that cannot be read was asked for");
  }
  const ArchiveMember& member = archive.members[index];
  const std::uint64_t size = archive.source.size;
  if (member.data_offset > size || member.compressed_size > size - member.data_offset) {
    return fail(ErrorKind::internal, "a member lies outside its archive");
  }
  return &member;
}

Result<ByteChunk> compressed_bytes(const Archive& archive, const ArchiveMember& member) {
  return archive.source.read(member.data_offset, static_cast<std::size_t>(member.compressed_size));
}

/// A fault for a size beyond `limit`, and for a size that the compressed bytes cannot yield (which
/// `read_archive` refuses, too).
std::optional<MemberContent> impossible(const ArchiveMember& member, std::uint64_t limit) {
  if (member.size > limit) {
    MemberContent content =
        damaged(member, "limit-member", "the entry is larger than what is read",
                fmt::format("at most {} bytes", limit), fmt::format("{} bytes", member.size));
    content.fault->kind = ArchiveFaultKind::limit;
    content.fault->other_reader.clear();
    return content;
  }
  const bool fits = member.method == stored
                        ? member.size == member.compressed_size
                        : member.size / most_inflated_per_byte <= member.compressed_size;
  if (fits) return std::nullopt;
  return damaged(member, "impossible-size", "the compressed bytes cannot yield the declared size",
                 fmt::format("{} bytes", member.size),
                 fmt::format("{} compressed bytes", member.compressed_size));
}

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};

/// Inflates all of `compressed`, which must be one stream of exactly the declared size.
Result<MemberContent> inflate_whole(const ArchiveMember& member, Bytes compressed) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  if (!decompressor) return fail(ErrorKind::internal, "out of memory");
  MemberContent content;
  content.bytes.resize(static_cast<std::size_t>(member.size));
  std::size_t consumed = 0;
  std::size_t produced = 0;
  const libdeflate_result result = libdeflate_deflate_decompress_ex(
      decompressor.get(), compressed.data(), compressed.size(), content.bytes.data(),
      content.bytes.size(), &consumed, &produced);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
    return damaged(member, "inflated-size", "the entry inflates to more than its declared size",
                   fmt::format("{} bytes", member.size), "more");
  }
  if (result != LIBDEFLATE_SUCCESS) {
    return damaged(member, "deflate-damaged", "the compressed data is damaged",
                   "one deflate stream", "data that is not a deflate stream, or stops short");
  }
  if (produced != member.size) {
    return damaged(member, "inflated-size", "the entry inflates to less than its declared size",
                   fmt::format("{} bytes", member.size), fmt::format("{} bytes", produced));
  }
  if (consumed != compressed.size()) {
    return damaged(member, "deflate-leftover", "there are bytes behind the compressed data",
                   fmt::format("a stream of {} bytes", compressed.size()),
                   fmt::format("one of {} bytes", consumed));
  }
  return content;
}

class InflateStream {
 public:
  // Raw deflate: no zlib header, the largest window.
  InflateStream() : ready_(inflateInit2(&stream_, -MAX_WBITS) == Z_OK) {}
  ~InflateStream() {
    if (ready_) inflateEnd(&stream_);
  }
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  /// Fills `out` as far as `in` reaches; the number of bytes written, nullopt when damaged.
  [[nodiscard]] std::optional<std::size_t> inflate_into(std::span<std::byte> out, Bytes in) {
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_SYNC_FLUSH);
    ended_ = result == Z_STREAM_END;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return std::nullopt;
    return out.size() - stream_.avail_out;
  }
  [[nodiscard]] bool ended() const { return ended_; }
  /// Bytes of the last `in` that were not needed: `out` was full.
  [[nodiscard]] std::size_t unread() const { return stream_.avail_in; }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
};

/// Reads compressed bytes piece by piece until `length` bytes have come out.
Result<MemberContent> inflate_prefix(const Archive& archive, const ArchiveMember& member,
                                     std::size_t length) {
  // A small piece to begin with: the first bytes of a module are often all that is asked for.
  constexpr std::size_t first_piece = std::size_t{16} << 10U;
  constexpr std::size_t largest_piece = std::size_t{256} << 10U;
  InflateStream stream;
  if (!stream.ready()) return fail(ErrorKind::internal, "zlib cannot be initialised");
  MemberContent content;
  content.bytes.resize(length);
  std::size_t produced = 0;
  std::uint64_t consumed = 0;
  std::size_t piece = first_piece;
  while (produced < length && !stream.ended() && consumed < member.compressed_size) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece, member.compressed_size - consumed));
    Result<ByteChunk> chunk = archive.source.read(member.data_offset + consumed, wanted);
    if (!chunk) return tl::unexpected(chunk.error());
    constexpr std::size_t most_at_once = std::size_t{1} << 30U;  // zlib counts in unsigned int
    const std::size_t room = std::min(length - produced, most_at_once);
    const std::optional<std::size_t> written =
        stream.inflate_into(std::span(content.bytes).subspan(produced, room), chunk->view);
    if (!written) {
      return damaged(member, "deflate-damaged", "the compressed data is damaged",
                     "one deflate stream", "data that is not a deflate stream");
    }
    const std::size_t taken = wanted - stream.unread();
    if (*written == 0 && taken == 0) break;
    produced += *written;
    consumed += taken;
    piece = std::min(2 * piece, largest_piece);
  }
  if (produced < length) {
    return damaged(member, "inflated-size", "the entry inflates to less than its declared size",
                   fmt::format("{} bytes", member.size), fmt::format("{} bytes", produced));
  }
  return content;
}

}  // namespace

Result<MemberContent> read_member(const Archive& archive, std::size_t index, std::uint64_t limit) {
  const Result<const ArchiveMember*> found = member_at(archive, index);
  if (!found) return tl::unexpected(found.error());
  const ArchiveMember& member = **found;
  if (std::optional<MemberContent> refused = impossible(member, limit)) return std::move(*refused);
  Result<ByteChunk> compressed = compressed_bytes(archive, member);
  if (!compressed) return tl::unexpected(compressed.error());
  MemberContent content;
  if (member.method == stored) {
    const bool owns_all = compressed->owned.size() == compressed->view.size();
    content.bytes = owns_all ? std::move(compressed->owned)
                             : ByteVector(compressed->view.begin(), compressed->view.end());
  } else {
    Result<MemberContent> inflated = inflate_whole(member, compressed->view);
    if (!inflated || inflated->fault) return inflated;
    content = std::move(*inflated);
  }
  const std::uint32_t crc = libdeflate_crc32(0, content.bytes.data(), content.bytes.size());
  if (crc != member.crc) {
    content.fault = content_fault(member, "crc", "the content has another checksum than declared");
    content.fault->expected = fmt::format("CRC {:08x}", member.crc);
    content.fault->found = fmt::format("CRC {:08x}", crc);
  }
  return content;
}

Result<MemberContent> read_member_prefix(const Archive& archive, std::size_t index,
                                         std::size_t length) {
  const Result<const ArchiveMember*> found = member_at(archive, index);
  if (!found) return tl::unexpected(found.error());
  const ArchiveMember& member = **found;
  if (std::optional<MemberContent> refused = impossible(member, member.size)) {
    return std::move(*refused);
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, member.size));
  if (member.method == stored) {
    const Result<ByteChunk> chunk = archive.source.read(member.data_offset, wanted);
    if (!chunk) return tl::unexpected(chunk.error());
    return MemberContent{.bytes = {chunk->view.begin(), chunk->view.end()}, .fault = {}};
  }
  if (wanted < member.size) return inflate_prefix(archive, member, wanted);
  Result<ByteChunk> compressed = compressed_bytes(archive, member);
  if (!compressed) return tl::unexpected(compressed.error());
  return inflate_whole(member, compressed->view);
}

}  // namespace wheelaudit::zip
