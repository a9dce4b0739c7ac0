#pragma once

// Mutations that keep a file's structure, so that a mutant reaches what lies behind the first
// check: a payload changes and the sizes around it are mended. One in a few is mutated as bytes all
// the same.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "base/bytes.hpp"

/// libFuzzer's own mutation of bytes, dictionary and all.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace wheelaudit::fuzz {

using Random = std::mt19937;

/// 0 … count - 1; 0 for a count of 0.
[[nodiscard]] std::size_t pick(Random& random, std::size_t count);
/// True once in `count`.
[[nodiscard]] inline bool once_in(Random& random, std::size_t count) {
  return pick(random, count) == 0;
}

/// As libFuzzer mutates bytes; may grow by a few.
[[nodiscard]] ByteVector mutate_bytes(Bytes bytes);
/// A number as mutated: small, at the edge of a type, or near what it was.
[[nodiscard]] std::uint64_t mutate_number(std::uint64_t value, Random& random);

/// A module: sections and the parts of dylink.0, code bodies, names; sizes mended.
[[nodiscard]] ByteVector mutate_module(Bytes module, Random& random);
/// The input of the target `dylink`: a kind and a payload.
[[nodiscard]] ByteVector mutate_dylink(Bytes input, Random& random);
/// A ZIP file: records, members, contents; CRC, sizes and offsets mended.
[[nodiscard]] ByteVector mutate_zip(Bytes zip, Random& random);
/// The input of the targets `wheel` and `repair`; RECORD is mended as well.
[[nodiscard]] ByteVector mutate_wheel(Bytes input, Random& random);

}  // namespace wheelaudit::fuzz
