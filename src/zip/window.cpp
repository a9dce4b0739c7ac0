// A walk over the headers of one large member after another must not read the members
// (docs/design/limits.md#speed-of-heads: the cost of a head is linear in members and head bytes),
// so the distance of the last step decides how far to read ahead.

#include "zip/window.hpp"

#include <algorithm>

namespace wheelaudit::zip {
namespace {

constexpr std::uint64_t far_ahead = std::uint64_t{64} << 10U;
constexpr std::uint64_t near_ahead = std::uint64_t{1} << 10U;

}  // namespace

Result<Bytes> Window::at(std::uint64_t offset, std::size_t length) {
  const bool inside = offset >= start_ && offset - start_ <= chunk_.view.size() &&
                      length <= chunk_.view.size() - static_cast<std::size_t>(offset - start_);
  if (!inside) {
    const bool walks_on = offset >= start_ && offset - start_ <= 2 * far_ahead;
    const std::uint64_t ahead = walks_on ? far_ahead : near_ahead;
    const std::uint64_t wanted =
        std::min(source_->size - offset, std::max<std::uint64_t>(length, ahead));
    Result<ByteChunk> chunk = source_->read(offset, static_cast<std::size_t>(wanted));
    if (!chunk) return tl::unexpected(chunk.error());
    chunk_ = std::move(*chunk);
    start_ = offset;
  }
  return chunk_.view.subspan(static_cast<std::size_t>(offset - start_), length);
}

}  // namespace wheelaudit::zip
