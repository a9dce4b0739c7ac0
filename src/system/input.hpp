#pragma once

// The inputs a command was given: which files they are, and their bytes.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/input_remark.hpp"
#include "base/limits.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::system {

/// `unpacked`: a directory that is one wheel.
enum class InputKind : std::uint8_t { file, standard_input, unpacked };

struct Input {
  std::string path;
  InputKind kind = InputKind::file;
  /// What opening it came to, when that was done beforehand.
  std::optional<Result<ByteSource>> opened = std::nullopt;
};

/// The files that arguments name: directories become every wheel below them, sorted by path; what
/// else lies there, and what cannot be opened, becomes a remark.
struct InputList {
  std::vector<Input> inputs;
  std::vector<InputRemark> remarks;
};
/// With `Directories::may_be_wheels` a directory that is an unpacked wheel is one input.
enum class Directories : std::uint8_t { hold_wheels, may_be_wheels };
[[nodiscard]] InputList expand_inputs(std::span<const std::string> arguments,
                                      Directories directories = Directories::hold_wheels);

/// The bytes of a regular file, whose size is taken once; FIFOs, devices and directories are
/// refused. Errors: io.
[[nodiscard]] Result<ByteSource> open_file(const std::string& path);
/// A file as above, or as it was opened; standard input, read into memory up to the limit. Errors:
/// io.
[[nodiscard]] Result<ByteSource> open_input(const Input& input, const Limits& limits);

/// A wheel, or a bare module by its name or first bytes. What standard input holds has no file
/// name: the wheel's is made from its dist-info.
[[nodiscard]] Result<wheel::Wheel> read_input(const Input& input,
                                              const wheel::ReadOptions& options);

}  // namespace wheelaudit::system
