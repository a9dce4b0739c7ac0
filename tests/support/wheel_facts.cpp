// Four ABIs and a good wheel per ABI, as values: a test of a rule changes one field of these values
// and needs neither the packed profiles nor an archive.

#include "wheel_facts.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace wheelaudit::test {
namespace {

struct Release {
  std::string version;
  std::vector<std::string> installer_tags;
  bool prerelease = false;
};

profile::LoaderBehaviour loader_until_0_27() {
  profile::LoaderBehaviour loader;
  loader.exceptions = wasm::ExceptionModel::js;
  loader.setjmp = wasm::SetjmpModel::emscripten_new;
  loader.missing_address = profile::Outcome::load;
  loader.legacy_dylink = profile::Outcome::ok;
  loader.not_wasm = profile::Outcome::ok;
  loader.library_search = profile::LibrarySearch::wheel_libs;
  loader.on_demand_prefixes = {"invoke_", "__cxa_find_matching_catch_"};
  loader.function_modules = {"env", "wasi_snapshot_preview1"};
  loader.address_modules = {"GOT.mem", "GOT.func"};
  return loader;
}

profile::LoaderBehaviour loader_from_0_28() {
  profile::LoaderBehaviour loader = loader_until_0_27();
  loader.exceptions = wasm::ExceptionModel::wasm_legacy;
  loader.setjmp = wasm::SetjmpModel::wasm;
  loader.missing_address = profile::Outcome::poison;
  loader.exception_tags = profile::Outcome::ok;
  loader.legacy_dylink = profile::Outcome::load;
  loader.not_wasm = profile::Outcome::load;
  loader.library_search = profile::LibrarySearch::run_path;
  loader.run_path = true;
  loader.keys_as_spelled = true;
  loader.shared_weak_names = true;
  loader.on_demand_prefixes.clear();
  return loader;
}

profile::AbiProfile abi_of(std::vector<std::string> tags, std::string emscripten,
                           std::string python, const profile::LoaderBehaviour& loader,
                           const std::vector<Release>& releases) {
  profile::AbiProfile profile;
  profile.id = tags.front().substr(0, tags.front().rfind("_wasm32"));
  profile.tags = std::move(tags);
  profile.emscripten = std::move(emscripten);
  profile.python = std::move(python);
  std::string digits = profile.python;
  std::erase(digits, '.');
  profile.extension_suffixes = {fmt::format(".cpython-{}-wasm32-emscripten.so", digits), ".abi3.so",
                                ".so"};
  for (const Release& release : releases) {
    profile::Runtime runtime;
    runtime.version = release.version;
    runtime.prerelease = release.prerelease;
    runtime.python = profile.python + ".1";
    runtime.emscripten = profile.emscripten;
    runtime.installer_tags = release.installer_tags;
    runtime.memory = {.minimum = 320, .maximum = 32'768};
    runtime.table_minimum = 8'000;
    runtime.loader = loader;
    profile.runtimes.push_back(std::move(runtime));
  }
  profile.prerelease = std::ranges::all_of(releases, &Release::prerelease);
  return profile;
}

void set_tags(wheel::Wheel& wheel) {
  wheel.path = wheel.filename->str();
  wheel.dist_info.tags = wheel.filename->tags.expand();
}

void set_dist_info(wheel::Wheel& wheel, bool purelib) {
  wheel::DistInfo& dist_info = wheel.dist_info;
  dist_info.directory = "example-1.0.dist-info";
  dist_info.directories = {dist_info.directory};
  dist_info.has_metadata = dist_info.has_wheel = dist_info.has_record = true;
  dist_info.metadata.lines = {
      {.key = "Metadata-Version", .value = "2.4", .raw = "Metadata-Version: 2.4\n"},
      {.key = "Name", .value = "example", .raw = "Name: example\n"},
      {.key = "Version", .value = "1.0", .raw = "Version: 1.0\n"}};
  dist_info.wheel.lines = {
      {.key = "Wheel-Version", .value = "1.0", .raw = "Wheel-Version: 1.0\n"},
      {.key = "Root-Is-Purelib",
       .value = purelib ? "true" : "false",
       .raw = purelib ? "Root-Is-Purelib: true\n" : "Root-Is-Purelib: false\n"}};
  dist_info.root_is_purelib = purelib;
}

}  // namespace

profile::AbiProfile abi_3_1_45() {
  const std::string tag = "emscripten_3_1_45_wasm32";
  return abi_of({tag}, "3.1.45", "3.11", loader_until_0_27(),
                {{"0.24.0", {tag}}, {"0.24.1", {tag}}});
}

profile::AbiProfile abi_2024() {
  const std::string pyodide = "pyodide_2024_0_wasm32";
  const std::string emscripten = "emscripten_3_1_58_wasm32";
  return abi_of({pyodide, emscripten}, "3.1.58", "3.12", loader_until_0_27(),
                {{"0.26.4", {emscripten}}, {"0.27.7", {pyodide, emscripten}}});
}

profile::AbiProfile abi_2025() {
  const std::string standard = "pyemscripten_2025_0_wasm32";
  const std::string pyodide = "pyodide_2025_0_wasm32";
  const std::string emscripten = "emscripten_4_0_9_wasm32";
  return abi_of({standard, pyodide, emscripten}, "4.0.9", "3.13", loader_from_0_28(),
                {{"0.28.0", {pyodide, emscripten}},
                 {"0.29.3", {pyodide, emscripten}},
                 {"0.29.5", {standard, pyodide, emscripten}}});
}

profile::AbiProfile abi_2026_5() {
  const std::string standard = "pyemscripten_2026_5_wasm32";
  profile::AbiProfile profile = abi_of({standard, "emscripten_6_0_5_wasm32"}, "6.0.5", "3.15",
                                       loader_from_0_28(), {{"315.0.0-alpha.2", {standard}, true}});
  profile.extension_suffixes = {".cpython-315-wasm32-emscripten.so", ".abi3-wasm32-emscripten.so",
                                ".abi3.so", ".so"};
  return profile;
}

std::vector<profile::AbiProfile> abis() {
  return {abi_3_1_45(), abi_2024(), abi_2025(), abi_2026_5()};
}

wasm::SideModule extension_facts(std::string init) {
  wasm::SideModule facts;
  facts.kind = wasm::ModuleKind::side_module;
  facts.format = "wasm";
  facts.size = 1'000;
  facts.depth = wasm::Depth::full;
  facts.dylink = wasm::DylinkInfo{};
  facts.dylink->section_offset = 8;
  facts.dylink->memory_size = 64;
  facts.dylink->table_size = 2;
  facts.types = {{.params = "", .results = "i"}, {.params = "i", .results = "i"}};
  wasm::ExportedSymbol symbol;
  symbol.name = std::move(init);
  facts.exports = {symbol};
  // An extension module imports functions of CPython; a library does not.
  wasm::ImportedSymbol import;
  import.module = "env";
  import.name = "PyModule_Create2";
  import.type = 1;
  facts.imports = {import};
  facts.imported_functions = 1;
  facts.defined_functions = 1;
  facts.code = wasm::CodeFacts{.rows = {0, 0}, .callees = {}, .features = {}};
  return facts;
}

wasm::SideModule foreign_facts(wasm::ModuleKind kind, std::string format) {
  wasm::SideModule facts;
  facts.kind = kind;
  facts.format = std::move(format);
  facts.size = 1'000;
  return facts;
}

wheel::Wheel good_wheel(const profile::AbiProfile& profile) {
  wheel::Wheel wheel;
  wheel.filename =
      wheel::WheelFilename{.name = "example", .version = "1.0", .build = {}, .tags = {}};
  wheel.filename->tags.platforms = {profile.tags.front()};
  set_dist_info(wheel, false);
  wheel.contents_verified = true;
  wheel.depth = wasm::Depth::full;
  std::string digits = profile.python;
  std::erase(digits, '.');
  wheel = with_python(std::move(wheel), "cp" + digits, "cp" + digits);
  return with_module(std::move(wheel), "example/_core" + profile.extension_suffixes.front(),
                     extension_facts());
}

wheel::Wheel pure_wheel() {
  wheel::Wheel wheel;
  wheel.filename =
      wheel::WheelFilename{.name = "example", .version = "1.0", .build = {}, .tags = {}};
  wheel.filename->tags.platforms = {"any"};
  set_dist_info(wheel, true);
  wheel.contents_verified = true;
  wheel.depth = wasm::Depth::full;
  return with_python(std::move(wheel), "py3", "none");
}

wheel::Wheel with_platforms(wheel::Wheel wheel, std::vector<std::string> platforms) {
  wheel.filename->tags.platforms = std::move(platforms);
  set_tags(wheel);
  return wheel;
}

wheel::Wheel with_python(wheel::Wheel wheel, std::string python, std::string abi) {
  wheel.filename->tags.pythons = {std::move(python)};
  wheel.filename->tags.abis = {std::move(abi)};
  set_tags(wheel);
  return wheel;
}

wheel::Wheel with_module(wheel::Wheel wheel, std::string path, wasm::SideModule facts) {
  wheel.modules.clear();
  return and_module(std::move(wheel), std::move(path), std::move(facts));
}

wheel::Wheel and_module(wheel::Wheel wheel, std::string path, wasm::SideModule facts) {
  wheel.modules.push_back({.path = std::move(path), .member = 0, .facts = std::move(facts)});
  std::ranges::sort(wheel.modules, {}, &wheel::WheelModule::path);
  wheel.archive.members.clear();
  for (std::size_t i = 0; i < wheel.modules.size(); ++i) {
    wheel.modules[i].member = i;
    wheel.archive.members.push_back({.name = wheel.modules[i].path});
  }
  return wheel;
}

loader::Target unlinked_target(const wheel::Wheel& wheel, const profile::AbiProfile& profile,
                               std::vector<std::string> claimed) {
  loader::Target target;
  target.profile = &profile;
  target.judged.resize(profile.runtimes.size());
  std::iota(target.judged.begin(), target.judged.end(), std::size_t{0});
  target.claimed = std::move(claimed);
  target.bindings.assign(wheel.modules.size(), loader::BindingsByRelease(target.judged.size()));
  target.problems.resize(wheel.modules.size());
  return target;
}

Findings run_on_wheel(std::string_view rule, const wheel::Wheel& wheel,
                      const std::vector<std::string>& judged, bool index_pypi) {
  const std::vector<profile::AbiProfile> catalog = abis();
  std::vector<loader::Target> targets;
  for (const profile::AbiProfile& profile : catalog) {
    if (std::ranges::find(judged, profile.id) != judged.end()) {
      targets.push_back(unlinked_target(wheel, profile));
    }
  }
  REQUIRE(targets.size() == judged.size());
  return run_rule(rule, {.wheel = wheel,
                         .index = loader::index_for_linking(wheel),
                         .catalog = catalog,
                         .target = nullptr,
                         .targets = targets,
                         .index_pypi = index_pypi});
}

Findings run_on_target(std::string_view rule, const wheel::Wheel& wheel,
                       const profile::AbiProfile& profile, std::vector<std::string> claimed) {
  const std::vector<profile::AbiProfile> catalog = abis();
  const loader::Target target = unlinked_target(wheel, profile, std::move(claimed));
  return run_rule(rule, {.wheel = wheel,
                         .index = loader::index_for_linking(wheel),
                         .catalog = catalog,
                         .target = &target,
                         .targets = {&target, 1}});
}

rules::Finding only(const Findings& findings) {
  REQUIRE(findings.size() == 1);
  return findings.front();
}

bool has_detail(const rules::Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

}  // namespace wheelaudit::test
