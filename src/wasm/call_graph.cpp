// Searches backwards over the calls, one per target: the first entry met is the nearest, and the
// way back from that entry is the shortest chain. The reversed graph is made once. A crafted module
// can have thousands of targets that every function reaches, so all searches share one amount of
// work, a few times the graph's size; no real module uses it up.

#include "wasm/call_graph.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace wheelaudit::wasm {
namespace {

// All searches together may take `work_per_size` steps per function and call of the graph, and
// `free_work` steps more. A step is one function, call or entry visited. Both numbers are ours.
constexpr std::uint64_t work_per_size = 4;
constexpr std::uint64_t free_work = 4'000'000;

/// Lists of numbers by key, in one vector: `items[rows[i]] … items[rows[i + 1] - 1]` belong to key
/// i.
struct Rows {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> items;

  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t i) const {
    return std::span(items).subspan(rows[i], rows[i + 1] - rows[i]);
  }
};

/// Groups items by key. `each(visit)` must call visit(key, item) for every item; it is called
/// twice, to count and to fill, and must visit the same items both times.
template <typename Each>
Rows group(std::uint32_t keys, Each each) {
  Rows result;
  result.rows.assign(std::size_t{keys} + 1, 0);
  each([&](std::uint32_t key, std::uint32_t) { ++result.rows[key + 1]; });
  for (std::size_t i = 1; i < result.rows.size(); ++i) result.rows[i] += result.rows[i - 1];
  result.items.resize(result.rows.back());
  std::vector<std::uint32_t> next(result.rows.begin(), result.rows.end() - 1);
  each([&](std::uint32_t key, std::uint32_t item) { result.items[next[key]++] = item; });
  return result;
}

std::uint32_t function_count(const SideModule& module) {
  const CodeFacts& code = *module.code;
  const auto bodies = static_cast<std::uint32_t>(code.rows.empty() ? 0 : code.rows.size() - 1);
  return module.imported_functions + bodies;  // bodies behind a fault were not read
}

Rows callers_of_each(const SideModule& module, std::uint32_t functions) {
  const CodeFacts& code = *module.code;
  return group(functions, [&](auto visit) {
    for (std::uint32_t caller = module.imported_functions; caller < functions; ++caller) {
      const std::uint32_t row = caller - module.imported_functions;
      for (std::uint32_t i = code.rows[row]; i < code.rows[row + 1]; ++i) {
        if (code.callees[i] < functions) visit(code.callees[i], caller);
      }
    }
  });
}

class Search {
 public:
  Search(const SideModule& module, std::span<const CallEntry> entries)
      : entries_(entries), functions_(function_count(module)) {
    callers_ = callers_of_each(module, functions_);
    entries_at_ = group(functions_, [&](auto visit) {
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].function < functions_) {
          visit(entries[i].function, static_cast<std::uint32_t>(i));
        }
      }
    });
    seen_by_.assign(functions_, 0);
    towards_.resize(functions_);
    work_left_ = free_work + work_per_size * (functions_ + callers_.items.size());
  }

  CallChains run(std::uint32_t target) {
    CallChains result;
    if (target >= functions_) return result;
    ++round_;
    queue_.assign(1, target);
    seen_by_[target] = round_;
    towards_[target] = target;
    for (std::size_t head = 0; head < queue_.size(); ++head) {
      const std::uint32_t function = queue_[head];
      const std::span<const std::uint32_t> callers = callers_.of(function);
      const std::span<const std::uint32_t> entered = entries_at_.of(function);
      if (callers.size() + entered.size() + 1 > work_left_) return {};
      work_left_ -= callers.size() + entered.size() + 1;
      for (const std::uint32_t entry : entered) note(result, entry, target);
      for (const std::uint32_t caller : callers) {
        if (std::exchange(seen_by_[caller], round_) == round_) continue;
        towards_[caller] = function;
        queue_.push_back(caller);
      }
    }
    if (result.chains.empty()) {
      const auto callers = callers_.of(target);
      result.callers.assign(callers.begin(), callers.end());
    }
    std::ranges::sort(result.chains, {},
                      [&](const auto& chain) { return entries_[chain.entry].kind; });
    result.searched = true;
    return result;
  }

 private:
  void note(CallChains& result, std::uint32_t entry, std::uint32_t target) const {
    result.reaching.push_back(entry);
    const bool known = std::ranges::any_of(result.chains, [&](const CallChains::Chain& chain) {
      return entries_[chain.entry].kind == entries_[entry].kind;
    });
    if (known) return;
    CallChains::Chain chain{.entry = entry, .functions = {}};
    for (std::uint32_t at = entries_[entry].function;; at = towards_[at]) {
      chain.functions.push_back(at);
      if (at == target) break;
    }
    result.chains.push_back(std::move(chain));
  }

  std::span<const CallEntry> entries_;
  std::uint32_t functions_;
  Rows callers_;
  Rows entries_at_;
  std::vector<std::uint32_t> seen_by_;  ///< per function the last round that met it
  std::vector<std::uint32_t> towards_;  ///< the next function on the way to this round's target
  std::vector<std::uint32_t> queue_;
  std::uint32_t round_ = 0;
  std::uint64_t work_left_ = 0;
};

EntryKind kind_of_export(std::string_view name) {
  if (name == "__wasm_call_ctors" || name == "__wasm_apply_data_relocs") return EntryKind::load;
  constexpr std::array<std::string_view, 4> prefixes{"PyInit_", "PyInitU_", "PyModExport_",
                                                     "PyModExportU_"};
  const bool init = std::ranges::any_of(
      prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
  return init ? EntryKind::import : EntryKind::exported;
}

EntryKind kind_of(PythonFunction::Way way) {
  switch (way) {
    case PythonFunction::Way::python:
      return EntryKind::python;
    case PythonFunction::Way::at_import:
      return EntryKind::import;
    case PythonFunction::Way::named:
      break;
  }
  return EntryKind::named;
}

CallEntry entry_of(const PythonFunction& python) {
  return {
      .kind = kind_of(python.way),
      .function = python.function,
      .name = python.way == PythonFunction::Way::at_import ? python.owner : python.qualified_name(),
      .role = python.role};
}

/// One entry per function and kind; the names of the others become its aliases.
std::vector<CallEntry> joined(std::vector<CallEntry> entries) {
  std::ranges::sort(entries, {}, [](const CallEntry& entry) {
    return std::tuple(entry.kind, entry.function, std::string_view(entry.name), entry.role);
  });
  std::vector<CallEntry> result;
  for (CallEntry& entry : entries) {
    const bool same = !result.empty() && result.back().kind == entry.kind &&
                      result.back().function == entry.function;
    if (!same) {
      result.push_back(std::move(entry));
      continue;
    }
    CallEntry& first = result.back();
    const std::string& last = first.aliases.empty() ? first.name : first.aliases.back();
    if (entry.name != last) first.aliases.push_back(std::move(entry.name));
  }
  return result;
}

}  // namespace

std::vector<CallEntry> call_entries(const SideModule& module) {
  std::vector<CallEntry> entries;
  if (!module.code) return entries;
  if (module.start) {
    entries.push_back(
        {.kind = EntryKind::load, .function = *module.start, .name = {}, .role = "start function"});
  }
  for (const ExportedSymbol& symbol : module.exports) {
    // An exported import is not code of this module, so nothing enters the module there.
    if (symbol.kind != ExternalKind::function || symbol.index < module.imported_functions) continue;
    entries.push_back(
        {.kind = kind_of_export(symbol.name), .function = symbol.index, .name = symbol.name});
  }
  for (const PythonFunction& python : module.code->python) entries.push_back(entry_of(python));
  return joined(std::move(entries));
}

std::vector<CallChains> chains_to(const SideModule& module, std::span<const CallEntry> entries,
                                  std::span<const std::uint32_t> targets) {
  std::vector<CallChains> result(targets.size());
  if (!module.code || targets.empty()) return result;
  Search search(module, entries);
  for (std::size_t i = 0; i < targets.size(); ++i) result[i] = search.run(targets[i]);
  return result;
}

bool runs_at_load(const SideModule& module) {
  if (module.start) return true;
  const ExportedSymbol* constructors = module.find_export("__wasm_call_ctors");
  if (constructors == nullptr || constructors->kind != ExternalKind::function) return false;
  // The linker makes this function, and writes nothing into it but calls of the constructors.
  const std::uint32_t row = constructors->index - module.imported_functions;
  if (!module.code || constructors->index < module.imported_functions ||
      row + 1 >= module.code->rows.size()) {
    return true;
  }
  return module.code->rows[row] != module.code->rows[row + 1];
}

std::optional<std::vector<std::uint32_t>> reached_at_load(const SideModule& module) {
  if (!module.code) return std::nullopt;
  const std::uint64_t functions =
      std::uint64_t{module.imported_functions} + module.defined_functions;
  std::vector<std::uint32_t> pending;
  if (module.start) pending.push_back(*module.start);
  for (const ExportedSymbol& symbol : module.exports) {
    if (symbol.kind != ExternalKind::function) continue;
    if (symbol.name == "__wasm_call_ctors" || symbol.name == "__wasm_apply_data_relocs") {
      pending.push_back(symbol.index);
    }
  }
  std::vector<bool> reached(functions);
  std::vector<std::uint32_t> imports;
  while (!pending.empty()) {
    const std::uint32_t function = pending.back();
    pending.pop_back();
    if (function >= functions || reached[function]) continue;
    reached[function] = true;
    if (function < module.imported_functions) {
      imports.push_back(function);
      continue;
    }
    const std::uint32_t row = function - module.imported_functions;
    if (row + 1 >= module.code->rows.size()) continue;  // a body behind a fault: not read
    for (std::uint32_t i = module.code->rows[row]; i < module.code->rows[row + 1]; ++i) {
      const std::uint32_t callee = module.code->callees[i];
      if (callee < functions && !reached[callee]) pending.push_back(callee);
    }
  }
  std::ranges::sort(imports);
  return imports;
}

}  // namespace wheelaudit::wasm
