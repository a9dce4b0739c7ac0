// Toolchains give one library several names: with its version, without a version, and with `.wasm`.
// The exact name is tried first, and another name only where one file alone can be meant.

#include "wheel/library_file.hpp"

#include "base/path.hpp"

namespace wheelaudit::wheel {
namespace {

/// The file with a version for a name without one, `libx.so.3` for `libx.so`, when there is exactly
/// one such file.
std::optional<std::string> versioned(const LibraryFolder& folder, const std::string& name) {
  std::vector<std::string> found;
  for (std::string& file : folder.names()) {
    const bool matches = file.starts_with(name + ".") &&
                         file.find_first_not_of("0123456789.", name.size()) == std::string::npos;
    if (matches && folder.has_file(file)) found.push_back(std::move(file));
  }
  if (found.size() != 1) return std::nullopt;
  return found.front();
}

/// The name without its last version number: `libx.so.3.10` for `libx.so.3.10.2`, `libx.so` for
/// `libx.so.3`; empty when the name has no version.
std::string without_version(const std::string& name) {
  const auto dot = name.rfind('.');
  const bool versioned_name = dot != std::string::npos && dot + 1 < name.size() &&
                              name.find_first_not_of("0123456789", dot + 1) == std::string::npos &&
                              name.find(".so") < dot;
  return versioned_name ? name.substr(0, dot) : std::string();
}

}  // namespace

std::optional<std::string> find_library_file(const LibraryFolder& folder,
                                             const std::string& needed) {
  if (folder.has_file(needed)) return needed;
  if (!needed.ends_with(".so")) {
    const std::string shorter = without_version(needed);
    return shorter.empty() ? std::nullopt : find_library_file(folder, shorter);
  }
  if (auto file = versioned(folder, needed)) return file;
  std::string wasm = needed.substr(0, needed.size() - 3) + ".wasm";
  if (folder.has_file(wasm)) return wasm;
  return std::nullopt;
}

std::string library_file_name(const std::string& needed) {
  std::string name(last_component(needed));
  return name == "." || name == ".." ? std::string() : name;
}

}  // namespace wheelaudit::wheel
