// The program of one target for libFuzzer. CMake sets WHEELAUDIT_FUZZ_TARGET and, for structured
// formats, WHEELAUDIT_FUZZ_MUTATOR.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "checks.hpp"
#include "mutate.hpp"
#include "targets.hpp"

using wheelaudit::Bytes;
using wheelaudit::ByteVector;

namespace {

/// Prints at the end what the slowest input cost; libFuzzer's own figure is in whole seconds.
struct Slowest {
  double seconds = 0;
  ~Slowest() { std::fprintf(stderr, "slowest input: %.3f s\n", seconds); }
};
Slowest slowest;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  static_cast<void>(wheelaudit::fuzz::catalog());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const double seconds =
      wheelaudit::fuzz::run_within_bar(wheelaudit::fuzz::WHEELAUDIT_FUZZ_TARGET, input);
  slowest.seconds = std::max(slowest.seconds, seconds);
  return 0;
}

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
