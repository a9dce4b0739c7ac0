// One table: a row is a key, the commands that have the key, and a function that stores its value.
// A key that a command does not have is an error and never ignored, as on the command line.

#include "api/call_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "base/edit_distance.hpp"
#include "base/escape.hpp"
#include "base/json.hpp"

namespace wheelaudit::api {
namespace {

/// The most bytes of the options. They usually take a page; a list of many thousand patterns fits,
/// too.
constexpr std::size_t options_size_limit = 1UL << 20;
/// Longest text that is compared with the known ones; the longest key has 21 bytes.
constexpr std::size_t longest_compared = 64;

constexpr std::array<std::pair<std::string_view, CommandKind>, 8> doors{{
    {"show", CommandKind::show},
    {"check", CommandKind::check},
    {"repair", CommandKind::repair},
    {"profile list", CommandKind::profile_list},
    {"profile show", CommandKind::profile_show},
    {"profile diff", CommandKind::profile_diff},
    {"profile validate", CommandKind::profile_validate},
    {"profile link-list", CommandKind::profile_link_list},
}};

/// Options that only the program has, because they are about files, terminals and the environment.
constexpr std::array<std::string_view, 5> of_the_program{"color", "force", "output", "report",
                                                         "unpack"};

using Value = JsonValue;
/// Stores the value in `options`. Returns what was expected; empty: the value was stored.
using Setter = std::function<std::string(const Value& value, CallOptions& options)>;

struct Row {
  std::string_view key;  ///< with `_`
  std::vector<CommandKind> doors;
  Setter set;
};

template <class Find>
Setter text(Find find) {
  return [find](const Value& value, CallOptions& options) -> std::string {
    if (value.kind != Value::Kind::text) return "a text";
    find(options) = value.text;
    return {};
  };
}

template <class Find>
Setter flag(Find find) {
  return [find](const Value& value, CallOptions& options) -> std::string {
    if (value.kind != Value::Kind::boolean) return "true or false";
    find(options) = value.boolean;
    return {};
  };
}

/// A text, or a list of texts.
template <class Find>
Setter texts(Find find) {
  return [find](const Value& value, CallOptions& options) -> std::string {
    const std::string expected = "a text or a list of texts";
    std::vector<std::string>& list = find(options);
    if (value.kind == Value::Kind::text) {
      list = {value.text};
      return {};
    }
    if (value.kind != Value::Kind::array) return expected;
    for (const Value& item : value.items) {
      if (item.kind != Value::Kind::text) return expected;
      list.push_back(item.text);
    }
    return {};
  };
}

template <class Number, class Find>
Setter number(std::uint64_t least, std::uint64_t most, Find find) {
  return [least, most, find](const Value& value, CallOptions& options) -> std::string {
    if (value.kind != Value::Kind::number || value.number < least || value.number > most)
      return fmt::format("a number from {} to {}", least, most);
    find(options) = static_cast<Number>(value.number);
    return {};
  };
}

/// `64MiB` as bytes.
std::optional<std::uint64_t> size_of_text(std::string_view text) {
  constexpr std::pair<std::string_view, unsigned> units[] = {
      {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"K", 10}, {"M", 20}, {"G", 30}, {"", 0}};
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  for (const auto& [name, shift] : units) {
    if (unit == name && value <= (UINT64_MAX >> shift)) return value << shift;
  }
  return std::nullopt;
}

/// One of the limits: a number; for sizes also a text.
Setter limit(std::uint64_t Limits::* field, bool is_size) {
  return [field, is_size](const Value& value, CallOptions& options) -> std::string {
    std::optional<std::uint64_t> count;
    if (value.kind == Value::Kind::number) count = value.number;
    if (value.kind == Value::Kind::text && is_size) count = size_of_text(value.text);
    if (!count) return is_size ? "a number of bytes, or a text such as 64MiB" : "a number";
    options.options.limits.*field = *count;
    return {};
  };
}

/// One of a few words.
template <class Choice, class Find>
Setter choice(std::vector<std::pair<std::string_view, Choice>> words, Find find) {
  return [words = std::move(words), find](const Value& value, CallOptions& options) -> std::string {
    std::vector<std::string_view> names;
    for (const auto& [word, meaning] : words) {
      if (value.kind == Value::Kind::text && value.text == word) {
        find(options) = meaning;
        return {};
      }
      names.push_back(word);
    }
    return fmt::format("{}", fmt::join(names, " or "));
  };
}

std::string set_format(const Value& value, CallOptions& options) {
  std::vector<std::string_view> names;
  for (const report::ReportFormat& format : report::report_formats()) {
    if (value.kind == Value::Kind::text && value.text == format.name) {
      options.call.format = value.text;
      return {};
    }
    names.push_back(format.name);
  }
  return fmt::format("{}", fmt::join(names, " or "));
}

void add_limits(std::vector<Row>& rows, const std::vector<CommandKind>& doors_with_limits) {
  const std::tuple<std::string_view, std::uint64_t Limits::*, bool> limits[] = {
      {"max_wheel_size", &Limits::wheel_size, true},
      {"max_entries", &Limits::entries, false},
      {"max_directory_size", &Limits::directory_size, true},
      {"max_inflated", &Limits::inflated, true},
      {"max_module_size", &Limits::module_size, true},
      {"max_record_size", &Limits::record_size, true},
      {"max_metadata_size", &Limits::metadata_size, true},
      {"max_wheel_file_size", &Limits::wheel_file_size, true},
      {"max_entry_points_size", &Limits::entry_points_size, true},
      {"max_custom_sections", &Limits::custom_sections, false},
      {"max_modules", &Limits::modules, false},
      {"max_symbols", &Limits::symbols, false},
      {"max_findings", &Limits::findings, true},
      {"max_tags", &Limits::tags, false}};
  for (const auto& [key, field, is_size] : limits)
    rows.push_back({.key = key, .doors = doors_with_limits, .set = limit(field, is_size)});
}

void add_reports(std::vector<Row>& rows) {
  const std::vector<CommandKind> wheels{CommandKind::show, CommandKind::check, CommandKind::repair};
  const std::vector<CommandKind> styled{CommandKind::show, CommandKind::check, CommandKind::repair,
                                        CommandKind::profile_diff};
  const std::vector<CommandKind> formatted{CommandKind::profile_list, CommandKind::profile_show,
                                           CommandKind::profile_diff};
  rows.push_back({"profile", wheels, texts([](auto& o) -> auto& { return o.options.profiles; })});
  rows.push_back({"validate", wheels,
                  choice<Depth>({{"full", Depth::full}, {"head", Depth::head}},
                                [](auto& o) -> auto& { return o.options.validate; })});
  rows.push_back({"format", wheels, set_format});
  rows.push_back({"format", formatted,
                  choice<std::string>({{"text", "text"}, {"json", "json"}},
                                      [](auto& o) -> auto& { return o.call.format; })});
  rows.push_back({"sarif_path", wheels, text([](auto& o) -> auto& { return o.call.sarif_path; })});
  rows.push_back({"verbose", styled, flag([](auto& o) -> auto& { return o.call.verbose; })});
  rows.push_back({"quiet", styled, flag([](auto& o) -> auto& { return o.call.quiet; })});
  rows.push_back({"jobs", styled,
                  number<unsigned>(1, 1024, [](auto& o) -> auto& { return o.options.threads; })});
  add_limits(rows, styled);
}

void add_check(std::vector<Row>& rows) {
  const std::vector<CommandKind> check{CommandKind::check};
  rows.push_back({"index", check, choice<bool>({{"pypi", true}}, [](auto& o) -> auto& {
                    return o.options.index_pypi;
                  })});
  rows.push_back(
      {"fail_on", check,
       choice<Severity>(
           {{"error", Severity::error}, {"warning", Severity::warning}, {"note", Severity::note}},
           [](auto& o) -> auto& { return o.options.fail_on; })});
  rows.push_back({"ignore", check, texts([](auto& o) -> auto& { return o.options.ignore; })});
  rows.push_back({"select", check, texts([](auto& o) -> auto& { return o.options.select; })});
  rows.push_back({"require_emscripten", check,
                  flag([](auto& o) -> auto& { return o.options.require_emscripten; })});
}

void add_repair(std::vector<Row>& rows) {
  const std::vector<CommandKind> repair{CommandKind::repair};
  const auto add = [&](std::string_view key, Setter set) {
    rows.push_back({.key = key, .doors = repair, .set = std::move(set)});
  };
  add("wheel_dir", text([](auto& o) -> auto& { return o.options.wheel_dir; }));
  add("plat", text([](auto& o) -> auto& { return o.options.platform; }));
  add("add_tag", texts([](auto& o) -> auto& { return o.options.add_tags; }));
  add("only_plat", flag([](auto& o) -> auto& { return o.options.only_platform; }));
  add("libdir", texts([](auto& o) -> auto& { return o.library_folders; }));
  add("exclude", texts([](auto& o) -> auto& { return o.options.exclude; }));
  add("lib_sdir", text([](auto& o) -> auto& { return o.options.library_suffix; }));
  add("mangle", flag([](auto& o) -> auto& { return o.options.mangle; }));
  add("sbom", flag([](auto& o) -> auto& { return o.options.sbom; }));
  add("strip", flag([](auto& o) -> auto& { return o.options.strip; }));
  add("drop", texts([](auto& o) -> auto& { return o.options.drop; }));
  add("zip_compression_level",
      number<int>(0, 9, [](auto& o) -> auto& { return o.options.compression_level; }));
  add("dry_run", flag([](auto& o) -> auto& { return o.call.dry_run; }));
  add("source_date_epoch", number<std::uint32_t>(0, UINT32_MAX, [](auto& o) -> auto& {
        return o.options.source_date_epoch;
      }));
}

std::vector<Row> make_rows() {
  std::vector<Row> rows;
  add_reports(rows);
  add_check(rows);
  add_repair(rows);
  rows.push_back({"profile",
                  {CommandKind::profile_show, CommandKind::profile_link_list},
                  text([](auto& o) -> auto& { return o.profile; })});
  const std::vector<CommandKind> diff{CommandKind::profile_diff};
  rows.push_back({"before", diff, text([](auto& o) -> auto& { return o.before; })});
  rows.push_back({"after", diff, text([](auto& o) -> auto& { return o.after; })});
  rows.push_back({"used", diff, flag([](auto& o) -> auto& { return o.used; })});
  return rows;
}

/// The nearest of the names; empty when there are none.
std::string_view nearest(std::string_view name, std::span<const std::string_view> names) {
  name = name.substr(0, longest_compared);
  const auto found = std::ranges::min_element(
      names, {}, [&](std::string_view each) { return edit_distance(name, each); });
  return found == names.end() ? std::string_view() : *found;
}

std::string cut(std::string_view text) {
  return escape_terminal(text.substr(0, longest_compared)) +
         (text.size() > longest_compared ? "…" : "");
}

bool has_door(const Row& row, CommandKind kind) {
  return std::ranges::find(row.doors, kind) != row.doors.end();
}

base::Error unknown_key(std::string_view key, CommandKind kind, const std::vector<Row>& rows) {
  if (std::ranges::find(of_the_program, key) != of_the_program.end()) {
    return {.kind = base::ErrorKind::usage,
            .message = fmt::format("options: {} is an option of the program, which writes files "
                                   "and to terminals; the library does not",
                                   key)};
  }
  std::vector<std::string_view> keys;
  for (const Row& row : rows) {
    if (has_door(row, kind)) keys.push_back(row.key);
  }
  if (keys.empty()) {
    return {
        .kind = base::ErrorKind::usage,
        .message = fmt::format("options: unknown key {}; this command has no options", cut(key))};
  }
  return {.kind = base::ErrorKind::usage,
          .message = fmt::format("options: unknown key {}; the nearest is {}", cut(key),
                                 nearest(key, keys))};
}

Result<void> set_option(const JsonMember& member, CommandKind kind, const std::vector<Row>& rows,
                        CallOptions& options) {
  std::string key = member.name;
  std::ranges::replace(key, '-', '_');
  const auto row = std::ranges::find_if(
      rows, [&](const Row& each) { return each.key == key && has_door(each, kind); });
  if (row == rows.end()) return tl::unexpected(unknown_key(key, kind, rows));
  const std::string expected = row->set(member.value, options);
  if (expected.empty()) return {};
  const bool is_text = member.value.kind == Value::Kind::text;
  return fail(base::ErrorKind::usage,
              fmt::format("options: {}: expected {}, found {}", row->key, expected,
                          is_text ? cut(member.value.text)
                                  : std::string(json_kind_name(member.value.kind))));
}

Result<void> check_required(CommandKind kind, const CallOptions& options) {
  const auto require = [](std::string_view key, const std::string& value) -> Result<void> {
    if (!value.empty()) return {};
    return fail(base::ErrorKind::usage, fmt::format("options: {} is missing", key));
  };
  if (kind == CommandKind::profile_show || kind == CommandKind::profile_link_list)
    return require("profile", options.profile);
  if (kind != CommandKind::profile_diff) return {};
  if (auto given = require("before", options.before); !given) return given;
  return require("after", options.after);
}

/// The folders in which toolchains put libraries, below one that was named.
constexpr std::array<std::string_view, 4> layouts{"", "/lib", "/lib/wasm32-emscripten/pic",
                                                  "/wasm32-emscripten/pic"};

/// Files of the folders, in the order in which the folders are to be looked at.
std::vector<File> libraries_in(const std::vector<std::string>& folders,
                               std::span<const File> files) {
  std::vector<File> libraries;
  for (std::string folder : folders) {
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    for (const std::string_view layout : layouts) {
      const std::string whole = folder + std::string(layout);
      std::ranges::copy_if(files, std::back_inserter(libraries), [&](const File& file) {
        return file.name.substr(0, file.name.rfind('/')) == whole &&
               file.name.size() > whole.size();
      });
    }
  }
  return libraries;
}

bool lies_in(const std::string& name, std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return name.size() > folder.size() && name.starts_with(folder) && name[folder.size()] == '/';
}

}  // namespace

Result<CommandKind> find_command(std::string_view command) {
  std::vector<std::string_view> names;
  for (const auto& [name, kind] : doors) {
    if (name == command) return kind;
    names.push_back(name);
  }
  return fail(base::ErrorKind::usage, fmt::format("unknown command {}; the nearest is {}",
                                                  cut(command), nearest(command, names)));
}

Result<CallOptions> parse_call_options(CommandKind kind, std::string_view json) {
  CallOptions options;
  options.call.typed = false;
  if (!json.empty()) {
    if (json.size() > options_size_limit) {
      return fail(base::ErrorKind::usage,
                  fmt::format("options: {} bytes, more than {}", json.size(), options_size_limit));
    }
    const auto parsed = parse_json(json, "options");
    if (!parsed) {
      return fail(base::ErrorKind::usage, escape_message(parsed.error().message));
    }
    if (parsed->kind != Value::Kind::object) {
      return fail(base::ErrorKind::usage, fmt::format("options: expected an object, found {}",
                                                      json_kind_name(parsed->kind)));
    }
    const std::vector<Row> rows = make_rows();
    for (const JsonMember& member : parsed->members) {
      if (auto set = set_option(member, kind, rows, options); !set)
        return tl::unexpected(set.error());
    }
  }
  if (auto checked = check_required(kind, options); !checked)
    return tl::unexpected(checked.error());
  return options;
}

std::vector<File> distribute_files(std::span<const File> files, CallOptions& options) {
  std::vector<std::string> profiles = options.options.profiles;
  for (const std::string* each : {&options.profile, &options.before, &options.after})
    profiles.push_back(*each);
  options.options.libraries = libraries_in(options.library_folders, files);
  std::vector<File> inputs;
  for (const File& file : files) {
    if (std::ranges::find(profiles, file.name) != profiles.end()) {
      options.options.profile_files.push_back(file);
    } else if (std::ranges::none_of(options.library_folders, [&](const std::string& folder) {
                 return lies_in(file.name, folder);
               })) {
      inputs.push_back(file);
    }
  }
  return inputs;
}

}  // namespace wheelaudit::api
