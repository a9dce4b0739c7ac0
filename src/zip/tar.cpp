// ZIP and tar at once. A ZIP begins with a local header, whose name or data can hold the checksum
// field of a tar header, so that tarfile and libarchive read other files from the same bytes. PyPI
// refuses (forklift/legacy.py, _is_valid_dist_file), so we do. POSIX ustar: the checksum is the sum
// of all bytes of the 512-byte header, its own eight counted as spaces; old writers summed signed.

#include "zip/tar.hpp"

#include <algorithm>

#include "zip/faults.hpp"

namespace wheelaudit::zip {
namespace {

constexpr std::size_t header_size = 512;
constexpr std::size_t checksum_offset = 148;
constexpr std::size_t checksum_length = 8;

/// Octal digits between spaces, ended by NUL, space or the field's end.
std::optional<std::int64_t> octal(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(' ') + 1 - first);
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + (c - '0');
  }
  return value;
}

}  // namespace

Result<std::optional<ArchiveFault>> tar_fault(const ByteSource& source) {
  using Found = std::optional<ArchiveFault>;
  if (source.size < header_size) return Found();
  const Result<ByteChunk> chunk = source.read(0, header_size);
  if (!chunk) return tl::unexpected(chunk.error());
  const std::string_view header = as_text(chunk->view);
  const auto said = octal(header.substr(checksum_offset, checksum_length));
  if (!said) return Found();
  std::int64_t sum = std::int64_t{' '} * checksum_length;
  std::int64_t signed_sum = sum;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i >= checksum_offset && i < checksum_offset + checksum_length) continue;
    sum += static_cast<unsigned char>(header[i]);
    signed_sum += static_cast<signed char>(header[i]);
  }
  if (*said != sum && *said != signed_sum) return Found();
  return Found(ArchiveFault{.code = "also-tar",
                            .refused_by_pypi = true,
                            .offset = 0,
                            .message = "the file is a tar archive as well",
                            .expected = "a ZIP archive only",
                            .found = "a tar header with a right checksum at byte 0",
                            .other_reader = std::string(pypi::also_tar)});
}

}  // namespace wheelaudit::zip
