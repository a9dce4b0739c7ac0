#pragma once

// JSON read into a plain tree that keeps the order of keys, with bounded depth and no duplicate
// keys; and the reader that walks such a tree and names the key of the first fault. Used for
// profiles, the facts beside them, lock files, and the options of the C interface.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace wheelaudit::inline base {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, real, text, array, object };
  Kind kind = Kind::null;
  bool boolean = false;
  std::uint64_t number = 0;  ///< non-negative integers; anything else is `real`
  std::string text;
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  ///< in the file's order

  /// The value of a member; nullptr when there is no such member.
  [[nodiscard]] const JsonValue* find(std::string_view key) const;
};
struct JsonMember {
  std::string name;
  JsonValue value;
};
[[nodiscard]] std::string_view json_kind_name(JsonValue::Kind kind);  ///< "a number" …

/// Parses a whole document: at most 16 levels deep (a profile has 5), no key twice in one object.
/// `what` begins the message ("profile", "pyodide-lock.json"). Errors: usage.
[[nodiscard]] Result<JsonValue> parse_json(std::string_view text, std::string_view what);

/// A JSON string literal, with quotes and escapes.
[[nodiscard]] std::string json_text(std::string_view text);

/// Walks a tree and keeps the first fault, with the path of the value. A value of another kind than
/// the one asked for is a fault. After a fault every read yields an empty value, so that a caller
/// asks `fault()` once, at the end.
class JsonReader {
 public:
  explicit JsonReader(std::string_view what) : what_(what) {}

  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }
  /// Records a fault, unless there is one already.
  void complain(std::string_view path, std::string_view message);

  /// The member of an object; complains when it is missing.
  const JsonValue& member(const JsonValue& object, std::string_view path, std::string_view key);
  std::string text(const JsonValue& value, std::string_view path);
  std::uint64_t number(const JsonValue& value, std::string_view path);
  bool boolean(const JsonValue& value, std::string_view path);
  const std::vector<JsonValue>& items(const JsonValue& value, std::string_view path);
  const std::vector<JsonMember>& members(const JsonValue& value, std::string_view path);
  std::vector<std::string> texts(const JsonValue& value, std::string_view path);
  /// Complains about keys that are none of `known`.
  void only_keys(const JsonValue& object, std::string_view path,
                 const std::vector<std::string_view>& known);

  std::string text_of(const JsonValue& object, std::string_view path, std::string_view key);
  std::uint64_t number_of(const JsonValue& object, std::string_view path, std::string_view key);
  bool boolean_of(const JsonValue& object, std::string_view path, std::string_view key);
  std::vector<std::string> texts_of(const JsonValue& object, std::string_view path,
                                    std::string_view key);

 private:
  bool expect(const JsonValue& value, std::string_view path, JsonValue::Kind kind);

  std::string what_;
  std::optional<std::string> fault_;
};

/// "releases[2].memory": the path of a key below a path.
[[nodiscard]] std::string json_path(std::string_view path, std::string_view key);
[[nodiscard]] std::string json_path(std::string_view path, std::size_t index);

}  // namespace wheelaudit::inline base
