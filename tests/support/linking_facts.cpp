// The values are built field by field and no bytes are parsed, so a test of linking depends on no
// reader and can state a combination that no compiler writes.

#include "linking_facts.hpp"

#include <algorithm>

namespace wheelaudit::test {
namespace {

constexpr std::size_t release_count = 2;

void offer(std::vector<profile::SymbolEntry>& entries, const std::string& name,
           const profile::ProvidedSymbol& symbol) {
  for (std::size_t release = 0; release < release_count; ++release) {
    entries.push_back({.name = name, .release = release, .symbol = symbol});
  }
}

profile::ProvidedSymbol function_of(profile::ProviderKind provider, wasm::FunctionType type) {
  return {.kind = profile::ProvidedKind::function,
          .provider = provider,
          .type = std::move(type),
          .library = {}};
}

std::vector<profile::SymbolEntry> common_symbols() {
  std::vector<profile::SymbolEntry> entries;
  offer(entries, "strlen",
        function_of(profile::ProviderKind::wasm, {.params = "i", .results = "i"}));
  offer(entries, "console_log",
        function_of(profile::ProviderKind::js, {.params = "i", .results = ""}));
  profile::ProvidedSymbol call_only =
      function_of(profile::ProviderKind::js, {.params = "", .results = "i"});
  call_only.has_address = false;
  offer(entries, "stackSave", call_only);
  offer(entries, "stdout",
        {.kind = profile::ProvidedKind::data,
         .provider = profile::ProviderKind::wasm,
         .type = {},
         .library = {}});
  entries.push_back(
      {.name = "time",
       .release = 0,
       .symbol = function_of(profile::ProviderKind::wasm, {.params = "i", .results = "i"})});
  entries.push_back(
      {.name = "time",
       .release = 1,
       .symbol = function_of(profile::ProviderKind::wasm, {.params = "j", .results = "j"})});
  return entries;
}

profile::Runtime runtime_of(std::string version, profile::LoaderBehaviour loader, std::string tag) {
  profile::Runtime runtime;
  runtime.version = std::move(version);
  runtime.python = "3.12.7";
  runtime.emscripten = "3.1.58";
  runtime.installer_tags = {std::move(tag)};
  runtime.memory = {.minimum = 320, .maximum = 32768};
  runtime.table_minimum = 8000;
  runtime.loader = std::move(loader);
  return runtime;
}

profile::LoaderBehaviour common_loader() {
  profile::LoaderBehaviour loader;
  loader.function_modules = {"env", "wasi_snapshot_preview1"};
  loader.address_modules = {"GOT.mem", "GOT.func"};
  loader.globals = {{.name = "__stack_pointer", .type = {.value = 'i', .is_mutable = true}},
                    {.name = "__memory_base", .type = {.value = 'i'}},
                    {.name = "__table_base", .type = {.value = 'i'}}};
  return loader;
}

profile::AbiProfile profile_of(std::string id, const profile::LoaderBehaviour& loader,
                               std::vector<profile::SymbolEntry> entries) {
  profile::AbiProfile profile;
  profile.id = std::move(id);
  profile.tags = {profile.id + "_wasm32"};
  profile.emscripten = "3.1.58";
  profile.python = "3.12";
  profile.extension_suffixes = {".cpython-312-wasm32-emscripten.so", ".abi3.so", ".so"};
  profile.runtimes = {runtime_of("1.0", loader, profile.tags[0]),
                      runtime_of("1.1", loader, profile.tags[0])};
  profile.symbols = profile::build_symbol_table(std::move(entries), release_count);
  return profile;
}

}  // namespace

wasm::SideModule side_module() {
  wasm::SideModule facts;
  facts.kind = wasm::ModuleKind::side_module;
  facts.format = "wasm";
  facts.depth = wasm::Depth::full;
  facts.dylink = wasm::DylinkInfo{};
  facts.types = {{.params = "", .results = "i"},
                 {.params = "i", .results = "i"},
                 {.params = "j", .results = "j"},
                 {.params = "i", .results = ""}};
  facts.code = wasm::CodeFacts{.rows = {0}, .callees = {}, .features = {}};
  return facts;
}

wasm::ImportedSymbol function_import(std::string name, std::uint32_t type) {
  wasm::ImportedSymbol import;
  import.module = "env";
  import.name = std::move(name);
  import.type = type;
  return import;
}

wasm::ImportedSymbol address_import(std::string name, std::string module) {
  wasm::ImportedSymbol import;
  import.module = std::move(module);
  import.name = std::move(name);
  import.kind = wasm::ExternalKind::global;
  import.global = {.value = 'i', .is_mutable = true};
  return import;
}

wasm::ImportedSymbol tag_import(std::string name) {
  wasm::ImportedSymbol import = function_import(std::move(name), 3);
  import.kind = wasm::ExternalKind::tag;
  return import;
}

wasm::ExportedSymbol function_export(std::string name, std::uint32_t type) {
  wasm::ExportedSymbol symbol;
  symbol.name = std::move(name);
  symbol.type = type;
  return symbol;
}

wheel::WheelModule module_at_path(std::string path, wasm::SideModule facts) {
  return {.path = std::move(path), .member = 0, .facts = std::move(facts)};
}

wheel::Wheel wheel_of(std::vector<wheel::WheelModule> modules, std::string platform,
                      std::string python) {
  wheel::Wheel wheel;
  wheel.filename = wheel::WheelFilename{.name = "example",
                                        .version = "1.0",
                                        .build = {},
                                        .tags = {.pythons = {python},
                                                 .abis = {python == "py3" ? "none" : python},
                                                 .platforms = {std::move(platform)}}};
  wheel.path = wheel.filename->str();
  wheel.modules = std::move(modules);
  std::ranges::sort(wheel.modules, {}, &wheel::WheelModule::path);
  for (std::size_t i = 0; i < wheel.modules.size(); ++i) {
    wheel.modules[i].member = i;
    wheel.archive.members.push_back({.name = wheel.modules[i].path});
    wasm::SideModule& facts = wheel.modules[i].facts;
    facts.imported_functions = static_cast<std::uint32_t>(std::ranges::count(
        facts.imports, wasm::ExternalKind::function, &wasm::ImportedSymbol::kind));
  }
  wheel.dist_info.directory = "example-1.0.dist-info";
  wheel.dist_info.has_metadata = wheel.dist_info.has_wheel = wheel.dist_info.has_record = true;
  wheel.dist_info.tags = wheel.filename->tags.expand();
  wheel.dist_info.root_is_purelib = wheel.modules.empty();
  wheel.contents_verified = true;
  wheel.depth = wasm::Depth::full;
  return wheel;
}

profile::AbiProfile js_profile() {
  profile::LoaderBehaviour loader = common_loader();
  loader.on_demand_prefixes = {"invoke_", "__cxa_find_matching_catch_"};
  return profile_of("js_abi", loader, common_symbols());
}

profile::AbiProfile wasm_profile() {
  profile::LoaderBehaviour loader = common_loader();
  loader.exceptions = wasm::ExceptionModel::wasm_legacy;
  loader.setjmp = wasm::SetjmpModel::wasm;
  loader.exception_tags = profile::Outcome::ok;
  loader.missing_address = profile::Outcome::poison;
  loader.legacy_dylink = profile::Outcome::load;
  loader.library_search = profile::LibrarySearch::run_path;
  loader.run_path = true;
  loader.keys_as_spelled = true;
  loader.shared_weak_names = true;
  std::vector<profile::SymbolEntry> entries = common_symbols();
  for (const char* tag : {"__cpp_exception", "__c_longjmp"}) {
    offer(entries, tag,
          {.kind = profile::ProvidedKind::tag,
           .provider = profile::ProviderKind::js,
           .type = wasm::FunctionType{.params = "i", .results = ""},
           .library = {}});
  }
  return profile_of("wasm_abi", loader, std::move(entries));
}

loader::ModuleBindings link_module(const wheel::Wheel& wheel, const loader::LinkIndex& index,
                                   std::size_t module, const profile::AbiProfile& profile,
                                   std::size_t release) {
  const std::vector<std::size_t> releases{release};
  return wheelaudit::loader::link_module(wheel, index, module, profile, releases).back();
}

std::unique_ptr<Judged> judge(wheel::Wheel wheel, std::vector<profile::AbiProfile> catalog,
                              std::size_t profile) {
  auto judged = std::make_unique<Judged>(
      Judged{.wheel = std::move(wheel), .catalog = std::move(catalog), .index = {}, .target = {}});
  judged->index = loader::index_for_linking(judged->wheel);
  std::vector<std::size_t> all(judged->catalog[profile].runtimes.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  judged->target =
      loader::make_target(judged->wheel, judged->index, judged->catalog[profile], std::move(all));
  return judged;
}

}  // namespace wheelaudit::test
