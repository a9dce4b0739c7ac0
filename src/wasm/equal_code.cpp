// The digests are made while the bodies are validated (body.cpp), because a second walk over all
// instructions would cost as much as the first. Here they are hashed, chosen and compared.

#include "wasm/equal_code.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace wheelaudit::wasm {
namespace {

/// In bytes. Smaller bodies are equal by chance: `return a + b`.
constexpr std::uint32_t tiny_body = 16;
/// How far calls of one constructor are followed. Compilers put its code into few functions.
constexpr std::size_t most_visited = 64;
/// Constructors beyond are not looked at, so that the work stays linear.
constexpr std::size_t most_early = 10'000;

/// Functions whose call has no effect that a second copy of the caller could repeat: memory, and
/// destructors that run when the process ends.
bool is_harmless(std::string_view name) {
  constexpr std::array<std::string_view, 8> names{"__cxa_atexit", "malloc",  "calloc", "free",
                                                  "_Znwm",        "_ZdlPvm", "memcpy", "memset"};
  return std::ranges::find(names, name) != names.end();
}

/// Which imported functions count as calls out of the module.
std::vector<bool> outer_functions(const SideModule& module) {
  std::vector<bool> outer;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind == ExternalKind::function) outer.push_back(!is_harmless(import.name));
  }
  return outer;
}

class Calls {
 public:
  Calls(const SideModule& module, const CodeFacts& code)
      : imported_(module.imported_functions), code_(code), outer_(outer_functions(module)) {}

  [[nodiscard]] std::vector<std::uint32_t> of(std::uint32_t function) const {
    if (function < imported_ || function - imported_ + 1 >= code_.rows.size()) return {};
    const std::uint32_t row = function - imported_;
    const std::uint32_t count = code_.rows[row + 1] - code_.rows[row];
    const auto first = code_.callees.begin() + code_.rows[row];
    return {first, first + std::min<std::uint32_t>(count, most_early)};
  }

  [[nodiscard]] bool lead_out(std::uint32_t function) const {
    std::vector<std::uint32_t> seen{function};
    for (std::size_t i = 0; i < seen.size() && seen.size() <= most_visited; ++i) {
      for (const std::uint32_t callee : of(seen[i])) {
        if (callee < imported_) {
          if (outer_[callee]) return true;
        } else if (seen.size() > most_visited) {
          break;
        } else if (std::ranges::find(seen, callee) == seen.end()) {
          seen.push_back(callee);
        }
      }
    }
    return false;
  }

 private:
  std::uint32_t imported_;
  const CodeFacts& code_;
  std::vector<bool> outer_;
};

}  // namespace

void CodeHash::add(Bytes code) {
  std::size_t at = 0;
  for (; code.size() - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, code.data() + at, 8);
    mix(word);
  }
  std::uint64_t rest = code.size();
  for (; at < code.size(); ++at) rest = rest << 8 | static_cast<std::uint64_t>(code[at]);
  mix(rest);
}

BodyDigest CodeHash::take(std::uint64_t size) {
  mix(size);
  const std::uint64_t hash = state_ ^ (state_ >> 29);
  state_ = 0;
  return hash << 24 | std::min<std::uint64_t>(size, 0xff'ffff);
}

std::vector<EarlyFunction> early_functions(const SideModule& module, const CodeFacts& code,
                                           const std::vector<BodyDigest>& digests) {
  const Calls calls(module, code);
  std::vector<EarlyFunction> result;
  const auto add = [&](std::uint32_t function, bool is_init) {
    if (function < module.imported_functions || result.size() >= most_early) return;
    const std::size_t row = function - module.imported_functions;
    if (row >= digests.size()) return;
    result.push_back(
        {.digest = digests[row], .is_init = is_init, .calls_out = calls.lead_out(function)});
  };
  if (module.start) add(*module.start, false);
  for (const ExportedSymbol& symbol : module.exports) {
    if (symbol.kind != ExternalKind::function) continue;
    if (symbol.name.starts_with("PyInit_")) add(symbol.index, true);
    if (symbol.name != "__wasm_call_ctors") continue;
    // The linker makes this function, of calls of the constructors.
    for (const std::uint32_t constructor : calls.of(symbol.index)) add(constructor, false);
  }
  std::ranges::sort(result);
  const auto repeated = std::ranges::unique(result);
  result.erase(repeated.begin(), repeated.end());
  return result;
}

std::vector<BodyDigest> comparable(std::vector<BodyDigest> digests) {
  std::erase_if(digests, [](BodyDigest digest) { return size_of_body(digest) < tiny_body; });
  std::ranges::sort(digests);
  digests.shrink_to_fit();
  return digests;
}

std::uint64_t equal_bytes(const std::vector<BodyDigest>& left,
                          const std::vector<BodyDigest>& right) {
  std::uint64_t bytes = 0;
  for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
    if (*l == *r) {
      bytes += size_of_body(*l);
      ++l;
      ++r;
    } else if (*l < *r) {
      ++l;
    } else {
      ++r;
    }
  }
  return bytes;
}

}  // namespace wheelaudit::wasm
