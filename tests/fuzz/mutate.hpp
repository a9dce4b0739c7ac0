#pragma once

// Mutations that keep a file's structure, so that a mutant gets past a reader's first check: a
// payload changes, and the sizes around it are set to match. A few mutants are mutated as plain
// bytes anyway.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "base/bytes.hpp"

/// libFuzzer's own mutation of bytes, which also uses the dictionary.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace wheelaudit::fuzz {

using Random = std::mt19937;

/// 0 … count - 1; 0 for a count of 0.
[[nodiscard]] std::size_t pick(Random& random, std::size_t count);
/// True in one of `count` cases.
[[nodiscard]] inline bool once_in(Random& random, std::size_t count) {
  return pick(random, count) == 0;
}

/// The bytes as libFuzzer mutates them; they may grow by a few.
[[nodiscard]] ByteVector mutate_bytes(Bytes bytes);
/// A mutated number: small, at the limit of a type, or near `value`.
[[nodiscard]] std::uint64_t mutate_number(std::uint64_t value, Random& random);

/// Mutates a module: sections and parts of dylink.0, function bodies, names. Sizes are set to
/// match.
[[nodiscard]] ByteVector mutate_module(Bytes module, Random& random);
/// Mutates an input of the target `dylink`: a kind and a payload.
[[nodiscard]] ByteVector mutate_dylink(Bytes input, Random& random);
/// Mutates a ZIP file: records, members, contents. CRC, sizes and offsets are set to match.
[[nodiscard]] ByteVector mutate_zip(Bytes zip, Random& random);
/// Mutates an input of the targets `wheel` and `repair`. RECORD is set to match as well.
[[nodiscard]] ByteVector mutate_wheel(Bytes input, Random& random);

}  // namespace wheelaudit::fuzz
