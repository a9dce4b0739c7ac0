// A source over memory: reads are views of the caller's bytes.

#include "base/bytes.hpp"

namespace wheelaudit::inline base {

ByteSource memory_source(Bytes bytes) {
  return {.size = bytes.size(),
          .read = [bytes](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
            if (offset > bytes.size() || length > bytes.size() - offset) {
              return fail(ErrorKind::internal, "a read beyond the end of the input");
            }
            return ByteChunk(bytes.subspan(static_cast<std::size_t>(offset), length));
          }};
}

}  // namespace wheelaudit::inline base
