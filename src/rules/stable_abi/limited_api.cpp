// WA801 not-limited-api and WA802 newer-limited-api: what a module that claims the stable ABI (the
// ABI tag `abi3`, a file `*.abi3.so`) asks of CPython, checked against CPython's own list (PEP
// 652). A Pyodide ABI has one CPython, so such a module works there as long as that CPython has the
// symbol; the promise of the tag is broken all the same, and the next CPython shows it. What no
// runtime offers is WA301 and WA302.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/path.hpp"
#include "base/text.hpp"
#include "profile/stable_abi.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// What the wheel or a file's name promises.
struct Claim {
  std::string words;         ///< "`cp310-abi3`", "the name `_core.abi3.so`"
  std::optional<int> floor;  ///< 10 for CPython 3.10; nullopt: none is stated
};

/// 12 for `cp312`; nullopt for `cp3`, `py3` and other interpreters.
std::optional<int> cpython_minor(std::string_view python_tag) {
  constexpr std::string_view beginning = "cp3";
  if (!python_tag.starts_with(beginning) || python_tag.size() > beginning.size() + 2) {
    return std::nullopt;
  }
  int minor = 0;
  const char* const end = python_tag.data() + python_tag.size();
  const auto parsed = std::from_chars(python_tag.data() + beginning.size(), end, minor);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return minor;
}

void lower(std::optional<int>& floor, std::optional<int> candidate) {
  if (candidate && (!floor || *candidate < *floor)) floor = candidate;
}

/// The lowest floor among the wheel's `abi3` tags.
std::optional<Claim> claim_of_tags(const wheel::Wheel& wheel) {
  std::optional<Claim> claim;
  for (const wheel::Tag& tag : wheel.tags()) {
    if (ascii_lower(tag.abi) != "abi3") continue;
    const auto floor = cpython_minor(ascii_lower(tag.python));
    if (claim && (!floor || (claim->floor && *claim->floor <= *floor))) continue;
    claim = Claim{.words = fmt::format("`{}-{}`", tag.python, tag.abi), .floor = floor};
  }
  return claim;
}

/// A file that is named for the stable ABI in a wheel for some CPython: that CPython is its floor.
std::optional<Claim> claim_of_name(const wheel::Wheel& wheel, std::string_view path) {
  const std::string_view file = last_component(path);
  if (!file.ends_with(".abi3.so") && !file.ends_with(".abi3-wasm32-emscripten.so")) {
    return std::nullopt;
  }
  Claim claim{.words = fmt::format("the name `{}`", file), .floor = {}};
  for (const wheel::Tag& tag : wheel.tags())
    lower(claim.floor, cpython_minor(ascii_lower(tag.python)));
  return claim;
}

bool is_python_name(std::string_view name) {
  if (name.starts_with('_')) name.remove_prefix(1);
  return name.size() > 2 && name.starts_with("Py") &&
         ((name[2] >= 'A' && name[2] <= 'Z') || name[2] == '_');
}

/// Whether some runtime has the symbol. If none has it, the name belongs to another library that
/// spells its names like CPython.
bool is_cpython_symbol(const RuleInput& input, std::string_view name) {
  return std::ranges::any_of(input.catalog, [&](const profile::AbiProfile& profile) {
    return !profile.runtimes.empty() && profile.symbols.find(name, profile.newest());
  });
}

struct Asked {
  std::vector<std::string> outside;                   ///< of the stable ABI
  std::vector<std::pair<int, std::string>> versions;  ///< in it, with the version that added each
};

/// The C-API symbols that the module needs from outside, each once, by name.
Asked asked_symbols(const RuleInput& input, const wasm::SideModule& facts) {
  std::set<std::string_view> own;
  std::set<std::string_view> names;
  for (const wasm::ExportedSymbol& symbol : facts.exports) {
    if (is_python_name(symbol.name)) own.insert(symbol.name);
  }
  for (const wasm::ImportedSymbol& import : facts.imports) {
    // A weak symbol may be missing: the module asks before it uses it.
    if (is_python_name(import.name) && !import.weak && !own.contains(import.name)) {
      names.insert(import.name);
    }
  }
  Asked asked;
  for (const std::string_view name : names) {
    if (const auto since = profile::stable_abi_since(name)) {
      asked.versions.emplace_back(*since, name);
    } else if (is_cpython_symbol(input, name)) {
      asked.outside.emplace_back(name);
    }
  }
  return asked;
}

/// The value of Py_LIMITED_API for a floor: 0x030B0000 for 11.
std::string limited_api_macro(int minor) { return fmt::format("0x03{:02X}0000", minor); }

std::string count_text(std::size_t count) {
  return count == 1 ? std::string("1 C-API symbol") : fmt::format("{} C-API symbols", count);
}

constexpr std::size_t shown = 12;

Finding outside_finding(const wheel::WheelModule& module, const Claim& claim, const Asked& asked) {
  Finding finding =
      wheel_finding("WA801"_rule, Severity::warning, Consequence::latent, module.path);
  const auto& names = asked.outside;
  if (names.size() == 1) finding.symbol = names.front();
  finding.message = fmt::format("{} outside the limited API, which {} promises to keep to",
                                count_text(names.size()), claim.words);
  finding.expected = "symbols of CPython's stable ABI";
  finding.found = names.front();
  finding.details.push_back(names.size() == 1
                                ? say("{}", the_symbol(finding))
                                : say("{}", saying(Says::found, quoted_list(names, shown))));
  finding.details.emplace_back(
      "another CPython may lack or change them, and a wheel of the stable ABI is installed on all "
      "from its floor on");
  finding.help = claim.floor
                     ? fmt::format(
                           "compile everything with Py_LIMITED_API={} (Cython 3.1 and PyO3 "
                           "support it), or build the wheel for one CPython, without `abi3`",
                           limited_api_macro(*claim.floor))
                     : std::string(
                           "compile everything with Py_LIMITED_API, or build the module for one "
                           "CPython, without `abi3`");
  return finding;
}

/// Adds the judged CPythons that have all of the symbols.
void add_runtimes(const RuleInput& input, int newest, Finding& finding) {
  for (const loader::Target& target : input.targets) {
    const std::string& python = target.profile->python;
    const auto minor =
        cpython_minor("cp3" + python.substr(std::min<std::size_t>(2, python.size())));
    if (!minor || *minor < newest) continue;
    finding.details.push_back(fmt::format("CPython {}, which {} runs, has them: it works there",
                                          python, target.profile->id));
  }
}

Finding newer_finding(const RuleInput& input, const wheel::WheelModule& module, const Claim& claim,
                      std::vector<std::pair<int, std::string>> newer) {
  Finding finding =
      wheel_finding("WA802"_rule, Severity::warning, Consequence::latent, module.path);
  // The newest first: it decides the floor.
  std::ranges::sort(newer, [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first > right.first : left.second < right.second;
  });
  const int newest = newer.front().first;
  if (newer.size() == 1) finding.symbol = newer.front().second;
  finding.message = fmt::format("{} newer than CPython 3.{}, which {} names as the oldest",
                                count_text(newer.size()), *claim.floor, claim.words);
  finding.expected = fmt::format("the limited API of CPython 3.{}", *claim.floor);
  finding.found = fmt::format("{}, of CPython 3.{}", newer.front().second, newest);
  for (std::size_t i = 0; i < newer.size() && i < shown; ++i) {
    finding.details.push_back(say("{} came with CPython 3.{}",
                                  quoted(mention(finding, newer[i].second)), newer[i].first));
  }
  if (newer.size() > shown) {
    finding.details.push_back(fmt::format("and {} more", newer.size() - shown));
  }
  add_runtimes(input, newest, finding);
  finding.help = fmt::format(
      "tag it `cp3{}-abi3`, or compile everything with Py_LIMITED_API={}, which hides what is "
      "newer",
      newest, limited_api_macro(*claim.floor));
  return finding;
}

/// Calls `judge` for every module that claims the stable ABI.
template <class Judge>
void for_claims(const RuleInput& input, Judge judge) {
  const auto of_tags = claim_of_tags(input.wheel);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    const auto claim = of_tags ? of_tags : claim_of_name(input.wheel, module.path);
    if (claim) judge(module, *claim, asked_symbols(input, module.facts));
  }
}

}  // namespace

void not_limited_api(const RuleInput& input, FindingSink& findings) {
  for_claims(input, [&](const wheel::WheelModule& module, const Claim& claim, const Asked& asked) {
    if (!asked.outside.empty()) findings.add(outside_finding(module, claim, asked));
  });
}

void newer_limited_api(const RuleInput& input, FindingSink& findings) {
  for_claims(input, [&](const wheel::WheelModule& module, const Claim& claim, Asked asked) {
    if (!claim.floor) return;
    std::erase_if(asked.versions, [&](const auto& entry) { return entry.first <= *claim.floor; });
    if (asked.versions.empty()) return;
    findings.add(newer_finding(input, module, claim, std::move(asked.versions)));
  });
}

}  // namespace wheelaudit::rules
