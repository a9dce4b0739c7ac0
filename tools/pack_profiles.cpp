// The build-time packer: reads the profiles and facts of abi-profiles/ and writes one C++ file that
// carries them inside the program (docs/design/abis.md#compiled-profiles: no JSON is parsed at
// start).
//
//   wheelaudit_pack_profiles OUTPUT.cpp FACTS_DIRECTORY PROFILE.json…
//
// The bytes are written as string literals in pieces: any compiler takes them, in a position-
// independent or link-time optimised program and for any object format, and they compile much
// faster than a list of numbers.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "profile/generate/generator.hpp"
#include "profile/pack.hpp"
#include "profile/release_order.hpp"

namespace wheelaudit::tools {
namespace {

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::io, fmt::format("{}: cannot be read", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// One literal, its bytes as octal escapes where they are not plain text. A line break in the
/// source after every 32 KiB: compilers are required to take 64 KiB in one piece.
std::string literal(std::string_view bytes) {
  constexpr std::size_t piece = 32'768;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    text += at == 0 ? "\"" : "\n    \"";
    const std::string_view part = bytes.substr(at, piece);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const auto byte = static_cast<unsigned char>(part[i]);
      const bool digit_follows = i + 1 < part.size() && part[i + 1] >= '0' && part[i + 1] <= '9';
      if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?') {
        text += static_cast<char>(byte);
      } else if (digit_follows) {
        text += fmt::format("\\{:03o}", byte);
      } else {
        text += fmt::format("\\{:o}", byte);
      }
    }
    text += '"';
  }
  return text;
}

Result<std::vector<profile::AbiProfile>> read_profiles(const std::vector<std::string>& paths) {
  std::vector<profile::AbiProfile> profiles;
  for (const std::string& path : paths) {
    const auto text = read_text(path);
    if (!text) return tl::unexpected<Error>(text.error());
    auto profile = profile::parse_profile(*text);
    if (!profile) return fail(ErrorKind::usage, path + ": " + profile.error().message);
    profiles.push_back(std::move(*profile));
  }
  // Oldest ABI first, by its first release.
  std::ranges::sort(profiles, [](const profile::AbiProfile& one, const profile::AbiProfile& other) {
    return profile::release_before(one.runtimes.front().version, other.runtimes.front().version);
  });
  return profiles;
}

Result<std::string> source_text(const std::string& facts, const std::vector<std::string>& paths) {
  const auto profiles = read_profiles(paths);
  if (!profiles) return tl::unexpected<Error>(profiles.error());
  const auto observed = read_text(facts + "/observed.json");
  if (!observed) return tl::unexpected<Error>(observed.error());
  const auto libraries = read_text(facts + "/libraries.json");
  if (!libraries) return tl::unexpected<Error>(libraries.error());
  if (const auto known = profile::parse_profile_facts(*observed, *libraries); !known) {
    return tl::unexpected<Error>(known.error());
  }
  const ByteVector packed = profile::pack_catalog(*profiles);
  std::string text =
      "// Written by the packer of profiles at build time.\n"
      "#include \"profile/pack.hpp\"\n"
      "#include \"profile/generate/generator.hpp\"\n"
      "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
      "namespace wheelaudit::profile {\nnamespace {\n";
  const auto add = [&text](std::string_view name, std::string_view bytes) {
    text +=
        fmt::format("constexpr char {}[{}] =\n    {};\n", name, bytes.size() + 1, literal(bytes));
  };
  add("packed", as_text(packed));
  add("observed", *observed);
  add("libraries", *libraries);
  text += fmt::format(
      "}}  // namespace\n"
      "std::vector<AbiProfile> built_in_profiles() {{\n"
      "  return unpack_catalog(as_bytes({{packed, {}}}), "
      "nullptr).value_or(std::vector<AbiProfile>());\n}}\n"
      "std::string_view built_in_observed_facts() {{ return {{observed, {}}}; }}\n"
      "std::string_view built_in_library_facts() {{ return {{libraries, {}}}; }}\n"
      "}}  // namespace wheelaudit::profile\n",
      packed.size(), observed->size(), libraries->size());
  return text;
}

}  // namespace
}  // namespace wheelaudit::tools

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  if (words.size() < 3) {
    fmt::print(stderr, "usage: wheelaudit_pack_profiles OUTPUT FACTS_DIRECTORY PROFILE.json...\n");
    return 2;
  }
  const auto text = wheelaudit::tools::source_text(words[2], {words.begin() + 3, words.end()});
  if (!text) {
    fmt::print(stderr, "{}\n", text.error().message);
    return 2;
  }
  std::ofstream output(words[1], std::ios::binary | std::ios::trunc);
  output << *text;
  output.close();
  return output ? 0 : 4;
}
