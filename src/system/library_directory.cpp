// The name of a needed library comes from a wheel, which anybody may have made: only the last
// component of the name is looked for, never a path, and only regular files are opened.

#include "system/library_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "system/input.hpp"
#include "wheel/library_file.hpp"

namespace wheelaudit::system {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> layouts{"", "lib", "lib/wasm32-emscripten/pic",
                                                  "wasm32-emscripten/pic"};

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

std::optional<fs::path> find_in(const fs::path& folder, const std::string& name) {
  const auto file = wheel::find_library_file(
      {.has_file = [&](const std::string& each) { return is_file(folder / each); },
       .names = [&] { return names_in(folder); }},
      name);
  if (!file) return std::nullopt;
  return folder / *file;
}

Result<std::optional<wheel::OfferedLibrary>> read_library(const fs::path& path,
                                                          const std::string& name,
                                                          const Limits& limits) {
  const auto source = open_input({.path = path.string(), .kind = InputKind::file}, limits);
  if (!source) return tl::unexpected(source.error());
  if (source->size > limits.module_size) {
    return fail(ErrorKind::io,
                fmt::format("{} has {} bytes, more than {}; --max-module-size raises the limit",
                            path.string(), source->size, limits.module_size));
  }
  const auto bytes = source->read(0, static_cast<std::size_t>(source->size));
  if (!bytes) return tl::unexpected(bytes.error());
  wheel::OfferedLibrary library{.name = name, .path = path.string(), .content = {}, .facts = {}};
  library.content = std::make_shared<const ByteVector>(bytes->view.begin(), bytes->view.end());
  library.facts = wasm::read_side_module(*library.content, wasm::Depth::full, limits);
  return library;
}

}  // namespace

Result<std::vector<std::string>> library_folders(const std::vector<std::string>& directories) {
  std::vector<std::string> folders;
  for (const std::string& directory : directories) {
    std::error_code error;
    if (!fs::is_directory(directory, error))
      return fail(ErrorKind::usage, fmt::format("--libdir {}: no such directory", directory));
    for (const std::string_view layout : layouts) {
      const fs::path folder = layout.empty() ? fs::path(directory) : fs::path(directory) / layout;
      if (fs::is_directory(folder, error)) folders.push_back(folder.string());
    }
  }
  return folders;
}

std::vector<std::string> links_in(const std::vector<std::string>& folders) {
  std::vector<std::string> links;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code kind_error;
      if (entry->is_symlink(kind_error)) links.push_back(entry->path().string());
    }
  }
  return links;
}

wheel::LibraryFinder library_finder(const std::vector<std::string>& folders, const Limits& limits) {
  return
      [folders, limits](const std::string& needed) -> Result<std::optional<wheel::OfferedLibrary>> {
        const std::string name = wheel::library_file_name(needed);
        if (name.empty()) return std::nullopt;
        for (const std::string& folder : folders) {
          if (const auto path = find_in(folder, name)) return read_library(*path, name, limits);
        }
        return std::nullopt;
      };
}

}  // namespace wheelaudit::system
