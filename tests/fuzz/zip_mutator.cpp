// Mutations of ZIP files and wheels: a field in both headers or in one of them; a member's content,
// with CRC, sizes and (in a wheel) its line of RECORD set to match; whole members; the end record.

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digest.hpp"
#include "mutate.hpp"
#include "wheel/record.hpp"
#include "zip/format.hpp"
#include "zip_parts.hpp"

namespace wheelaudit::fuzz {
namespace {

std::string mutate_text(std::string_view text) {
  return std::string(as_text(mutate_bytes(as_bytes(text))));
}

constexpr std::array<std::string_view, 14> odd_names{"a/../b",
                                                     "/etc/x",
                                                     "C:x",
                                                     "a\\b",
                                                     "a//b",
                                                     "a/",
                                                     "\x1b[2J",
                                                     "a\nb",
                                                     "\xe2\x80\xae",
                                                     ".so",
                                                     "a.data/purelib/b.py",
                                                     "x.libs/libx.so",
                                                     "a/RECORD.jws",
                                                     "lib.so.1"};

std::string mutate_name(const std::string& name, Random& random) {
  switch (pick(random, 4)) {
    case 0:
      return std::string(odd_names[pick(random, odd_names.size())]);
    case 1:
      return name.substr(0, name.rfind('/') + 1) +
             std::string(odd_names[pick(random, odd_names.size())]);
    default:
      return mutate_text(name);
  }
}

std::string mutate_extra(const std::string& extra, Random& random) {
  constexpr std::array<std::string_view, 4> fields{
      std::string_view("\1\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20),
      std::string_view("UT\5\0\3\0\0\0\0", 9), std::string_view("up\6\0\1\0\0\0\0x", 10),
      std::string_view("\1\0\10\0\1\0\0\0\0\0\0\0", 12)};
  if (!extra.empty() && once_in(random, 2)) return mutate_text(extra);
  return once_in(random, 8) ? std::string() : extra + std::string(fields[pick(random, 4)]);
}

/// Sets one field of a header to another value.
void mutate_fields(ZipFields& fields, Random& random) {
  const auto number16 = [&](std::uint16_t value) {
    return static_cast<std::uint16_t>(mutate_number(value, random));
  };
  const auto number32 = [&](std::uint32_t value) {
    return static_cast<std::uint32_t>(mutate_number(value, random));
  };
  switch (pick(random, 9)) {
    case 0:
      fields.flags = static_cast<std::uint16_t>(fields.flags ^ (1U << pick(random, 16)));
      break;
    case 1:
      fields.method = once_in(random, 2) ? zip::deflated : number16(fields.method);
      break;
    case 2:
      fields.time = number16(fields.time);
      break;
    case 3:
      fields.crc = number32(fields.crc);
      break;
    case 4:
      fields.compressed_size = number32(fields.compressed_size);
      break;
    case 5:
      fields.size = number32(fields.size);
      break;
    case 6:
      fields.version_needed = number16(fields.version_needed);
      break;
    case 7:
      fields.extra = mutate_extra(fields.extra, random);
      break;
    default:
      fields.name = mutate_name(fields.name, random);
  }
}

/// Adds a data descriptor as streaming writers write it; the local header keeps its CRC and sizes
/// or, as streaming writers have it, sets them to 0.
void add_descriptor(ZipMember& member, Random& random) {
  std::string text = once_in(random, 4) ? "" : "PK\7\10";
  for (const std::uint32_t value :
       {member.central.crc, member.central.compressed_size, member.central.size}) {
    for (unsigned shift = 0; shift < 32; shift += 8) text += static_cast<char>(value >> shift);
  }
  member.behind = to_byte_vector(text);
  for (ZipFields* fields : {&member.local, &member.central}) fields->flags |= zip::descriptor_flag;
  if (once_in(random, 2)) member.local.crc = member.local.size = member.local.compressed_size = 0;
}

void mutate_record(ZipMember& member, Random& random) {
  switch (pick(random, 12)) {
    case 0:
      member.external_attributes = static_cast<std::uint32_t>(
          once_in(random, 2) ? pick(random, 0xffff) << 16U
                             : mutate_number(member.external_attributes, random));
      break;
    case 1:
      member.comment = mutate_text(member.comment);
      break;
    case 2:
      member.version_made_by =
          static_cast<std::uint16_t>(mutate_number(member.version_made_by, random));
      break;
    case 3:
      member.shift = static_cast<std::int64_t>(pick(random, 8)) - 4;
      break;
    case 4:
      member.disk = static_cast<std::uint16_t>(pick(random, 3));
      break;
    case 5:
      member.data = mutate_bytes(member.data);
      break;
    case 6:
      add_descriptor(member, random);
      break;
    case 7:
      mutate_fields(once_in(random, 2) ? member.local : member.central, random);
      break;
    default: {
      // The same change in both headers: the same random numbers are drawn twice.
      Random twin = random;
      mutate_fields(member.local, random);
      mutate_fields(member.central, twin);
      member.central.name = member.local.name;
      member.central.extra = member.local.extra;
    }
  }
}

ByteVector mutate_content(const ZipMember& member, Bytes content, Random& random) {
  const bool is_module = as_text(content).starts_with(std::string_view("\0asm", 4));
  return is_module || member.central.name.ends_with(".so") ? mutate_module(content, random)
                                                           : mutate_bytes(content);
}

ZipMember* find_record(ZipFile& zip) {
  const auto found = std::ranges::find_if(zip.members, [](const ZipMember& member) {
    return member.central.name.ends_with(".dist-info/RECORD");
  });
  return found == zip.members.end() ? nullptr : &*found;
}

/// Writes the lines of RECORD again: every member once, with its digest.
void mend_record(ZipFile& zip) {
  ZipMember* listing = find_record(zip);
  if (listing == nullptr) return;
  wheel::Record record;
  for (const ZipMember& member : zip.members) {
    const auto content = content_of(member);
    if (!content || member.central.name.ends_with('/')) continue;
    if (&member == listing) {
      record.entries.push_back({.path = member.central.name});
    } else {
      record.entries.push_back({.path = member.central.name,
                                .algorithm = "sha256",
                                .digest = base64_url(sha256(Bytes(*content))),
                                .size = content->size()});
    }
  }
  set_content(*listing, as_bytes(record.str()), listing->central.method);
}

void mutate_member_content(ZipFile& zip, Random& random) {
  ZipMember& member = zip.members[pick(random, zip.members.size())];
  const auto content = content_of(member);
  if (!content) return mutate_record(member, random);
  const auto method = once_in(random, 8) ? zip::deflated : member.central.method;
  set_content(member, mutate_content(member, *content, random),
              method == zip::deflated ? zip::deflated : zip::stored);
}

void mutate_members(ZipFile& zip, Random& random) {
  auto& members = zip.members;
  const std::size_t one = pick(random, members.size());
  const std::size_t other = pick(random, members.size());
  const auto place = members.begin() + static_cast<std::ptrdiff_t>(other);
  switch (pick(random, 5)) {
    case 0:
      members.erase(place);
      break;
    case 1:
      std::swap(members[one], members[other]);
      break;
    case 2: {
      ZipMember copy = members[one];
      if (!once_in(random, 4))
        copy.local.name = copy.central.name = mutate_name(copy.central.name, random);
      members.insert(place, std::move(copy));
      break;
    }
    case 3: {
      const std::string name = mutate_name(members[one].central.name, random);
      members[one].local.name = members[one].central.name = name;
      break;
    }
    default: {
      const auto content = content_of(members[other]);
      if (content) set_content(members[one], *content, members[one].central.method);
    }
  }
}

void mutate_end(ZipFile& zip, Random& random) {
  switch (pick(random, 6)) {
    case 0:
      zip.zip64_end = true;
      break;
    case 1:
      zip.count_shift = static_cast<std::int32_t>(pick(random, 3)) - 1;
      break;
    case 2:
      zip.directory_shift = static_cast<std::int64_t>(pick(random, 9)) - 4;
      break;
    case 3:
      zip.comment = mutate_text(zip.comment);
      break;
    case 4:
      zip.in_front = mutate_bytes({});
      break;
    default:
      zip.trailing = mutate_bytes({});
  }
}

void mutate_file(ZipFile& zip, Random& random, std::size_t contents_of_8) {
  if (zip.members.empty()) return mutate_end(zip, random);
  if (pick(random, 8) < contents_of_8) return mutate_member_content(zip, random);
  switch (pick(random, 8)) {
    case 0:
      return mutate_end(zip, random);
    case 1:
    case 2:
      return mutate_members(zip, random);
    default:
      mutate_record(zip.members[pick(random, zip.members.size())], random);
  }
}

constexpr std::array<std::string_view, 8> options{"plat",      "strip", "no-mangle", "no-sbom",
                                                  "libraries", "drop",  "only-plat", "plat"};
constexpr std::array<std::string_view, 8> names{
    "wa_x-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl",
    "wa_x-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl",
    "wa_x-1.0-py3-none-any.whl",
    "wa_x-1.0-cp313-cp313-linux_x86_64.whl",
    "wa_x-1.0-cp314-abi3-pyemscripten_2026_0_wasm32.emscripten_4_0_9_wasm32.whl",
    "wa_x-1.0-1-cp311-cp311-emscripten_3_1_45_wasm32.whl",
    "wa_x-1.0-cp310-cp310-emscripten_3_1_14_wasm32.whl",
    "wa_x-1.0-py3-none-emscripten_wasm32.whl"};

/// Mutates the first line: another name, or an option more or less.
std::string mutate_line(const std::string& line, Random& random) {
  const std::size_t tab = std::min(line.find('\t'), line.size());
  switch (pick(random, 4)) {
    case 0:
      return std::string(names[pick(random, names.size())]) + line.substr(tab);
    case 1:
      return mutate_text(line);
    case 2:
      return line.substr(0, std::min(line.rfind('\t'), line.size()));
    default:
      return line + '\t' + std::string(options[pick(random, options.size())]);
  }
}

}  // namespace

ByteVector mutate_zip(Bytes bytes, Random& random) {
  if (once_in(random, 10)) return mutate_bytes(bytes);
  auto zip = split_zip(bytes);
  if (!zip) return mutate_bytes(bytes);
  mutate_file(*zip, random, 2);
  if (once_in(random, 4)) mutate_file(*zip, random, 2);
  return join_zip(*zip);
}

ByteVector mutate_wheel(Bytes input, Random& random) {
  const std::size_t end = as_text(input).find('\n');
  if (end == std::string_view::npos || once_in(random, 30)) return mutate_bytes(input);
  std::string line(as_text(input.first(end)));
  const Bytes archive = input.subspan(end + 1);
  ByteVector changed;
  if (once_in(random, 8)) {
    line = mutate_line(line, random);
    changed.assign(archive.begin(), archive.end());
  } else if (auto zip = split_zip(archive)) {
    const bool mends = !once_in(random, 4);
    mutate_file(*zip, random, 5);
    if (once_in(random, 4)) mutate_file(*zip, random, 5);
    if (mends) mend_record(*zip);
    changed = join_zip(*zip);
  } else {
    changed = mutate_bytes(archive);
  }
  ByteVector result = to_byte_vector(line + '\n');
  result.insert(result.end(), changed.begin(), changed.end());
  return result;
}

}  // namespace wheelaudit::fuzz
