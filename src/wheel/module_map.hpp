#pragma once

// The members of a wheel as Python's importer sees them: which members the name of a module leads
// to.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "zip/archive.hpp"

namespace wheelaudit::wheel {

/// The members by their installed paths. Modules are given as paths, `pkg/mod` for `pkg.mod`. A
/// view: the archive must outlive the map. Members are indices into zip::Archive::members.
class ModuleMap {
 public:
  ModuleMap() = default;
  explicit ModuleMap(const zip::Archive& archive);

  /// Members that are extension modules of this name, `pkg/mod.cpython-312-….so`, at most 64.
  [[nodiscard]] std::vector<std::size_t> extensions(std::string_view module) const;
  /// The Python source of this name, `pkg/mod/__init__.py` or `pkg/mod.py`.
  [[nodiscard]] std::optional<std::size_t> source(std::string_view module) const;
  [[nodiscard]] bool has_source(std::string_view module) const {
    return source(module).has_value();
  }
  /// There is a folder of this name: a package with `__init__` or without.
  [[nodiscard]] bool has_folder(std::string_view module) const;
  /// There is an extension module, a source or a folder of this name.
  [[nodiscard]] bool has_module(std::string_view module) const;
  /// Members that are sources whose imports should be read, ascending. Empty when the wheel has no
  /// extension module. Sources of tests are left out, and of the others at most the first 2,000 are
  /// listed.
  [[nodiscard]] const std::vector<std::size_t>& sources_to_read() const { return to_read_; }

 private:
  using Place = std::pair<std::string_view, std::uint32_t>;  ///< installed path, member
  /// The first place whose path is not before `prefix`.
  [[nodiscard]] std::vector<Place>::const_iterator begin_of(std::string_view prefix) const;
  [[nodiscard]] std::optional<std::size_t> at_path(std::string_view path) const;

  std::vector<Place> places_;  ///< sorted
  std::vector<std::size_t> to_read_;
};

}  // namespace wheelaudit::wheel
