// What can be wrong between names. docs/design/archive.md#name-collisions: no duplicate name,
// no file that is also a directory; case and Unicode-normalisation collisions reported.
//
// One table of hashes answers all three questions, and `Archive::find`: it hashes the key
// under which names collide, so equal and colliding names stand side by side. Whatever
// names an attacker chooses, the cost stays n log n, because ties are ordered by the names
// themselves; 9,000 names cost a millisecond or two.
//
// Windows and macOS fold case, macOS normalises; a wheel whose files differ only in case or
// normalisation loses one of them there. Such a collision is a warning, so the key may be coarser
// or finer than the table of a given file system. What the key folds is fixed here and does not
// follow a library's Unicode version:
//
//   normalisation  canonical decomposition of Latin, Greek, Cyrillic and kana letters (the blocks
//                  of decompositions.hpp) and of Hangul syllables, by arithmetic: the scripts whose
//                  names macOS is known to write decomposed. Several marks on one letter keep their
//                  order.
//   case           simple folding of ASCII, Latin, Greek, Cyrillic, Armenian and full-width
//                  letters.

#include "zip/name_collisions.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "zip/decompositions.hpp"
#include "zip/names.hpp"
#include "zip/pypi.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

constexpr std::uint64_t hash_start = 14695981039346656037U;

/// FNV-1a: enough to spread names.
std::uint64_t hash_on(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
}

/// Whether `c` is an upper-case letter whose lower-case letter is the next code point. Upper case
/// has even numbers in most of these ranges, odd ones in two.
bool is_paired_upper(char32_t c) {
  const bool even = c % 2 == 0;
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within(0x0139, 0x0148) || within(0x0179, 0x017e)) return !even;
  return even && (within(0x0100, 0x0137) || within(0x014a, 0x0177) || within(0x0460, 0x0481) ||
                  within(0x048a, 0x04bf) || within(0x04d0, 0x052f) || within(0x1e00, 0x1eff));
}

char32_t folded(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within(U'A', U'Z')) return c + 0x20;
  if (c < 0x80) return c;
  if (within(0xc0, 0xde) && c != 0xd7) return c + 0x20;
  if (is_paired_upper(c)) return c + 1;
  if (c == 0x017f) return U's';
  if (c == 0x03c2) return 0x03c3;
  if (within(0x0391, 0x03a9) || within(0x0410, 0x042f) || within(0xff21, 0xff3a)) return c + 0x20;
  if (within(0x0400, 0x040f)) return c + 0x50;
  if (within(0x0531, 0x0556)) return c + 0x30;
  return c;
}

/// Unicode, section 3.12: syllables are laid out by leading consonant, vowel, trailing consonant.
bool append_hangul(std::u32string& text, char32_t c) {
  constexpr char32_t first = 0xac00;
  constexpr char32_t count = 11'172;
  constexpr char32_t vowels = 21;
  constexpr char32_t trails = 28;
  if (c < first || c >= first + count) return false;
  const char32_t index = c - first;
  text.push_back(0x1100 + index / (vowels * trails));
  text.push_back(0x1161 + index % (vowels * trails) / trails);
  if (index % trails != 0) text.push_back(0x11a7 + index % trails);
  return true;
}

void append_decomposed(std::u32string& text, char32_t c) {
  if (append_hangul(text, c)) return;
  const auto found = std::ranges::lower_bound(decompositions, c, {}, &Decomposition::letter);
  if (found == decompositions.end() || found->letter != c) {
    text.push_back(folded(c));
    return;
  }
  append_decomposed(text, found->base);
  if (found->mark != 0) text.push_back(found->mark);
}

/// The hash of the name's collision key. For an ASCII name the key itself is not made.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = hash_start;
  bool ascii = true;
  for (const char c : name) {
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    hash = hash_on(hash, ascii_lower(c));
  }
  if (ascii) return hash;
  hash = hash_start;
  for (const char c : collision_key(name)) hash = hash_on(hash, c);
  return hash;
}

/// Says quickly, for nearly every hash that the table does not hold, that the table does not hold
/// it.
class HashFilter {
 public:
  explicit HashFilter(const NameTable& table) : bits_(size_for(table.size())) {
    for (const auto& [hash, index] : table) bits_[place(hash)] = true;
  }
  [[nodiscard]] bool may_hold(std::uint64_t hash) const { return bits_[place(hash)]; }

 private:
  static std::size_t size_for(std::size_t names) {
    std::size_t bits = 64;
    while (bits < 16 * names) bits *= 2;
    return bits;
  }
  [[nodiscard]] std::size_t place(std::uint64_t hash) const {
    return static_cast<std::size_t>(hash >> 20U) & (bits_.size() - 1);
  }
  std::vector<bool> bits_;
};

ArchiveFault duplicate_fault(const ArchiveMember& member) {
  return {.code = "duplicate-name",
          .refused_by_pypi = true,
          .member = member.name,
          .offset = member.central_offset,
          .message = "two entries have one name",
          .expected = "one entry",
          .other_reader = std::string(pypi::duplicate_name)};
}

ArchiveFault collision_fault(const ArchiveMember& member, const ArchiveMember& other) {
  return {.code = "name-collision",
          .kind = ArchiveFaultKind::path,
          .severity = Severity::warning,
          .member = member.name,
          .offset = member.central_offset,
          .message = "two names are one file where case or Unicode form is not told apart",
          .expected = "names that differ in more",
          .found = other.name,
          .other_reader = "on Windows and macOS one file overwrites the other"};
}

/// Checks the names of one hash against each other.
FaultLog group_faults(const std::vector<ArchiveMember>& members,
                      std::span<const NameTable::value_type> group) {
  FaultLog faults;
  std::vector<std::pair<std::string, std::uint32_t>> keys;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const ArchiveMember& member = members[group[i].second];
    if (i > 0 && member.name == members[group[i - 1].second].name) {
      faults.add(duplicate_fault(member));
      continue;
    }
    keys.emplace_back(collision_key(member.name), group[i].second);
  }
  std::ranges::sort(keys);
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i].first != keys[i - 1].first) continue;
    faults.add(collision_fault(members[keys[i].second], members[keys[i - 1].second]));
  }
  return faults;
}

FaultLog equal_faults(const std::vector<ArchiveMember>& members, const NameTable& table) {
  FaultLog faults;
  for (std::size_t first = 0; first < table.size();) {
    std::size_t last = first + 1;
    while (last < table.size() && table[last].first == table[first].first) ++last;
    if (last - first > 1) {
      faults.merge(group_faults(members, std::span(table).subspan(first, last - first)));
    }
    first = last;
  }
  return faults;
}

/// The directories above one name after another, each with the hash of its path; what a name shares
/// with the one before it is not hashed again.
class DirectoryHashes {
 public:
  struct Directory {
    std::size_t length = 0;  ///< of its path, without the slash
    std::uint64_t hash = 0;
  };

  /// The directories of `name` that the name before it did not have.
  [[nodiscard]] std::span<const Directory> next(std::string_view name) {
    const auto difference = std::ranges::mismatch(name, previous_).in1;
    const auto shared = static_cast<std::size_t>(difference - name.begin());
    while (!stack_.empty() && stack_.back().length >= shared) stack_.pop_back();
    const std::size_t known = stack_.size();
    std::size_t at = stack_.empty() ? 0 : stack_.back().length;
    std::uint64_t hash = stack_.empty() ? hash_start : stack_.back().hash;
    const std::size_t last_slash = name.rfind('/');
    for (; last_slash != std::string_view::npos && at <= last_slash; ++at) {
      if (name[at] == '/' && (stack_.empty() || at > stack_.back().length)) {
        stack_.push_back({.length = at, .hash = hash});
      }
      hash = hash_on(hash, ascii_lower(name[at]));
    }
    previous_ = name;
    return std::span(stack_).subspan(known);
  }

 private:
  std::string_view previous_;
  std::vector<Directory> stack_;
};

/// Whether a name is too long or too deep. names.cpp refuses such a name, and the paths above it
/// are not looked up here: each look-up costs the length of the path, so 64 KiB of slashes would
/// cost minutes.
bool is_out_of_bounds(std::string_view name) {
  return name.size() > longest_member_name ||
         std::ranges::count(name, '/') > static_cast<std::ptrdiff_t>(most_components);
}

FaultLog file_and_directory_faults(const std::vector<ArchiveMember>& members,
                                   const NameTable& table) {
  FaultLog faults;
  const HashFilter filter(table);
  DirectoryHashes directories;
  for (const ArchiveMember& member : members) {
    const std::string_view name = member.name;
    if (is_out_of_bounds(name)) continue;
    for (const auto& [length, hash] : directories.next(name)) {
      const std::string_view above = name.substr(0, length);
      // The filter knows hashes of collision keys; `hash` is one only for an ASCII path.
      if (is_ascii(above) && !filter.may_hold(hash)) continue;
      const std::optional<std::size_t> file = find_name(members, table, above);
      if (!file) continue;
      faults.add({.code = "file-and-directory",
                  .kind = ArchiveFaultKind::path,
                  .member = std::string(above),
                  .offset = members[*file].central_offset,
                  .message = "a file is also the directory of another entry",
                  .found = member.name,
                  .other_reader = "unpacking fails, or one of the two is lost"});
      break;
    }
  }
  return faults;
}

}  // namespace

std::string collision_key(std::string_view name) {
  if (is_ascii(name)) return ascii_lower(name);
  const std::optional<std::u32string> letters = code_points(name);
  if (!letters) return std::string(name);
  std::u32string key;
  for (const char32_t c : *letters) append_decomposed(key, c);
  return utf8(key);
}

NameTable name_table(const std::vector<ArchiveMember>& members) {
  NameTable table;
  table.reserve(members.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    table.emplace_back(hash_of(members[i].name), i);
  }
  std::ranges::sort(table, [&members](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = members[a.second].name.compare(members[b.second].name);
    return order != 0 ? order < 0 : a.second < b.second;
  });
  return table;
}

std::optional<std::size_t> find_name(const std::vector<ArchiveMember>& members,
                                     const NameTable& table, std::string_view name) {
  const std::uint64_t hash = hash_of(name);
  const auto found = std::ranges::partition_point(table, [&](const auto& entry) {
    if (entry.first != hash) return entry.first < hash;
    return std::string_view(members[entry.second].name) < name;
  });
  if (found == table.end() || found->first != hash || members[found->second].name != name) {
    return std::nullopt;
  }
  return found->second;
}

FaultLog collision_faults(const std::vector<ArchiveMember>& members, const NameTable& table) {
  FaultLog faults = equal_faults(members, table);
  faults.merge(file_and_directory_faults(members, table));
  return faults;
}

}  // namespace wheelaudit::zip
