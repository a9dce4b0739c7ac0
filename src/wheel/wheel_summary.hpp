#pragma once

// What reports say about a wheel (docs/design/limits.md#memory), without anything that grows with
// its members or symbols.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/module_summary.hpp"
#include "wasm/side_module.hpp"
#include "wheel/filename.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

struct WheelModuleSummary {
  std::string path;  ///< in the wheel
  wasm::ModuleSummary facts;
};

struct WheelSummary {
  std::string path;  ///< as given
  std::uint64_t size = 0;
  std::string sha256;        ///< as in Wheel
  bool bare_module = false;  ///< a single .so: no archive, no name, no tags
  std::optional<WheelFilename> filename;
  // Set only for a wheel whose file name could not be parsed: what METADATA and WHEEL say.
  std::optional<std::string> metadata_name;
  std::optional<std::string> metadata_version;
  std::vector<Tag> wheel_file_tags;

  std::string generator;
  std::optional<bool> root_is_purelib;
  std::size_t members = 0;
  std::vector<WheelModuleSummary> modules;  ///< sorted by path
  wasm::Depth depth = wasm::Depth::head;

  // From the file name, else from METADATA; nullopt when neither says, and for a bare module.
  [[nodiscard]] std::optional<std::string_view> name() const;
  [[nodiscard]] std::optional<std::string_view> version() const;
  /// The file name's tags, else the WHEEL file's; empty for a bare module.
  [[nodiscard]] std::vector<Tag> tags() const;
};

/// The result does not refer to `wheel`.
[[nodiscard]] WheelSummary summarise(const Wheel& wheel);

}  // namespace wheelaudit::wheel
