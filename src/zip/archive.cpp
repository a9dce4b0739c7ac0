// The strict structural check of an archive. docs/design/archive.md#accepted-form: it runs before
// libzip sees a byte, in one linear pass: the end (end.cpp), the central directory (directory.cpp),
// the local headers in the file's order (entries.cpp), then the names (names.cpp) and the totals. A
// member's data is never read here. A fault is malformed when two readers could see different
// files, and repairable when all readers see the same files and only PyPI refuses the archive.

#include "zip/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "zip/directory.hpp"
#include "zip/end.hpp"
#include "zip/entries.hpp"
#include "zip/faults.hpp"
#include "zip/name_collisions.hpp"
#include "zip/names.hpp"
#include "zip/pypi.hpp"

namespace wheelaudit::zip {
namespace {

// pypi/warehouse, forklift/legacy.py: COMPRESSION_RATIO_MIN_SIZE, COMPRESSION_RATIO_THRESHOLD.
constexpr std::uint64_t ratio_free_size = std::uint64_t{64} << 20U;
constexpr std::uint64_t highest_ratio = 50;

ArchiveFault wheel_size_fault(std::uint64_t size, const Limits& limits) {
  return {.code = "limit-wheel-size",
          .kind = ArchiveFaultKind::limit,
          .message = "the wheel is larger than what is read",
          .expected = fmt::format("at most {} bytes", limits.wheel_size),
          .found = fmt::format("{} bytes", size),
          .option = "--max-wheel-size"};
}

std::vector<ArchiveFault> total_faults(const std::vector<ArchiveMember>& members,
                                       std::uint64_t file_size, const Limits& limits) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t total = 0;
  for (const ArchiveMember& member : members) total += std::min(member.size, most - total);
  std::vector<ArchiveFault> faults;
  if (total > limits.inflated_total) {
    faults.push_back({.code = "limit-inflated",
                      .kind = ArchiveFaultKind::limit,
                      .message = "the entries inflate to more than what is read",
                      .expected = fmt::format("at most {} bytes", limits.inflated_total),
                      .found = fmt::format("{} bytes", total),
                      .option = "--max-inflated"});
  }
  if (total > ratio_free_size && total / highest_ratio > file_size) {
    faults.push_back({.code = "compression-ratio",
                      .refused_by_pypi = true,
                      .message = "the entries inflate to far more than the wheel's size",
                      .expected = fmt::format("at most {} bytes, {} times the wheel's {}",
                                              highest_ratio * file_size, highest_ratio, file_size),
                      .found = fmt::format("{} bytes", total),
                      .other_reader = std::string(pypi::ratio)});
  }
  return faults;
}

/// Reads the directory and the local entries and checks the names, once the end is known.
Result<FaultLog> walk(Archive& archive, const ArchiveEnd& end, const Limits& limits) {
  Result<DirectoryRead> directory = read_directory(archive.source, end, limits);
  if (!directory) return tl::unexpected(directory.error());
  FaultLog faults = std::move(directory->faults);
  if (faults.has_malformed() && directory->members.size() != end.entries) {
    // The directory itself is in doubt, so faults of the local headers would say nothing more.
    archive.members = std::move(directory->members);
    return faults;
  }
  archive.names_by_hash = name_table(directory->members);
  Result<EntriesRead> entries =
      read_entries(archive.source, end, std::move(directory->members), archive.names_by_hash);
  if (!entries) return tl::unexpected(entries.error());
  archive.members = std::move(entries->members);
  faults.merge(std::move(entries->faults));
  for (const ArchiveMember& member : archive.members) {
    for (ArchiveFault& fault : name_faults(member)) faults.add(std::move(fault));
  }
  faults.merge(collision_faults(archive.members, archive.names_by_hash));
  // A total of sizes that are in doubt means nothing.
  if (!faults.has_malformed()) {
    for (ArchiveFault& fault : total_faults(archive.members, archive.source.size, limits)) {
      faults.add(std::move(fault));
    }
  }
  return faults;
}

}  // namespace

bool Archive::readable() const {
  return std::ranges::none_of(faults, [](const ArchiveFault& fault) {
    return fault.severity == ArchiveFaultSeverity::malformed;
  });
}

std::optional<std::size_t> Archive::find(std::string_view name) const {
  if (names_by_hash.size() == members.size()) return find_name(members, names_by_hash, name);
  const auto found = std::ranges::find(members, name, &ArchiveMember::name);
  if (found == members.end()) return std::nullopt;
  return static_cast<std::size_t>(found - members.begin());
}

Result<Archive> read_archive(ByteSource source, const Limits& limits) {
  Archive archive{.source = std::move(source), .members = {}, .faults = {}};
  if (archive.source.size > limits.wheel_size) {
    archive.faults.push_back(wheel_size_fault(archive.source.size, limits));
    return archive;
  }
  Result<EndSearch> search = find_archive_end(archive.source);
  if (!search) return tl::unexpected(search.error());
  FaultLog faults;
  for (ArchiveFault& fault : search->faults) faults.add(std::move(fault));
  Result<std::optional<ArchiveFault>> tar = tar_fault(archive.source);
  if (!tar) return tl::unexpected(tar.error());
  if (tar->has_value()) faults.add(std::move(**tar));
  if (search->end) {
    archive.central_directory_offset = search->end->directory_offset;
    archive.central_directory_size = search->end->directory_size;
    Result<FaultLog> walked = walk(archive, *search->end, limits);
    if (!walked) return tl::unexpected(walked.error());
    faults.merge(std::move(*walked));
  }
  archive.faults = std::move(faults).finish();
  return archive;
}

}  // namespace wheelaudit::zip
