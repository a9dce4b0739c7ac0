// Mutations of modules. A module and the dylink.0 section have the same form: blocks of an id, a
// size and a payload (WebAssembly core specification, 5.5.2; tool-conventions, DynamicLinking.md).

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/leb128.hpp"
#include "mutate.hpp"

namespace wheelaudit::fuzz {
namespace {

constexpr std::size_t preamble_size = 8;
constexpr auto custom_section = std::byte{0};
constexpr auto code_section = std::byte{10};

struct Block {
  std::byte id{};
  ByteVector payload;
};
struct Blocks {
  std::vector<Block> list;
  ByteVector rest;  ///< bytes after the last block
};

void append(ByteVector& bytes, Bytes more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

/// Reads a LEB128 number at `at` and moves `at` behind it; nullopt when there is none.
std::optional<std::uint64_t> take_number(Bytes bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<std::uint64_t>(bytes[at++]);
    value |= (byte & 0x7fU) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

Blocks split_blocks(Bytes bytes) {
  Blocks blocks;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t next = at + 1;
    const auto size = take_number(bytes, next);
    if (!size || *size > bytes.size() - next) break;
    const Bytes payload = bytes.subspan(next, *size);
    blocks.list.push_back({bytes[at], {payload.begin(), payload.end()}});
    at = next + *size;
  }
  append(blocks.rest, bytes.subspan(at));
  return blocks;
}

void join_blocks(ByteVector& bytes, const Blocks& blocks) {
  for (const Block& block : blocks.list) {
    bytes.push_back(block.id);
    append_leb128(bytes, block.payload.size());
    append(bytes, block.payload);
  }
  append(bytes, blocks.rest);
}

/// Replaces a number where one seems to stand, in its shortest form or a longer one.
ByteVector with_other_number(Bytes bytes, Random& random) {
  const std::size_t begin = pick(random, bytes.size());
  std::size_t end = begin;
  const auto value = take_number(bytes, end);
  if (!value) return mutate_bytes(bytes);
  ByteVector changed(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
  append_leb128(changed, mutate_number(*value, random));
  if (once_in(random, 16)) {
    changed.back() |= std::byte{0x80};
    changed.push_back(std::byte{0});
  }
  append(changed, bytes.subspan(end));
  return changed;
}

constexpr std::array<std::string_view, 26> names{"env",
                                                 "GOT.mem",
                                                 "GOT.func",
                                                 "memory",
                                                 "__indirect_function_table",
                                                 "__stack_pointer",
                                                 "__memory_base",
                                                 "__table_base",
                                                 "__wasm_call_ctors",
                                                 "__wasm_apply_data_relocs",
                                                 "PyInit__core",
                                                 "PyInitU_x",
                                                 "PyModExport_x",
                                                 "__cpp_exception",
                                                 "__c_longjmp",
                                                 "invoke_vi",
                                                 "__em_js__f",
                                                 "__start_em_asm",
                                                 "malloc",
                                                 "PyModule_Create2",
                                                 "libx.so",
                                                 "$ORIGIN/../x.libs",
                                                 "\x1b[31m",
                                                 "a\nb",
                                                 "\xe2\x80\xae",
                                                 ""};

/// Replaces a name where one seems to stand: a length and as many printable characters.
ByteVector with_other_name(Bytes bytes, Random& random) {
  const std::size_t start = pick(random, bytes.size());
  for (std::size_t at = start; at < bytes.size(); ++at) {
    const auto length = static_cast<std::size_t>(bytes[at]);
    if (length < 2 || length > bytes.size() - at - 1) continue;
    const Bytes old = bytes.subspan(at + 1, length);
    if (!std::ranges::all_of(old,
                             [](std::byte b) { return b > std::byte{32} && b < std::byte{127}; }))
      continue;
    ByteVector name =
        once_in(random, 3) ? mutate_bytes(old) : to_byte_vector(names[pick(random, names.size())]);
    ByteVector changed(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    append_leb128(changed, name.size());
    append(changed, name);
    append(changed, bytes.subspan(at + 1 + length));
    return changed;
  }
  return mutate_bytes(bytes);
}

/// Repeats or removes a few bytes of a counted list and changes its count by one to match.
ByteVector with_other_count(Bytes bytes, Random& random) {
  std::size_t at = 0;
  const auto count = take_number(bytes, at);
  if (!count || at >= bytes.size()) return mutate_bytes(bytes);
  const std::size_t begin = at + pick(random, bytes.size() - at);
  const std::size_t length = pick(random, std::min<std::size_t>(bytes.size() - begin, 24)) + 1;
  ByteVector changed;
  const bool more = once_in(random, 2);
  append_leb128(changed, more ? *count + 1 : *count - std::min<std::uint64_t>(*count, 1));
  append(changed, bytes.subspan(at, begin - at));
  if (more) append(changed, bytes.subspan(begin, std::min(length, bytes.size() - begin)));
  append(changed, bytes.subspan(more ? begin : std::min(begin + length, bytes.size())));
  return changed;
}

ByteVector mutate_plain(Bytes payload, Random& random) {
  if (payload.empty()) return mutate_bytes(payload);
  switch (pick(random, 6)) {
    case 0:
      return with_other_number(payload, random);
    case 1:
      return with_other_name(payload, random);
    case 2:
      return with_other_count(payload, random);
    default:
      return mutate_bytes(payload);
  }
}

/// Changes, doubles or removes one function body and sets its size.
ByteVector mutate_code(Bytes payload, Random& random) {
  std::size_t at = 0;
  const auto count = take_number(payload, at);
  std::vector<Bytes> bodies;
  while (count && at < payload.size()) {
    const auto size = take_number(payload, at);
    if (!size || *size > payload.size() - at) return mutate_bytes(payload);
    bodies.push_back(payload.subspan(at, *size));
    at += *size;
  }
  if (bodies.empty()) return mutate_bytes(payload);
  const std::size_t chosen = pick(random, bodies.size());
  const ByteVector body =
      once_in(random, 3) ? with_other_number(bodies[chosen], random) : mutate_bytes(bodies[chosen]);
  if (once_in(random, 2)) {
    bodies[chosen] = body;
  } else {
    bodies[chosen] = bodies[pick(random, bodies.size())];
  }
  ByteVector changed;
  append_leb128(changed, *count);
  for (const Bytes each : bodies) {
    append_leb128(changed, each.size());
    append(changed, each);
  }
  return changed;
}

void mutate_blocks(Blocks& blocks, Random& random, ByteVector (*change)(const Block&, Random&)) {
  if (blocks.list.empty()) {
    blocks.list.push_back({static_cast<std::byte>(pick(random, 14)), mutate_bytes({})});
    return;
  }
  auto& list = blocks.list;
  const std::size_t one = pick(random, list.size());
  const std::size_t other = pick(random, list.size());
  const auto place = list.begin() + static_cast<std::ptrdiff_t>(other);
  switch (pick(random, 16)) {
    case 0:
      list.insert(place, Block(list[one]));
      break;
    case 1:
      std::swap(list[one], list[other]);
      break;
    case 2:
      list.erase(place);
      break;
    case 3:
      list[one].id = static_cast<std::byte>(pick(random, 16));
      break;
    case 4:
      list.insert(place, {custom_section, to_byte_vector(std::string_view("\4name\1\0", 7))});
      break;
    default:
      list[one].payload = change(list[one], random);
  }
}

ByteVector change_dylink_part(const Block& part, Random& random) {
  return mutate_plain(part.payload, random);
}

ByteVector mutate_dylink_parts(Bytes bytes, Random& random) {
  Blocks parts = split_blocks(bytes);
  mutate_blocks(parts, random, change_dylink_part);
  ByteVector changed;
  join_blocks(changed, parts);
  return changed;
}

constexpr std::string_view dylink_name = "\10dylink.0";

ByteVector change_section(const Block& section, Random& random) {
  if (section.id == code_section && !once_in(random, 8))
    return mutate_code(section.payload, random);
  if (section.id == custom_section && as_text(section.payload).starts_with(dylink_name) &&
      !once_in(random, 8)) {
    ByteVector changed = to_byte_vector(dylink_name);
    append(changed,
           mutate_dylink_parts(Bytes(section.payload).subspan(dylink_name.size()), random));
    return changed;
  }
  return mutate_plain(section.payload, random);
}

}  // namespace

ByteVector mutate_module(Bytes module, Random& random) {
  if (module.size() < preamble_size || once_in(random, 12)) return mutate_bytes(module);
  Blocks sections = split_blocks(module.subspan(preamble_size));
  mutate_blocks(sections, random, change_section);
  if (once_in(random, 4)) mutate_blocks(sections, random, change_section);
  ByteVector changed(module.begin(), module.begin() + preamble_size);
  join_blocks(changed, sections);
  return changed;
}

ByteVector mutate_dylink(Bytes input, Random& random) {
  if (input.empty() || input.front() == std::byte{'o'} || once_in(random, 12)) {
    return mutate_bytes(input);
  }
  ByteVector changed{input.front()};
  append(changed, mutate_dylink_parts(input.subspan(1), random));
  return changed;
}

}  // namespace wheelaudit::fuzz
