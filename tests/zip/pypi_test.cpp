// PyPI's own expectations (cases.hpp): what PyPI rejects is refused, and what PyPI accepts is read,
// but for two archives with faults that PyPI does not look for.

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "cases.hpp"

namespace wheelaudit::zip {
namespace {

bool any_says_pypi(const std::vector<ArchiveFault>& faults) {
  return std::ranges::any_of(faults, &ArchiveFault::refused_by_pypi);
}

bool any_is(const std::vector<ArchiveFault>& faults, ArchiveFaultSeverity severity) {
  return std::ranges::find(faults, severity, &ArchiveFault::severity) != faults.end();
}

/// Faults met when every member is read.
std::vector<ArchiveFault> content_faults(const Archive& archive) {
  std::vector<ArchiveFault> faults;
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    const Result<MemberContent> content =
        read_member(archive, i, std::numeric_limits<std::uint64_t>::max());
    REQUIRE(content.has_value());
    if (content->fault) faults.push_back(*content->fault);
  }
  return faults;
}

}  // namespace

TEST_CASE("every archive of PyPI's tests is judged as PyPI does, or more strictly") {
  for (const ArchiveCase& expected : pypi_cases()) {
    CAPTURE(expected.name);
    const ByteVector bytes = expected.make();
    const Archive archive = test::archive_of(bytes);
    CHECK(any_says_pypi(archive.faults) == expected.says_pypi);
    CHECK(archive.readable() == (expected.outcome != Outcome::malformed));
    if (!archive.readable()) {
      CHECK(test::codes(archive.faults) == expected.faults);
      continue;
    }
    const std::vector<ArchiveFault> damage = content_faults(archive);
    CHECK(damage.empty() == (expected.outcome != Outcome::damaged));
    CHECK(test::codes(damage.empty() ? archive.faults : damage) == expected.faults);
    CHECK(any_is(archive.faults, ArchiveFaultSeverity::repairable) ==
          (!expected.pypi_accepts && archive.readable()));
  }
}

TEST_CASE("all 45 archives of PyPI's tests are here") {
  const auto accepted = std::ranges::count(pypi_cases(), true, &ArchiveCase::pypi_accepts);
  CHECK(accepted == 10);
  CHECK(pypi_cases().size() - static_cast<std::size_t>(accepted) == 35);
}

}  // namespace wheelaudit::zip
