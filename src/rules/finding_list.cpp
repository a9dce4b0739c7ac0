// The rest's finding has the rule, the ABI and the releases of those it stands for, the worst
// severity and consequence, and is repairable only when all of them are: verdict, exit code and
// repair come out as if every one were listed.

#include "rules/finding_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace wheelaudit::rules {
namespace {

constexpr std::size_t always_kept = 100;  // of each rule and ABI, as of archive faults

}  // namespace

std::uint64_t memory_of(const Finding& finding) {
  std::uint64_t bytes = sizeof(Finding);
  for (const std::string* text :
       {&finding.rule, &finding.name, &finding.profile, &finding.member, &finding.symbol,
        &finding.message, &finding.cause, &finding.expected, &finding.found, &finding.help}) {
    bytes += text->size();
  }
  for (const auto* list : {&finding.releases, &finding.details}) {
    for (const std::string& text : *list) bytes += sizeof(std::string) + text.size();
  }
  return bytes;
}

std::size_t most_findings(const FindingBudget* budget) {
  if (budget == nullptr) return std::numeric_limits<std::size_t>::max();
  return always_kept + static_cast<std::size_t>(budget->bytes / sizeof(Finding));
}

std::uint64_t memory_of(const std::vector<Finding>& findings) {
  std::uint64_t bytes = 0;
  for (const Finding& finding : findings) bytes += memory_of(finding);
  return bytes;
}

bool FindingList::has_room(const Finding& finding) {
  if (budget_ == nullptr) return true;
  const std::uint64_t bytes = memory_of(finding);
  if (bytes > budget_->bytes) return kept_.size() < always_kept;
  budget_->bytes -= bytes;
  return true;
}

void FindingList::push_back(Finding finding) {
  count_overflow();
  // Once something is left out all that follows is, else the list would have holes.
  if (!rest_ && has_room(finding)) {
    kept_.push_back(std::move(finding));
  } else {
    overflow_ = std::move(finding);
  }
}

void FindingList::count_overflow() {
  if (!overflow_) return;
  ++count_;
  if (!rest_) {
    rest_ = std::move(*overflow_);
  } else {
    rest_->severity = std::max(rest_->severity, overflow_->severity);
    rest_->consequence = std::max(rest_->consequence, overflow_->consequence);
    rest_->repairable = rest_->repairable && overflow_->repairable;
    if (rest_->member != overflow_->member) rest_->member.clear();
  }
  overflow_.reset();
}

std::vector<Finding> FindingList::finish() && {
  count_overflow();
  if (rest_) {
    Finding& rest = *rest_;
    rest.stands_for_rest = true;
    rest.symbol.clear();
    rest.offset.reset();
    rest.cause.clear();
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
