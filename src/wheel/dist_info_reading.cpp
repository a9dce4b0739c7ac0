// Finds the dist-info directory of the wheel and reads its four texts. Each text has a limit of its
// own (docs/design/limits.md#default-limits). The declared size is checked against this limit
// before anything is inflated, and the data is checked against the declared size when it is read.

#include "wheel/dist_info_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "wheel/tag_count.hpp"

namespace wheelaudit::wheel {
namespace {

struct TextFile {
  std::string_view name;
  std::optional<std::string> DistInfoTexts::* text;
  std::uint64_t Limits::* limit;
  std::string_view code;
  std::string_view option;
};

constexpr std::array<TextFile, 4> text_files{
    {{"METADATA", &DistInfoTexts::metadata, &Limits::metadata_size, "metadata-size",
      "--max-metadata-size"},
     {"WHEEL", &DistInfoTexts::wheel, &Limits::wheel_file_size, "wheel-file-size",
      "--max-wheel-file-size"},
     {"RECORD", &DistInfoTexts::record, &Limits::record_size, "record-size", "--max-record-size"},
     {"entry_points.txt", &DistInfoTexts::entry_points, &Limits::entry_points_size,
      "entry-points-size", "--max-entry-points-size"}}};

zip::ArchiveFault limit_fault(std::string_view code, std::string_view option, std::string member,
                              std::string message, std::string expected, std::string found) {
  return {.code = std::string(code),
          .kind = zip::ArchiveFaultKind::limit,
          .severity = zip::ArchiveFaultSeverity::malformed,
          .member = std::move(member),
          .message = std::move(message),
          .expected = std::move(expected),
          .found = std::move(found),
          .option = std::string(option)};
}

// Whether the directory, `name-1.0.dist-info`, has the name and version of the file `name-1.0-…`,
// both compared in normal form.
bool is_named_like(std::string_view directory, const WheelFilename& filename) {
  const std::string_view stem = directory.substr(0, directory.size() - sizeof(".dist-info") + 1);
  const std::size_t dash = stem.rfind('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view version = stem.substr(dash + 1);
  return normalize_name(stem.substr(0, dash)) == normalize_name(filename.name) &&
         (version == filename.version || compare_versions(version, filename.version) == 0);
}

std::string choose_directory(const std::vector<std::string>& directories,
                             const std::optional<WheelFilename>& filename) {
  if (directories.empty()) return {};
  const auto named =
      std::find_if(directories.begin(), directories.end(), [&](const std::string& directory) {
        return filename && is_named_like(directory, *filename);
      });
  return named == directories.end() ? directories.front() : *named;
}

// A text, or the fault that keeps it from being read.
Result<tl::expected<std::string, zip::ArchiveFault>> read_text(const zip::Archive& archive,
                                                               std::size_t member,
                                                               const TextFile& file,
                                                               const Limits& limits) {
  using Text = tl::expected<std::string, zip::ArchiveFault>;
  const zip::ArchiveMember& entry = archive.members[member];
  const std::uint64_t limit = limits.*file.limit;
  if (entry.size > limit) {
    return Text(tl::unexpected<zip::ArchiveFault>(limit_fault(
        file.code, file.option, entry.name,
        fmt::format("{} inflates to {} bytes, more than {}", entry.name, entry.size, limit),
        fmt::format("at most {} bytes", limit), fmt::format("{} bytes", entry.size))));
  }
  auto content = zip::read_member(archive, member, limit);
  if (!content) return tl::unexpected<Error>(std::move(content.error()));
  if (content->fault) return Text(tl::unexpected<zip::ArchiveFault>(std::move(*content->fault)));
  return Text(std::string(as_text(content->bytes)));
}

}  // namespace

Result<DistInfoReading> read_dist_info_texts(const zip::Archive& archive,
                                             const std::vector<std::string_view>& names,
                                             const std::optional<WheelFilename>& filename,
                                             const Limits& limits) {
  DistInfoReading reading;
  reading.directory = choose_directory(dist_info_directories(names), filename);
  if (reading.directory.empty()) return reading;
  for (const TextFile& file : text_files) {
    const auto member = archive.find(fmt::format("{}/{}", reading.directory, file.name));
    if (!member) continue;
    auto text = read_text(archive, *member, file, limits);
    if (!text) return tl::unexpected<Error>(std::move(text.error()));
    reading.members.emplace(*member, file.text);
    if (*text) {
      reading.texts.*file.text = std::move(**text);
    } else {
      reading.faults.push_back(std::move(text->error()));
    }
  }
  return reading;
}

std::vector<zip::ArchiveFault> dist_info_limit_faults(const DistInfo& dist_info,
                                                      const Limits& limits) {
  std::vector<zip::ArchiveFault> faults;
  if (dist_info.record.rows > limits.entries) {
    faults.push_back(limit_fault("record-rows", "--max-entries", dist_info.directory + "/RECORD",
                                 fmt::format("RECORD has more than {} rows", limits.entries),
                                 fmt::format("at most {} rows", limits.entries), ""));
  }
  std::uint64_t tags = 0;
  for (const std::string_view value : dist_info.wheel.get_all("Tag")) {
    const auto set =
        parse_tag_set(value, {.expanded_tags = std::numeric_limits<std::uint64_t>::max()});
    if (!set) continue;
    const std::uint64_t count = expanded_count(*set);
    tags = count > std::numeric_limits<std::uint64_t>::max() - tags
               ? std::numeric_limits<std::uint64_t>::max()
               : tags + count;
  }
  if (tags > limits.expanded_tags) {
    faults.push_back(limit_fault(
        "tag-count", "--max-tags", dist_info.directory + "/WHEEL",
        fmt::format("the Tag lines of WHEEL stand for {} tags, more than {}", tags,
                    limits.expanded_tags),
        fmt::format("at most {} tags", limits.expanded_tags), fmt::format("{} tags", tags)));
  }
  return faults;
}

}  // namespace wheelaudit::wheel
