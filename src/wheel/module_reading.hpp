#pragma once

// Reads a module's facts from a member of an archive or from a file of its own, and inflates no
// more than the depth asks for.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "wasm/side_module.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

/// A module's facts. `fault` says why its bytes could not be read; then `facts` are of kind
/// malformed and say so too.
struct ModuleReading {
  wasm::SideModule facts;
  std::optional<zip::ArchiveFault> fault;
};

/// Reads the member of that index. At Depth::head it inflates only as much of the member as the
/// head needs, unless that is a large share. Errors: io.
[[nodiscard]] Result<ModuleReading> read_member_module(const zip::Archive& archive,
                                                       std::size_t member, wasm::Depth depth,
                                                       const Limits& limits);

/// As `read_member_module`, for a file that is a module. Errors: io.
[[nodiscard]] Result<wasm::SideModule> read_file_module(const ByteSource& source, wasm::Depth depth,
                                                        const Limits& limits);

/// The facts of a module of `size` bytes that could not be read: kind malformed, with `reason` as
/// the fault. Such a module is still listed, and it is not sound.
[[nodiscard]] wasm::SideModule unread_module(std::uint64_t size, const std::string& reason);

}  // namespace wheelaudit::wheel
