// The archive check. An archive that it accepts has one reading: a second pass and libzip agree
// with it, no two members share a byte, and composing the archive again yields a clean one with the
// same contents.

#include <libdeflate.h>

#include <algorithm>

#include "checks.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {
namespace {

constexpr std::uint64_t most_inflated = 1U << 22U;

void require_alike(const zip::Archive& one, const zip::Archive& other) {
  require(one.faults == other.faults, "two readings find the same faults");
  require(one.members.size() == other.members.size(), "two readings find the same members");
  for (std::size_t i = 0; i < one.members.size(); ++i) {
    require(one.members[i].name == other.members[i].name &&
                one.members[i].data_offset == other.members[i].data_offset,
            "two readings find the same members");
  }
}

void require_sane(const zip::Archive& archive) {
  for (const zip::ArchiveFault& fault : archive.faults) {
    require(!fault.code.empty() && !fault.message.empty(), "a fault says what it is");
    require(fault.kind != zip::ArchiveFaultKind::limit || !fault.option.empty(),
            "a limit names its option");
  }
  if (!archive.readable()) return;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    const zip::ArchiveMember& member = archive.members[i];
    require(member.local_offset < member.data_offset &&
                member.data_offset + member.compressed_size <= member.end_offset &&
                member.end_offset <= archive.central_directory_offset,
            "members lie in front of the directory");
    require(archive.find(member.name) == i, "names are unique and found");
    ranges.emplace_back(member.local_offset, member.end_offset);
  }
  std::ranges::sort(ranges);
  std::uint64_t at = 0;
  for (const auto& [begin, end] : ranges) {
    require(begin == at, "members stand back to back");
    at = end;
  }
  require(at == archive.central_directory_offset, "nothing stands between members and directory");
}

/// The contents of a readable archive; nullopt when a member's data are faulty.
std::optional<std::vector<ByteVector>> contents_of(const zip::Archive& archive) {
  std::vector<ByteVector> contents;
  bool faultless = true;
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    const zip::ArchiveMember& member = archive.members[i];
    auto content = zip::read_member(archive, i, most_inflated);
    require(content.has_value(), "memory can be read");
    faultless = faultless && !content->fault;
    if (content->fault) continue;
    require(content->bytes.size() == member.size, "a member has the declared size");
    require(libdeflate_crc32(0, content->bytes.data(), content->bytes.size()) == member.crc,
            "a member has the declared CRC");
    const auto prefix = zip::read_member_prefix(archive, i, 16);
    require(prefix && !prefix->fault &&
                std::ranges::equal(
                    prefix->bytes,
                    Bytes(content->bytes).first(std::min<std::size_t>(16, content->bytes.size()))),
            "a member's prefix is its beginning");
    contents.push_back(std::move(content->bytes));
  }
  if (!faultless) return std::nullopt;
  return contents;
}

/// The archive composed again with every member kept; only the outermost form changes.
ByteVector composed(const zip::Archive& archive) {
  std::vector<zip::NewMember> members;
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    members.push_back({.name = archive.members[i].name, .original = i});
  }
  const auto pieces = zip::compose_archive(archive, members);
  require(pieces.has_value(), "a readable archive can be composed again");
  auto bytes = zip::assemble(archive.source, *pieces);
  require(bytes.has_value(), "pieces can be assembled");
  return std::move(*bytes);
}

void require_composes(const zip::Archive& archive, const std::vector<ByteVector>& contents) {
  const ByteVector clean = composed(archive);
  const auto again = zip::read_archive(memory_source(clean));
  require(again && again->readable(), "what was composed can be read");
  require(std::ranges::none_of(again->faults,
                               [](const zip::ArchiveFault& fault) {
                                 return fault.severity == zip::ArchiveFaultSeverity::repairable;
                               }),
          "what was composed needs no repair");
  const auto disagreement = zip::cross_check(*again);
  require(disagreement && disagreement->empty(), "libzip takes what was composed");
  require(contents_of(*again) == contents, "what was composed has the same contents");
  require(composed(*again) == clean, "composing twice is composing once");
}

/// libzip may refuse the whole archive (then this check passes), but what it reads must be what the
/// project's reader reads.
void require_second_reader(const zip::Archive& archive) {
  const auto disagreement = zip::cross_check(archive);
  require(disagreement.has_value(), "libzip can be asked");
  for (const zip::ArchiveFault& fault : *disagreement) {
    require(fault.message.ends_with(" on the archive"),
            "libzip sees what was accepted: " + fault.member + ' ' + fault.message);
  }
}

}  // namespace

void archive(Bytes input) {
  const std::uint64_t variant = choice(input);
  const auto archive = zip::read_archive(memory_source(input));
  require(archive.has_value(), "memory can be read");
  require_sane(*archive);
  if (variant % 4 == 0) {
    const auto again = zip::read_archive(copying_source(input));
    require(again.has_value(), "memory can be read");
    require_alike(*archive, *again);
  }
  if (!archive->readable()) return;
  require_second_reader(*archive);
  const auto contents = contents_of(*archive);
  if (contents && variant % 4 == 1) require_composes(*archive, *contents);
}

}  // namespace wheelaudit::fuzz
