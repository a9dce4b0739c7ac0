// The bounded list of an archive's faults (faults.hpp). Memory stays within
// the size of the input (docs/design/archive.md#fault-log), and a directory of 65,535 bad records
// must not become a gigabyte of text.

#include "zip/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace wheelaudit::zip {
namespace {

/// How many malformed faults of one code are kept; the others are only counted.
constexpr std::uint64_t kept_malformed = 100;

bool is_malformed(const ArchiveFault& fault) {
  return fault.severity == ArchiveFaultSeverity::malformed;
}

std::uint64_t kept_of(const ArchiveFault& fault) {
  return is_malformed(fault) ? kept_malformed : 1;
}

std::string_view entries_word(std::uint64_t count) { return count == 1 ? "entry" : "entries"; }

/// The fault that stands for the faults of one code that were left out. Findings are ordered by
/// member, so this fault gets the last member of those that were kept; otherwise it would come
/// first in the report.
ArchiveFault rest_of(std::span<const ArchiveFault> faults, std::string_view code,
                     std::uint64_t left_out) {
  std::size_t last = faults.size();
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (faults[i].code != code) continue;
    if (last == faults.size() || faults[i].member >= faults[last].member) last = i;
  }
  ArchiveFault rest = faults[last];
  rest.expected.clear();
  rest.found.clear();
  rest.says_found = false;
  rest.message = fmt::format("the same fault in {} more {}", left_out, entries_word(left_out));
  return rest;
}

}  // namespace

void FaultLog::add(ArchiveFault fault) {
  auto entry = count_by_code_.find(fault.code);
  if (entry == count_by_code_.end()) entry = count_by_code_.emplace(fault.code, 0).first;
  if (++entry->second <= kept_of(fault)) faults_.push_back(std::move(fault));
}

void FaultLog::merge(FaultLog other) {
  auto left_by_code = std::move(other.count_by_code_);
  for (ArchiveFault& fault : other.faults_) {
    --left_by_code[fault.code];
    add(std::move(fault));
  }
  for (const auto& [code, left] : left_by_code) count_by_code_[code] += left;
}

bool FaultLog::has_malformed() const { return std::ranges::any_of(faults_, is_malformed); }

std::vector<ArchiveFault> FaultLog::finish() && {
  std::vector<ArchiveFault> closing;
  for (ArchiveFault& fault : faults_) {
    std::uint64_t& count = count_by_code_[fault.code];
    if (is_malformed(fault)) {
      if (count <= kept_malformed) continue;
      closing.push_back(rest_of(faults_, fault.code, count - kept_malformed));
      count = 0;
    } else if (count > 1) {
      fault.message += fmt::format(", here and in {} more {}", count - 1, entries_word(count - 1));
    }
  }
  std::ranges::move(closing, std::back_inserter(faults_));
  return std::move(faults_);
}

}  // namespace wheelaudit::zip
