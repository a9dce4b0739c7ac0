// The local entries. docs/design/archive.md#local-entries: back to back from byte 0 to the
// central directory, no prefix, gap or overlap; every local header equals its central record. A
// reader that streams from the front and one that goes by the directory then see the same files.
//
// Members are visited in the order of their offsets: one pass over the file through a window that
// reads little between large members.

#include "zip/entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "zip/directory.hpp"
#include "zip/extra.hpp"
#include "zip/pypi.hpp"
#include "zip/window.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

constexpr std::string_view front_or_directory =
    "a reader from the front and one by the directory see different files";

ArchiveFault entry_fault(std::string_view code, const ArchiveMember& member, std::string message) {
  return {.code = std::string(code),
          .member = member.name,
          .offset = member.local_offset,
          .message = std::move(message)};
}

/// One field of the local header that must be as in the directory.
struct FieldComparison {
  std::string_view code;
  std::string_view field;
  std::uint64_t central = 0;
  std::uint64_t local = 0;
  std::string_view form;  ///< fmt's, for both values
  std::string_view pypi_reason;
  std::string_view other_reader;
};

std::optional<ArchiveFault> compare(const ArchiveMember& member,
                                    const FieldComparison& comparison) {
  if (comparison.central == comparison.local) return std::nullopt;
  ArchiveFault fault = entry_fault(
      comparison.code, member,
      fmt::format("the local header gives another {} than the directory", comparison.field));
  fault.expected = fmt::format(fmt::runtime(comparison.form), comparison.central);
  fault.found = fmt::format(fmt::runtime(comparison.form), comparison.local);
  fault.refused_by_pypi = !comparison.pypi_reason.empty();
  fault.other_reader = fault.refused_by_pypi ? comparison.pypi_reason : comparison.other_reader;
  return fault;
}

/// What the local header says, wide where zip64 widens it.
struct LocalFacts {
  LocalHeader header;
  std::optional<WideSizes> sizes;
  bool has_zip64_field = false;
  std::uint64_t length = 0;  ///< of the header with name and extra field
};

/// Compares the values of the local header with the directory. A local header whose data descriptor
/// follows may leave CRC and sizes zero.
std::vector<ArchiveFault> value_faults(const ArchiveMember& member, const LocalFacts& local) {
  const bool open_values = (local.header.flags & descriptor_flag) != 0;
  const auto known = [open_values](std::uint64_t central, std::uint64_t value) {
    return open_values && value == 0 ? central : value;
  };
  const WideSizes sizes = local.sizes.value_or(
      WideSizes{.size = member.size, .compressed_size = member.compressed_size});
  // A descriptor flag that only the local header has is not a difference here: the descriptor
  // itself is judged later. A descriptor flag that only the directory has is a difference.
  constexpr std::uint64_t other_flags = 0xffffU & ~std::uint64_t{descriptor_flag};
  const std::uint64_t flags =
      open_values ? (local.header.flags & other_flags) | (member.flags & descriptor_flag)
                  : local.header.flags;
  const std::array<FieldComparison, 5> comparisons{{
      {"flags-mismatch", "set of flags", member.flags, flags, "{:#06x}", "",
       "readers take the name's encoding and the data's end from different flags"},
      {"method-mismatch", "method", member.method, local.header.method, "{}", "",
       "a reader from the front decodes the data in another way"},
      {"crc-mismatch", "CRC", member.crc, known(member.crc, local.header.crc), "{:08x}", "",
       "a reader from the front finds the content damaged"},
      {"compressed-size-mismatch", "compressed size", member.compressed_size,
       known(member.compressed_size, sizes.compressed_size), "{}", pypi::data_size, ""},
      {"size-mismatch", "size", member.size, known(member.size, sizes.size), "{}", pypi::data_size,
       ""},
  }};
  std::vector<ArchiveFault> faults;
  for (const FieldComparison& comparison : comparisons) {
    if (std::optional<ArchiveFault> fault = compare(member, comparison)) {
      faults.push_back(std::move(*fault));
    }
  }
  return faults;
}

/// Whether the local header repeats its central record, as nearly every local header does.
bool repeats(const ArchiveMember& member, const LocalFacts& local, std::string_view name) {
  const LocalHeader& header = local.header;
  return header.extra_length == 0 && (header.flags & descriptor_flag) == 0 &&
         header.flags == member.flags && header.method == member.method &&
         header.crc == member.crc && header.compressed_size == member.compressed_size &&
         header.size == member.size && header.dos_time == member.dos_time &&
         header.dos_date == member.dos_date && header.size != saturated32 &&
         header.compressed_size != saturated32 && name == member.name;
}

std::vector<ArchiveFault> header_faults(const ArchiveMember& member, const LocalFacts& local,
                                        std::string_view name) {
  if (name != member.name) {
    ArchiveFault fault = entry_fault("name-mismatch", member,
                                     "the local header gives another name than the directory");
    fault.expected = member.name;
    fault.found = std::string(name);
    fault.other_reader =
        "Python's zipfile (pip) refuses to open the entry, a reader from the front "
        "takes the local name";
    return {fault};  // another entry's header: its values say nothing about this one
  }
  std::vector<ArchiveFault> faults = value_faults(member, local);
  if (!local.sizes) {
    ArchiveFault fault = entry_fault("zip64-field", member,
                                     "readers would take different sizes from the zip64 field");
    fault.expected = "both sizes in the field, and the header's own where it has them";
    fault.found = fmt::format("size {}, compressed size {} and a field that does not fit them",
                              local.header.size, local.header.compressed_size);
    fault.refused_by_pypi = local.has_zip64_field && member.method != stored;
    fault.other_reader =
        fault.refused_by_pypi ? std::string(pypi::extra_field) : std::string(front_or_directory);
    faults.push_back(std::move(fault));
  } else if (local.sizes->needless_field) {
    ArchiveFault fault =
        entry_fault("zip64-needless", member, "a zip64 field repeats sizes that fit without it");
    fault.severity = Severity::note;
    faults.push_back(std::move(fault));
  }
  if (member.dos_time != local.header.dos_time || member.dos_date != local.header.dos_date) {
    ArchiveFault fault = entry_fault("date-mismatch", member,
                                     "the local header gives another date than the directory");
    fault.severity = Severity::note;
    fault.expected = fmt::format("{:04x} {:04x}", member.dos_date, member.dos_time);
    fault.found = fmt::format("{:04x} {:04x}", local.header.dos_date, local.header.dos_time);
    faults.push_back(std::move(fault));
  }
  return faults;
}

/// `room` is the bytes between the data and the next entry, at most 24. The descriptor must fill
/// them in the one form that follows from the header, with or without its signature.
ArchiveFault descriptor_fault(const ArchiveMember& member, const LocalFacts& local, Bytes room) {
  ArchiveFault fault = entry_fault("data-descriptor", member, "a data descriptor follows the data");
  fault.severity = Severity::repairable;
  fault.refused_by_pypi = true;
  fault.other_reader = pypi::data_descriptor;
  const std::size_t width = local.has_zip64_field ? 8 : 4;
  const std::size_t plain = 4 + 2 * width;
  const bool has_signature =
      room.size() == plain + 4 && load<std::uint32_t>(room, 0) == descriptor_signature;
  const auto wrong = [&fault](std::string message, std::string expected, std::string found) {
    fault.code = "data-descriptor-wrong";
    fault.severity = Severity::malformed;
    fault.message = std::move(message);
    fault.expected = std::move(expected);
    fault.found = std::move(found);
    return fault;
  };
  if (room.size() != plain && !has_signature) {
    return wrong("the data descriptor does not have the length that its entry asks for",
                 fmt::format("{} bytes, or {} with its signature", plain, plain + 4),
                 fmt::format("{} bytes", room.size()));
  }
  const Bytes values = room.last(plain);
  const std::uint32_t crc = load<std::uint32_t>(values, 0);
  const std::uint64_t compressed =
      width == 8 ? load<std::uint64_t>(values, 4) : load<std::uint32_t>(values, 4);
  const std::uint64_t size =
      width == 8 ? load<std::uint64_t>(values, 12) : load<std::uint32_t>(values, 8);
  if (crc != member.crc || compressed != member.compressed_size || size != member.size) {
    return wrong("the data descriptor and the directory do not say the same",
                 fmt::format("CRC {:08x}, compressed size {}, size {}", member.crc,
                             member.compressed_size, member.size),
                 fmt::format("CRC {:08x}, compressed size {}, size {}", crc, compressed, size));
  }
  if (member.method == stored && local.header.compressed_size == 0 && member.size != 0) {
    return wrong("a stored entry leaves its size to a data descriptor",
                 "the size in the local header", "0");
  }
  return fault;
}

/// What stands in bytes that belong to no entry.
struct Stranger {
  std::uint32_t signature = 0;
  std::optional<std::string> name;  ///< of a local header
  bool listed = false;              ///< the directory has that name
  bool front_walk = true;           ///< a reader from the front comes to it
};

/// Bytes between two entries that belong to neither.
ArchiveFault gap_fault(std::uint64_t offset, std::uint64_t length, const Stranger& stranger) {
  ArchiveFault fault{.code = offset == 0 ? "prefix" : "gap",
                     .refused_by_pypi = stranger.front_walk,
                     .offset = offset,
                     .message = offset == 0 ? "there are bytes in front of the archive"
                                            : "there are bytes between two entries",
                     .expected = "entries back to back from byte 0",
                     .found = fmt::format("{} bytes that belong to no entry", length),
                     .other_reader = std::string(pypi::unknown_record)};
  if (stranger.name) {
    fault.code = stranger.listed ? "misplaced-entry" : "unlisted-entry";
    fault.member = *stranger.name;
    fault.message = stranger.listed
                        ? "an entry stands where the directory does not say"
                        : "an entry stands in the file that the directory does not list";
    // PyPI's walk goes by names: an entry that is listed may stand anywhere.
    fault.refused_by_pypi = stranger.front_walk && !stranger.listed;
    fault.other_reader = pypi::unlisted;
  } else if (stranger.signature == zip64_end_signature ||
             stranger.signature == zip64_locator_signature) {
    fault.refused_by_pypi = false;  // PyPI's walk takes these records wherever they are
  }
  if (!fault.refused_by_pypi) fault.other_reader = front_or_directory;
  return fault;
}

class EntryWalk {
 public:
  EntryWalk(const ByteSource& source, const ArchiveEnd& end, std::vector<ArchiveMember> members,
            const NameTable& names)
      : window_(source), end_(end), members_(std::move(members)), names_(&names) {}

  Result<EntriesRead> run() {
    std::vector<std::size_t> order(members_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto offset_of = [this](std::size_t index) { return members_[index].local_offset; };
    const auto place = [&](std::size_t index) { return std::pair(offset_of(index), index); };
    if (!std::ranges::is_sorted(order, {}, offset_of)) std::ranges::sort(order, {}, place);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint64_t next =
          i + 1 < order.size() ? offset_of(order[i + 1]) : end_.directory_offset;
      const Result<void> done = visit(members_[order[i]], next);
      if (!done) return tl::unexpected(done.error());
    }
    const Result<void> rest = close_gap(end_.directory_offset);
    if (!rest) return tl::unexpected(rest.error());
    return EntriesRead{.members = std::move(members_), .faults = std::move(faults_)};
  }

 private:
  /// Reports the bytes from `position_` to `offset`, if there are any: no entry has them.
  Result<void> close_gap(std::uint64_t offset) {
    if (position_ >= offset) return {};
    const Result<Stranger> stranger = look_at(position_);
    if (!stranger) return tl::unexpected(stranger.error());
    faults_.add(gap_fault(position_, offset - position_, *stranger));
    position_ = offset;
    return {};
  }

  Result<Stranger> look_at(std::uint64_t offset) {
    Stranger stranger{.name = {}, .front_walk = front_walk_};
    const std::uint64_t room = end_.directory_offset - offset;
    if (room < 4) return stranger;
    const Result<Bytes> signature = window_.at(offset, 4);
    if (!signature) return tl::unexpected(signature.error());
    stranger.signature = load<std::uint32_t>(*signature, 0);
    if (stranger.signature != local_signature || room < local_size) return stranger;
    const Result<Bytes> head = window_.at(offset, local_size);
    if (!head) return tl::unexpected(head.error());
    const std::size_t length = local_size + local_header(*head).name_length;
    if (room < length) return stranger;
    const Result<Bytes> whole = window_.at(offset, length);
    if (!whole) return tl::unexpected(whole.error());
    stranger.name = std::string(as_text(whole->subspan(local_size)));
    stranger.listed = find_name(members_, *names_, *stranger.name).has_value();
    return stranger;
  }

  Result<void> visit(ArchiveMember& member, std::uint64_t next) {
    if (member.local_offset < position_) {
      ArchiveFault fault = entry_fault("overlap", member, "the entry begins inside another one");
      fault.expected = fmt::format("a beginning at byte {} or behind it", position_);
      fault.found = fmt::format("byte {}", member.local_offset);
      fault.other_reader = front_or_directory;
      faults_.add(std::move(fault));
      return {};
    }
    Result<void> gap = close_gap(std::min(member.local_offset, end_.directory_offset));
    if (!gap) return gap;
    Result<std::optional<LocalFacts>> local = read_header(member);
    if (!local) return tl::unexpected(local.error());
    if (!local->has_value()) return {};
    return read_end(member, **local, next);
  }

  Result<std::optional<LocalFacts>> no_header(const ArchiveMember& member) {
    ArchiveFault fault =
        entry_fault("no-local-header", member, "there is no local header where the directory says");
    fault.expected = "a local header that ends before the central directory";
    fault.found = fmt::format("other bytes at {}", member.local_offset);
    fault.other_reader =
        "Python's zipfile (pip) cannot open the entry, a reader from the front may find it "
        "elsewhere";
    faults_.add(std::move(fault));
    return std::optional<LocalFacts>();
  }

  Result<std::optional<LocalFacts>> read_header(ArchiveMember& member) {
    const std::uint64_t stop = end_.directory_offset;
    const std::uint64_t offset = member.local_offset;
    if (offset > stop || stop - offset < local_size) return no_header(member);
    Result<Bytes> head = window_.at(offset, local_size);
    if (!head) return tl::unexpected(head.error());
    if (load<std::uint32_t>(*head, 0) != local_signature) return no_header(member);
    LocalFacts local{.header = local_header(*head), .sizes = {}};
    local.length = local_size + std::uint64_t{local.header.name_length} + local.header.extra_length;
    if (local.length > stop - offset) return no_header(member);
    Result<Bytes> whole = window_.at(offset, static_cast<std::size_t>(local.length));
    if (!whole) return tl::unexpected(whole.error());
    const std::string_view name = as_text(whole->subspan(local_size, local.header.name_length));
    if (repeats(member, local, name)) {
      local.sizes = WideSizes{.size = member.size, .compressed_size = member.compressed_size};
    } else {
      local = compare_header(member, local, name, whole->subspan(local_size + name.size()));
    }
    member.has_extra_field = member.has_extra_field || local.header.extra_length != 0;
    member.has_data_descriptor = (local.header.flags & descriptor_flag) != 0;
    member.clean_local_header = local.header.extra_length == 0 && !member.has_data_descriptor &&
                                (local.header.flags & ~utf8_flag) == 0 &&
                                local.header.version_needed == member.version_needed &&
                                local.header.dos_time == member.dos_time &&
                                local.header.dos_date == member.dos_date;
    return std::optional(local);
  }

  LocalFacts compare_header(const ArchiveMember& member, LocalFacts local, std::string_view name,
                            Bytes extra_bytes) {
    const ExtraFields extra = extra_fields(extra_bytes);
    const ExtraField* zip64 = extra.find(zip64_extra);
    local.has_zip64_field = zip64 != nullptr;
    local.sizes = wide_sizes(local.header, zip64);
    for (ArchiveFault& fault : extra_faults(extra, member.name, member.local_offset, true)) {
      // One note per entry is enough, although both headers have the field.
      if (fault.severity == Severity::note && member.has_extra_field) continue;
      faults_.add(std::move(fault));
    }
    for (ArchiveFault& fault : header_faults(member, local, name)) faults_.add(std::move(fault));
    return local;
  }

  /// Data, then a descriptor if there is one, then the next entry.
  Result<void> read_end(ArchiveMember& member, const LocalFacts& local, std::uint64_t next) {
    member.data_offset = member.local_offset + local.length;
    const std::uint64_t limit = std::min(next, end_.directory_offset);
    if (limit < member.data_offset || member.compressed_size > limit - member.data_offset) {
      ArchiveFault fault = entry_fault("overlap", member, "the entry reaches into what follows it");
      fault.expected = fmt::format("an end at byte {}", limit);
      fault.found = fmt::format("{} compressed bytes from byte {}", member.compressed_size,
                                member.data_offset);
      fault.other_reader = front_or_directory;
      faults_.add(std::move(fault));
      position_ = std::max(position_, limit);
      front_walk_ = false;
      return {};
    }
    member.end_offset = member.data_offset + member.compressed_size;
    position_ = member.end_offset;
    if (!member.has_data_descriptor) return {};
    // The longest form has 24 bytes; more than that is a gap behind a wrong descriptor.
    const std::uint64_t room = std::min<std::uint64_t>(limit - member.end_offset, 24);
    const Result<Bytes> bytes = window_.at(member.end_offset, static_cast<std::size_t>(room));
    if (!bytes) return tl::unexpected(bytes.error());
    const ArchiveFault fault = descriptor_fault(member, local, *bytes);
    if (fault.severity == Severity::repairable) {
      member.end_offset += room;
      position_ = member.end_offset;
    } else {
      position_ = member.end_offset + room;
    }
    faults_.add(fault);
    return {};
  }

  Window window_;
  ArchiveEnd end_;
  std::vector<ArchiveMember> members_;
  FaultLog faults_;
  const NameTable* names_;
  std::uint64_t position_ = 0;  ///< everything before it belongs to an entry that was read
  bool front_walk_ = true;      ///< a reader from the front comes to `position_` too
};

}  // namespace

Result<EntriesRead> read_entries(const ByteSource& source, const ArchiveEnd& end,
                                 std::vector<ArchiveMember> members, const NameTable& names) {
  return EntryWalk(source, end, std::move(members), names).run();
}

}  // namespace wheelaudit::zip
