// One answer to each question that every write asks the system: is the call to be repeated, what
// does errno mean, which temporary name is free, is the directory safe on the disk.

#include "system/file_calls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <system_error>

namespace wheelaudit::system {

std::string system_error_text(int error) {
  std::string text = std::generic_category().message(error);
  // The text stands in the middle of a sentence, so "No space left on device" gets a lower-case
  // letter; "I/O error" and the like keep their capitals.
  const bool sentence_case = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1]));
  if (sentence_case) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

tl::unexpected<Error> failed(std::string_view what) {
  return fail(ErrorKind::io, fmt::format("{}: {}", what, system_error_text(errno)));
}

bool OpenFile::close() {
  const int file = std::exchange(file_, -1);
  return file < 0 || system_.close(file) == 0 || errno == EINTR;
}

Result<Place> place_of(const std::string& path) {
  const std::filesystem::path whole(path);
  Place place{.directory = whole.parent_path().string(), .name = whole.filename().string()};
  if (place.directory.empty()) place.directory = ".";
  if (place.name.empty() || place.name == "." || place.name == "..") {
    return fail(ErrorKind::io, "it names no file");
  }
  return place;
}

int open_directory(int parent, const std::string& path, const FileOperations& system,
                   int more_flags) {
  return uninterrupted([&] {
    return system.open(parent, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | more_flags, 0);
  });
}

std::string temporary_name(int number) {
  return fmt::format(".wheelaudit-{}-{}.tmp", ::getpid(), number);
}

bool flush_directory(int directory, const FileOperations& system) {
  return uninterrupted([&] { return system.sync(directory); }) == 0 || errno == EINVAL;
}

tl::unexpected<Error> target_is_link() {
  return fail(ErrorKind::io,
              "it is a symbolic link, which is neither followed nor replaced; remove it, or "
              "choose another directory with --wheel-dir");
}

ByteSource owning_source(std::shared_ptr<const ByteVector> bytes) {
  ByteSource source = memory_source(*bytes);
  source.read = [bytes = std::move(bytes), read = std::move(source.read)](
                    std::uint64_t offset, std::size_t length) { return read(offset, length); };
  return source;
}

}  // namespace wheelaudit::system
