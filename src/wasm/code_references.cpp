// A walk over whole bodies that follows addresses: `__memory_base + n`, `__table_base + n`, what
// GOT.func gives, and places in the function's own stack frame, through locals, additions, stores
// and calls. Where two ways through the code meet, a local that either of them has set is unknown
// again; so what is reported holds on every way. The operand stack is emptied there instead: an
// operand that is not on our stack counts as unknown, so leaving some out is never wrong, and the
// instructions that touch no address need no rules.
//
// Locals are not cleared per function and not sized by their declarations: a body of seven bytes
// can declare 50,000.

#include "wasm/code_references.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace wheelaudit::wasm {
namespace {

using Base = KnownValue::Base;

// Bounds of ours. A call that registers a function passes few texts, and stores the function's
// address right before.
constexpr std::size_t most_pending = 16;
constexpr std::size_t most_texts = 4;
constexpr std::size_t most_operands = 10'000;

/// Calls that take a name and a function that the name does not lead to.
bool names_no_function(std::string_view import) {
  return import == "PyCapsule_New" || import == "__cxa_atexit" || import == "__cxa_thread_atexit";
}

/// Bytes of one body. Behind its end every read gives zero.
class Cursor {
 public:
  Cursor(Bytes module, std::uint64_t begin, std::uint64_t end)
      : bytes_(module.first(static_cast<std::size_t>(end))), at_(static_cast<std::size_t>(begin)) {}

  [[nodiscard]] bool more() const { return at_ < bytes_.size(); }
  std::uint8_t u8() { return more() ? std::to_integer<std::uint8_t>(bytes_[at_++]) : 0; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const std::uint8_t byte = u8();
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number()); }
  /// The low 32 bits of a signed number.
  std::uint32_t i32() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t byte = 0x80;
    for (; (byte & 0x80) != 0 && shift < 70 && more(); shift += 7) {
      byte = u8();
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    }
    if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::uint32_t>(value);
  }
  void skip(std::size_t count) { at_ += std::min(count, bytes_.size() - at_); }
  void skip_numbers(std::uint64_t count) {
    for (; count > 0 && more(); --count) number();
  }

 private:
  Bytes bytes_;
  std::size_t at_;
};

/// The locals of the function that is walked. A value set between two times that lie in a closed
/// interval is void: it was set on only one of several ways that have met since.
class Locals {
 public:
  void begin_function() {
    begin_ = ++now_;
    valid_from_ = begin_;
    closed_.clear();
  }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  void set(std::uint32_t local, const KnownValue& value) {
    if (local >= values_.size()) values_.resize(std::size_t{local} + 1);
    values_[local] = {.value = value, .set_at = ++now_};
  }
  [[nodiscard]] KnownValue get(std::uint32_t local) const {
    if (local >= values_.size() || values_[local].set_at <= valid_from_) return {};
    const std::uint64_t at = values_[local].set_at;
    const auto after = std::ranges::lower_bound(closed_, at, {}, &Interval::end);
    if (after != closed_.end() && after->begin < at) return {};
    return values_[local].value;
  }
  /// Ways meet: what was set since `begin` is unknown from here on.
  void close(std::uint64_t begin) {
    while (!closed_.empty() && closed_.back().begin >= begin) closed_.pop_back();
    closed_.push_back({.begin = begin, .end = now_});
  }
  /// A loop begins: the way back from its end may have set any local.
  void forget() {
    valid_from_ = now_;
    closed_.clear();
  }

 private:
  struct Local {
    KnownValue value;
    std::uint64_t set_at = 0;
  };
  struct Interval {
    std::uint64_t begin = 0;  ///< values set after this time
    std::uint64_t end = 0;    ///< and not after this one
  };
  std::vector<Local> values_;
  std::vector<Interval> closed_;  ///< disjoint, in the order of time
  std::uint64_t begin_ = 0;
  std::uint64_t valid_from_ = 0;
  std::uint64_t now_ = 0;
};

class Walker {
 public:
  Walker(Bytes module, const SideModule& facts, const FunctionBodies& bodies,
         const ModuleImage& image)
      : module_(module), facts_(facts), bodies_(bodies), image_(image) {
    for (const ImportedSymbol& import : facts.imports) {
      if (import.kind == ExternalKind::function) {
        ignored_.push_back(names_no_function(import.name));
      }
    }
  }

  void walk(const WalkedFunction& walked) {
    if (walked.function < facts_.imported_functions) return;
    const std::size_t body = walked.function - facts_.imported_functions;
    if (body >= bodies_.bodies.size()) return;
    const auto [begin, end] = bodies_.bodies[body];
    passes_ = walked.passes;
    stack_moved_ = false;
    stack_.clear();
    frames_.clear();
    pending_.clear();
    locals_.begin_function();
    Cursor code(module_, begin, end);
    for (std::uint32_t groups = code.u32(); groups > 0 && code.more(); --groups) {
      code.u32();
      code.u8();
    }
    while (code.more()) step(code);
  }

  CodeReferences take() {
    const auto tidy = [](auto& list) {
      std::ranges::sort(list);
      const auto same = std::ranges::unique(list);
      list.erase(same.begin(), same.end());
    };
    tidy(found_.passed);
    tidy(found_.named);
    return std::move(found_);
  }

 private:
  /// The address of a function in a place of the stack frame.
  struct Pending {
    std::uint64_t place = 0;
    std::uint32_t function = 0;
  };

  KnownValue pop() {
    if (stack_.empty()) return {};
    const KnownValue value = stack_.back();
    stack_.pop_back();
    return value;
  }
  void pop(std::size_t count) { stack_.resize(stack_.size() - std::min(count, stack_.size())); }
  void push(const KnownValue& value = {}) {
    if (stack_.size() >= most_operands) stack_.clear();
    stack_.push_back(value);
  }
  void meet() {
    stack_.clear();
    pending_.clear();
  }

  void step(Cursor& code) {
    const std::uint8_t opcode = code.u8();
    if (opcode >= 0x20 && opcode <= 0x24) return variable(code, opcode);
    if (opcode >= 0x28 && opcode <= 0x3e) return access(code, opcode);
    if (opcode >= 0x45 && opcode <= 0xc4) return numeric(opcode);
    switch (opcode) {
      case 0x02:  // block
      case 0x04:  // if
      case 0x06:  // try
        code.number();
        if (opcode == 0x04) pop();
        frames_.push_back(locals_.now());
        return;
      case 0x03:  // loop
        code.number();
        meet();
        locals_.forget();
        frames_.push_back(locals_.now());
        return;
      case 0x05:  // else
      case 0x07:  // catch
      case 0x19:  // catch_all
        if (opcode == 0x07) code.number();
        return between();
      case 0x0b:  // end
        return end_of_frame();
      case 0x18:  // delegate
        code.number();
        return end_of_frame();
      case 0x08:  // throw
      case 0x09:  // rethrow
      case 0x0c:  // br
        code.number();
        return meet();
      case 0x0d:  // br_if
        code.number();
        return pop(1);
      case 0x0e:  // br_table
        code.skip_numbers(code.number() + 1);
        return meet();
      case 0x0f:  // return
        note_passed(pop(), no_function);
        return meet();
      case 0x10:  // call
      case 0x12:  // return_call
        return call(code.u32());
      case 0x11:  // call_indirect
      case 0x13: {
        const std::uint32_t type = code.u32();
        code.number();
        pop();
        if (type < facts_.types.size()) hand_over(facts_.types[type], no_function);
        return;
      }
      case 0x1a:  // drop
        return pop(1);
      case 0x1b:  // select
        pop(3);
        return push();
      case 0x1c:  // select with types
        code.skip_numbers(code.number());
        pop(3);
        return push();
      case 0x41:
        return push({.base = Base::constant, .offset = code.i32()});
      case 0x42:
        code.number();
        return push();
      case 0x43:
        code.skip(4);
        return push();
      case 0x44:
        code.skip(8);
        return push();
      case 0xfc:
      case 0xfd:
      case 0xfe:
        return prefixed(code, opcode);
      default:
        return other(code, opcode);
    }
  }

  /// Tables, references, sizes: rare in code that hands addresses on.
  void other(Cursor& code, std::uint8_t opcode) {
    const bool one = opcode == 0x25 || opcode == 0x26 || opcode == 0x3f || opcode == 0x40 ||
                     opcode == 0xd0 || opcode == 0xd2;
    if (one) code.number();
    if (opcode != 0x01) stack_.clear();
  }

  /// The immediates of core specification 3.0, sections 5.4.6 to 5.4.8, and of the threads
  /// proposal.
  void prefixed(Cursor& code, std::uint8_t prefix) {
    const std::uint32_t opcode = code.u32();
    stack_.clear();
    if (prefix == 0xfc) {
      constexpr std::array<std::uint8_t, 10> immediates{2, 1, 2, 1, 2, 1, 2, 1, 1, 1};
      if (opcode >= 8 && opcode - 8 < immediates.size()) code.skip_numbers(immediates[opcode - 8]);
      return;
    }
    if (prefix == 0xfe) return code.skip_numbers(opcode == 3 ? 1 : 2);
    if (opcode <= 11 || (opcode >= 84 && opcode <= 93)) {
      code.skip_numbers(2);
      if (opcode >= 84 && opcode <= 91) code.skip(1);
    } else if (opcode <= 13) {
      code.skip(16);
    } else if (opcode >= 21 && opcode <= 34) {
      code.skip(1);
    }
  }

  /// One branch of an `if` or `try` ends and the next one begins.
  void between() {
    if (frames_.empty()) return;
    meet();
    locals_.close(frames_.back());
  }
  void end_of_frame() {
    if (frames_.empty()) {  // the end of the body, which returns what is left
      note_passed(pop(), no_function);
      return meet();
    }
    meet();
    locals_.close(frames_.back());
    frames_.pop_back();
  }

  void variable(Cursor& code, std::uint8_t opcode) {
    const std::uint32_t index = code.u32();
    if (opcode == 0x20) return push(locals_.get(index));
    if (opcode == 0x23) {
      const auto& globals = image_.globals();
      KnownValue value = index < globals.size() ? globals[index] : KnownValue{};
      if (value.base == Base::stack && stack_moved_) value = {};
      return push(value);
    }
    const KnownValue value = pop();
    if (opcode == 0x24) {
      const auto& globals = image_.globals();
      if (index < globals.size() && globals[index].base == Base::stack) stack_moved_ = true;
      return;
    }
    locals_.set(index, value);
    if (opcode == 0x22) push(value);
  }

  void access(Cursor& code, std::uint8_t opcode) {
    code.number();
    const std::uint64_t offset = code.number();
    if (opcode <= 0x35) {
      pop();
      return push();
    }
    const KnownValue value = pop();
    const KnownValue address = pop();
    if (opcode == 0x36) store(address, offset, value);
  }

  void store(const KnownValue& address, std::uint64_t offset, const KnownValue& value) {
    if (value.base == Base::unknown || value.base == Base::stack) return;
    note_passed(value, no_function);
    const std::uint64_t at = (address.offset + offset) & UINT32_MAX;
    if (address.base == Base::memory && passes_) {
      found_.stores.push_back({static_cast<std::uint32_t>(at), value});
    }
    if (address.base != Base::stack) return;
    if (const auto function = image_.function_of(value)) {
      if (pending_.size() == most_pending) pending_.erase(pending_.begin());
      pending_.push_back({.place = at, .function = *function});
    }
  }

  void numeric(std::uint8_t opcode) {
    if (opcode == 0x6a || opcode == 0x6b) {
      KnownValue right = pop();
      KnownValue left = pop();
      if (opcode == 0x6a && left.base == Base::constant) std::swap(left, right);
      if (left.base == Base::unknown || right.base != Base::constant) return push();
      left.offset =
          (opcode == 0x6a ? left.offset + right.offset : left.offset - right.offset) & UINT32_MAX;
      return push(left);
    }
    pop(is_unary(opcode) ? 1 : 2);
    push();
  }
  static constexpr bool is_unary(std::uint8_t opcode) {
    const auto within = [opcode](int first, int last) { return opcode >= first && opcode <= last; };
    return opcode == 0x45 || opcode == 0x50 || within(0x67, 0x69) || within(0x79, 0x7b) ||
           within(0x8b, 0x91) || within(0x99, 0x9f) || within(0xa7, 0xc4);
  }

  void call(std::uint32_t function) {
    if (function < bodies_.types.size()) {
      hand_over(facts_.types[bodies_.types[function]], function);
    }
  }

  void hand_over(const FunctionType& type, std::uint32_t callee) {
    const std::size_t count = std::min(type.params.size(), stack_.size());
    const std::span<const KnownValue> arguments = std::span(stack_).last(count);
    if (callee >= ignored_.size() || !ignored_[callee]) note_names(arguments);
    for (const KnownValue& argument : arguments) note_passed(argument, callee);
    pending_.clear();
    pop(count);
    for (std::size_t i = 0; i < type.results.size(); ++i) push();
  }

  void note_passed(const KnownValue& value, std::uint32_t callee) {
    if (passes_ && value.base == Base::memory) {
      found_.passed.push_back({static_cast<std::uint32_t>(value.offset), callee});
    }
  }

  /// The functions among the arguments, themselves or in a place that an argument points to, get
  /// the first argument that is a name.
  void note_names(std::span<const KnownValue> arguments) {
    std::optional<std::uint32_t> name;
    std::size_t texts = 0;
    for (const KnownValue& argument : arguments) {
      if (argument.base != Base::memory || name || ++texts > most_texts) continue;
      const auto address = static_cast<std::uint32_t>(argument.offset);
      if (has_function(arguments) && image_.name_at(address, false)) name = address;
    }
    if (!name) return;
    for (const KnownValue& argument : arguments) {
      if (const auto function = image_.function_of(argument)) {
        found_.named.push_back({*function, *name});
      }
      if (argument.base != Base::stack) continue;
      for (const Pending& pending : pending_) {
        if (pending.place == argument.offset) found_.named.push_back({pending.function, *name});
      }
    }
  }
  [[nodiscard]] bool has_function(std::span<const KnownValue> arguments) const {
    return std::ranges::any_of(arguments, [&](const KnownValue& argument) {
      return (argument.base == Base::stack && !pending_.empty()) || argument.base == Base::table ||
             argument.base == Base::address;
    });
  }

  Bytes module_;
  const SideModule& facts_;
  const FunctionBodies& bodies_;
  const ModuleImage& image_;
  std::vector<bool> ignored_;  ///< by imported function: it names no function
  bool passes_ = false;
  bool stack_moved_ = false;
  std::vector<KnownValue> stack_;
  std::vector<std::uint64_t> frames_;  ///< the time at which each open frame began
  std::vector<Pending> pending_;       ///< since the last call
  Locals locals_;
  CodeReferences found_;
};

}  // namespace

CodeReferences code_references(Bytes module, const SideModule& facts, const FunctionBodies& bodies,
                               const ModuleImage& image,
                               std::span<const WalkedFunction> functions) {
  Walker walker(module, facts, bodies, image);
  for (const WalkedFunction& function : functions) walker.walk(function);
  return walker.take();
}

}  // namespace wheelaudit::wasm
