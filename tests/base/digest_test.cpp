// Digests against published values (FIPS 180-4's "abc", RFC 1321), and the encodings that RECORD
// uses.

#include "base/digest.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::inline base {
namespace {

std::string hex_of(std::string_view algorithm, std::string_view text) {
  const std::optional<ByteVector> bytes = digest(algorithm, as_bytes(text));
  return bytes ? hex(*bytes) : "unknown";
}

constexpr std::string_view sha256_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view sha256_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

TEST_CASE("SHA-256 of bytes") {
  CHECK(hex(sha256(as_bytes("abc"))) == sha256_of_abc);
  CHECK(hex(sha256(Bytes{})) == sha256_of_nothing);
}

TEST_CASE("SHA-256 of a source, in pieces") {
  const ByteVector large(3 * (std::size_t{1} << 20U) + 17, std::byte{'x'});
  CHECK(*sha256(memory_source(large)) == sha256(Bytes(large)));
  CHECK(hex(*sha256(memory_source({}))) == sha256_of_nothing);
  const ByteSource broken{.size = 1, .read = [](std::uint64_t, std::size_t) -> Result<ByteChunk> {
                            return fail(ErrorKind::io, "the file shrank");
                          }};
  CHECK(sha256(broken).error().message == "the file shrank");
}

TEST_CASE("digests by name") {
  CHECK(hex_of("sha256", "abc") == sha256_of_abc);
  CHECK(hex_of("SHA256", "abc") == sha256_of_abc);
  CHECK(hex_of("md5", "abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hex_of("sha1", "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_of("sha512", "abc").starts_with("ddaf35a193617aba"));
  CHECK(hex_of("sha384", "abc").size() == 96);
  CHECK(hex_of("sha3_256", "abc") ==
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

TEST_CASE("names that are no digest") {
  for (const std::string_view name :
       {"", "sha257", "sha256 ", "sha256:", "shake128", "aes-128-cbc", "..", "sha256?x=y"}) {
    CAPTURE(name);
    CHECK(hex_of(name, "abc") == "unknown");
  }
  CHECK(hex_of(std::string(1'000, 'a'), "abc") == "unknown");
  CHECK(hex_of(std::string_view("sha256\0", 7), "abc") == "unknown");
}

TEST_CASE("URL-safe base64 without padding") {
  // RFC 4648, section 10, without padding.
  CHECK(base64_url(as_bytes("")) == "");
  CHECK(base64_url(as_bytes("f")) == "Zg");
  CHECK(base64_url(as_bytes("fo")) == "Zm8");
  CHECK(base64_url(as_bytes("foo")) == "Zm9v");
  CHECK(base64_url(as_bytes("foob")) == "Zm9vYg");
  CHECK(base64_url(as_bytes("\xfb\xff\xfe")) == "-__-");
  CHECK(base64_url(sha256(Bytes{})) == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}

TEST_CASE("decoding is strict and the inverse") {
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "\xfb\xff\xfe"}) {
    CAPTURE(text);
    const std::optional<ByteVector> bytes = decode_base64_url(base64_url(as_bytes(text)));
    REQUIRE(bytes.has_value());
    CHECK(as_text(*bytes) == text);
  }
  for (const std::string_view text : {"Z", "Zg==", "Zm8=", "Zh", "Zm9", "+__-", "Zm9v\n", "Zm 9"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64_url(text).has_value());
  }
}

}  // namespace wheelaudit::inline base
