// Only the head of a module is inflated when only the head is asked for: it is 10 % of the modules'
// bytes in real wheels (docs/design/limits.md#speed-of-heads), usually 16 to 100 KB of many
// megabytes. Prefixes grow until the section headers in them say where the head ends; when that is
// a large share of the module, the whole module is inflated at once: libdeflate does that faster
// than zlib inflates a prefix, and the CRC can be checked then.

#include "wheel/module_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "wasm/sections.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::uint64_t first_prefix = 32U << 10;
// Each further prefix is inflated again from the start. With this growth all prefixes before the
// last are together no longer than the last.
constexpr std::uint64_t prefix_growth = 2;
// A share of one half or more is large: libdeflate inflates a whole buffer more than twice as fast
// as zlib (docs/design/limits.md#speed-of-inflating).
constexpr std::uint64_t large_share = 2;
// How many bytes `foreign_format` needs to name the format.
constexpr std::size_t foreign_prefix = 4096;

// Reads the first `length` bytes of a module, or says why they could not be read.
using PrefixReader = std::function<Result<zip::MemberContent>(std::size_t length)>;

// The length of the next prefix when `prefix` does not show the end of the head. It holds the
// header of the section after the last one seen and an eighth more; in real modules the small
// sections between Import and Export fit into this eighth.
std::uint64_t longer_prefix(Bytes prefix, std::uint64_t length, std::uint64_t size) {
  const std::uint64_t reach = wasm::head_reach(prefix, size);
  return std::max(length * prefix_growth, reach + reach / 8 + first_prefix);
}

// Reads the head from prefixes; nullopt when the caller should read the whole module instead.
Result<std::optional<ModuleReading>> read_head(const PrefixReader& read_prefix, std::uint64_t size,
                                               const Limits& limits) {
  std::uint64_t length = first_prefix;
  while (length < size / large_share) {
    const auto prefix = read_prefix(static_cast<std::size_t>(length));
    if (!prefix) return tl::unexpected<Error>(prefix.error());
    if (prefix->fault) {
      return ModuleReading{unread_module(size, prefix->fault->message), prefix->fault};
    }
    const Bytes bytes = prefix->bytes;
    if (bytes.size() < length) return std::nullopt;  // shorter than declared: the full read says so
    const auto head = wasm::head_size(bytes, size);
    if (head && *head <= bytes.size()) {
      return ModuleReading{
          wasm::read_side_module_head(bytes.first(static_cast<std::size_t>(*head)), size, limits),
          std::nullopt};
    }
    length = head ? std::max(*head, length) : longer_prefix(bytes, length, size);
  }
  return std::nullopt;
}

// Of a module larger than the limit only the first bytes are read. If they are wasm, the reader
// reports that the limit is reached; any other format is named by its magic, whatever the size.
Result<ModuleReading> look_at_oversized(const PrefixReader& read_prefix, std::uint64_t size,
                                        const Limits& limits) {
  const auto prefix = read_prefix(foreign_prefix);
  if (!prefix) return tl::unexpected<Error>(prefix.error());
  if (prefix->fault) {
    return ModuleReading{unread_module(size, prefix->fault->message), prefix->fault};
  }
  return ModuleReading{wasm::read_side_module_head(prefix->bytes, size, limits), std::nullopt};
}

PrefixReader file_prefixes(const ByteSource& source) {
  return [&source](std::size_t length) -> Result<zip::MemberContent> {
    auto chunk =
        source.read(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, source.size)));
    if (!chunk) return tl::unexpected<Error>(std::move(chunk.error()));
    return zip::MemberContent{{chunk->view.begin(), chunk->view.end()}, std::nullopt};
  };
}

}  // namespace

wasm::SideModule unread_module(std::uint64_t size, const std::string& reason) {
  return {.kind = wasm::ModuleKind::malformed,
          .size = size,
          .faults = {{.kind = wasm::ModuleFaultKind::malformed,
                      .message = fmt::format("its bytes cannot be read: {}", reason)}}};
}

Result<ModuleReading> read_member_module(const zip::Archive& archive, std::size_t member,
                                         wasm::Depth depth, const Limits& limits) {
  const zip::ArchiveMember& entry = archive.members[member];
  const PrefixReader read_prefix = [&](std::size_t length) {
    return zip::read_member_prefix(archive, member, length);
  };
  if (entry.size > limits.module_size) return look_at_oversized(read_prefix, entry.size, limits);
  if (depth == wasm::Depth::head) {
    auto head = read_head(read_prefix, entry.size, limits);
    if (!head) return tl::unexpected<Error>(std::move(head.error()));
    if (*head) return std::move(**head);
  }
  auto content = zip::read_member(archive, member, limits.module_size);
  if (!content) return tl::unexpected<Error>(std::move(content.error()));
  if (content->fault) {
    return ModuleReading{unread_module(entry.size, content->fault->message), content->fault};
  }
  return ModuleReading{wasm::read_side_module(content->bytes, depth, limits), std::nullopt};
}

Result<wasm::SideModule> read_file_module(const ByteSource& source, wasm::Depth depth,
                                          const Limits& limits) {
  if (source.size > limits.module_size) {
    auto reading = look_at_oversized(file_prefixes(source), source.size, limits);
    if (!reading) return tl::unexpected<Error>(std::move(reading.error()));
    return std::move(reading->facts);
  }
  if (depth == wasm::Depth::head) {
    auto head = read_head(file_prefixes(source), source.size, limits);
    if (!head) return tl::unexpected<Error>(std::move(head.error()));
    if (*head) return std::move((*head)->facts);
  }
  const auto chunk = source.read(0, static_cast<std::size_t>(source.size));
  if (!chunk) return tl::unexpected<Error>(chunk.error());
  return wasm::read_side_module(chunk->view, depth, limits);
}

}  // namespace wheelaudit::wheel
