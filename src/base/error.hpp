#pragma once

// What the tool itself could not do. A fault *in the wheel* is never an Error: the part that reads
// the wheel returns the fault as a fact (Fault), and a rule makes a Finding of the fact.

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace wheelaudit::inline base {

/// Decides the exit code (docs/design/verdicts.md#exit-codes): usage 2, io 4, internal 70.
enum class ErrorKind : std::uint8_t { usage, io, internal };

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string
      message;  ///< what, where, expected and found, what to do; lower case, no final period
};

template <class T>
using Result = tl::expected<T, Error>;

/// The Error as a function returns it in a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{.kind = kind, .message = std::move(message)});
}

/// Something wrong in the input, as data. `offset` counts bytes from the start of the thing read
/// (the member's content for modules and text files, the file for archives).
struct Fault {
  std::string message;
  std::optional<std::uint64_t> offset;

  auto operator<=>(const Fault&) const = default;
};

/// A value, or the fault in the text that the value was to be read from.
template <class T>
using Parsed = tl::expected<T, Fault>;

/// The Fault as a function returns it in a Parsed.
[[nodiscard]] inline tl::unexpected<Fault> fault(std::string message,
                                                 std::optional<std::uint64_t> offset = {}) {
  return tl::unexpected<Fault>(Fault{.message = std::move(message), .offset = offset});
}

}  // namespace wheelaudit::inline base
