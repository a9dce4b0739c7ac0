// The wheels that tests/sessions compiles, as values.

#include "support/session_wheels.hpp"

#include <algorithm>
#include <utility>

#include "base/path.hpp"

namespace wheelaudit::test {

wasm::SideModule needing(std::vector<std::string> libraries, std::vector<std::string> run_path) {
  wasm::SideModule facts = side_module();
  facts.dylink->needed = std::move(libraries);
  facts.dylink->runtime_path = std::move(run_path);
  return facts;
}

wheel::WheelModule extension(const std::string& path, wasm::SideModule facts,
                             const std::vector<std::string>& functions) {
  const std::string_view file = last_component(path);
  facts.exports.push_back(
      function_export("PyInit_" + std::string(file.substr(0, file.find('.'))), 0));
  for (const std::string& function : functions) facts.imports.push_back(function_import(function));
  return module_at_path(path, std::move(facts));
}

wheel::WheelModule library(const std::string& path, wasm::SideModule facts,
                           const std::vector<std::string>& functions, std::uint32_t memory) {
  facts.dylink->memory_size = memory;
  for (const std::string& function : functions) facts.exports.push_back(function_export(function));
  return module_at_path(path, std::move(facts));
}

wheel::Wheel in_archive_order(const std::vector<wheel::WheelModule>& modules) {
  wheel::Wheel wheel = wheel_of(modules);
  for (wheel::WheelModule& module : wheel.modules) {
    const auto place = std::ranges::find(modules, module.path, &wheel::WheelModule::path);
    module.member = static_cast<std::size_t>(place - modules.begin());
  }
  return wheel;
}

}  // namespace wheelaudit::test
