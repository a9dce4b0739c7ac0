// A folder is what stands before the last `/` of the files' names, so that a caller who loads the
// folders that the program would look into gets the libraries that the program would take.

#include "api/libraries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/escape.hpp"
#include "wheel/library_file.hpp"

namespace wheelaudit::api {
namespace {

struct Folder {
  std::string name;
  std::map<std::string, const File*> files;
};

std::vector<Folder> folders_of(std::span<const File> files) {
  std::vector<Folder> folders;
  for (const File& file : files) {
    const auto slash = file.name.rfind('/');
    const bool has_folder = slash != std::string::npos;
    const std::string name = has_folder ? file.name.substr(0, slash) : std::string();
    auto folder = std::ranges::find(folders, name, &Folder::name);
    if (folder == folders.end())
      folder = folders.insert(folders.end(), {.name = name, .files = {}});
    folder->files.emplace(has_folder ? file.name.substr(slash + 1) : file.name, &file);
  }
  return folders;
}

const File* find_in(const Folder& folder, const std::string& name) {
  const auto file = wheel::find_library_file(
      {.has_file = [&](const std::string& each) { return folder.files.contains(each); },
       .names =
           [&] {
             std::vector<std::string> names;
             for (const auto& [each, unused] : folder.files) names.push_back(each);
             return names;
           }},
      name);
  return file ? folder.files.at(*file) : nullptr;
}

Result<std::optional<wheel::OfferedLibrary>> read_library(const File& file, const std::string& name,
                                                          const base::Limits& limits) {
  if (file.bytes.size() > limits.module_size) {
    return fail(base::ErrorKind::io,
                fmt::format("{} has {} bytes, more than {}; --max-module-size raises the limit",
                            escape_terminal(file.name), file.bytes.size(), limits.module_size));
  }
  wheel::OfferedLibrary library{.name = name, .path = file.name, .content = {}, .facts = {}};
  library.content = std::make_shared<const ByteVector>(file.bytes.begin(), file.bytes.end());
  library.facts = wasm::read_side_module(*library.content, wasm::Depth::full, limits);
  return library;
}

}  // namespace

wheel::LibraryFinder library_finder(std::span<const File> files, const base::Limits& limits) {
  if (files.empty()) return {};
  return [folders = folders_of(files),
          limits](const std::string& needed) -> Result<std::optional<wheel::OfferedLibrary>> {
    const std::string name = wheel::library_file_name(needed);
    if (name.empty()) return std::nullopt;
    for (const Folder& folder : folders) {
      if (const File* file = find_in(folder, name)) return read_library(*file, name, limits);
    }
    return std::nullopt;
  };
}

}  // namespace wheelaudit::api
