// Generators for every archive that PyPI's tests name. Each starts from a good archive and changes
// what the name says; no bytes are copied from PyPI's files.

#include "cases.hpp"

namespace wheelaudit::zip {
namespace {

test::ZipParts one(test::ZipEntry entry) {
  test::ZipParts parts;
  parts.entries.push_back(std::move(entry));
  return parts;
}
test::ZipEntry hello() { return test::deflated_entry("fixme", "hello hello hello"); }

// --- accept
// ---------------------------------------------------------------------------------------

ByteVector comment() {
  test::ZipParts parts = test::good_zip();
  parts.comment = "hello";
  return test::build(parts);
}
ByteVector deflate() { return test::build(one(test::deflated_entry("foo", "abcdefgh"))); }
ByteVector empty() { return test::build({}); }
ByteVector normal_deflate() { return test::build(one(hello())); }
ByteVector nosubdir() { return test::build(one(test::stored_entry("foo/bar", "abcdefgh"))); }
ByteVector store() { return test::build(one(test::stored_entry("foo", "abcdefgh"))); }
ByteVector subdir() {
  test::ZipParts parts = one(test::directory_entry("foo/"));
  parts.entries.push_back(test::stored_entry("foo/bar", "abcdefgh"));
  return test::build(parts);
}
ByteVector zip64_eocd() {
  test::ZipParts parts = one(hello());
  parts.zip64 = true;
  return test::build(parts);
}
/// The entry declares nine bytes and inflates to more; the CRC is that of the first nine.
ByteVector short_usize() {
  test::ZipEntry entry = test::deflated_entry("file", "# benign\nprint('other')\n");
  const test::ZipEntry benign = test::stored_entry("file", "# benign\n");
  entry.local.size = entry.central.size = 9;
  entry.local.crc = entry.central.crc = benign.central.crc;
  return test::build(one(entry));
}
/// The sizes in the record are right, but a zip64 field gives others.
ByteVector short_usize_zip64() {
  test::ZipEntry entry = test::stored_entry("file", "# benign\nprint('other')\n");
  const std::uint64_t whole = entry.data.size();
  entry.local.size = entry.central.size = 9;
  entry.local.crc = entry.central.crc = test::stored_entry("file", "# benign\n").central.crc;
  entry.local_extra = entry.central_extra = test::zip64_field({whole, whole});
  return test::build(one(entry));
}

// --- reject: end records
// --------------------------------------------------------------------------

/// A whole end record stands in the archive comment.
ByteVector eight_bit_comment() {
  test::ZipParts parts = one(test::stored_entry("foo", "abcdefgh"));
  parts.comment = std::string(as_text(zip::bytes_of(zip::EndRecord{}))) + std::string(65, '\0');
  return test::build(parts);
}
ByteVector dupe_eocd() {
  test::ZipParts parts = one(hello());
  const ByteVector good = test::build(parts);
  parts.before_end = {good.end() - zip::end_size, good.end()};
  parts.change_end = [](zip::EndRecord& end) { end.directory_size += zip::end_size; };
  return test::build(parts);
}
ByteVector not_zip() { return to_byte_vector("Hello, world!\n"); }
ByteVector prefix() { return test::joined({to_byte_vector("XXXX"), normal_deflate()}); }
ByteVector suffix_not_comment() { return test::joined({normal_deflate(), to_byte_vector("    ")}); }
/// One archive is the comment of another.
ByteVector zipinzip() {
  test::ZipParts parts = one(test::stored_entry("fileb", "B"));
  parts.comment = as_text(test::build(one(test::stored_entry("filea", "A"))));
  return test::build(parts);
}

// --- reject: zip64 end records
// --------------------------------------------------------------------

test::ZipParts empty_zip64() {
  test::ZipParts parts;
  parts.zip64 = true;
  parts.change_end = [](zip::EndRecord& end) { end = {}; };
  return parts;
}
ByteVector eocd64_locator_mismatch() {
  test::ZipParts parts = empty_zip64();
  parts.change_locator = [](zip::Zip64Locator& locator) { locator.end_offset = 1; };
  return test::build(parts);
}
/// Two zip64 end records; the locator names the first.
ByteVector eocd64_non_locator() {
  test::ZipParts parts = empty_zip64();
  parts.before_end = zip::bytes_of(zip::Zip64End{.record_size = 44});
  parts.change_locator = [](zip::Zip64Locator& locator) { locator.end_offset = 0; };
  return test::build(parts);
}
/// Two locators, so that the first is not followed by the end record.
ByteVector eocd64_without_eocd() {
  return test::joined({zip::bytes_of(zip::Zip64End{.record_size = 44}),
                       zip::bytes_of(zip::Zip64Locator{.disks = 1}),
                       zip::bytes_of(zip::Zip64Locator{.disks = 1}),
                       zip::bytes_of(zip::EndRecord{})});
}
ByteVector eocd64_without_locator() {
  return test::joined(
      {zip::bytes_of(zip::Zip64End{.record_size = 44}), zip::bytes_of(zip::EndRecord{})});
}
ByteVector zip64_eocd_extensible_data() {
  test::ZipParts parts = one(hello());
  parts.zip64 = true;
  parts.change_zip64_end = [](zip::Zip64End& end) { end.record_size = 44 + 20; };
  parts.zip64_extensible = ByteVector(20, std::byte{'z'});
  return test::build(parts);
}
/// The extensible data is the end of a second archive, which readers that go by the record's size
/// see.
ByteVector zip64_eocd_confusion() {
  test::ZipParts inner = one(test::stored_entry("fixme", "other"));
  inner.zip64 = true;
  test::ZipParts parts = one(hello());
  parts.zip64 = true;
  parts.zip64_extensible = test::build(inner);
  const std::uint64_t length = parts.zip64_extensible.size();
  parts.change_zip64_end = [length](zip::Zip64End& end) { end.record_size = 44 + length; };
  return test::build(parts);
}

// --- reject: directory
// ----------------------------------------------------------------------------

/// The end record does not count the comment's byte.
ByteVector cd_comment() {
  test::ZipEntry entry = test::stored_entry("foo", "abcdefgh");
  entry.comment = "\xff";
  test::ZipParts parts = one(entry);
  parts.change_end = [](zip::EndRecord& end) { end.directory_size -= 1; };
  return test::build(parts);
}
ByteVector cd_extra_entry() {
  test::ZipParts parts = one(hello());
  parts.entries.push_back(hello());
  parts.entries.back().in_file = false;
  parts.entries.back().local_offset = 0;
  return test::build(parts);
}
ByteVector cd_missing_entry() {
  test::ZipParts parts = one(hello());
  parts.entries.push_back(test::deflated_entry("two", "hello"));
  parts.entries.back().in_directory = false;
  return test::build(parts);
}
ByteVector missing_local_file() {
  test::ZipParts parts = one(test::stored_entry("a", ""));
  parts.entries.front().in_file = false;
  parts.change_end = [](zip::EndRecord& end) {
    end.disk = end.directory_disk = 1;
    end.directory_size = end.directory_offset = 0;
  };
  return test::build(parts);
}
ByteVector twice_one_name() {
  test::ZipParts parts = one(test::stored_entry("wheel-1.0.dist-info/WHEEL", ""));
  parts.entries.push_back(parts.entries.front());
  return test::build(parts);
}

// --- reject: data descriptors
// ---------------------------------------------------------------------

struct Descriptor {
  std::uint32_t crc = 0;
  std::uint64_t compressed_size = 0;
  std::uint64_t size = 0;
};

/// CRC and sizes of the local header are zero, its flag is set, and a descriptor is behind the
/// data.
ByteVector with_descriptor(Descriptor change, bool wide = false, bool signature = true) {
  test::ZipEntry entry = hello();
  zip::RecordWriter out;
  if (signature) out.u32(zip::descriptor_signature);
  out.u32(entry.central.crc + change.crc);
  const std::uint64_t compressed = entry.central.compressed_size + change.compressed_size;
  const std::uint64_t size = entry.central.size + change.size;
  if (wide) {
    out.u64(compressed).u64(size);
    entry.local_extra = test::zip64_field({});
  } else {
    out.u32(static_cast<std::uint32_t>(compressed)).u32(static_cast<std::uint32_t>(size));
  }
  entry.descriptor = std::move(out).take();
  entry.local.flags |= zip::descriptor_flag;
  entry.local.crc = entry.local.compressed_size = entry.local.size = 0;
  return test::build(one(entry));
}
ByteVector data_descriptor() { return with_descriptor({}); }
ByteVector data_descriptor_bad_crc() { return with_descriptor({.crc = 1}); }
/// Every CRC zero, no signature: a reader that takes zero for "not known" checks nothing.
ByteVector data_descriptor_bad_crc_0() {
  test::ZipEntry entry = hello();
  zip::RecordWriter out;
  out.u32(0).u32(entry.central.compressed_size).u32(entry.central.size);
  entry.descriptor = std::move(out).take();
  entry.local.flags |= zip::descriptor_flag;
  entry.local.crc = entry.central.crc = 0;
  entry.local.compressed_size = entry.local.size = 0;
  return test::build(one(entry));
}
ByteVector data_descriptor_bad_csize() { return with_descriptor({.compressed_size = 1}); }
ByteVector data_descriptor_bad_usize() { return with_descriptor({.size = 1}); }
ByteVector data_descriptor_bad_usize_no_sig() { return with_descriptor({.size = 1}, false, false); }
ByteVector data_descriptor_zip64() { return with_descriptor({}, true); }
ByteVector data_descriptor_zip64_csize() { return with_descriptor({.compressed_size = 1}, true); }
ByteVector data_descriptor_zip64_usize() { return with_descriptor({.size = 1}, true); }

// --- reject: extra fields
// -------------------------------------------------------------------------

ByteVector extra3byte() {
  test::ZipEntry entry = test::stored_entry("foo", "abcdefgh");
  entry.local_extra = entry.central_extra = to_byte_vector("   ");
  return test::build(one(entry));
}
ByteVector unicode_path(std::string_view name, std::uint32_t crc = 1) {
  zip::RecordWriter out;
  out.text("\x01").u32(crc).text(name);
  return test::extra_field(zip::unicode_path_extra, std::move(out).take());
}
/// A legacy code page in the name, the real one in the extra field.
ByteVector non_ascii_original_name() {
  test::ZipEntry entry = test::deflated_entry("\x82", "hello");
  entry.local.flags = entry.central.flags = 0;
  entry.central_extra = unicode_path("\xc3\xa9");
  return test::build(one(entry));
}
ByteVector second_unicode_extra() {
  test::ZipEntry entry = test::stored_entry("original", "anything\n");
  entry.local_extra = entry.central_extra =
      test::joined({unicode_path("first-unicode-extra"), unicode_path("second-unicode-extra")});
  return test::build(one(entry));
}
ByteVector unicode_extra_chain() {
  test::ZipEntry entry = test::stored_entry("original", "anything\n");
  entry.local_extra = entry.central_extra =
      test::joined({unicode_path("first-unicode-extra"), unicode_path("ignoreme", 4),
                    unicode_path("reset-unicode-extra")});
  return test::build(one(entry));
}
/// A field that says it is longer than what is left.
ByteVector shortextra() {
  test::ZipEntry entry = hello();
  entry.central_extra = unicode_path("\xc3\xa9tc");
  entry.central_extra[2] = std::byte{0x20};
  return test::build(one(entry));
}
/// Only the compressed size is saturated, and the zip64 field has eight bytes for it.
ByteVector zip64_extra_csize() {
  test::ZipEntry entry = hello();
  entry.local_extra = entry.central_extra = test::zip64_field({entry.data.size() + 1});
  entry.local.compressed_size = entry.central.compressed_size = zip::saturated32;
  return test::build(one(entry));
}
/// Of a deflated entry only the size is saturated, and the zip64 field has eight bytes for it.
ByteVector zip64_extra_usize() {
  test::ZipEntry entry = hello();
  entry.local_extra = entry.central_extra = test::zip64_field({entry.central.size + 1U});
  entry.local.size = entry.central.size = zip::saturated32;
  return test::build(one(entry));
}
/// Only the size is saturated, and the zip64 field gives a compressed size too, which is zero.
ByteVector zip64_extra_too_long() {
  test::ZipEntry entry = hello();
  entry.local_extra = entry.central_extra = test::zip64_field({entry.central.size, 0});
  entry.local.size = entry.central.size = zip::saturated32;
  return test::build(one(entry));
}
/// Both sizes are saturated, and the zip64 field has room for one.
ByteVector zip64_extra_too_short() {
  test::ZipEntry entry = hello();
  entry.local_extra = entry.central_extra = test::zip64_field({entry.central.size});
  entry.local.size = entry.central.size = zip::saturated32;
  entry.local.compressed_size = entry.central.compressed_size = zip::saturated32;
  return test::build(one(entry));
}

}  // namespace

const std::vector<ArchiveCase>& pypi_cases() {
  using enum Outcome;
  static const std::vector<ArchiveCase> cases{
      {"comment.zip", true, clean, "archive-comment", false, comment},
      {"deflate.zip", true, clean, "", false, deflate},
      {"empty.zip", true, clean, "", false, empty},
      {"normal_deflate.zip", true, clean, "", false, normal_deflate},
      {"nosubdir.zip", true, clean, "", false, nosubdir},
      {"store.zip", true, clean, "", false, store},
      {"subdir.zip", true, clean, "", false, subdir},
      {"zip64_eocd.zip", true, clean, "", false, zip64_eocd},
      // PyPI accepts these two archives: it does not inflate members and does not read zip64 fields
      // of the directory.
      {"short_usize.zip", true, damaged, "inflated-size", false, short_usize},
      {"short_usize_zip64.zip", true, malformed, "zip64-field zip64-field", false,
       short_usize_zip64},

      {"8bitcomment.zip", false, malformed, "second-end-record archive-comment", false,
       eight_bit_comment},
      {"cd_comment.zip", false, malformed, "directory-position", true, cd_comment},
      {"cd_extra_entry.zip", false, malformed, "overlap duplicate-name", true, cd_extra_entry},
      {"cd_missing_entry.zip", false, malformed, "unlisted-entry", true, cd_missing_entry},
      {"data_descriptor.zip", false, repairable, "data-descriptor", true, data_descriptor},
      {"data_descriptor_bad_crc.zip", false, malformed, "data-descriptor-wrong", true,
       data_descriptor_bad_crc},
      {"data_descriptor_bad_crc_0.zip", false, damaged, "crc", true, data_descriptor_bad_crc_0},
      {"data_descriptor_bad_csize.zip", false, malformed, "data-descriptor-wrong", true,
       data_descriptor_bad_csize},
      {"data_descriptor_bad_usize.zip", false, malformed, "data-descriptor-wrong", true,
       data_descriptor_bad_usize},
      {"data_descriptor_bad_usize_no_sig.zip", false, malformed, "data-descriptor-wrong", true,
       data_descriptor_bad_usize_no_sig},
      {"data_descriptor_zip64.zip", false, repairable, "zip64-needless data-descriptor", true,
       data_descriptor_zip64},
      {"data_descriptor_zip64_csize.zip", false, malformed, "zip64-needless data-descriptor-wrong",
       true, data_descriptor_zip64_csize},
      {"data_descriptor_zip64_usize.zip", false, malformed, "zip64-needless data-descriptor-wrong",
       true, data_descriptor_zip64_usize},
      {"dupe_eocd.zip", false, malformed, "second-end-record directory-record", true, dupe_eocd},
      {"eocd64_locator_mismatch.zip", false, malformed, "zip64-locator", true,
       eocd64_locator_mismatch},
      {"eocd64_non_locator.zip", false, malformed, "zip64-locator", true, eocd64_non_locator},
      {"eocd64_without_eocd.zip", false, malformed, "zip64-locator", true, eocd64_without_eocd},
      {"eocd64_without_locator.zip", false, malformed, "zip64-locator", true,
       eocd64_without_locator},
      {"extra3byte.zip", false, malformed, "extra-field-malformed extra-field-malformed", true,
       extra3byte},
      {"missing_local_file.zip", false, malformed, "several-disks directory-position", true,
       missing_local_file},
      {"non_ascii_original_name.zip", false, malformed, "unicode-path extra-field name-encoding",
       true, non_ascii_original_name},
      {"not.zip", false, malformed, "no-end-record", true, not_zip},
      {"prefix.zip", false, malformed, "prefix", true, prefix},
      {"second_unicode_extra.zip", false, malformed,
       "extra-field-twice unicode-path extra-field extra-field-twice unicode-path", true,
       second_unicode_extra},
      {"shortextra.zip", false, malformed, "extra-field-malformed", true, shortextra},
      {"suffix_not_comment.zip", false, malformed, "trailing-bytes", true, suffix_not_comment},
      {"unicode_extra_chain.zip", false, malformed,
       "extra-field-twice unicode-path extra-field extra-field-twice unicode-path", true,
       unicode_extra_chain},
      {"wheel-1.0-py3-none-any.whl", false, malformed, "duplicate-name", true, twice_one_name},
      {"zip64_eocd_confusion.zip", false, malformed, "zip64-extensible-data", true,
       zip64_eocd_confusion},
      {"zip64_eocd_extensible_data.zip", false, malformed, "zip64-extensible-data", true,
       zip64_eocd_extensible_data},
      {"zip64_extra_csize.zip", false, malformed, "zip64-field overlap", true, zip64_extra_csize},
      {"zip64_extra_too_long.zip", false, malformed, "zip64-field zip64-field", true,
       zip64_extra_too_long},
      {"zip64_extra_too_short.zip", false, malformed, "zip64-field zip64-field overlap", true,
       zip64_extra_too_short},
      {"zip64_extra_usize.zip", false, malformed, "zip64-field", true, zip64_extra_usize},
      {"zipinzip.zip", false, malformed, "second-end-record prefix", true, zipinzip},
  };
  return cases;
}

}  // namespace wheelaudit::zip
