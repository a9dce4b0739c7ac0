// The build-time packer of CPython's stable ABI: reads abi-profiles/facts/stable_abi.json and
// writes one C++ file with the same list as a sorted table (docs/design/abis.md#compiled-profiles:
// no JSON is parsed at start). It is a program of its own because the packer of profiles links the
// room `profile`, and that room already contains this table.
//
//   wheelaudit_pack_stable_abi OUTPUT.cpp STABLE_ABI.json

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace {

/// "3.12" as 12; nullopt for anything but `3.` and one or two digits.
std::optional<int> minor_of(const std::string& version) {
  if (!version.starts_with("3.") || version.size() < 3 || version.size() > 4) return std::nullopt;
  int minor = 0;
  for (const char digit : version.substr(2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    minor = minor * 10 + (digit - '0');
  }
  return minor;
}

bool is_c_name(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Names and minor versions, sorted by name; empty when the file is not what it should be.
std::map<std::string, int> read_symbols(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("symbols") || !json["symbols"].is_object()) return {};
  std::map<std::string, int> symbols;
  for (const auto& [name, version] : json["symbols"].items()) {
    const auto minor =
        version.is_string() ? minor_of(version.get<std::string>()) : std::optional<int>();
    if (!minor || !is_c_name(name)) return {};
    symbols.emplace(name, *minor);
  }
  return symbols;
}

int pack(const std::string& output_path, const std::string& list_path) {
  const auto symbols = read_symbols(list_path);
  if (symbols.empty()) {
    fmt::print(stderr, "{}: no list of symbols and versions\n", list_path);
    return 2;
  }
  std::string text =
      "// Written by the packer of the stable ABI at build time.\n"
      "#include \"profile/stable_abi.hpp\"\n\n#include <array>\n\n"
      "namespace wheelaudit::profile {\nnamespace {\n"
      "constexpr auto symbols = std::to_array<StableAbiSymbol>({\n";
  for (const auto& [name, minor] : symbols)
    text += fmt::format("    {{\"{}\", {}}},\n", name, minor);
  text +=
      "});\n}  // namespace\n"
      "std::span<const StableAbiSymbol> stable_abi_symbols() { return symbols; }\n"
      "}  // namespace wheelaudit::profile\n";
  std::ofstream output(output_path, std::ios::binary | std::ios::trunc);
  output << text;
  output.close();
  return output ? 0 : 4;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 3) return pack(arguments[1], arguments[2]);
    fmt::print(stderr, "usage: wheelaudit_pack_stable_abi OUTPUT STABLE_ABI.json\n");
    return 2;
  } catch (const std::exception& exception) {
    static_cast<void>(std::fputs(exception.what(), stderr));
    return 70;
  }
}
