#pragma once

// Digests of function bodies, by which equal code of two modules is found
// (docs/design/modules.md#equal-code).

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// A hash of pieces of code. Fast, eight bytes a step, and of no use against an adversary: code
/// that is made to collide only makes itself look equal.
class CodeHash {
 public:
  void add(Bytes code);
  /// The digest of a body of `size` bytes; the hash begins again.
  [[nodiscard]] BodyDigest take(std::uint64_t size);

 private:
  void mix(std::uint64_t word) {
    state_ = (((state_ << 5) | (state_ >> 59)) ^ word) * 0x9e37'79b9'7f4a'7c15;
  }
  std::uint64_t state_ = 0;
};

/// The constructors and init functions of a module whose calls are known, with `digests` of its
/// defined functions. `module` needs its exports and its start function.
[[nodiscard]] std::vector<EarlyFunction> early_functions(const SideModule& module,
                                                         const CodeFacts& code,
                                                         const std::vector<BodyDigest>& digests);

/// The digests of bodies that are not tiny, sorted.
[[nodiscard]] std::vector<BodyDigest> comparable(std::vector<BodyDigest> digests);

/// Bytes of code that two modules have in common, by their sorted digests. Linear.
[[nodiscard]] std::uint64_t equal_bytes(const std::vector<BodyDigest>& left,
                                        const std::vector<BodyDigest>& right);

}  // namespace wheelaudit::wasm
