#pragma once

// Extra fields (APPNOTE.TXT 4.5) and the sizes that the zip64 one widens (4.5.3).

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "zip/format.hpp"

namespace wheelaudit::zip {

struct ExtraField {
  std::uint16_t id = 0;
  Bytes data;
};

struct ExtraFields {
  std::vector<ExtraField> fields;  ///< in order, up to the first that is not well-formed
  std::size_t overrun = 0;         ///< bytes from the start of a field that is longer than the rest
  std::size_t stray = 0;           ///< one to three bytes at the end: too few for a field

  [[nodiscard]] bool well_formed() const { return overrun == 0 && stray == 0; }
  /// The first field with this id; nullptr: there is none.
  [[nodiscard]] const ExtraField* find(std::uint16_t id) const;
  /// An id that occurs twice; nullopt: there is none.
  [[nodiscard]] std::optional<std::uint16_t> repeated() const;
};

/// The fields in `bytes`, which is the whole extra field of one header. The fields are views of it.
[[nodiscard]] ExtraFields extra_fields(Bytes bytes);

/// Sizes and offset as every reader understands them.
struct WideSizes {
  std::uint64_t size = 0;
  std::uint64_t compressed_size = 0;
  std::uint64_t local_offset = 0;  ///< of a central record
  bool needless_field = false;     ///< a zip64 field though nothing needs it; its values agree
};

/// Strict: the field holds exactly the values the record leaves to it, in order; a needless one
/// repeats the record's own. nullopt: some reader would take other values.
[[nodiscard]] std::optional<WideSizes> wide_sizes(const CentralRecord& record,
                                                  const ExtraField* zip64);
/// Strict: the field has sixteen bytes, both sizes (APPNOTE 4.5.3 demands both in a local header),
/// or eight for a stored entry, whose two sizes are equal. nullopt: as above.
[[nodiscard]] std::optional<WideSizes> wide_sizes(const LocalHeader& header,
                                                  const ExtraField* zip64);

}  // namespace wheelaudit::zip
