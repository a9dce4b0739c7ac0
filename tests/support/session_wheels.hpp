#pragma once

// Hand-made wheels of several modules that need one another, for tests of sessions.

#include <cstdint>
#include <string>
#include <vector>

#include "support/linking_facts.hpp"

namespace wheelaudit::test {

/// A side module with these needed names and run paths.
wasm::SideModule needing(std::vector<std::string> libraries,
                         std::vector<std::string> run_path = {});

/// An extension module at "pkg/_m.so", which Python imports as `_m`; it calls `functions`.
wheel::WheelModule extension(const std::string& path, wasm::SideModule facts,
                             const std::vector<std::string>& functions = {});

/// A library that exports `functions` and has `memory` bytes of data.
wheel::WheelModule library(const std::string& path, wasm::SideModule facts,
                           const std::vector<std::string>& functions, std::uint32_t memory = 16);

/// A wheel whose modules stand in the archive in this order.
wheel::Wheel in_archive_order(const std::vector<wheel::WheelModule>& modules);

}  // namespace wheelaudit::test
