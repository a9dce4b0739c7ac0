// The stages of a repair in their order (docs/design/repair.md#stages), and the decision. Every
// reason against is collected before anything is refused. proof.cpp judges the audit of the result.
// The facts of the old wheel are freed before the result is read: the facts of both wheels would
// take too much memory (docs/design/limits.md#memory).

#include "repair/repair.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "repair/find_libraries.hpp"
#include "repair/in_memory.hpp"
#include "repair/proof.hpp"

namespace wheelaudit::repair {

/// What a RepairedWheel is made from. Only this file makes one, after the audit of the result found
/// no error.
struct ProvenRepair {
  ByteSource input;
  UnprovenWheel wheel;
  audit::Audit audit;
  std::string proof;
  std::vector<std::string> remarks;
};

namespace {

std::string full_tag(std::string tag) {
  return tag.ends_with("_wasm32") ? tag : tag.append("_wasm32");
}

using AbiList = std::vector<const profile::AbiProfile*>;

/// The reasons; and if the wheel's tags claim several ABIs, the advice to name one of them.
std::vector<std::string> with_advice(std::vector<std::string> reasons, const AbiList& abis) {
  if (abis.size() < 2) return reasons;
  std::vector<std::string_view> ids;
  for (const profile::AbiProfile* abi : abis) ids.push_back(abi->id);
  reasons.push_back(fmt::format(
      "the tags claim {} ABIs, {}, and the wheel must fit them all; for one of them: --plat TAG",
      abis.size(), fmt::join(ids, ", ")));
  return reasons;
}

/// The stages of one repair. `outcome_` holds a refusal until `repair()` puts the repaired wheel
/// in.
class RepairStages {
 public:
  RepairStages(wheel::Wheel wheel, const RepairRequest& request)
      : request_(request),
        read_{.limits = request.limits,
              .depth = request.depth,
              .verify_contents = true,
              .threads = request.threads},
        wheel_(std::move(wheel)),
        input_(wheel_.archive.source),
        outcome_{
            .wheel = wheel::summarise(wheel_), .audit = {}, .edits = {}, .decision = Refusal()} {}

  /// Nullopt: the wheel is refused, and the outcome says why.
  Result<std::optional<ProvenRepair>> run() {
    const wheel::Wheel& wheel = wheel_;
    if (wheel.bare_module)
      return fail(ErrorKind::usage, "repair takes wheels, and this is not a wheel");
    if (!wheel.readable()) {
      outcome_.audit = audit::audit(wheel, request_.catalog, audit_options({}));
      return refuse({"the archive cannot be read safely"});
    }
    RepairOptions options = request_.options;
    for (std::string& tag : options.add_tags) tag = full_tag(std::move(tag));
    if (request_.find_library) {
      auto libraries = find_libraries(wheel, request_.find_library);
      if (!libraries) return tl::unexpected(libraries.error());
      options.libraries = std::move(*libraries);
    }
    auto choice = choose_abi(wheel, request_.catalog, request_.platform, options, read_);
    if (!choice) return tl::unexpected(choice.error());
    outcome_.audit = audit::audit(wheel, request_.catalog, audit_options(choice->profiles));
    if (choice->profiles.empty())
      return refuse(std::move(choice->refusals), std::move(choice->candidates));
    options.platform = choice->tag;
    return carry_out(options, choice->profiles);
  }

  RepairOutcome take_outcome() && { return std::move(outcome_); }

 private:
  /// What the result must fit: the ABIs that it is repaired for, and `must_pass` of the request.
  [[nodiscard]] audit::AuditOptions audit_options(std::span<const std::size_t> profiles) const {
    audit::AuditOptions options{.selections = request_.must_pass,
                                .findings_size = request_.limits.findings_size,
                                .matrix = false};
    for (const std::size_t profile : profiles)
      options.selections.push_back({.profile = profile, .release = std::nullopt});
    return options;
  }

  std::nullopt_t refuse(std::vector<std::string> reasons, std::vector<Candidate> candidates = {}) {
    outcome_.decision = Refusal{.reasons = std::move(reasons), .candidates = std::move(candidates)};
    return std::nullopt;
  }

  /// Applies the plan and audits what came out.
  Result<std::optional<ProvenRepair>> carry_out(const RepairOptions& options,
                                                const std::vector<std::size_t>& profiles) {
    AbiList abis;
    for (const std::size_t profile : profiles) abis.push_back(&request_.catalog[profile]);
    const std::vector<std::string> idle = idle_drops(wheel_, options);
    let_go();
    auto unproven = repair_in_memory(wheel_, abis, options, read_, [this] {
      wheel_ = wheel::Wheel();
      let_go();
    });
    if (!unproven) return tl::unexpected(unproven.error());
    outcome_.edits = std::move(unproven->edits);
    if (!unproven->obstacles.empty())
      return refuse(with_advice(std::move(unproven->obstacles), abis));
    audit::Audit after = audit_result(*unproven->result, profiles);
    if (auto errors = remaining_errors(after, options)) {
      std::vector<std::string> reasons{std::move(*errors)};
      if (auto missing = missing_libraries(after, options)) reasons.push_back(std::move(*missing));
      outcome_.audit = std::move(after);
      return refuse(with_advice(std::move(reasons), abis));
    }
    return prove({.input = input_, .wheel = std::move(*unproven), .audit = std::move(after)},
                 options, abis, idle);
  }

  /// Findings of both audits are kept until the report is made, so they share one budget.
  [[nodiscard]] audit::Audit audit_result(const wheel::Wheel& result,
                                          const std::vector<std::size_t>& profiles) const {
    audit::AuditOptions options = audit_options(profiles);
    const std::uint64_t told = rules::memory_of(outcome_.audit.findings);
    options.findings_size -= std::min(told, options.findings_size / 2);
    return audit::audit(result, request_.catalog, options);
  }

  /// Adds the texts about a result without errors.
  [[nodiscard]] ProvenRepair prove(ProvenRepair repair, const RepairOptions& options,
                                   const AbiList& abis,
                                   const std::vector<std::string>& idle) const {
    const wheel::Wheel& result = *repair.wheel.result;
    repair.proof = proof_text(result, repair.audit, abis, options);
    repair.remarks = all_remarks({.after = repair.audit,
                                  .output_name = repair.wheel.output_name,
                                  .edits = outcome_.edits,
                                  .abis = abis,
                                  .idle_drops = idle,
                                  .from_directory = request_.from_directory,
                                  .to_directory = request_.to_directory},
                                 options);
    return repair;
  }

  void let_go() const {
    if (request_.let_go) request_.let_go();
  }

  const RepairRequest& request_;
  wheel::ReadOptions read_;
  wheel::Wheel wheel_;  ///< emptied once the plan is applied
  ByteSource input_;
  RepairOutcome outcome_;
};

}  // namespace

RepairedWheel::RepairedWheel(ProvenRepair proven)
    : output_name_(std::move(proven.wheel.output_name)),
      input_(std::move(proven.input)),
      pieces_(std::move(proven.wheel.pieces)),
      result_(std::move(*proven.wheel.result)),
      audit_(std::move(proven.audit)),
      proof_(std::move(proven.proof)),
      remarks_(std::move(proven.remarks)) {}

Result<RepairOutcome> repair(wheel::Wheel wheel, const RepairRequest& request) {
  RepairStages stages(std::move(wheel), request);
  auto proven = stages.run();
  if (!proven) return tl::unexpected(proven.error());
  RepairOutcome outcome = std::move(stages).take_outcome();
  if (*proven) outcome.decision = RepairedWheel(std::move(**proven));
  return outcome;
}

}  // namespace wheelaudit::repair
