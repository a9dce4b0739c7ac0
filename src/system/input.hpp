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
  /// The result of opening the file, when it was opened before the program confined itself.
  std::optional<Result<ByteSource>> opened = std::nullopt;
};

/// The files that arguments name. A directory becomes every wheel below it, sorted by path. Every
/// other file there, and every directory that cannot be opened, becomes a remark.
struct InputList {
  std::vector<Input> inputs;
  std::vector<InputRemark> remarks;
};
/// With `Directories::may_be_wheels` a directory that is an unpacked wheel is one input.
enum class Directories : std::uint8_t { hold_wheels, may_be_wheels };
[[nodiscard]] InputList expand_inputs(std::span<const std::string> arguments,
                                      Directories directories = Directories::hold_wheels);

/// A source over a regular file, whose size is taken once; FIFOs, devices and directories are
/// refused. Errors: io.
[[nodiscard]] Result<ByteSource> open_file(const std::string& path);
/// The source of an input: what was opened before, else the file, or standard input, which is read
/// into memory up to `limits.wheel_size`. Not for unpacked wheels. Errors: io.
[[nodiscard]] Result<ByteSource> open_input(const Input& input, const Limits& limits);

/// Reads a wheel, or a bare module, which is recognised by its name or first bytes. A wheel on
/// standard input has no file name, so its name is made from its dist-info. Errors: io.
[[nodiscard]] Result<wheel::Wheel> read_input(const Input& input,
                                              const wheel::ReadOptions& options);

}  // namespace wheelaudit::system
