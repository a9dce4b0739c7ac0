// A small evaluator for the code that fills a side module's tables: constants, globals, locals,
// additions and stores, in a straight line. wasm-ld writes `__wasm_apply_data_relocs` as a list of
// `__memory_base + a ← __memory_base + b` and the like; wasm-opt shortens that list with locals and
// store offsets. The evaluator stops at the first branch of a function: every store before the
// branch has run for certain. The module has been validated, so the stack has no types; a missing
// operand still reads as an unknown value.

#include <algorithm>
#include <string_view>
#include <utility>

#include "wasm/byte_reader.hpp"
#include "wasm/function_bodies.hpp"
#include "wasm/module_image.hpp"

namespace wheelaudit::wasm {
namespace {

/// Bounds of ours. Locals are counted over all functions: a body of seven bytes can declare 50,000.
constexpr std::size_t most_locals = 1'000'000;
constexpr std::size_t most_operands = 10'000;
constexpr int deepest_calls = 8;
/// Instructions over all functions: as many as the module has bytes, and these besides. A function
/// that is called with arguments can be evaluated many times.
constexpr std::uint64_t free_steps = 100'000;
constexpr std::uint64_t low_word = 0xffff'ffff;

KnownValue constant(std::uint64_t value) {
  return {.base = KnownValue::Base::constant, .offset = value};
}

/// i32.add, i32.sub: of two constants a constant, of an address and a constant an address, else
/// unknown.
KnownValue sum(KnownValue left, KnownValue right, bool subtract) {
  using Base = KnownValue::Base;
  if (!subtract && left.base == Base::constant) std::swap(left, right);
  if (left.base == Base::unknown || right.base != Base::constant) return {};
  left.offset = (subtract ? left.offset - right.offset : left.offset + right.offset) & low_word;
  return left;
}

std::uint64_t signed_number(ByteReader& bytes) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  std::uint8_t byte = 0x80;
  while ((byte & 0x80) != 0 && shift < 70 && bytes.more()) {
    byte = bytes.u8("constant");
    if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    shift += 7;
  }
  if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
  return value;
}

/// How many operands a numeric instruction (0x45 to 0xc4) takes: one or two. Core
/// specification 3.0, section 5.4.7.
constexpr unsigned operand_count(std::uint8_t opcode) {
  const auto within = [opcode](int first, int last) { return opcode >= first && opcode <= last; };
  const bool one = opcode == 0x45 || opcode == 0x50 || within(0x67, 0x69) || within(0x79, 0x7b) ||
                   within(0x8b, 0x91) || within(0x99, 0x9f) || within(0xa7, 0xc4);
  return one ? 1 : 2;
}

class Evaluator {
 public:
  Evaluator(Bytes module, const SideModule& facts, const FunctionBodies& functions,
            const std::vector<KnownValue>& globals)
      : module_(module),
        facts_(facts),
        globals_(globals),
        functions_(functions),
        done_(functions_.types.size(), false),
        steps_left_(free_steps + module.size()) {}

  /// Runs a function. Without arguments it runs once; with arguments, which a helper that fills
  /// tables takes, as often as it is called.
  void run(std::uint32_t function, std::vector<KnownValue> arguments = {}, int depth = 0) {
    if (function < facts_.imported_functions || function >= done_.size() || done_[function]) return;
    const std::size_t body = function - facts_.imported_functions;
    if (body >= functions_.bodies.size()) return;
    const std::size_t parameters = type_of(function).params.size();
    if (parameters == 0) done_[function] = true;
    const auto [begin, end] = functions_.bodies[body];
    Activation activation{.bytes = ByteReader(module_, begin, end, "the body"),
                          .locals = std::move(arguments),
                          .stack = {},
                          .blocks = 0,
                          .depth = depth};
    const std::size_t unknown = parameters - std::min(parameters, activation.locals.size());
    if (!declare(activation, unknown, {}) || !declare_locals(activation)) return;
    while (activation.bytes.more() && activation.stack.size() <= most_operands && steps_left_ > 0 &&
           step(activation)) {
      --steps_left_;
    }
  }

  std::vector<KnownStore> take() { return std::move(stores_); }

 private:
  struct Activation {
    ByteReader bytes;
    std::vector<KnownValue> locals;
    std::vector<KnownValue> stack;
    int blocks = 0;
    int depth = 0;
  };

  [[nodiscard]] const FunctionType& type_of(std::uint32_t function) const {
    return facts_.types[functions_.types[function]];
  }

  bool declare(Activation& now, std::size_t count, const KnownValue& value) {
    if (count > locals_left_) return false;
    locals_left_ -= count;
    now.locals.resize(now.locals.size() + count, value);
    return true;
  }

  bool declare_locals(Activation& now) {
    for (std::uint32_t groups = now.bytes.u32("locals"); groups > 0 && now.bytes.more(); --groups) {
      const std::uint32_t count = now.bytes.u32("locals");
      now.bytes.u8("type");
      if (!declare(now, count, constant(0))) return false;
    }
    return !now.bytes.failed();
  }

  static KnownValue pop(Activation& now) {
    if (now.stack.empty()) return {};
    const KnownValue value = now.stack.back();
    now.stack.pop_back();
    return value;
  }
  static void pop(Activation& now, std::size_t count) {
    now.stack.resize(now.stack.size() - std::min(count, now.stack.size()));
  }

  /// Evaluates one instruction; false at the end of the straight line.
  bool step(Activation& now) {
    const std::uint8_t opcode = now.bytes.u8("opcode");
    if (opcode >= 0x20 && opcode <= 0x24) return variable(now, opcode);
    if (opcode >= 0x28 && opcode <= 0x3e) return access(now, opcode);
    if (opcode >= 0x41 && opcode <= 0x44) return literal(now, opcode);
    if (opcode >= 0x45 && opcode <= 0xc4) return numeric(now, opcode);
    switch (opcode) {
      case 0x01:  // nop
        return true;
      case 0x02:  // block: left at its end, or by a branch, at which the evaluator stops
        ++now.blocks;
        return now.bytes.u8("type") == 0x40;
      case 0x0b:  // end
        return now.blocks-- > 0;
      case 0x10:  // call
        return call(now, now.bytes.u32("function"));
      case 0x1a:  // drop
        pop(now, 1);
        return true;
      case 0x1b:  // select
        pop(now, 3);
        now.stack.emplace_back();
        return true;
      default:
        return false;
    }
  }

  bool call(Activation& now, std::uint32_t function) {
    if (function >= functions_.types.size()) return false;
    const FunctionType& type = type_of(function);
    const std::size_t given = std::min(type.params.size(), now.stack.size());
    std::vector<KnownValue> arguments(now.stack.end() - static_cast<std::ptrdiff_t>(given),
                                      now.stack.end());
    pop(now, given);
    if (now.stack.size() + type.results.size() > most_operands) return false;
    now.stack.resize(now.stack.size() + type.results.size());
    if (now.depth >= deepest_calls || given < type.params.size()) return true;
    const bool tells = given == 0 || std::ranges::any_of(arguments, [](const KnownValue& value) {
                         return value.base != KnownValue::Base::unknown &&
                                value.base != KnownValue::Base::constant;
                       });
    if (tells) run(function, std::move(arguments), now.depth + 1);
    return true;
  }

  bool variable(Activation& now, std::uint8_t opcode) {
    const std::uint32_t index = now.bytes.u32("index");
    if (opcode == 0x23) {  // global.get
      now.stack.push_back(index < globals_.size() ? globals_[index] : KnownValue{});
      return true;
    }
    if (opcode == 0x24) {  // global.set
      pop(now, 1);
      return true;
    }
    if (index >= now.locals.size()) return false;
    if (opcode == 0x20) {  // local.get
      now.stack.push_back(now.locals[index]);
      return true;
    }
    now.locals[index] = pop(now);
    if (opcode == 0x22) now.stack.push_back(now.locals[index]);  // local.tee
    return true;
  }

  bool access(Activation& now, std::uint8_t opcode) {
    now.bytes.u32("alignment");
    const std::uint64_t offset = now.bytes.u64("offset");
    const bool is_load = opcode <= 0x35;
    const KnownValue value = is_load ? KnownValue{} : pop(now);
    const KnownValue address = pop(now);
    if (is_load) {
      now.stack.emplace_back();
      return true;
    }
    const std::uint64_t at = address.offset + offset;
    if (address.base != KnownValue::Base::memory || at > low_word - 4) return true;
    note_store(static_cast<std::uint32_t>(at), value, opcode);
    return true;
  }

  /// An i32.store keeps its value, an i64.store of a constant both halves; every other store makes
  /// its words unknown.
  void note_store(std::uint32_t address, const KnownValue& value, std::uint8_t opcode) {
    const bool whole = opcode == 0x36;
    const bool two = opcode == 0x37 || opcode == 0x39;  // i64.store, f64.store
    const bool halves = opcode == 0x37 && value.base == KnownValue::Base::constant;
    stores_.push_back({address, whole    ? value
                                : halves ? constant(value.offset & low_word)
                                         : KnownValue{}});
    if (two) stores_.push_back({address + 4, halves ? constant(value.offset >> 32) : KnownValue{}});
  }

  static bool literal(Activation& now, std::uint8_t opcode) {
    if (opcode == 0x41 || opcode == 0x42) {
      const std::uint64_t value = signed_number(now.bytes);
      now.stack.push_back(constant(opcode == 0x41 ? value & low_word : value));
      return true;
    }
    now.bytes.skip(opcode == 0x43 ? 4 : 8, "constant");
    now.stack.emplace_back();
    return true;
  }

  static bool numeric(Activation& now, std::uint8_t opcode) {
    if (opcode == 0x6a || opcode == 0x6b) {
      const KnownValue right = pop(now);
      const KnownValue left = pop(now);
      now.stack.push_back(sum(left, right, opcode == 0x6b));
      return true;
    }
    pop(now, operand_count(opcode));
    now.stack.emplace_back();
    return true;
  }

  Bytes module_;
  const SideModule& facts_;
  const std::vector<KnownValue>& globals_;
  const FunctionBodies& functions_;
  std::vector<bool> done_;
  std::uint64_t steps_left_;
  std::vector<KnownStore> stores_;
  std::size_t locals_left_ = most_locals;
};

}  // namespace

std::vector<KnownStore> stores_of(Bytes module, const SideModule& facts,
                                  const FunctionBodies& functions,
                                  const std::vector<KnownValue>& globals) {
  Evaluator evaluator(module, facts, functions, globals);
  if (facts.start) evaluator.run(*facts.start);
  for (const std::string_view name : {"__wasm_apply_data_relocs", "__wasm_call_ctors"}) {
    const ExportedSymbol* symbol = facts.find_export(name);
    if (symbol != nullptr && symbol->kind == ExternalKind::function) evaluator.run(symbol->index);
  }
  for (const ExportedSymbol& symbol : facts.exports) {
    const bool init = symbol.name.starts_with("PyInit_") || symbol.name.starts_with("PyInitU_");
    if (symbol.kind == ExternalKind::function && init) evaluator.run(symbol.index);
  }
  return evaluator.take();
}

std::vector<KnownStore> stores_of_functions(Bytes module, const SideModule& facts,
                                            const FunctionBodies& bodies,
                                            const std::vector<KnownValue>& globals,
                                            const std::vector<std::uint32_t>& functions) {
  Evaluator evaluator(module, facts, bodies, globals);
  for (const std::uint32_t function : functions) evaluator.run(function);
  return evaluator.take();
}

}  // namespace wheelaudit::wasm
