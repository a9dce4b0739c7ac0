// Digests through OpenSSL, and their spellings in RECORD (PEP 376: URL-safe base64 without
// padding).
//
// OpenSSL's configuration file is not read: digests must not depend on that file, and only the
// rooms `system` and `cli` touch files (docs/design/README.md#the-flow).

#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"

namespace wheelaudit::inline base {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
};
using Algorithm = std::unique_ptr<EVP_MD, FreeDigest>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Algorithm fetch(const char* name) {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  return Algorithm(EVP_MD_fetch(nullptr, name, nullptr));
}

/// Fetched once: looking an algorithm up costs more than hashing a small file.
const EVP_MD* sha256_algorithm() {
  static const Algorithm algorithm = fetch("SHA256");
  return algorithm.get();
}

constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::uint32_t> base64_value(char letter) {
  const std::size_t at = base64_letters.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

}  // namespace

Sha256 sha256(Bytes bytes) {
  Sha256 digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length,
             sha256_algorithm(), nullptr);
  return digest;
}

Result<Sha256> sha256(const ByteSource& source) {
  constexpr std::uint64_t piece = std::uint64_t{1} << 20U;
  const Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) != 1) {
    return fail(ErrorKind::internal, "OpenSSL offers no SHA-256");
  }
  for (std::uint64_t offset = 0; offset < source.size;) {
    const auto length = static_cast<std::size_t>(std::min(piece, source.size - offset));
    const Result<ByteChunk> chunk = source.read(offset, length);
    if (!chunk) return tl::unexpected(chunk.error());
    EVP_DigestUpdate(context.get(), chunk->view.data(), chunk->view.size());
    offset += length;
  }
  Sha256 digest{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

std::optional<ByteVector> digest(std::string_view algorithm, Bytes bytes) {
  // The name comes from a wheel: only what can be an algorithm's name goes to the look-up.
  constexpr std::size_t longest_name = 32;
  std::string name(algorithm);
  const bool plain = std::ranges::all_of(
      name, [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; });
  if (name.empty() || name.size() > longest_name || !plain) return std::nullopt;
  // hashlib writes sha3_256 where OpenSSL writes SHA3-256.
  std::ranges::replace(name, '_', '-');
  const Algorithm found = fetch(name.c_str());
  if (!found || (EVP_MD_get_flags(found.get()) & EVP_MD_FLAG_XOF) != 0) return std::nullopt;
  ByteVector result(EVP_MAX_MD_SIZE);
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(result.data()),
                 &length, found.get(), nullptr) != 1) {
    return std::nullopt;
  }
  result.resize(length);
  return result;
}

std::string hex(Bytes digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : digest) {
    const auto value = std::to_integer<unsigned>(byte);
    text.push_back(digits[value >> 4U]);
    text.push_back(digits[value & 0xfU]);
  }
  return text;
}

std::string base64_url(Bytes digest) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::byte byte : digest) {
    bits = (bits << 8U) | std::to_integer<std::uint32_t>(byte);
    for (count += 8; count >= 6; count -= 6) {
      text.push_back(base64_letters[(bits >> (count - 6)) & 0x3fU]);
    }
  }
  if (count > 0) text.push_back(base64_letters[(bits << (6 - count)) & 0x3fU]);
  return text;
}

std::optional<ByteVector> decode_base64_url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  ByteVector bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    const std::optional<std::uint32_t> value = base64_value(letter);
    if (!value) return std::nullopt;
    bits = (bits << 6U) | *value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::byte>((bits >> count) & 0xffU));
  }
  // Bits behind the last byte must be zero, or two texts would be one digest.
  if ((bits & ((1U << count) - 1U)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace wheelaudit::inline base
