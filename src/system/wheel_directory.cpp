// The folders are made one by one, so that exactly those that this program made can be removed if
// nothing is written into them; create_directories() would not say which ones were there before.

#include "system/wheel_directory.hpp"

#include <unistd.h>

#include <filesystem>
#include <ranges>

namespace wheelaudit::system {

namespace fs = std::filesystem;

WheelDirectory::WheelDirectory(const std::string& path) {
  fs::path built;
  for (const fs::path& part : fs::path(path)) {
    const std::string parent = built.empty() ? "." : built.string();
    built /= part;
    // create_directory() returns false for a directory that exists, and an error for anything else
    // that has the name.
    bool made = false;
    do {
      made = fs::create_directory(built, error_);
    } while (error_ == std::errc::interrupted);
    if (!made) {
      const bool is_last = built.native().size() == fs::path(path).native().size();
      if (error_ == std::errc::file_exists && !is_last)
        error_ = std::make_error_code(std::errc::not_a_directory);
      if (error_) return;
      continue;
    }
    if (made_.empty()) parent_of_made_ = parent;
    made_.push_back(built.string());
  }
}

WheelDirectory::~WheelDirectory() {
  for (const std::string& made : made_ | std::views::reverse) {
    if (::rmdir(made.c_str()) != 0) return;
  }
}

}  // namespace wheelaudit::system
