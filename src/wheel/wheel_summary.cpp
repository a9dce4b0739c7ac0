// What reports say about a wheel (docs/design/limits.md#memory). A summary does not refer to the
// wheel, so that a repaired wheel and the wheel that it was made from are never held whole at once.

#include "wheel/wheel_summary.hpp"

namespace wheelaudit::wheel {
namespace {

std::optional<std::string> header_of(const HeaderFile& file, std::string_view key) {
  const auto value = file.get(key);
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return *text;
}

}  // namespace

std::optional<std::string_view> WheelSummary::name() const {
  if (filename) return filename->name;
  return view_of(metadata_name);
}

std::optional<std::string_view> WheelSummary::version() const {
  if (filename) return filename->version;
  return view_of(metadata_version);
}

std::vector<Tag> WheelSummary::tags() const {
  return filename ? filename->tags.expand() : wheel_file_tags;
}

WheelSummary summarise(const Wheel& wheel) {
  WheelSummary summary{.path = wheel.path,
                       .size = wheel.size,
                       .sha256 = wheel.sha256,
                       .bare_module = wheel.bare_module,
                       .filename = wheel.filename,
                       .metadata_name = {},
                       .metadata_version = {},
                       .wheel_file_tags = {},
                       .generator = wheel.dist_info.generator,
                       .root_is_purelib = wheel.dist_info.root_is_purelib,
                       .members = wheel.archive.members.size(),
                       .modules = {},
                       .depth = wheel.depth};
  if (!wheel.filename && !wheel.bare_module) {
    summary.metadata_name = header_of(wheel.dist_info.metadata, "Name");
    summary.metadata_version = header_of(wheel.dist_info.metadata, "Version");
    summary.wheel_file_tags = wheel.dist_info.tags;
  }
  summary.modules.reserve(wheel.modules.size());
  for (const WheelModule& module : wheel.modules) {
    summary.modules.push_back({.path = module.path, .facts = wasm::summarise(module.facts)});
  }
  return summary;
}

}  // namespace wheelaudit::wheel
