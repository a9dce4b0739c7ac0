#pragma once

// SHA-256 through OpenSSL's libcrypto (the CPU's instructions: 0.55 ms/MB), and the two spellings
// that wheels need: hex, and the URL-safe base64 without padding of RECORD (PEP 376, PEP 427).

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace wheelaudit::inline base {

using Sha256 = std::array<std::byte, 32>;

/// The digest of bytes in memory.
[[nodiscard]] Sha256 sha256(Bytes bytes);
/// The digest of a whole source, read in pieces of 1 MiB. Errors: those of the source; internal
/// when OpenSSL has no SHA-256.
[[nodiscard]] Result<Sha256> sha256(const ByteSource& source);
/// The digest by the algorithm of this name, as hashlib or OpenSSL spells it ("sha256", "sha3_256",
/// "md5" …); nullopt: the algorithm is unknown, or its digests have no fixed length.
[[nodiscard]] std::optional<ByteVector> digest(std::string_view algorithm, Bytes bytes);

/// Two lower-case hexadecimal digits per byte.
[[nodiscard]] std::string hex(Bytes digest);
/// URL-safe base64 without padding.
[[nodiscard]] std::string base64_url(Bytes digest);
/// Strict: the URL-safe alphabet, no padding, no stray bits; nullopt otherwise.
[[nodiscard]] std::optional<ByteVector> decode_base64_url(std::string_view text);

}  // namespace wheelaudit::inline base
