// One finding stands for all that are not listed. It has their rule, ABI and releases and the worst
// of their severities and consequences, and is repairable only when all of them are: verdict, exit
// code and repair are the same as if every finding were listed.

#include "rules/sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace wheelaudit::rules {
namespace {

constexpr std::size_t always_kept = 100;  // findings per rule and ABI, as many as archive faults

}  // namespace

std::size_t FindingSink::most_kept() const {
  if (budget_ == nullptr) return std::numeric_limits<std::size_t>::max();
  if (is_full()) return 0;
  return always_kept + static_cast<std::size_t>(budget_->bytes / sizeof(Finding));
}

bool FindingSink::has_room(const Finding& finding) {
  if (budget_ == nullptr) return true;
  const std::uint64_t bytes = memory_of(finding);
  if (bytes > budget_->bytes) return kept_.size() < always_kept;
  budget_->bytes -= bytes;
  return true;
}

void FindingSink::add(Finding finding) {
  // Once a finding is not listed, no later one is: else the list would have gaps.
  if (!rest_ && has_room(finding)) {
    kept_.push_back(std::move(finding));
  } else {
    count(std::move(finding));
  }
}

void FindingSink::count(Finding finding) {
  ++count_;
  if (!rest_) {
    rest_ = std::move(finding);
    return;
  }
  rest_->severity = std::max(rest_->severity, finding.severity);
  rest_->consequence = std::max(rest_->consequence, finding.consequence);
  rest_->repairable = rest_->repairable && finding.repairable;
  rest_->names_absent_library = rest_->names_absent_library || finding.names_absent_library;
  if (rest_->place.member != finding.place.member) rest_->place.member.clear();
}

std::vector<Finding> FindingSink::finish() && {
  if (rest_) {
    Finding& rest = *rest_;
    rest.stands_for_rest = true;
    rest.symbol.clear();
    rest.place.offset.reset();
    rest.place.import.reset();
    rest.cause.reset();
    rest.expected.clear();
    rest.found.clear();
    rest.details.clear();
    rest.message = fmt::format("{} more {} of this rule, which {} not listed one by one", count_,
                               count_ == 1 ? "finding" : "findings", count_ == 1 ? "is" : "are");
    rest.help = "--max-findings raises the memory that findings may take";
    kept_.push_back(std::move(rest));
    rest_.reset();
  }
  return std::move(kept_);
}

}  // namespace wheelaudit::rules
