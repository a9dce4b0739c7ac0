#pragma once

// The stacks of the specification's validation algorithm (appendix "Validation Algorithm"): the
// operand types one letter each, and the control frames.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wasm {

/// What a block takes and leaves; views of letters that outlive the stacks.
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
  std::uint32_t height = 0;  ///< operands below belong to the frames outside
  BlockType type;

  /// What a branch to this frame carries.
  [[nodiscard]] std::string_view label() const {
    return kind == FrameKind::loop ? type.params : type.results;
  }
};

/// An operand of unreachable code, whose type nothing says.
inline constexpr char unknown_operand = '*';

class OperandStack {
 public:
  /// Empty, but for the frame of a function that leaves `results`.
  void begin(std::string_view results);

  void push(char letter) { operands_ += letter; }
  void push_all(std::string_view letters) { operands_ += letters; }
  /// Takes one operand of the expected type; nullopt, and `mismatch`, when there is another or
  /// none.
  std::optional<char> pop(char expected);
  /// Takes `letters`, the last first; false, and `mismatch`, when they are not there.
  bool pop_all(std::string_view letters);

  /// Are `letters` there to be taken? Takes nothing; false, and `mismatch`, when they are not.
  bool has(std::string_view letters);

  /// Takes the block's parameters and opens a frame with them.
  bool enter(FrameKind kind, BlockType type);
  /// Takes the innermost frame's results, which must be all there is, and closes it.
  bool leave();
  /// As `leave`, then opens a frame of the same type and `kind` with `params`.
  bool reenter(FrameKind kind, std::string_view params);
  /// The rest of the frame is not reached.
  void unreachable();

  [[nodiscard]] bool closed() const { return frames_.empty(); }
  [[nodiscard]] std::size_t depth() const { return frames_.size(); }
  [[nodiscard]] std::size_t size() const { return operands_.size(); }
  /// The frame `depth` outwards, 0 the innermost; `depth` < `depth()`.
  [[nodiscard]] const Frame& frame(std::size_t depth) const {
    return frames_[frames_.size() - 1 - depth];
  }
  /// "expected i32, found f64": of the last failure.
  [[nodiscard]] const std::string& mismatch() const { return mismatch_; }

 private:
  bool close();

  std::string operands_;
  std::vector<Frame> frames_;
  std::string mismatch_;
};

}  // namespace wheelaudit::wasm
