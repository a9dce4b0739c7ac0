// A temporary folder of a test. Every failed read or write fails the test, so no helper returns an
// error.

#include "scratch.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace wheelaudit::test {

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "wheelaudit-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::at(std::string_view name) const { return (path_ / name).string(); }

void Scratch::put(std::string_view name, std::string_view content) const {
  std::ofstream file(path_ / name, std::ios::binary);
  file << content;
  file.close();
  REQUIRE(file.good());
}

std::string Scratch::get(std::string_view name) const {
  std::ifstream file(path_ / name, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

bool Scratch::has(std::string_view name) const {
  return std::filesystem::symlink_status(path_ / name).type() !=
         std::filesystem::file_type::not_found;
}

std::vector<std::string> Scratch::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace wheelaudit::test
