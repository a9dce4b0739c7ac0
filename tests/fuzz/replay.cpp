// Runs the kept corpus through its targets: `replay CORPUS`, a folder with one folder per target.
// It does not need libFuzzer, so any build can run it. A sanitizer's report or a broken promise
// ends it, after the input's name was printed.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "checks.hpp"
#include "targets.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The processor seconds of the slowest input; an input over the limit ends the program.
double run_all(const wheelaudit::fuzz::Target& target, const std::vector<fs::path>& files) {
  double slowest = 0;
  for (const fs::path& file : files) {
    // When the program dies, this line says on which input.
    fmt::print(stderr, "\r\x1b[K{}", file.string());
    // A copy of exactly the input's size, so that AddressSanitizer finds a read beyond its end.
    const std::string text = content_of(file);
    const wheelaudit::ByteVector input = wheelaudit::to_byte_vector(text);
    slowest = std::max(slowest, wheelaudit::fuzz::run_within_bar(target.run, input));
  }
  fmt::print(stderr, "\r\x1b[K");
  return slowest;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: {} CORPUS\n", arguments[0]);
    return 2;
  }
  static_cast<void>(wheelaudit::fuzz::catalog());
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const wheelaudit::fuzz::Target& target : wheelaudit::fuzz::targets) {
    const fs::path folder = fs::path(arguments[1]) / target.name;
    const auto files = fs::is_directory(folder) ? files_of(folder) : std::vector<fs::path>{};
    const double slowest = run_all(target, files);
    fmt::print("{}: {} inputs, the slowest {:.3f} s\n", target.name, files.size(), slowest);
    passed += files.size();
    // Without this, nobody would notice a target without a corpus.
    if (files.empty()) ++failed;
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
