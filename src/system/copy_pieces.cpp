// Copying the ranges of the input that a repair keeps. Long ranges go from file to file inside the
// kernel (copy_file_range; where that is not possible sendfile, then read and write:
// docs/design/limits.md#speed-of-copying); short ones and new bytes are gathered in a buffer,
// because a wheel can have thousands of members of a few hundred bytes. Every call may be
// interrupted or do less than asked.

#include "system/copy_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "system/file_calls.hpp"

namespace wheelaudit::system {
namespace {

constexpr std::size_t buffer_size = 1UL << 20;
// A shorter range goes through the buffer, which costs less than a system call of its own.
constexpr std::uint64_t least_kernel_copy = 128UL << 10;
// The most that the kernel copies in one call, so that an interrupt is served soon.
constexpr std::size_t most_kernel_copy = 64UL << 20;

tl::unexpected<Error> became_shorter() {
  return fail(ErrorKind::io, "the input became shorter while it was copied");
}

/// The errors by which a kernel or file system says that it cannot do such a copy at all.
bool is_unsupported(int error) {
  return error == ENOSYS || error == EXDEV || error == EINVAL || error == EOPNOTSUPP ||
         error == EPERM || error == ETXTBSY;
}

class PieceWriter {
 public:
  PieceWriter(int out, int in, const ByteSource& input, const FileOperations& system)
      : out_(out), in_(in), input_(input), system_(system) {}

  Result<void> append(Bytes bytes) {
    while (!bytes.empty()) {
      const std::size_t taken = std::min(bytes.size(), buffer_size - buffer_.size());
      buffer_.insert(buffer_.end(), bytes.begin(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      bytes = bytes.subspan(taken);
      if (buffer_.size() < buffer_size) continue;
      if (auto done = flush(); !done) return done;
    }
    return {};
  }

  Result<void> append_range(std::uint64_t offset, std::uint64_t length) {
    if (in_ >= 0 && length >= least_kernel_copy) {
      if (auto done = flush(); !done) return done;
      const auto copied = copy_in_kernel(offset, length);
      if (!copied) return tl::unexpected(copied.error());
      offset += *copied;
      length -= *copied;
    }
    while (length > 0) {
      const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer_size));
      const auto chunk = input_.read(offset, step);
      if (!chunk) return fail(chunk.error().kind, "the input " + chunk.error().message);
      if (auto done = append(chunk->view); !done) return done;
      offset += step;
      length -= step;
    }
    return {};
  }

  Result<void> flush() {
    Bytes rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = system_.write(out_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("writing failed");
      if (written == 0) return fail(ErrorKind::io, "writing failed: nothing more is taken");
      rest = rest.subspan(static_cast<std::size_t>(written));
    }
    buffer_.clear();
    return {};
  }

 private:
  /// How much of the range the kernel copied; less than all only when no way of copying in the
  /// kernel is left.
  Result<std::uint64_t> copy_in_kernel(std::uint64_t offset, std::uint64_t length) {
    std::uint64_t copied = 0;
    while (copied < length && way_ != Way::read_and_write) {
      auto position = static_cast<off_t>(offset + copied);
      const auto step =
          static_cast<std::size_t>(std::min<std::uint64_t>(length - copied, most_kernel_copy));
      const ssize_t done = way_ == Way::copy_range ? system_.copy_range(in_, &position, out_, step)
                                                   : system_.send_file(out_, in_, &position, step);
      if (done > 0) {
        copied += static_cast<std::uint64_t>(done);
      } else if (done == 0) {
        return became_shorter();
      } else if (is_unsupported(errno)) {
        way_ = way_ == Way::copy_range ? Way::send_file : Way::read_and_write;
      } else if (errno != EINTR) {
        return failed("copying failed");
      }
    }
    return copied;
  }

  enum class Way : std::uint8_t { copy_range, send_file, read_and_write };

  int out_;
  int in_;
  const ByteSource& input_;
  const FileOperations& system_;
  Way way_ = Way::copy_range;
  ByteVector buffer_;
};

/// A run of pieces that is one range of the input.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

std::uint64_t length_of(const zip::OutputPiece& piece) {
  return piece.input_offset ? piece.length : piece.bytes.size();
}

/// Reads the written file from front to back in steps of the buffer's size.
class WrittenReader {
 public:
  explicit WrittenReader(const ByteSource& written) : written_(written) {}

  /// The bytes from `at` on, at least one and at most `most`.
  Result<Bytes> from(std::uint64_t at, std::uint64_t most) {
    if (at >= start_ + chunk_.view.size()) {
      const auto step = std::min<std::uint64_t>(written_.size - at, buffer_size);
      auto chunk = written_.read(at, static_cast<std::size_t>(step));
      if (!chunk) return tl::unexpected(chunk.error());
      chunk_ = std::move(*chunk);
      start_ = at;
    }
    const Bytes there = chunk_.view.subspan(static_cast<std::size_t>(at - start_));
    return there.first(static_cast<std::size_t>(std::min<std::uint64_t>(there.size(), most)));
  }

 private:
  const ByteSource& written_;
  std::uint64_t start_ = 0;
  ByteChunk chunk_;
};

Result<void> compare_piece(WrittenReader& reader, std::uint64_t at, const ByteSource& input,
                           const zip::OutputPiece& piece) {
  const std::uint64_t length = length_of(piece);
  for (std::uint64_t done = 0; done < length;) {
    const auto found = reader.from(at + done, length - done);
    if (!found) return tl::unexpected(found.error());
    ByteChunk wanted;
    if (piece.input_offset) {
      auto chunk = input.read(*piece.input_offset + done, found->size());
      if (!chunk) return fail(chunk.error().kind, "the input " + chunk.error().message);
      wanted = std::move(*chunk);
    } else {
      wanted = ByteChunk(Bytes(piece.bytes).subspan(static_cast<std::size_t>(done), found->size()));
    }
    if (std::memcmp(found->data(), wanted.view.data(), found->size()) != 0) {
      return fail(ErrorKind::io,
                  fmt::format("what was read back differs from what was written, at or after byte "
                              "{}",
                              at + done));
    }
    done += found->size();
  }
  return {};
}

}  // namespace

Result<void> copy_pieces(int out, int in, const ByteSource& input,
                         const std::vector<zip::OutputPiece>& pieces,
                         const FileOperations& system) {
  PieceWriter writer(out, in, input, system);
  Range pending;
  for (const zip::OutputPiece& piece : pieces) {
    const bool continues =
        piece.input_offset && *piece.input_offset == pending.offset + pending.length;
    if (continues) {
      pending.length += piece.length;
      continue;
    }
    if (auto done = writer.append_range(pending.offset, pending.length); !done) return done;
    pending = {};
    if (piece.input_offset) {
      pending = {.offset = *piece.input_offset, .length = piece.length};
    } else if (auto done = writer.append(piece.bytes); !done) {
      return done;
    }
  }
  if (auto done = writer.append_range(pending.offset, pending.length); !done) return done;
  return writer.flush();
}

Result<void> compare_with_pieces(const ByteSource& written, const ByteSource& input,
                                 const std::vector<zip::OutputPiece>& pieces) {
  std::uint64_t total = 0;
  for (const zip::OutputPiece& piece : pieces) total += length_of(piece);
  if (written.size != total) {
    return fail(ErrorKind::io,
                fmt::format("the file written has {} bytes, expected {}", written.size, total));
  }
  WrittenReader reader(written);
  std::uint64_t at = 0;
  for (const zip::OutputPiece& piece : pieces) {
    if (auto same = compare_piece(reader, at, input, piece); !same) return same;
    at += length_of(piece);
  }
  return {};
}

Result<ByteSource> open_file_source(int file, const FileOperations& system) {
  struct stat status{};
  while (system.stat_open(file, &status) != 0) {
    if (errno != EINTR) return failed("reading back failed");
  }
  const auto read = [file, &system](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
    ByteVector bytes(length);
    std::size_t done = 0;
    while (done < length) {
      const ssize_t got = system.read_at(file, bytes.data() + done, length - done,
                                         static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("reading back failed");
      if (got == 0) return fail(ErrorKind::io, "the file became shorter while it was read back");
      done += static_cast<std::size_t>(got);
    }
    return ByteChunk(std::move(bytes));
  };
  return ByteSource{.size = static_cast<std::uint64_t>(status.st_size), .read = read};
}

}  // namespace wheelaudit::system
