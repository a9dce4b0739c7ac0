// Two modules with the same code: a library was linked into both, and each copy has its own data. A
// warning, since copies are often meant; told only where both run the same function that calls out
// of the module when it is loaded or imported, because then something is registered twice.

#include "rules/libraries/code_copies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "rules/new_finding.hpp"
#include "rules/say.hpp"
#include "wasm/equal_code.hpp"

namespace wheelaudit::rules {
namespace {

// Equal code of fewer bytes is a few helpers that compilers put everywhere.
constexpr std::uint64_t least_equal_code = 4'096;
// Digests that are looked at over all pairs of modules, about a tenth of a second. The 30 modules
// of USD take a fifth of it.
constexpr std::size_t most_compared = 100'000'000;

/// Two modules with a copy of one library.
struct Copies {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint64_t bytes = 0;
};

std::uint64_t code_bytes(const wasm::CodeFacts& code) {
  std::uint64_t bytes = 0;
  for (const wasm::BodyDigest digest : code.digests) bytes += wasm::size_of_body(digest);
  return bytes;
}

/// Whether both modules run the same function, which calls out of them: a constructor, or with
/// `init` the function by which Python imports them.
bool run_the_same(const wasm::CodeFacts& left, const wasm::CodeFacts& right, bool init) {
  return std::ranges::any_of(left.early, [&](const wasm::EarlyFunction& early) {
    return early.is_init == init && early.calls_out &&
           std::ranges::binary_search(right.early, early);
  });
}

/// Whether the modules are one program twice: hardly any code of either is not in the other. Then
/// the init function registers the same things.
bool are_clones(const wasm::CodeFacts& left, const wasm::CodeFacts& right, std::uint64_t equal) {
  return equal >= std::max(code_bytes(left), code_bytes(right)) / 10 * 9 &&
         run_the_same(left, right, true);
}

std::optional<Copies> static_copies(const wheel::Wheel& wheel) {
  std::vector<std::uint32_t> candidates;
  for (std::uint32_t m = 0; m < wheel.modules.size(); ++m) {
    const wasm::SideModule& facts = wheel.modules[m].facts;
    const bool runs = facts.sound() && facts.code && !facts.code->early.empty();
    if (runs) candidates.push_back(m);
  }
  std::optional<Copies> most;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (std::size_t k = i + 1; k < candidates.size(); ++k) {
      const wasm::CodeFacts& left = *wheel.modules[candidates[i]].facts.code;
      const wasm::CodeFacts& right = *wheel.modules[candidates[k]].facts.code;
      compared += 16 * left.early.size() + 1;
      if (compared > most_compared) return most;
      const bool constructs = run_the_same(left, right, false);
      if (!constructs && !run_the_same(left, right, true)) continue;
      compared += left.digests.size() + right.digests.size();
      const std::uint64_t bytes = wasm::equal_bytes(left.digests, right.digests);
      if (bytes < least_equal_code || (most && bytes <= most->bytes)) continue;
      if (!constructs && !are_clones(left, right, bytes)) continue;
      most = {.first = candidates[i], .second = candidates[k], .bytes = bytes};
    }
  }
  return most;
}

}  // namespace

void warn_of_code_copies(const RuleInput& input, FindingSink& findings) {
  // The same for every ABI, and told once.
  if (input.targets.empty() || input.target->profile != input.targets.front().profile) return;
  const auto copies = static_copies(input.wheel);
  if (!copies) return;
  Finding finding = wheel_finding("WA407"_rule, Severity::warning, Consequence::latent,
                                  input.wheel.modules[copies->first].path);
  finding.found = input.wheel.modules[copies->second].path;
  finding.message = say("this module and {} hold the same code and run the same registration",
                        quoted(the_found(finding)));
  finding.details.push_back(
      fmt::format("{} bytes of code are equal, and so is a function that calls out of the module "
                  "when it is loaded or imported",
                  copies->bytes));
  finding.details.push_back(
      "a library that is linked into both has two sets of data, and registers itself twice");
  finding.help =
      "link the library once, as a shared library that both modules need; where each module is to "
      "have its own copy, nothing has to be done";
  findings.add(std::move(finding));
}

}  // namespace wheelaudit::rules
