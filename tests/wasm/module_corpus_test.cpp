// Every module of the corpus of real wheels (WHEELAUDIT_CORPUS), and every main module of the
// unpacked Pyodide packages in the cache, is read without a fault, function bodies included.

#include <doctest/doctest.h>
#include <zip.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "support/corpus.hpp"
#include "support/source_directory.hpp"
#include "support/wasm_builder.hpp"
#include "wasm/call_graph.hpp"
#include "wasm/sections.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

namespace fs = std::filesystem;

namespace {

fs::path cache() {
  if (const char* given = std::getenv("WHEELAUDIT_CACHE")) return given;
  if (const char* base = std::getenv("XDG_CACHE_HOME")) return fs::path(base) / "wheelaudit";
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "/nonexistent" : home) / ".cache" / "wheelaudit";
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Member name and content of every member whose name has `.so` in it.
std::vector<std::pair<std::string, std::string>> modules_of(const fs::path& wheel) {
  std::vector<std::pair<std::string, std::string>> modules;
  const std::unique_ptr<zip_t, decltype(&zip_discard)> archive(
      zip_open(wheel.c_str(), ZIP_RDONLY, nullptr), &zip_discard);
  REQUIRE(archive);
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t stat;
    REQUIRE(zip_stat_index(archive.get(), i, 0, &stat) == 0);
    if (std::string_view(stat.name).find(".so") == std::string_view::npos) continue;
    std::string content(stat.size, '\0');
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
        zip_fopen_index(archive.get(), i, 0), &zip_fclose);
    REQUIRE(file);
    REQUIRE(zip_fread(file.get(), content.data(), content.size()) ==
            static_cast<zip_int64_t>(content.size()));
    modules.emplace_back(stat.name, std::move(content));
  }
  return modules;
}

/// Checks that the head read from a growing prefix has the same facts as the whole module.
void check_head(std::string_view text, const SideModule& whole) {
  std::size_t size = 4096;
  std::optional<std::uint64_t> needed;
  while (!(needed = head_size(as_bytes(text.substr(0, size)), text.size()))) size *= 2;
  const SideModule head = read_side_module_head(as_bytes(text.substr(0, *needed)), text.size());
  CHECK(test::fault_of(head) == "sound");
  CHECK(head.kind == whole.kind);
  CHECK(head.types == whole.types);
  CHECK(head.imports.size() == whole.imports.size());
  CHECK(head.exports.size() == whole.exports.size());
  CHECK(head.start == whole.start);
  CHECK(head.defined_functions == whole.defined_functions);
}

}  // namespace

TEST_CASE("every module of the corpus is sound") {
  if (!fs::exists(test::corpus_folder().value_or(fs::path()))) {
    MESSAGE("skipped: no corpus");
    return;
  }
  std::size_t modules = 0;
  for (const auto& entry :
       fs::directory_iterator(test::corpus_folder().value_or(fs::path()) / "emscripten")) {
    for (const auto& [name, content] : modules_of(entry.path())) {
      CAPTURE(entry.path().filename().string());
      CAPTURE(name);
      const SideModule module = test::read(content);
      CHECK(test::fault_of(module) == "sound");
      CHECK(module.kind == ModuleKind::side_module);
      REQUIRE(module.dylink);
      REQUIRE(module.code);
      CHECK(module.code->rows.size() == std::size_t{module.defined_functions} + 1);
      CHECK(reached_at_load(module).has_value());
      check_head(content, module);
      ++modules;
    }
  }
  CHECK(modules >= 100);
}

TEST_CASE("native modules of the corpus are named") {
  if (!fs::exists(test::corpus_folder().value_or(fs::path()))) {
    MESSAGE("skipped: no corpus");
    return;
  }
  std::vector<std::string> formats;
  for (const auto& entry :
       fs::directory_iterator(test::corpus_folder().value_or(fs::path()) / "native")) {
    for (const auto& [name, content] : modules_of(entry.path())) {
      const SideModule module = test::read(content);
      CHECK(module.kind == ModuleKind::not_wasm);
      formats.push_back(module.format);
    }
  }
  std::ranges::sort(formats);
  CHECK(formats == std::vector<std::string>{"elf x86-64", "elf x86-64", "mach-o arm64",
                                            "mach-o universal (x86-64, arm64)"});
}

TEST_CASE("every main module in the cache reads to its head") {
  const fs::path packages = cache() / "npm";
  if (!fs::exists(packages)) {
    MESSAGE("skipped: no Pyodide packages in the cache");
    return;
  }
  for (const auto& entry : fs::directory_iterator(packages)) {
    const fs::path main_module = entry.path() / "pyodide.asm.wasm";
    if (!fs::exists(main_module)) continue;
    CAPTURE(entry.path().filename().string());
    const SideModule module = test::read(content_of(main_module), Depth::head);
    CHECK(test::fault_of(module) == "sound");
    CHECK(module.types.size() > 100);
    CHECK(module.imports.size() > 400);
    CHECK(module.exports.size() > 8'000);
    CHECK(module.find_export("PyLong_FromLong") != nullptr);
  }
}

}  // namespace wheelaudit::wasm
