#pragma once

// Which functions the load or the import of a module may come to when calls through the table and
// calls out of the module are followed, too. Direct calls alone (call_graph.hpp) find chains that
// exist; here the answer errs to the other side: what is not reached is not reached at all.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wasm/call_graph.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// A way to a function that may exist.
struct PossibleChain {
  enum class Step : std::uint8_t {
    direct,   ///< a call
    table,    ///< a call through the table, to a function of the same type
    outside,  ///< a call out of the module, which may call any function of the table
  };
  struct Link {
    std::uint32_t function = 0;
    Step step = Step::direct;   ///< how the chain comes to the function
    std::uint32_t through = 0;  ///< `outside`: the imported function that calls it
    auto operator<=>(const Link&) const = default;
  };
  std::size_t entry = 0;  ///< index into the entries
  /// From the entry's function to the target; empty where the chains are too long to be told.
  std::vector<Link> links;
  /// How many functions could have stood where this chain leaves direct calls; 0 without such a
  /// step.
  std::size_t guessed_among = 0;
};

/// The shortest possible way from an entry of `kind` to each of `targets`; nullopt where there is
/// none. Linear in the module's calls.
[[nodiscard]] std::vector<std::optional<PossibleChain>> possible_chains(
    const SideModule& module, std::span<const CallEntry> entries, EntryKind kind,
    std::span<const std::uint32_t> targets);

}  // namespace wheelaudit::wasm
