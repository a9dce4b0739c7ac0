// No link is followed out of the directory: a symbolic link is an error, as in any wheel. Dates of
// files are not taken over, because they are those of the unpacking.

#include "system/unpacked_wheel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "base/digest.hpp"
#include "system/file_calls.hpp"
#include "system/input.hpp"
#include "wheel/record.hpp"
#include "zip/archive.hpp"
#include "zip/dates.hpp"

namespace wheelaudit::system {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t file_mode = 0100644;
constexpr std::uint32_t program_mode = 0100755;

struct FoundFile {
  std::string name;  ///< below the directory, with `/`
  fs::path path;
  bool is_executable = false;
};

struct Contents {
  std::string dist_info;  ///< its one dist-info directory
  std::vector<FoundFile> files;
};

/// The names of top-level `*.dist-info` directories that hold a WHEEL file.
std::vector<std::string> dist_infos(const std::string& directory, std::error_code& error) {
  std::vector<std::string> found;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code kind_error;
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".dist-info") && fs::is_regular_file(entry->path() / "WHEEL", kind_error))
      found.push_back(name);
  }
  return found;
}

std::vector<std::string> dist_infos(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> found;
  do {
    error.clear();
    found = dist_infos(directory, error);
  } while (error == std::errc::interrupted);
  return found;
}

/// RECORD is written again, so signatures of the old RECORD are left out.
bool is_written_again(const Contents& contents, std::string_view name) {
  return name == contents.dist_info + "/RECORD" || name == contents.dist_info + "/RECORD.jws" ||
         name == contents.dist_info + "/RECORD.p7s";
}

Result<void> add_file(const fs::directory_entry& entry, const fs::path& root, const Limits& limits,
                      Contents& contents) {
  std::error_code error;
  const fs::file_status status = entry.symlink_status(error);
  std::string name = entry.path().lexically_relative(root).generic_string();
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", name, error.message()));
  if (fs::is_directory(status)) return {};
  if (!fs::is_regular_file(status)) {
    return fail(
        ErrorKind::io,
        fmt::format("{} is not a regular file; a wheel holds nothing else, not even links", name));
  }
  if (is_written_again(contents, name)) return {};
  if (contents.files.size() >= limits.entries) {
    return fail(ErrorKind::io, fmt::format("holds more than {} files; --max-entries raises the "
                                           "limit",
                                           limits.entries));
  }
  const bool runs = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
  contents.files.push_back({std::move(name), entry.path(), runs});
  return {};
}

Result<Contents> look_into(const std::string& directory, const Limits& limits) {
  const auto found = dist_infos(directory);
  if (found.size() != 1) return fail(ErrorKind::io, "is not an unpacked wheel any more");
  Contents contents{.dist_info = found.front(), .files = {}};
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (auto added = add_file(*entry, directory, limits, contents); !added)
      return tl::unexpected(added.error());
  }
  if (error) return fail(ErrorKind::io, "cannot be read: " + error.message());
  const auto order = [&](const FoundFile& file) {
    return std::pair(file.name.starts_with(contents.dist_info + "/"), std::string_view(file.name));
  };
  std::ranges::sort(contents.files, {}, order);
  return contents;
}

/// Reads a file and adds its size to `total`, the size of all files so far, which has a limit.
Result<ByteVector> read_file(const FoundFile& file, const Limits& limits, std::uint64_t& total) {
  const auto source = open_input({.path = file.path.string(), .kind = InputKind::file}, limits);
  if (!source) return fail(source.error().kind, file.name + " " + source.error().message);
  if (source->size > limits.inflated_total - total) {
    return fail(ErrorKind::io, fmt::format("its files have more than {} bytes; --max-inflated "
                                           "raises the limit",
                                           limits.inflated_total));
  }
  total += source->size;
  auto chunk = source->read(0, static_cast<std::size_t>(source->size));
  if (!chunk) return fail(chunk.error().kind, file.name + " " + chunk.error().message);
  return ByteVector(chunk->view.begin(), chunk->view.end());
}

zip::NewMember member_of(std::string name, ByteVector content, bool is_executable,
                         std::optional<std::uint32_t> epoch) {
  zip::NewMember member{.name = std::move(name), .original = {}, .content = std::move(content)};
  member.external_attributes = (is_executable ? program_mode : file_mode) << 16U;
  zip::stamp_with_epoch(member, epoch);
  return member;
}

Result<std::vector<zip::NewMember>> members_of(const Contents& contents, const Limits& limits,
                                               std::optional<std::uint32_t> epoch) {
  std::vector<zip::NewMember> members;
  wheel::Record record;
  std::uint64_t total = 0;
  for (const FoundFile& file : contents.files) {
    auto content = read_file(file, limits, total);
    if (!content) return tl::unexpected(content.error());
    record.entries.push_back({.path = file.name,
                              .algorithm = "sha256",
                              .digest = base64_url(sha256(*content)),
                              .size = content->size()});
    members.push_back(member_of(file.name, std::move(*content), file.is_executable, epoch));
  }
  const std::string path = contents.dist_info + "/RECORD";
  record.entries.push_back({.path = path, .algorithm = {}, .digest = {}, .size = std::nullopt});
  members.push_back(member_of(path, to_byte_vector(record.str()), false, epoch));
  return members;
}

}  // namespace

bool is_unpacked_wheel(const std::string& directory) { return dist_infos(directory).size() == 1; }

Result<ByteSource> pack_directory(const std::string& directory, const Limits& limits,
                                  std::optional<std::uint32_t> epoch) {
  const auto contents = look_into(directory, limits);
  if (!contents) return tl::unexpected(contents.error());
  const auto members = members_of(*contents, limits, epoch);
  if (!members) return tl::unexpected(members.error());
  const auto pieces = zip::compose_archive({}, *members);
  if (!pieces) return tl::unexpected(pieces.error());
  auto bytes = zip::assemble({}, *pieces);
  if (!bytes) return tl::unexpected(bytes.error());
  return owning_source(std::make_shared<const ByteVector>(std::move(*bytes)));
}

}  // namespace wheelaudit::system
