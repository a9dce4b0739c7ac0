#pragma once

// A library from outside the wheel that a repair may put into the wheel.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wheel {

/// A library that may be vendored: found by `--libdir`, read before the plan is made.
struct OfferedLibrary {
  std::string name;  ///< the needed name that the library is for, a bare file name
  std::string path;  ///< where the library was found, for reports
  std::shared_ptr<const ByteVector> content;
  wasm::SideModule facts;
};

/// Finds the library for a needed name; nullopt when there is none. Errors: io.
using LibraryFinder =
    std::function<Result<std::optional<OfferedLibrary>>(const std::string& needed)>;

}  // namespace wheelaudit::wheel
