#pragma once

// The stacks of the specification's validation algorithm (appendix "Validation Algorithm"): the
// operand types, a letter (as in FunctionType) per operand, and the control frames.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wasm {

/// The operands that a block takes and leaves; views of letters that must outlive the stacks.
struct BlockType {
  std::string_view params;
  std::string_view results;
};

enum class FrameKind : std::uint8_t {
  function,
  block,
  loop,
  if_,
  else_,
  try_,
  catch_,
  catch_all,
};

struct Frame {
  FrameKind kind = FrameKind::block;
  bool unreachable = false;
  std::uint32_t height = 0;  ///< size of the operand stack below the frame's own operands
  BlockType type;

  /// What a branch to this frame carries.
  [[nodiscard]] std::string_view label() const {
    return kind == FrameKind::loop ? type.params : type.results;
  }
};

/// An operand of unreachable code, whose type is not known; it fits every expected type.
inline constexpr char unknown_operand = '*';

class OperandStack {
 public:
  /// Empties both stacks and opens the frame of a function that leaves `results`.
  void begin(std::string_view results);

  void push(char letter) { operands_ += letter; }
  void push_all(std::string_view letters) { operands_ += letters; }
  /// Takes one operand of the expected type (any, for `unknown_operand`) and returns its type;
  /// nullopt, and `mismatch`, when the operand is of another type or there is none.
  std::optional<char> pop(char expected);
  /// Takes `letters`, the last first; false, and `mismatch`, when they are not there.
  bool pop_all(std::string_view letters);

  /// Are `letters` there to be taken? Takes nothing; false, and `mismatch`, when they are not.
  bool has(std::string_view letters);

  /// Takes the block's parameters and opens a frame that begins with them. False, and `mismatch`,
  /// when they are not there; the same holds for the next two.
  bool enter(FrameKind kind, BlockType type);
  /// Takes the innermost frame's results, which must be all of its operands, closes the frame, and
  /// leaves the results to the frame outside.
  bool leave();
  /// Ends the innermost frame's operands as `leave` does, and goes on with a frame of the same type
  /// and of `kind` that begins with `params`: `else`, `catch`.
  bool reenter(FrameKind kind, std::string_view params);
  /// Drops the frame's operands: its remaining code is unreachable.
  void unreachable();

  /// The function's own frame has been left.
  [[nodiscard]] bool closed() const { return frames_.empty(); }
  [[nodiscard]] std::size_t depth() const { return frames_.size(); }
  [[nodiscard]] std::size_t size() const { return operands_.size(); }
  /// The frame `depth` levels outwards, 0 being the innermost; `depth` < `depth()`.
  [[nodiscard]] const Frame& frame(std::size_t depth) const {
    return frames_[frames_.size() - 1 - depth];
  }
  /// What the last failure expected and found: "expected i32, found f64".
  [[nodiscard]] const std::string& mismatch() const { return mismatch_; }

 private:
  bool close();

  std::string operands_;
  std::vector<Frame> frames_;
  std::string mismatch_;
};

}  // namespace wheelaudit::wasm
