// What one entry may be: local header and central record field by field, flags, methods, sizes,
// data descriptors, extra fields, comments, file types.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

/// The good archive with its second entry changed by `change`.
template <class Change>
test::ZipParts with_entry(Change change) {
  test::ZipParts parts = test::good_zip();
  change(parts.entries[1]);
  return parts;
}

template <class Change>
std::string codes_with(Change change) {
  const ByteVector bytes = test::build(with_entry(change));
  return test::codes(test::archive_of(bytes).faults);
}

template <class Change>
ArchiveFault fault_of(Change change, std::string_view code) {
  const ByteVector bytes = test::build(with_entry(change));
  return test::fault_with(test::archive_of(bytes).faults, code);
}

constexpr std::uint32_t mode(std::uint32_t bits) { return bits << 16U; }

void put_descriptor(test::ZipEntry& entry) {
  entry.local.flags |= zip::descriptor_flag;
  entry.central.flags |= zip::descriptor_flag;
  entry.descriptor = test::descriptor_of(entry);
  entry.local.crc = entry.local.compressed_size = entry.local.size = 0;
}

}  // namespace

TEST_CASE("every field of a local header is held against its central record") {
  const ArchiveFault name =
      fault_of([](test::ZipEntry& entry) { entry.local_name = "second.tyt"; }, "name-mismatch");
  CHECK(name.member == "second.txt");
  CHECK(name.message == "the local header gives another name than the directory");
  CHECK(name.expected == "second.txt");
  CHECK(name.found == "second.tyt");
  CHECK_FALSE(name.refused_by_pypi);

  const ArchiveFault flags =
      fault_of([](test::ZipEntry& entry) { entry.local.flags = 2; }, "flags-mismatch");
  CHECK(flags.expected == "0x0000");
  CHECK(flags.found == "0x0002");

  const ArchiveFault method =
      fault_of([](test::ZipEntry& entry) { entry.local.method = 0; }, "method-mismatch");
  CHECK(method.message == "the local header gives another method than the directory");
  CHECK(method.expected == "8");
  CHECK(method.found == "0");

  const ArchiveFault crc =
      fault_of([](test::ZipEntry& entry) { entry.local.crc = 1; }, "crc-mismatch");
  CHECK(crc.found == "00000001");

  const ArchiveFault compressed = fault_of(
      [](test::ZipEntry& entry) { ++entry.local.compressed_size; }, "compressed-size-mismatch");
  CHECK(compressed.refused_by_pypi);
  CHECK(compressed.other_reader ==
        "sizes of the local header and the central directory differ (warehouse/utils/zipfiles.py, "
        "_handle_local_file_header)");

  const ArchiveFault size =
      fault_of([](test::ZipEntry& entry) { ++entry.local.size; }, "size-mismatch");
  CHECK(size.message == "the local header gives another size than the directory");
  CHECK(size.expected == "27");
  CHECK(size.found == "28");
  CHECK(size.refused_by_pypi);
}

TEST_CASE("another date in the local header is a note, another version nothing") {
  const ArchiveFault date =
      fault_of([](test::ZipEntry& entry) { ++entry.local.dos_date; }, "date-mismatch");
  CHECK(date.severity == Severity::note);
  CHECK(date.message == "the local header gives another date than the directory");
  CHECK(fault_of([](test::ZipEntry& entry) { ++entry.local.dos_time; }, "date-mismatch").severity ==
        Severity::note);
  CHECK(codes_with([](test::ZipEntry& entry) { ++entry.local.version_needed; }) == "");
}

TEST_CASE("flags that a wheel may and may not have") {
  const auto both = [](std::uint16_t flags) {
    return [flags](test::ZipEntry& entry) { entry.local.flags = entry.central.flags = flags; };
  };
  CHECK(codes_with(both(0x0002)) == "");
  CHECK(codes_with(both(0x0006)) == "");
  CHECK(codes_with(both(0x0800)) == "");
  CHECK(codes_with(both(0x0001)) == "encrypted");
  CHECK(codes_with(both(0x0041)) == "encrypted");
  CHECK(codes_with(both(0x2000)) == "encrypted");
  for (const unsigned bit : {4U, 5U, 7U, 8U, 9U, 10U, 12U, 14U, 15U}) {
    CAPTURE(bit);
    CHECK(codes_with(both(static_cast<std::uint16_t>(1U << bit))) == "unknown-flags");
  }
  const ArchiveFault encrypted = fault_of(both(0x0001), "encrypted");
  CHECK(encrypted.message == "the entry is encrypted");
  CHECK(encrypted.other_reader == "Python's zipfile (pip) asks for a password and fails");
  const ArchiveFault unknown = fault_of(both(0x0020), "unknown-flags");
  CHECK(unknown.expected == "no others than 0x080e");
  CHECK(unknown.found == "flags 0x0020");
}

TEST_CASE("methods other than stored and deflate") {
  const auto method = [](std::uint16_t number) {
    return [number](test::ZipEntry& entry) { entry.local.method = entry.central.method = number; };
  };
  const ArchiveFault bzip2 = fault_of(method(12), "method");
  CHECK(bzip2.message == "the entry is compressed by another method than deflate");
  CHECK(bzip2.expected == "stored (0) or deflate (8)");
  CHECK(bzip2.found == "bzip2 (12)");
  CHECK(bzip2.refused_by_pypi);
  CHECK(fault_of(method(14), "method").found == "lzma (14)");
  CHECK(fault_of(method(93), "method").found == "zstd (93)");
  CHECK(fault_of(method(99), "method").found == "method 99");
}

TEST_CASE("a version no reader has") {
  const ArchiveFault fault =
      fault_of([](test::ZipEntry& entry) { entry.central.version_needed = 64; }, "version-needed");
  CHECK(fault.message == "the entry asks for a later ZIP version than any reader has");
  CHECK(fault.found == "6.4");
  CHECK(codes_with([](test::ZipEntry& entry) { entry.central.version_needed = 63; }) == "");
}

TEST_CASE("sizes that the data cannot have") {
  const auto size = [](std::uint32_t number) {
    return [number](test::ZipEntry& entry) { entry.local.size = entry.central.size = number; };
  };
  const std::uint32_t compressed = test::good_zip().entries[1].central.compressed_size;
  CHECK(codes_with(size(compressed * 1032)) == "");
  const ArchiveFault bomb = fault_of(size((compressed + 1) * 1032), "impossible-size");
  CHECK(bomb.message == "the compressed bytes cannot yield the declared size");
  CHECK(bomb.found == fmt::format("{} bytes", (compressed + 1) * 1032));

  test::ZipParts in_place = test::good_zip();
  in_place.entries[0].local.size = in_place.entries[0].central.size = 8;
  const ByteVector bytes = test::build(in_place);
  CHECK(test::fault_with(test::archive_of(bytes).faults, "impossible-size").expected ==
        "7 bytes, as stored");

  test::ZipParts empty;
  empty.entries.push_back(test::stored_entry("empty", ""));
  empty.entries[0].local.crc = empty.entries[0].central.crc = 1;
  const ByteVector empty_bytes = test::build(empty);
  CHECK(test::fault_with(test::archive_of(empty_bytes).faults, "empty-crc").found ==
        "CRC 00000001");
}

TEST_CASE("a data descriptor that agrees is repairable, in each of its forms") {
  const ArchiveFault fault = fault_of(put_descriptor, "data-descriptor");
  CHECK(fault.severity == Severity::repairable);
  CHECK(fault.message == "a data descriptor follows the data");
  CHECK(fault.refused_by_pypi);
  CHECK(codes_with([](test::ZipEntry& entry) {
          put_descriptor(entry);
          entry.descriptor.erase(entry.descriptor.begin(), entry.descriptor.begin() + 4);
        }) == "data-descriptor");
  // The header has the sizes already, as some writers write it.
  CHECK(codes_with([](test::ZipEntry& entry) {
          const zip::LocalHeader known = entry.local;
          put_descriptor(entry);
          entry.local.crc = known.crc;
          entry.local.size = known.size;
          entry.local.compressed_size = known.compressed_size;
        }) == "data-descriptor");
  const ByteVector bytes = test::build(with_entry(put_descriptor));
  const Archive archive = test::archive_of(bytes);
  CHECK(archive.readable());
  CHECK(archive.members[1].has_data_descriptor);
  CHECK_FALSE(archive.members[1].clean_local_header);
  CHECK(archive.members[1].end_offset == archive.central_directory_offset);
}

TEST_CASE("a data descriptor that is wrong") {
  const ArchiveFault crc = fault_of(
      [](test::ZipEntry& entry) {
        put_descriptor(entry);
        entry.descriptor[4] ^= std::byte{1};
      },
      "data-descriptor-wrong");
  CHECK(crc.severity == Severity::malformed);
  CHECK(crc.message == "the data descriptor and the directory do not say the same");
  const ArchiveFault missing = fault_of(
      [](test::ZipEntry& entry) {
        put_descriptor(entry);
        entry.descriptor.clear();
      },
      "data-descriptor-wrong");
  CHECK(missing.message == "the data descriptor does not have the length that its entry asks for");
  CHECK(missing.expected == "12 bytes, or 16 with its signature");
  CHECK(missing.found == "0 bytes");
  // The wide form belongs to entries with a zip64 field.
  CHECK(codes_with([](test::ZipEntry& entry) {
          put_descriptor(entry);
          entry.local_extra = test::zip64_field({0, 0});
        }) == "zip64-needless data-descriptor-wrong");
}

TEST_CASE("a flag for a descriptor that only the directory has") {
  CHECK(codes_with([](test::ZipEntry& entry) { entry.central.flags |= zip::descriptor_flag; }) ==
        "flags-mismatch");
}

TEST_CASE("a stored entry cannot leave its size to a descriptor") {
  test::ZipParts parts = test::good_zip();
  put_descriptor(parts.entries[0]);
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault =
      test::fault_with(test::archive_of(bytes).faults, "data-descriptor-wrong");
  CHECK(fault.message == "a stored entry leaves its size to a data descriptor");
}

TEST_CASE("time stamps of Info-ZIP are a note, other extra fields are repairable") {
  const ArchiveFault note = fault_of(
      [](test::ZipEntry& entry) {
        entry.local_extra = test::extra_field(0x5455, as_bytes("\x03timetime"));
        entry.central_extra = test::extra_field(0x5455, as_bytes("\x03time"));
      },
      "extra-field");
  CHECK(note.severity == Severity::note);
  CHECK(note.message == "the entry has an extra field with times, owners or its name again");
  CHECK(note.found == "field 0x5455 of 5 bytes");
  const ArchiveFault stray =
      fault_of([](test::ZipEntry& entry) { entry.local_extra = test::extra_field(0xcafe, {}); },
               "extra-field-stray");
  CHECK(stray.severity == Severity::repairable);
  CHECK(stray.message == "the entry has an extra field that no reader of wheels needs");
  CHECK_FALSE(stray.refused_by_pypi);
}

TEST_CASE("extra fields that are not well-formed, or occur twice") {
  const ArchiveFault overrun = fault_of(
      [](test::ZipEntry& entry) {
        entry.central_extra = test::extra_field(0x5455, as_bytes("time"));
        entry.central_extra.pop_back();
      },
      "extra-field-malformed");
  CHECK(overrun.message == "the extra field is not a sequence of whole fields");
  CHECK(overrun.found == "a field longer than the 7 bytes left");
  CHECK(overrun.refused_by_pypi);
  // Python's zipfile ignores one to three stray bytes in the directory; PyPI refuses them in a
  // local header.
  const auto stray = to_byte_vector("\1\2\3");
  const ArchiveFault central = fault_of(
      [&stray](test::ZipEntry& entry) { entry.central_extra = stray; }, "extra-field-malformed");
  CHECK(central.found == "3 bytes too few for a field");
  CHECK_FALSE(central.refused_by_pypi);
  CHECK(fault_of([&stray](test::ZipEntry& entry) { entry.local_extra = stray; },
                 "extra-field-malformed")
            .refused_by_pypi);
  const ByteVector time = test::extra_field(0x5455, as_bytes("\x01time"));
  const ArchiveFault repeated =
      fault_of([&time](test::ZipEntry& entry) { entry.local_extra = test::joined({time, time}); },
               "extra-field-repeated");
  CHECK(repeated.severity == Severity::repairable);
  CHECK(repeated.message == "the extra field 0x5455 occurs twice");
  const ByteVector wide = test::zip64_field({});
  const ArchiveFault twice =
      fault_of([&wide](test::ZipEntry& entry) { entry.local_extra = test::joined({wide, wide}); },
               "extra-field-twice");
  CHECK(twice.severity == Severity::malformed);
  CHECK(twice.refused_by_pypi);
}

TEST_CASE("a Unicode path field that repeats the name, and one that does not") {
  const auto path = [](std::string_view name) {
    zip::RecordWriter out;
    out.text("\x01").u32(0).text(name);
    return test::extra_field(zip::unicode_path_extra, std::move(out).take());
  };
  CHECK(codes_with([&](test::ZipEntry& entry) { entry.central_extra = path("second.txt"); }) ==
        "extra-field");
  const ArchiveFault fault = fault_of(
      [&](test::ZipEntry& entry) { entry.central_extra = path("setup.py"); }, "unicode-path");
  CHECK(fault.message == "an extra field gives the entry another name");
  CHECK(fault.severity == Severity::malformed);
}

TEST_CASE("zip64 fields that are right") {
  // As Python's zipfile with force_zip64 writes: saturated sizes in the local header only.
  CHECK(codes_with([](test::ZipEntry& entry) {
          entry.local_extra = test::zip64_field({entry.local.size, entry.local.compressed_size});
          entry.local.size = entry.local.compressed_size = zip::saturated32;
        }) == "");
  // Saturated sizes in both headers.
  const ByteVector bytes = test::build(with_entry([](test::ZipEntry& entry) {
    entry.local_extra = entry.central_extra =
        test::zip64_field({entry.local.size, entry.local.compressed_size});
    entry.local.size = entry.local.compressed_size = zip::saturated32;
    entry.central.size = entry.central.compressed_size = zip::saturated32;
  }));
  const Archive archive = test::archive_of(bytes);
  CHECK(test::codes(archive.faults) == "");
  CHECK(archive.members[1].size == 27);
  // Only the offset is saturated.
  CHECK(codes_with([](test::ZipEntry& entry) {
          entry.local_offset = zip::saturated32;
          entry.central_extra = test::zip64_field({46});
        }) == "");
  // A zip64 field that is not needed, with the same values.
  CHECK(codes_with([](test::ZipEntry& entry) {
          entry.central_extra = test::zip64_field({entry.local.size, entry.local.compressed_size});
        }) == "zip64-needless");
}

TEST_CASE("zip64 fields that readers would take differently") {
  const auto wide = [](std::vector<std::uint64_t> values) {
    return [values](test::ZipEntry& entry) { entry.central_extra = test::zip64_field(values); };
  };
  CHECK(codes_with(wide({28})) == "zip64-field");
  CHECK(codes_with(wide({27, 1})) == "zip64-field");
  CHECK(codes_with(wide({27, 15, 46, 0})) == "zip64-field");
  CHECK(codes_with([](test::ZipEntry& entry) {
          entry.central.size = zip::saturated32;
          entry.local.size = zip::saturated32;
        }) == "zip64-field zip64-field");
  CHECK(codes_with([](test::ZipEntry& entry) {
          entry.local_extra = test::zip64_field({entry.local.size, entry.local.compressed_size, 0});
        }) == "zip64-field");
  const ArchiveFault fault = fault_of(wide({28}), "zip64-field");
  CHECK(fault.message == "readers would take different sizes from the zip64 field");
  CHECK(fault.expected == "exactly the values that the record leaves to it");
}

TEST_CASE("a comment on an entry is repairable") {
  const ArchiveFault fault =
      fault_of([](test::ZipEntry& entry) { entry.comment = "by hand"; }, "entry-comment");
  CHECK(fault.severity == Severity::repairable);
  CHECK(fault.refused_by_pypi);
  CHECK(fault.message == "the entry has a comment");
  CHECK(fault.found == "7 bytes");
  CHECK(fault.other_reader ==
        "an entry has a comment (warehouse/utils/zipfiles.py, _handle_central_directory_header)");
}

TEST_CASE("an entry on another disk") {
  const ArchiveFault fault =
      fault_of([](test::ZipEntry& entry) { entry.central.disk = 1; }, "entry-disk");
  CHECK(fault.message == "the entry is said to be on another disk");
}

TEST_CASE("types of files") {
  const auto attributes = [](std::uint32_t bits) {
    return [bits](test::ZipEntry& entry) { entry.central.external_attributes = bits; };
  };
  for (const std::uint32_t bits : {mode(0100644), mode(0100755), mode(0644), 0U, 0x20U}) {
    CAPTURE(bits);
    CHECK(codes_with(attributes(bits)) == "");
  }
  const ArchiveFault link = fault_of(attributes(mode(0120777)), "symlink");
  CHECK(link.kind == ArchiveFaultKind::path);
  CHECK(link.message == "the entry is a symbolic link");
  CHECK(link.found == "mode 120777");
  for (const std::uint32_t type : {0020000U, 0060000U, 0010000U, 0140000U}) {
    CAPTURE(type);
    CHECK(codes_with(attributes(mode(type | 0644U))) == "device");
  }
  CHECK(fault_of(attributes(mode(0040755)), "directory-mark").message ==
        "a file is marked as a directory");
  CHECK(codes_with(attributes(0x10)) == "directory-mark");
}

TEST_CASE("directory entries hold nothing") {
  test::ZipParts parts = test::good_zip();
  parts.entries.push_back(test::directory_entry("package/"));
  const ByteVector empty = test::build(parts);
  const Archive archive = test::archive_of(empty);
  CHECK(test::codes(archive.faults) == "");
  CHECK(archive.members[2].is_directory());
  parts.entries[2] = test::deflated_entry("package/", "");
  const ByteVector bytes_again = test::build(parts);
  CHECK(test::codes(test::archive_of(bytes_again).faults) == "");
  parts.entries[2] = test::stored_entry("package/", "payload");
  const ByteVector payload = test::build(parts);
  const ArchiveFault fault =
      test::fault_with(test::archive_of(payload).faults, "directory-payload");
  CHECK(fault.message == "a directory entry has content");
  CHECK(fault.kind == ArchiveFaultKind::path);
  CHECK(fault.found == "7 bytes");
}

}  // namespace wheelaudit::zip
