// What every mutator needs: libFuzzer's mutation of bytes, chance, and numbers that tend to break
// readers.

#include "mutate.hpp"

#include <algorithm>
#include <array>

namespace wheelaudit::fuzz {
namespace {

constexpr std::size_t growth = 64;

}  // namespace

std::size_t pick(Random& random, std::size_t count) {
  return count == 0 ? 0 : static_cast<std::size_t>(random()) % count;
}

ByteVector mutate_bytes(Bytes bytes) {
  ByteVector changed(bytes.size() + growth);
  std::ranges::copy(bytes, changed.begin());
  const std::size_t size = LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(changed.data()),
                                            bytes.size(), changed.size());
  changed.resize(size);
  return changed;
}

std::uint64_t mutate_number(std::uint64_t value, Random& random) {
  constexpr std::array<std::uint64_t, 16> edges{
      0,      1,        2,           0x7f,        0x80,        0xff,          0x7fff,  0x8000,
      0xffff, 0x1'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff, 0x1'0000'0000, 100'000, 1'000'000};
  switch (pick(random, 4)) {
    case 0:
      return edges[pick(random, edges.size())];
    case 1:
      return value + pick(random, 4) - 2;
    case 2:
      return value ^ (std::uint64_t{1} << pick(random, 32));
    default:
      return random() % 64;
  }
}

}  // namespace wheelaudit::fuzz
