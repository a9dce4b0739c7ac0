// The program of one target for libFuzzer. WHEELAUDIT_FUZZ_TARGET and, for formats with a
// structure, WHEELAUDIT_FUZZ_MUTATOR come from CMake.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mutate.hpp"
#include "targets.hpp"

using wheelaudit::Bytes;
using wheelaudit::ByteVector;

// clang-format off
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wheelaudit::fuzz::WHEELAUDIT_FUZZ_TARGET({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}
// clang-format on

#ifdef WHEELAUDIT_FUZZ_MUTATOR
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  wheelaudit::fuzz::Random random(seed);
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const ByteVector mutated = wheelaudit::fuzz::WHEELAUDIT_FUZZ_MUTATOR(input, random);
  if (mutated.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::ranges::copy(mutated, reinterpret_cast<std::byte*>(data));
  return mutated.size();
}
#endif
