// Repairs a wheel in memory. For each ABI that the wheel is to fit, a plan is made for the result
// of the ABI before, and applied to that result. ABIs whose loaders read no run paths come first:
// for them a library may have to move, and a run path must lead to the place where the library lies
// in the end. Behind each ABI's plan follow the edits that only the sessions of the result show
// (mending.cpp).

#include "repair/in_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "repair/apply.hpp"
#include "repair/mending.hpp"
#include "repair/plan.hpp"
#include "repair/reads_run_paths.hpp"

namespace wheelaudit::repair {
namespace {

/// The options for one of the ABIs. A tag of `add_tags` is asked of the ABI that has the tag; a tag
/// that no ABI has is asked of all ABIs, and refused.
RepairOptions options_for(const profile::AbiProfile& abi,
                          std::span<const profile::AbiProfile* const> abis,
                          const RepairOptions& options) {
  RepairOptions asked = options;
  std::erase_if(asked.add_tags, [&](const std::string& tag) {
    return !abi.has_tag(tag) && std::ranges::any_of(abis, [&](const profile::AbiProfile* other) {
      return other->has_tag(tag);
    });
  });
  asked.keys_as_spelled = std::ranges::any_of(
      abis, [](const profile::AbiProfile* other) { return keeps_keys_as_spelled(*other); });
  return asked;
}

void add_new(std::vector<Edit>& edits, std::vector<Edit> more) {
  if (edits.empty()) {
    edits = std::move(more);
    return;
  }
  const std::set<Edit> known(edits.begin(), edits.end());
  for (Edit& edit : more) {
    if (!known.contains(edit)) edits.push_back(std::move(edit));
  }
}

/// Turns ranges of the bytes that `first` yields into pieces over the bytes that `first` reads.
class PieceMap {
 public:
  explicit PieceMap(std::span<const zip::OutputPiece> first) : first_(first) {
    std::uint64_t start = 0;
    for (const zip::OutputPiece& piece : first_) {
      starts_.push_back(start);
      start += piece.length;
    }
  }

  void append(std::uint64_t offset, std::uint64_t length,
              std::vector<zip::OutputPiece>& pieces) const {
    const auto after = std::ranges::upper_bound(starts_, offset);
    auto index = static_cast<std::size_t>(after - starts_.begin());
    for (index = index == 0 ? 0 : index - 1; index < first_.size() && length > 0; ++index) {
      const zip::OutputPiece& piece = first_[index];
      const std::uint64_t from = offset - starts_[index];
      if (from >= piece.length) continue;
      const std::uint64_t count = std::min(length, piece.length - from);
      pieces.push_back(part_of(piece, from, count));
      offset += count;
      length -= count;
    }
  }

 private:
  static zip::OutputPiece part_of(const zip::OutputPiece& piece, std::uint64_t from,
                                  std::uint64_t count) {
    if (piece.input_offset)
      return {.input_offset = *piece.input_offset + from, .length = count, .bytes = {}};
    const Bytes part =
        Bytes(piece.bytes).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
    return {.input_offset = {}, .length = count, .bytes = ByteVector(part.begin(), part.end())};
  }

  std::span<const zip::OutputPiece> first_;
  std::vector<std::uint64_t> starts_;
};

/// `second` reads the bytes that `first` yields; the result reads the input, as `first` does.
std::vector<zip::OutputPiece> over_input(const std::vector<zip::OutputPiece>& first,
                                         std::vector<zip::OutputPiece> second) {
  const PieceMap map(first);
  std::vector<zip::OutputPiece> pieces;
  for (zip::OutputPiece& piece : second) {
    if (piece.input_offset) {
      map.append(*piece.input_offset, piece.length, pieces);
    } else {
      pieces.push_back(std::move(piece));
    }
  }
  return pieces;
}

/// ABIs that search folders first, then ABIs that read run paths; else in the given order.
std::vector<const profile::AbiProfile*> in_order(
    const std::vector<const profile::AbiProfile*>& abis) {
  const auto reads = [](const profile::AbiProfile* abi) { return reads_run_paths(*abi); };
  std::vector<const profile::AbiProfile*> ordered;
  std::ranges::copy_if(abis, std::back_inserter(ordered), std::not_fn(reads));
  std::ranges::copy_if(abis, std::back_inserter(ordered), reads);
  return ordered;
}

/// Mending is asked for again with its own result: moved libraries, then needed entries, then the
/// order, and once more for what the last of these brought up.
constexpr int most_mendings = 4;

/// Applies plan after plan, each to the result of the one before.
class RepairInSteps {
 public:
  RepairInSteps(const wheel::Wheel& wheel, const wheel::ReadOptions& read,
                const std::function<void()>& applied)
      : wheel_(wheel), source_(wheel.archive.source), read_(read), applied_(applied) {}

  /// The wheel as it is now.
  [[nodiscard]] const wheel::Wheel& current() const {
    return repaired_.result ? *repaired_.result : wheel_;
  }

  /// Applies the plan and reads what came out; false: the plan has obstacles, told with `prefix`.
  Result<bool> take(RepairPlan plan, const RepairOptions& options, const std::string& prefix) {
    repaired_.output_name = plan.output_name;
    for (const std::string& obstacle : plan.obstacles)
      repaired_.obstacles.push_back(prefix + obstacle);
    if (!repaired_.obstacles.empty()) {
      add_new(repaired_.edits, std::move(plan.edits));
      repaired_.result.reset();
      return false;
    }
    auto pieces = apply_plan(current(), plan, options);
    if (!pieces) return tl::unexpected(pieces.error());
    auto whole =
        repaired_.result ? over_input(repaired_.pieces, std::move(*pieces)) : std::move(*pieces);
    add_new(repaired_.edits, std::move(plan.edits));
    if (!repaired_.result && applied_) applied_();
    repaired_.result.reset();
    auto result =
        wheel::read_wheel(repaired_.output_name, zip::pieces_source(source_, whole), read_);
    if (!result) return tl::unexpected(result.error());
    repaired_.result = std::move(*result);
    repaired_.pieces = std::move(whole);
    return true;
  }

  /// Mends the result until there is nothing to mend; false as for `take`.
  Result<bool> mend(const profile::AbiProfile& abi, const RepairOptions& options,
                    const std::string& prefix) {
    for (int step = 0; step < most_mendings; ++step) {
      RepairPlan plan = plan_mending(current(), abi, options);
      if (plan.edits.empty() && plan.obstacles.empty()) break;
      plan.output_name = repaired_.output_name;
      auto taken = take(std::move(plan), options, prefix);
      if (!taken || !*taken) return taken;
    }
    return true;
  }

  UnprovenWheel result() && { return std::move(repaired_); }

 private:
  const wheel::Wheel& wheel_;
  ByteSource source_;
  const wheel::ReadOptions& read_;
  const std::function<void()>& applied_;
  UnprovenWheel repaired_;
};

}  // namespace

Result<UnprovenWheel> repair_in_memory(const wheel::Wheel& wheel,
                                       const std::vector<const profile::AbiProfile*>& asked_for,
                                       const RepairOptions& options, const wheel::ReadOptions& read,
                                       const std::function<void()>& applied) {
  const std::vector<const profile::AbiProfile*> abis = in_order(asked_for);
  RepairInSteps steps(wheel, read, applied);
  for (const profile::AbiProfile* abi : abis) {
    const RepairOptions asked = options_for(*abi, abis, options);
    const std::string prefix = abis.size() == 1 ? "" : abi->id + ": ";
    auto taken = steps.take(plan_repair(steps.current(), *abi, asked), asked, prefix);
    if (taken && *taken) taken = steps.mend(*abi, asked, prefix);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) break;
  }
  return std::move(steps).result();
}

}  // namespace wheelaudit::repair
