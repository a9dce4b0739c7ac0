// entry_points.txt, as the two readers that installers use read it: importlib.metadata (pip) and
// configparser (installer, poetry). A line that one of them refuses is a fault. Lines are read one
// by one: importlib.metadata does not know continuation lines.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "wheel/dist_info.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::size_t kept_faults = 100;

// The ASCII characters at which Python's str.strip and str.splitlines strip and split.
constexpr std::string_view python_blanks = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
constexpr std::string_view python_line_ends = "\n\r\v\f\x1c\x1d\x1e";

std::string_view strip_python(std::string_view text) {
  const std::size_t first = text.find_first_not_of(python_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(python_blanks) - first + 1);
}

bool is_word(char c) {
  return is_ascii_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// `[\w.-]+`, as PyPI asks of scripts (warehouse/utils/wheel.py).
bool is_script_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// The length of the `module[.module]*` at the front of `text`, by importlib.metadata's expression:
// letters, digits, '_' and dots.
std::size_t dotted_length(std::string_view text) {
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_word(c) || c == '.'; });
  return static_cast<std::size_t>(std::distance(text.begin(), end));
}

struct ObjectReference {
  bool valid = false;
  bool has_attribute = false;
};

// `module [: attribute] [\[extras\]]`
ObjectReference parse_reference(std::string_view value) {
  const std::size_t module_length = dotted_length(value);
  if (module_length == 0) return {};
  ObjectReference reference;
  std::string_view rest = strip_python(value.substr(module_length));
  if (rest.starts_with(':')) {
    rest = strip_python(rest.substr(1));
    const std::size_t attribute_length = dotted_length(rest);
    if (attribute_length == 0) return {};
    rest = strip_python(rest.substr(attribute_length));
    reference.has_attribute = true;
  }
  reference.valid = rest.empty() || (rest.front() == '[' && rest.back() == ']');
  return reference;
}

class EntryPointReader {
 public:
  EntryPoints read(std::string_view text) {
    if (const auto invalid = first_invalid_utf8(text)) add_fault("it is not UTF-8", *invalid);
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find_first_of(python_line_ends, start), text.size());
      take_line(strip_python(text.substr(start, end - start)), start);
      start = end + 1;
    }
    if (left_out_ != 0) {
      result_.faults.push_back({fmt::format("{} more lines that do not parse", left_out_), {}});
    }
    return std::move(result_);
  }

 private:
  void take_line(std::string_view line, std::uint64_t offset) {
    if (line.empty() || line.front() == '#') return;
    if (line.front() == '[' && line.back() == ']') {
      take_group(line, offset);
      return;
    }
    const std::size_t equals = line.find('=');
    if (!group_) {
      add_fault(fmt::format("line {} stands before the first [group]", quoted(line)), offset);
    } else if (line.front() == ';') {
      add_fault(fmt::format("line {} is a comment to some readers only; comments start with '#'",
                            quoted(line)),
                offset);
    } else if (equals == std::string_view::npos) {
      add_fault(fmt::format("line {} is not of the form name = module:attribute", quoted(line)),
                offset);
    } else {
      take_entry(strip_python(line.substr(0, equals)), strip_python(line.substr(equals + 1)),
                 offset);
    }
  }

  void take_group(std::string_view line, std::uint64_t offset) {
    group_ = std::string(line.substr(1, line.size() - 2));
    if (!groups_.insert(*group_).second) {
      add_fault(
          fmt::format("the group {} is there twice, which configparser refuses", quoted(*group_)),
          offset);
    }
  }

  void take_entry(std::string_view name, std::string_view value, std::uint64_t offset) {
    const ObjectReference reference = parse_reference(value);
    const bool is_script = *group_ == "console_scripts" || *group_ == "gui_scripts";
    if (name.empty()) {
      add_fault(fmt::format("an entry of [{}] has no name", *group_), offset);
    } else if (!reference.valid) {
      add_fault(fmt::format("{} of [{}] names {}, expected module:attribute", quoted(name), *group_,
                            quoted(value)),
                offset);
    } else if (is_script && !reference.has_attribute) {
      add_fault(fmt::format("the script {} names {} without a callable, which pip refuses; "
                            "expected module:attribute",
                            quoted(name), quoted(value)),
                offset);
    } else if (is_script && !is_script_name(name)) {
      add_fault(fmt::format("the script {} has a name that PyPI refuses, and pip when it leads out "
                            "of the folder of scripts; expected letters, digits, '.', '_' and '-'",
                            quoted(name)),
                offset);
    } else if (!names_.emplace(*group_, name).second) {
      add_fault(fmt::format("{} is there twice in [{}], which configparser refuses", quoted(name),
                            *group_),
                offset);
    }
    result_.entries.push_back(
        {.group = *group_, .name = std::string(name), .value = std::string(value)});
  }

  void add_fault(std::string message, std::uint64_t offset) {
    if (result_.faults.size() < kept_faults) {
      result_.faults.push_back({std::move(message), offset});
    } else {
      ++left_out_;
    }
  }

  EntryPoints result_;
  std::optional<std::string> group_;
  std::set<std::string> groups_;
  std::set<std::pair<std::string, std::string>> names_;
  std::uint64_t left_out_ = 0;
};

}  // namespace

EntryPoints parse_entry_points(std::string_view text) { return EntryPointReader().read(text); }

}  // namespace wheelaudit::wheel
