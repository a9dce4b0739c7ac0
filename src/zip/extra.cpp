// Extra fields of ZIP entries. docs/design/archive.md#extra-fields: well-formed and none twice. The
// zip64 field is where readers differ most (PyPI's reject set has six archives about it): some take
// its values whenever it is there, some only for the fields that say so, some by position, some in
// order. Only forms on which all of them agree are read.

#include "zip/extra.hpp"

#include <algorithm>
#include <array>

namespace wheelaudit::zip {

const ExtraField* ExtraFields::find(std::uint16_t id) const {
  const auto found = std::ranges::find(fields, id, &ExtraField::id);
  return found == fields.end() ? nullptr : &*found;
}

std::optional<std::uint16_t> ExtraFields::repeated() const {
  if (fields.size() < 2) return std::nullopt;
  std::vector<std::uint16_t> ids;
  for (const ExtraField& field : fields) ids.push_back(field.id);
  std::ranges::sort(ids);
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice == ids.end()) return std::nullopt;
  return *twice;
}

ExtraFields extra_fields(Bytes bytes) {
  ExtraFields result;
  while (bytes.size() >= 4) {
    const std::size_t length = load<std::uint16_t>(bytes, 2);
    if (length > bytes.size() - 4) {
      result.overrun = bytes.size();
      return result;
    }
    result.fields.push_back(
        {.id = load<std::uint16_t>(bytes, 0), .data = bytes.subspan(4, length)});
    bytes = bytes.subspan(4 + length);
  }
  result.stray = bytes.size();
  return result;
}

std::optional<WideSizes> wide_sizes(const CentralRecord& record, const ExtraField* zip64) {
  WideSizes sizes{.size = record.size,
                  .compressed_size = record.compressed_size,
                  .local_offset = record.local_offset};
  const std::array<std::uint64_t*, 3> values{&sizes.size, &sizes.compressed_size,
                                             &sizes.local_offset};
  const auto wide = std::ranges::count_if(
      values, [](const std::uint64_t* value) { return *value == saturated32; });
  if (zip64 == nullptr) return wide == 0 ? std::optional(sizes) : std::nullopt;
  const Bytes data = zip64->data;
  if (wide > 0) {
    if (data.size() != static_cast<std::size_t>(wide) * 8) return std::nullopt;
    std::size_t at = 0;
    for (std::uint64_t* value : values) {
      if (*value != saturated32) continue;
      *value = load<std::uint64_t>(data, at);
      at += 8;
    }
    return sizes;
  }
  if (data.size() % 8 != 0 || data.size() > 24) return std::nullopt;
  for (std::size_t at = 0; at < data.size(); at += 8) {
    if (load<std::uint64_t>(data, at) != *values[at / 8]) return std::nullopt;
  }
  sizes.needless_field = true;
  return sizes;
}

std::optional<WideSizes> wide_sizes(const LocalHeader& header, const ExtraField* zip64) {
  WideSizes sizes{.size = header.size, .compressed_size = header.compressed_size};
  const bool wide_size = header.size == saturated32;
  const bool wide_compressed = header.compressed_size == saturated32;
  if (zip64 == nullptr) {
    return wide_size || wide_compressed ? std::nullopt : std::optional(sizes);
  }
  const Bytes data = zip64->data;
  sizes.needless_field = !wide_size && !wide_compressed;
  if (data.empty()) return sizes.needless_field ? std::optional(sizes) : std::nullopt;
  std::uint64_t size = 0;
  std::uint64_t compressed = 0;
  if (data.size() == 16) {
    size = load<std::uint64_t>(data, 0);
    compressed = load<std::uint64_t>(data, 8);
  } else if (data.size() == 8 && header.method == stored) {
    size = compressed = load<std::uint64_t>(data, 0);
  } else {
    return std::nullopt;
  }
  if (!wide_size && size != header.size) return std::nullopt;
  if (!wide_compressed && compressed != header.compressed_size) return std::nullopt;
  sizes.size = size;
  sizes.compressed_size = compressed;
  return sizes;
}

}  // namespace wheelaudit::zip
