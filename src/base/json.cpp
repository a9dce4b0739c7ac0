// JSON for profiles: nlohmann's parser calls a small builder and does not make its own tree, so
// that depth and duplicate keys are checked while reading, the order of keys is kept, and nothing
// throws.

#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace wheelaudit::inline base {
namespace {

constexpr std::size_t maximum_depth = 16;

/// The SAX interface that nlohmann::json::sax_parse asks for; its names are the library's.
class TreeBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  bool null() { return add({}); }
  bool boolean(bool value) {
    return add({.kind = JsonValue::Kind::boolean,
                .boolean = value,
                .text = {},
                .items = {},
                .members = {}});
  }
  bool number_integer(number_integer_t) { return add(of_kind(JsonValue::Kind::real)); }
  bool number_unsigned(number_unsigned_t value) {
    JsonValue number = of_kind(JsonValue::Kind::number);
    number.number = value;
    return add(std::move(number));
  }
  bool number_float(number_float_t, const string_t&) { return add(of_kind(JsonValue::Kind::real)); }
  bool string(string_t& value) {
    JsonValue text = of_kind(JsonValue::Kind::text);
    text.text = std::move(value);
    return add(std::move(text));
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t) { return open(JsonValue::Kind::array); }
  bool key(string_t& name) {
    open_.back().key = std::move(name);
    return true;
  }
  bool end_object() {
    if (const auto twice = repeated_key(open_.back().value)) {
      fault_ = fmt::format("the key {} stands twice in one object", json_text(*twice));
      return false;
    }
    return close();
  }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    position_ = position;
    return false;
  }

  JsonValue take_root() { return std::move(root_); }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  struct Open {
    JsonValue value;
    std::string key;
  };

  static JsonValue of_kind(JsonValue::Kind kind) {
    JsonValue value;
    value.kind = kind;
    return value;
  }
  static std::optional<std::string> repeated_key(const JsonValue& object) {
    std::vector<std::string_view> keys;
    for (const auto& [name, value] : object.members) keys.push_back(name);
    std::ranges::sort(keys);
    const auto twice = std::ranges::adjacent_find(keys);
    if (twice == keys.end()) return std::nullopt;
    return std::string(*twice);
  }
  bool open(JsonValue::Kind kind) {
    if (open_.size() == maximum_depth) {
      fault_ = fmt::format("nested deeper than {} levels", maximum_depth);
      return false;
    }
    open_.push_back({.value = of_kind(kind), .key = {}});
    return true;
  }
  bool close() {
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }
  bool add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Open& parent = open_.back();
    if (parent.value.kind == JsonValue::Kind::array) {
      parent.value.items.push_back(std::move(value));
    } else {
      parent.value.members.push_back({.name = std::move(parent.key), .value = std::move(value)});
    }
    return true;
  }

  JsonValue root_;
  std::vector<Open> open_;
  std::string fault_;
  std::size_t position_ = 0;
};

/// "line 3, column 7" of a byte position (nlohmann counts from 1).
std::string place_of(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(text.size(), position));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return fmt::format("line {}, column {}", line, column);
}

/// What a JsonReader returns for a value that is missing or of another kind.
const JsonValue nothing;

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &JsonMember::name);
  return found == members.end() ? nullptr : &found->value;
}

std::string_view json_kind_name(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null:
      return "null";
    case JsonValue::Kind::boolean:
      return "true or false";
    case JsonValue::Kind::number:
      return "a whole number";
    case JsonValue::Kind::real:
      return "a number that is negative or not whole";
    case JsonValue::Kind::text:
      return "a string";
    case JsonValue::Kind::array:
      return "an array";
    case JsonValue::Kind::object:
      return "an object";
  }
  return "nothing";
}

Result<JsonValue> parse_json(std::string_view text, std::string_view what) {
  TreeBuilder builder;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.take_root();
  if (!builder.fault().empty()) {
    return fail(ErrorKind::usage, fmt::format("{}: {}", what, builder.fault()));
  }
  return fail(ErrorKind::usage,
              fmt::format("{}: not valid JSON at {}", what, place_of(text, builder.position())));
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string json_path(std::string_view path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

void JsonReader::complain(std::string_view path, std::string_view message) {
  if (fault_) return;
  fault_ = path.empty() ? fmt::format("{}: {}", what_, message)
                        : fmt::format("{}: {}: {}", what_, path, message);
}

bool JsonReader::expect(const JsonValue& value, std::string_view path, JsonValue::Kind kind) {
  if (fault_) return false;
  if (value.kind == kind) return true;
  complain(path,
           fmt::format("expected {}, found {}", json_kind_name(kind), json_kind_name(value.kind)));
  return false;
}

const JsonValue& JsonReader::member(const JsonValue& object, std::string_view path,
                                    std::string_view key) {
  if (!expect(object, path, JsonValue::Kind::object)) return nothing;
  const JsonValue* value = object.find(key);
  if (value != nullptr) return *value;
  complain(json_path(path, key), "is missing");
  return nothing;
}

std::string JsonReader::text(const JsonValue& value, std::string_view path) {
  return expect(value, path, JsonValue::Kind::text) ? value.text : std::string();
}

std::uint64_t JsonReader::number(const JsonValue& value, std::string_view path) {
  return expect(value, path, JsonValue::Kind::number) ? value.number : 0;
}

bool JsonReader::boolean(const JsonValue& value, std::string_view path) {
  return expect(value, path, JsonValue::Kind::boolean) && value.boolean;
}

const std::vector<JsonValue>& JsonReader::items(const JsonValue& value, std::string_view path) {
  return expect(value, path, JsonValue::Kind::array) ? value.items : nothing.items;
}

const std::vector<JsonMember>& JsonReader::members(const JsonValue& value, std::string_view path) {
  return expect(value, path, JsonValue::Kind::object) ? value.members : nothing.members;
}

std::vector<std::string> JsonReader::texts(const JsonValue& value, std::string_view path) {
  std::vector<std::string> result;
  for (const JsonValue& item : items(value, path)) {
    result.push_back(text(item, json_path(path, result.size())));
  }
  return result;
}

void JsonReader::only_keys(const JsonValue& object, std::string_view path,
                           const std::vector<std::string_view>& known) {
  for (const auto& [key, value] : object.members) {
    if (std::ranges::find(known, key) == known.end()) {
      complain(json_path(path, key), "is not a key of this object");
    }
  }
}

std::string JsonReader::text_of(const JsonValue& object, std::string_view path,
                                std::string_view key) {
  return text(member(object, path, key), json_path(path, key));
}

std::uint64_t JsonReader::number_of(const JsonValue& object, std::string_view path,
                                    std::string_view key) {
  return number(member(object, path, key), json_path(path, key));
}

bool JsonReader::boolean_of(const JsonValue& object, std::string_view path, std::string_view key) {
  return boolean(member(object, path, key), json_path(path, key));
}

std::vector<std::string> JsonReader::texts_of(const JsonValue& object, std::string_view path,
                                              std::string_view key) {
  return texts(member(object, path, key), json_path(path, key));
}

}  // namespace wheelaudit::inline base
