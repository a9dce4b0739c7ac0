// A composed archive before it is a file: as one buffer, and as a source that is audited like any
// input (docs/design/safety.md#promise-3: the output passes the same checks before its name
// appears).

#include <algorithm>
#include <memory>

#include "zip/archive.hpp"

namespace wheelaudit::zip {
namespace {

/// One piece and where it begins in the whole.
struct Span {
  std::uint64_t start = 0;
  std::uint64_t length = 0;
  std::optional<std::uint64_t> input_offset;
  Bytes bytes;
};

Result<ByteChunk> read_span(const ByteSource& input, const Span& span, std::uint64_t from,
                            std::size_t length) {
  if (span.input_offset) return input.read(*span.input_offset + from, length);
  return ByteChunk(span.bytes.subspan(static_cast<std::size_t>(from), length));
}

Result<ByteChunk> read_spans(const ByteSource& input, const std::vector<Span>& spans,
                             std::uint64_t offset, std::size_t length) {
  auto span = std::ranges::upper_bound(spans, offset, {}, &Span::start);
  if (span != spans.begin()) --span;
  if (span != spans.end() && offset >= span->start && length <= span->length &&
      offset - span->start <= span->length - length) {
    return read_span(input, *span, offset - span->start, length);
  }
  ByteVector bytes;
  bytes.reserve(length);
  for (; span != spans.end() && bytes.size() < length; ++span) {
    const std::uint64_t from = offset + bytes.size() - span->start;
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>(length - bytes.size(), span->length - from));
    const Result<ByteChunk> chunk = read_span(input, *span, from, count);
    if (!chunk) return tl::unexpected(chunk.error());
    append(bytes, chunk->view);
  }
  if (bytes.size() != length) {
    return fail(ErrorKind::internal, "a read beyond the end of the composed archive");
  }
  return ByteChunk(std::move(bytes));
}

}  // namespace

ByteSource pieces_source(const ByteSource& input, const std::vector<OutputPiece>& pieces) {
  auto spans = std::make_shared<std::vector<Span>>();
  std::uint64_t size = 0;
  for (const OutputPiece& piece : pieces) {
    if (piece.length == 0) continue;
    spans->push_back({.start = size,
                      .length = piece.length,
                      .input_offset = piece.input_offset,
                      .bytes = piece.bytes});
    size += piece.length;
  }
  return {
      .size = size,
      .read = [input, spans, size](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
        if (offset > size || length > size - offset) {
          return fail(ErrorKind::internal, "a read beyond the end of the composed archive");
        }
        if (length == 0) return ByteChunk();
        return read_spans(input, *spans, offset, length);
      }};
}

Result<ByteVector> assemble(const ByteSource& input, const std::vector<OutputPiece>& pieces) {
  ByteVector bytes;
  for (const OutputPiece& piece : pieces) {
    if (!piece.input_offset) {
      append(bytes, piece.bytes);
      continue;
    }
    const Result<ByteChunk> chunk =
        input.read(*piece.input_offset, static_cast<std::size_t>(piece.length));
    if (!chunk) return tl::unexpected(chunk.error());
    append(bytes, chunk->view);
  }
  return bytes;
}

}  // namespace wheelaudit::zip
