// RECORD (PEP 376, PEP 427, PEP 627): rows of path, hash and size, read as Python's csv module
// reads its default dialect, because installers read RECORD with that module: a quote counts only
// at the start of a field, a doubled quote inside a quoted field is one quote, text behind a
// closing quote is kept, and a line end is `\n`, `\r\n` or `\r`. Rows are written as csv writes
// them with QUOTE_MINIMAL and `\n`.
//
// The reader makes one pass. A row keeps three fields and counts the rest, so neither a line of
// 100 MB nor one of commas alone takes more memory than its bytes.

#include "wheel/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace wheelaudit::wheel {
namespace {

// csv.field_size_limit(), in characters: a longer field is an error in Python, so in every
// installer.
constexpr std::size_t csv_field_limit = 131'072;
// A fault takes some hundred times the bytes of the shortest bad row. Further faults are counted in
// one more fault.
constexpr std::size_t kept_faults = 10'000;

// A field is a view of the text unless it was quoted.
struct Field {
  std::string_view plain;
  std::optional<std::string> quoted;

  [[nodiscard]] std::string_view text() const { return quoted ? *quoted : plain; }
};

struct Row {
  std::array<Field, 3> fields;
  std::uint64_t field_count = 0;
  std::uint64_t offset = 0;
  std::uint64_t number = 0;  ///< from 1
  bool open_quote = false;   ///< the text ended inside quotes
  bool long_field = false;
};

bool ends_field(char c) { return c == ',' || c == '\n' || c == '\r'; }

class RowReader {
 public:
  explicit RowReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  [[nodiscard]] std::size_t position() const { return position_; }

  Row next() {
    Row row;
    row.offset = position_;
    row.number = ++number_;
    // A line that holds nothing is a row without fields.
    if (text_[position_] == '\n' || text_[position_] == '\r') {
      skip_line_end();
      return row;
    }
    do {
      read_field(row);
      ++row.field_count;
    } while (take_comma());
    skip_line_end();
    return row;
  }

 private:
  // Leaves the position at the comma or line end behind the field. An empty field takes no memory.
  void read_field(Row& row) {
    if (at_end() || ends_field(text_[position_])) return;
    Field field;
    if (text_[position_] == '"') {
      ++position_;
      field.quoted = read_quoted(row);
      *field.quoted += take_plain();
    } else {
      field.plain = take_plain();
    }
    row.long_field = row.long_field || character_count(field.text()) > csv_field_limit;
    if (row.field_count < row.fields.size()) {
      row.fields[static_cast<std::size_t>(row.field_count)] = std::move(field);
    }
  }

  // The text up to the next comma or line end; a quote in this text has no meaning of its own.
  std::string_view take_plain() {
    const std::size_t start = position_;
    while (position_ < text_.size() && !ends_field(text_[position_])) ++position_;
    return text_.substr(start, position_ - start);
  }

  // The text between the opening quote, which has been read, and the closing one.
  std::string read_quoted(Row& row) {
    std::string content;
    while (true) {
      const std::size_t quote = text_.find('"', position_);
      content += text_.substr(position_, quote - position_);
      if (quote == std::string_view::npos) {
        position_ = text_.size();
        row.open_quote = true;
        return content;
      }
      position_ = quote + 1;
      if (at_end() || text_[position_] != '"') return content;
      content += '"';
      ++position_;
    }
  }

  bool take_comma() {
    if (at_end() || text_[position_] != ',') return false;
    ++position_;
    return true;
  }

  void skip_line_end() {
    if (text_.substr(position_).starts_with("\r\n")) {
      position_ += 2;
    } else if (!at_end()) {
      ++position_;
    }
  }

  // Python's limit counts characters, not bytes.
  static std::size_t character_count(std::string_view field) {
    if (field.size() <= csv_field_limit) return field.size();
    return static_cast<std::size_t>(std::count_if(field.begin(), field.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint64_t number_ = 0;
};

Parsed<std::pair<std::string, std::string>> parse_hash(const Row& row) {
  const std::string_view text = row.fields[1].text();
  if (text.empty()) return std::pair<std::string, std::string>{};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return fault(fmt::format("row {}: the hash {} of {} is not of the form algorithm=digest",
                             row.number, quoted(text), quoted(row.fields[0].text())),
                 row.offset);
  }
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Parsed<std::optional<std::uint64_t>> parse_size(const Row& row) {
  const std::string_view text = row.fields[2].text();
  if (text.empty()) return std::nullopt;
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fault(fmt::format("row {}: the size {} of {} is not a number of bytes", row.number,
                             quoted(text), quoted(row.fields[0].text())),
                 row.offset);
  }
  return size;
}

std::optional<std::string> row_fault(const Row& row, std::string_view raw) {
  if (row.open_quote) return "a quote is opened and never closed";
  if (row.field_count == 0) return "it is empty, expected path, hash and size";
  if (row.long_field) {
    return fmt::format("a field is longer than {} characters, the limit of Python's csv module",
                       csv_field_limit);
  }
  if (row.field_count != row.fields.size()) {
    return fmt::format("it has {} {}, expected 3 (path, hash, size)", row.field_count,
                       row.field_count == 1 ? "field" : "fields");
  }
  if (row.fields[0].text().empty()) return "the path is empty";
  if (raw.find('\0') != std::string_view::npos) return "it holds a NUL byte";
  if (first_invalid_utf8(raw)) return "it is not UTF-8";
  return std::nullopt;
}

Parsed<RecordEntry> parse_row(const Row& row, std::string_view raw) {
  if (auto wrong = row_fault(row, raw)) {
    return fault(fmt::format("row {}: {}", row.number, *wrong), row.offset);
  }
  auto hash = parse_hash(row);
  if (!hash) return tl::unexpected<Fault>(std::move(hash.error()));
  const auto size = parse_size(row);
  if (!size) return tl::unexpected<Fault>(size.error());
  return RecordEntry{.path = std::string(row.fields[0].text()),
                     .algorithm = std::move(hash->first),
                     .digest = std::move(hash->second),
                     .size = *size};
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

}  // namespace

std::string RecordEntry::row() const {
  const std::string hash = algorithm.empty() ? "" : fmt::format("{}={}", algorithm, digest);
  std::string text = csv_field(path) + ',' + csv_field(hash) + ',';
  if (size) fmt::format_to(std::back_inserter(text), "{}", *size);
  return text + '\n';
}

std::string Record::str() const {
  std::string text;
  for (const RecordEntry& entry : entries) text += entry.row();
  return text;
}

Record parse_record(std::string_view text, const Limits& limits) {
  Record record;
  RowReader reader(text);
  std::uint64_t left_out = 0;
  std::uint64_t left_out_from = 0;
  while (!reader.at_end()) {
    if (record.rows == limits.entries) {
      ++record.rows;
      record.faults.push_back({fmt::format("more than {} rows, of which the rest was not read; "
                                           "--max-entries raises this limit",
                                           limits.entries),
                               reader.position()});
      break;
    }
    ++record.rows;
    const Row row = reader.next();
    const auto start = static_cast<std::size_t>(row.offset);
    auto entry = parse_row(row, text.substr(start, reader.position() - start));
    if (entry) {
      record.entries.push_back(std::move(*entry));
    } else if (record.faults.size() < kept_faults) {
      record.faults.push_back(std::move(entry.error()));
    } else if (left_out++ == 0) {
      left_out_from = row.offset;
    }
  }
  if (left_out != 0) {
    record.faults.push_back(
        {fmt::format("{} more rows that cannot be read", left_out), left_out_from});
  }
  return record;
}

}  // namespace wheelaudit::wheel
