// Only the head of a module is inflated when only the head is asked for: it is 10 % of the modules'
// bytes in real wheels (SPEED.md), usually 16 to 100 KB of many megabytes. Prefixes grow until the
// section headers in them say where the head ends; when that is a large share of the module, all of
// it is inflated at once, for that is faster than going through zlib, and its CRC is checked.

#include "module_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace wheelaudit {
namespace {

constexpr std::uint64_t first_prefix = 32U << 10;
// Each further prefix starts anew, so the sum stays below 4/3 of the last.
constexpr std::uint64_t prefix_growth = 4;
// libdeflate inflates a whole buffer more than twice as fast as zlib its beginning (SPEED.md).
constexpr std::uint64_t large_share = 2;

// The first `length` bytes of a module, or why they could not be had.
using PrefixReader = std::function<Result<MemberContent>(std::size_t length)>;

// nullopt: take the whole module instead.
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
    if (bytes.size() < length) return std::nullopt;  // shorter than declared: inflating will tell
    const auto head = head_size(bytes, size);
    if (head && *head <= bytes.size()) {
      return ModuleReading{
          read_side_module_head(bytes.first(static_cast<std::size_t>(*head)), size, limits),
          std::nullopt};
    }
    length = std::max(head.value_or(0), length * (head ? 1 : prefix_growth));
  }
  return std::nullopt;
}

}  // namespace

SideModule unread_module(std::uint64_t size, const std::string& reason) {
  return {.kind = ModuleKind::malformed,
          .size = size,
          .faults = {{.kind = ModuleFaultKind::malformed,
                      .message = fmt::format("its bytes cannot be read: {}", reason)}}};
}

SideModule oversized_module(std::uint64_t size, const Limits& limits) {
  return {.kind = ModuleKind::malformed,
          .size = size,
          .faults = {{.kind = ModuleFaultKind::limit,
                      .message = fmt::format("the module has {} bytes, more than {}; it was not "
                                             "read",
                                             size, limits.module_size),
                      .option = "--max-module-size"}}};
}

ArchiveFault oversized_member(const ArchiveMember& member, const Limits& limits) {
  return {.code = "module-size",
          .kind = ArchiveFaultKind::limit,
          .severity = ArchiveFaultSeverity::malformed,
          .member = member.name,
          .message = fmt::format("the module inflates to {} bytes, more than {}", member.size,
                                 limits.module_size),
          .expected = fmt::format("at most {} bytes", limits.module_size),
          .found = fmt::format("{} bytes", member.size),
          .option = "--max-module-size"};
}

Result<ModuleReading> read_member_module(const Archive& archive, std::size_t member, Depth depth,
                                         const Limits& limits) {
  const ArchiveMember& entry = archive.members[member];
  if (entry.size > limits.module_size) {
    return ModuleReading{oversized_module(entry.size, limits), oversized_member(entry, limits)};
  }
  if (depth == Depth::head) {
    auto head =
        read_head([&](std::size_t length) { return read_member_prefix(archive, member, length); },
                  entry.size, limits);
    if (!head) return tl::unexpected<Error>(std::move(head.error()));
    if (*head) return std::move(**head);
  }
  auto content = read_member(archive, member, limits.module_size);
  if (!content) return tl::unexpected<Error>(std::move(content.error()));
  if (content->fault) {
    return ModuleReading{unread_module(entry.size, content->fault->message), content->fault};
  }
  return ModuleReading{read_side_module(content->bytes, depth, limits), std::nullopt};
}

Result<SideModule> read_file_module(const ByteSource& source, Depth depth, const Limits& limits) {
  if (source.size > limits.module_size) return oversized_module(source.size, limits);
  if (depth == Depth::head) {
    auto head = read_head(
        [&](std::size_t length) -> Result<MemberContent> {
          auto chunk = source.read(0, length);
          if (!chunk) return tl::unexpected<Error>(std::move(chunk.error()));
          return MemberContent{{chunk->view.begin(), chunk->view.end()}, std::nullopt};
        },
        source.size, limits);
    if (!head) return tl::unexpected<Error>(std::move(head.error()));
    if (*head) return std::move((*head)->facts);
  }
  const auto chunk = source.read(0, static_cast<std::size_t>(source.size));
  if (!chunk) return tl::unexpected<Error>(chunk.error());
  return read_side_module(chunk->view, depth, limits);
}

}  // namespace wheelaudit
