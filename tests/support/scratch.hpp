#pragma once

// A directory for one test, removed with all it holds when the test ends.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::test {

class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The path of the file `name` in the directory, as text.
  [[nodiscard]] std::string at(std::string_view name) const;
  void put(std::string_view name, std::string_view content) const;
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// The names in the directory, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

}  // namespace wheelaudit::test
