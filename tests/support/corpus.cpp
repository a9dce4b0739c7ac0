// Files that tests read. The corpus is only the folder that the environment names, so that no test
// depends on files beside a checkout.

#include "corpus.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "source_directory.hpp"

namespace wheelaudit::test {

std::optional<std::filesystem::path> corpus_folder() {
  const char* named = std::getenv("WHEELAUDIT_CORPUS");
  if (named == nullptr) return std::nullopt;
  const std::filesystem::path folder = named;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
  return folder;
}

std::vector<std::filesystem::path> corpus_wheels(std::string_view subfolder) {
  std::vector<std::filesystem::path> wheels;
  const auto folder = corpus_folder();
  if (!folder) return wheels;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*folder / subfolder, error)) {
    if (entry.path().extension() == ".whl") wheels.push_back(entry.path());
  }
  std::sort(wheels.begin(), wheels.end());
  return wheels;
}

ByteVector read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_MESSAGE(file.good(), "cannot read " << path.string());
  return to_byte_vector(text);
}

}  // namespace wheelaudit::test
