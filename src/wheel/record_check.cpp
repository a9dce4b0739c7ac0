// RECORD against the members (PEP 427, "Signed wheel files" and "The .dist-info directory"): every
// file but RECORD and its signatures has a hash, sha256 or better; directories are not listed.
// Installers check none of this, so the files that they install may differ from those in RECORD.

#include "wheel/record_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace wheelaudit::wheel {
namespace {

using Kind = RecordMismatch::Kind;

// Names as Python's hashlib has them, and OpenSSL's.
struct Algorithm {
  std::string_view name;
  std::string_view openssl_name;
  bool weak = false;
};
constexpr std::array<Algorithm, 11> algorithms{{{"sha256", "sha256"},
                                                {"sha384", "sha384"},
                                                {"sha512", "sha512"},
                                                {"sha3_256", "sha3-256"},
                                                {"sha3_384", "sha3-384"},
                                                {"sha3_512", "sha3-512"},
                                                {"blake2b", "blake2b512"},
                                                {"blake2s", "blake2s256"},
                                                {"md5", "md5", true},
                                                {"sha1", "sha1", true},
                                                {"sha224", "sha224", true}}};

const Algorithm* find_algorithm(std::string_view name) {
  const auto found = std::find_if(
      algorithms.begin(), algorithms.end(),
      [&](const Algorithm& algorithm) { return equal_without_case(algorithm.name, name); });
  return found == algorithms.end() ? nullptr : &*found;
}

std::optional<std::string> digest_text(const Algorithm& algorithm, Bytes content) {
  if (algorithm.name == "sha256") return base64_url(sha256(content));
  const auto value = digest(algorithm.openssl_name, content);
  if (!value) return std::nullopt;
  return base64_url(*value);
}

RecordMismatch mismatch(Kind kind, std::string_view path, std::string expected = {},
                        std::string found = {}) {
  return {.kind = kind,
          .path = std::string(path),
          .expected = std::move(expected),
          .found = std::move(found)};
}

/// Whether `text` writes the digest `right`, URL-safe base64 without padding, in another encoding.
bool is_same_digest(std::string_view text, std::string_view right) {
  const auto bytes = decode_base64_url(right);
  if (bytes && equal_without_case(hex(*bytes), text)) return true;
  std::string safe(text.substr(0, text.find_last_not_of('=') + 1));
  std::ranges::replace(safe, '+', '-');
  std::ranges::replace(safe, '/', '_');
  return safe == right;
}

std::vector<RecordMismatch> check_hash(const RecordEntry& entry, Bytes content) {
  const Algorithm* algorithm = find_algorithm(entry.algorithm);
  const auto found =
      algorithm != nullptr ? digest_text(*algorithm, content) : std::optional<std::string>();
  if (!found) {
    return {mismatch(Kind::unknown_hash, entry.path, "sha256", entry.algorithm)};
  }
  std::vector<RecordMismatch> mismatches;
  if (*found != entry.digest) {
    const Kind kind = is_same_digest(entry.digest, *found) ? Kind::encoding : Kind::hash;
    mismatches.push_back(mismatch(kind, entry.path,
                                  fmt::format("{}={}", entry.algorithm, entry.digest),
                                  fmt::format("{}={}", entry.algorithm, *found)));
  }
  if (algorithm->weak) {
    mismatches.push_back(mismatch(Kind::weak_hash, entry.path, "sha256", entry.algorithm));
  }
  return mismatches;
}

std::string_view path_of(const RecordEntry* entry) { return entry->path; }

}  // namespace

RecordIndex::RecordIndex(const DistInfo& dist_info)
    : record_path_(dist_info.directory + "/RECORD") {
  entries_.reserve(dist_info.record.entries.size());
  for (const RecordEntry& entry : dist_info.record.entries) entries_.push_back(&entry);
  // Entries of one path stay in RECORD's order: that is the order of their addresses.
  std::ranges::sort(entries_, {},
                    [](const RecordEntry* entry) { return std::pair(path_of(entry), entry); });
}

std::span<const RecordEntry* const> RecordIndex::entries_of(std::string_view path) const {
  return std::ranges::equal_range(entries_, path, {}, path_of);
}

bool RecordIndex::is_record(std::string_view path) const { return path == record_path_; }

bool RecordIndex::is_signature(std::string_view path) const {
  if (!path.starts_with(record_path_)) return false;
  const std::string_view extension = path.substr(record_path_.size());
  return extension == ".jws" || extension == ".p7s";
}

std::vector<RecordMismatch> RecordIndex::check_content(std::string_view path, Bytes content) const {
  std::vector<RecordMismatch> mismatches;
  for (const RecordEntry* entry : entries_of(path)) {
    if (!entry->algorithm.empty()) {
      for (RecordMismatch& wrong : check_hash(*entry, content)) {
        mismatches.push_back(std::move(wrong));
      }
    } else if (!is_record(path) && !is_signature(path)) {
      mismatches.push_back(
          mismatch(Kind::no_hash, path, "sha256=" + base64_url(sha256(content)), ""));
    }
    if (entry->size && *entry->size != content.size()) {
      mismatches.push_back(mismatch(Kind::size, path, fmt::format("{}", *entry->size),
                                    fmt::format("{}", content.size())));
    }
  }
  return mismatches;
}

std::vector<RecordMismatch> RecordIndex::compare_lists(
    const std::vector<zip::ArchiveMember>& members) const {
  std::vector<RecordMismatch> mismatches;
  std::vector<std::string_view> present;
  present.reserve(members.size());
  for (const zip::ArchiveMember& member : members) {
    present.push_back(member.name);
    if (!member.is_directory() && !is_signature(member.name) && entries_of(member.name).empty()) {
      mismatches.push_back(mismatch(Kind::missing_entry, member.name));
    }
  }
  std::ranges::sort(present);
  for (auto first = entries_.begin(); first != entries_.end();) {
    const std::string_view path = (*first)->path;
    const auto last = std::find_if(first, entries_.end(),
                                   [&](const RecordEntry* entry) { return entry->path != path; });
    if (!std::ranges::binary_search(present, path)) {
      mismatches.push_back(mismatch(Kind::missing_member, path));
    }
    if (last - first > 1) {
      mismatches.push_back(
          mismatch(Kind::duplicate_entry, path, "1", fmt::format("{}", last - first)));
    }
    first = last;
  }
  return mismatches;
}

}  // namespace wheelaudit::wheel
