// Which of the given files is found under the name of a needed library.

#include "api/libraries.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "support/small_wheel.hpp"

namespace wheelaudit::api {
namespace {

/// The name of the file that is found; "none", or the error.
std::string answer(const std::vector<std::string>& names, const std::string& needed,
                   std::uint64_t module_size = 1000) {
  const std::string module = test::extension_module("x");
  std::vector<File> files;
  for (const std::string& name : names) files.push_back({.name = name, .bytes = as_bytes(module)});
  const auto finder = library_finder(files, {.module_size = module_size});
  const auto found = finder(needed);
  if (!found) return found.error().message;
  return *found ? (*found)->path : "none";
}

TEST_CASE("the exact name, else the one version, else wasm") {
  CHECK(answer({"libx.so.3", "libx.so"}, "libx.so") == "libx.so");
  CHECK(answer({"libx.wasm", "libx.so.3"}, "libx.so") == "libx.so.3");
  CHECK(answer({"libx.so.2", "libx.so.3", "libx.wasm"}, "libx.so") == "libx.wasm");
  CHECK(answer({"libx.so.3"}, "libx.so.3.10") == "libx.so.3");
  CHECK(answer({"liby.so"}, "libx.so") == "none");
}

TEST_CASE("folders are looked at in the order in which they appear") {
  CHECK(answer({"b/libx.so.3", "a/libx.so"}, "libx.so") == "b/libx.so.3");
  CHECK(answer({"b/liby.so", "a/libx.so"}, "libx.so") == "a/libx.so");
}

TEST_CASE("only the last part of a needed name counts, and no name that leads elsewhere") {
  CHECK(answer({"a/libx.so"}, "/etc/libx.so") == "a/libx.so");
  CHECK(answer({"a/libx.so"}, "a/..") == "none");
  CHECK(answer({"a/libx.so"}, "") == "none");
}

TEST_CASE("a library over the limit is an error that names the option") {
  CHECK(answer({"libx.so"}, "libx.so", 4).find("--max-module-size raises the limit") !=
        std::string::npos);
}

}  // namespace
}  // namespace wheelaudit::api
