#pragma once

// Getting at a module's facts: from a member of an archive or from a file of its own, inflating no
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

/// A module, or why its bytes could not be had (then `facts` is malformed and says so too).
struct ModuleReading {
  wasm::SideModule facts;
  std::optional<zip::ArchiveFault> fault;
};

/// At Depth::head: only as much of the member as its head needs, unless that is a large share.
[[nodiscard]] Result<ModuleReading> read_member_module(const zip::Archive& archive,
                                                       std::size_t member, wasm::Depth depth,
                                                       const Limits& limits);

/// The same for a file that is a module.
[[nodiscard]] Result<wasm::SideModule> read_file_module(const ByteSource& source, wasm::Depth depth,
                                                        const Limits& limits);

/// A module whose bytes could not be had: never skipped, never sound.
[[nodiscard]] wasm::SideModule unread_module(std::uint64_t size, const std::string& reason);

}  // namespace wheelaudit::wheel
