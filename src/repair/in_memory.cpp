// Repairs a wheel in memory. For each ABI that the wheel is to fit, a plan is made for the result
// of the ABI before, and applied to that result. ABIs whose loaders read no run paths come first:
// for them a library may have to move, and a run path must lead to the place where the library lies
// in the end.

#include "repair/in_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "repair/apply.hpp"
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

}  // namespace

Result<UnprovenWheel> repair_in_memory(const wheel::Wheel& wheel,
                                       const std::vector<const profile::AbiProfile*>& asked_for,
                                       const RepairOptions& options, const wheel::ReadOptions& read,
                                       const std::function<void()>& applied) {
  const std::vector<const profile::AbiProfile*> abis = in_order(asked_for);
  const ByteSource source = wheel.archive.source;
  UnprovenWheel repaired;
  for (const profile::AbiProfile* abi : abis) {
    const wheel::Wheel& current = repaired.result ? *repaired.result : wheel;
    const RepairOptions asked = options_for(*abi, abis, options);
    RepairPlan plan = plan_repair(current, *abi, asked);
    repaired.output_name = plan.output_name;
    for (std::string& obstacle : plan.obstacles) {
      repaired.obstacles.push_back(abis.size() == 1 ? std::move(obstacle)
                                                    : fmt::format("{}: {}", abi->id, obstacle));
    }
    if (!repaired.obstacles.empty()) {
      add_new(repaired.edits, std::move(plan.edits));
      repaired.result.reset();
      return repaired;
    }
    auto pieces = apply_plan(current, plan, asked);
    if (!pieces) return tl::unexpected(pieces.error());
    auto whole =
        repaired.result ? over_input(repaired.pieces, std::move(*pieces)) : std::move(*pieces);
    add_new(repaired.edits, std::move(plan.edits));
    if (!repaired.result && applied) applied();
    repaired.result.reset();
    auto result = wheel::read_wheel(repaired.output_name, zip::pieces_source(source, whole), read);
    if (!result) return tl::unexpected(result.error());
    repaired.result = std::move(*result);
    repaired.pieces = std::move(whole);
  }
  return repaired;
}

}  // namespace wheelaudit::repair
