// The marks themselves. libc++ puts its version into the names of its inline functions since 15
// (`_LIBCPP_ABI_TAG`, an abi_tag attribute: `B` and a length in the Itanium mangling); which
// version an ABI has stands in the names that its own main module exports, so the profiles know.

#include "rules/tags/binary_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/text.hpp"

namespace wheelaudit::rules {
namespace {

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

/// `ne180100`, `v15007`: letters that name the configuration, then the version.
bool is_version_tag(std::string_view tag) {
  const auto digits = std::ranges::find_if_not(tag, is_small_letter);
  const auto letters = digits - tag.begin();
  const auto count = tag.end() - digits;
  return letters > 0 && (count == 5 || count == 6) &&
         std::all_of(digits, tag.end(), is_ascii_digit);
}

/// `B8ne180100` at the beginning of `text`; empty when no mark begins there.
std::string_view mark_at(std::string_view text) {
  std::size_t length = 0;
  std::size_t at = 1;
  for (; at < text.size() && at <= 2 && is_ascii_digit(text[at]); ++at) {
    length = length * 10 + static_cast<std::size_t>(text[at] - '0');
  }
  if (length == 0 || length > text.size() - at) return {};
  return is_version_tag(text.substr(at, length)) ? text.substr(0, at + length) : std::string_view();
}

/// "18.1.0" of `B8ne180100`, "15.0.7" of `B6v15007`.
std::string libcxx_version(std::string_view mark) {
  std::size_t first = mark.size();
  while (first > 0 && is_ascii_digit(mark[first - 1])) --first;
  std::string_view digits = mark.substr(first);
  // The loop stops at the letters, so that the length before them is not part of the version.
  const std::size_t patch = digits.size() - 2;
  const std::size_t minor = digits.size() == 6 ? 2 : 1;
  const auto trimmed = [](std::string_view number) {
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    return number;
  };
  const std::size_t major = patch - minor;
  return fmt::format("{}.{}.{}", digits.substr(0, major), trimmed(digits.substr(major, minor)),
                     trimmed(digits.substr(patch)));
}

struct LibcxxNames {
  bool known = false;           ///< the profile has names of libc++
  std::set<std::string> marks;  ///< `B8ne180100`
};

LibcxxNames libcxx_names(const profile::AbiProfile& profile) {
  LibcxxNames result;
  for (const std::string_view name : profile.symbols.names()) {
    result.known = result.known || name.find("NSt3__2") != std::string_view::npos;
    if (const auto mark = libcxx_mark(name); !mark.empty()) result.marks.emplace(mark);
  }
  return result;
}

/// The marks of a module's imports and exports.
std::set<std::string> libcxx_marks(const wasm::SideModule& facts) {
  std::set<std::string> marks;
  const auto look = [&](std::string_view name) {
    if (const auto mark = libcxx_mark(name); !mark.empty()) marks.emplace(mark);
  };
  for (const wasm::ImportedSymbol& import : facts.imports) look(import.name);
  for (const wasm::ExportedSymbol& symbol : facts.exports) look(symbol.name);
  return marks;
}

using Fits = std::function<bool(std::size_t)>;
using Instead = std::function<std::string(std::size_t)>;

BinaryMark mark_of(std::string text, std::vector<std::string> modules, std::size_t profiles,
                   const Fits& fits, const Instead& instead) {
  BinaryMark mark{
      .text = std::move(text), .modules = std::move(modules), .fits = {}, .instead = {}};
  for (std::size_t i = 0; i < profiles; ++i) {
    mark.fits.push_back(fits(i));
    mark.instead.push_back(mark.fits[i] ? std::string() : instead(i));
  }
  return mark;
}

using ModulesByText = std::map<std::string, std::vector<std::string>>;

/// Paths of the side modules by what `texts_of` says of each.
template <class TextsOf>
ModulesByText group(const wheel::Wheel& wheel, TextsOf texts_of) {
  ModulesByText groups;
  for (const wheel::WheelModule& module : wheel.modules) {
    if (!module.facts.can_be_linked()) continue;
    for (const std::string& text : texts_of(module.facts)) groups[text].push_back(module.path);
  }
  return groups;
}

void add_libcxx(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                std::vector<BinaryMark>& marks) {
  auto groups = group(wheel, libcxx_marks);
  if (groups.empty()) return;
  std::vector<LibcxxNames> known;
  for (const profile::AbiProfile& profile : catalog) known.push_back(libcxx_names(profile));
  for (auto& [mark, modules] : groups) {
    const std::string& text = mark;
    marks.push_back(mark_of(
        fmt::format("names of libc++ {} (`{}`)", libcxx_version(text), text), std::move(modules),
        catalog.size(),
        [&](std::size_t i) { return !known[i].known || known[i].marks.contains(text); },
        [&](std::size_t i) {
          if (known[i].marks.empty()) return std::string("an older libc++, without such marks");
          const std::string& own = *known[i].marks.begin();
          return fmt::format("libc++ {} (`{}`)", libcxx_version(own), own);
        }));
  }
}

const profile::LoaderBehaviour& loader_of(const profile::AbiProfile& profile) {
  return profile.runtimes[profile.newest()].loader;
}

std::string exception_words(wasm::ExceptionModel model) {
  return model == wasm::ExceptionModel::js ? "JavaScript exceptions" : "wasm exceptions";
}

void add_exceptions(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                    std::vector<BinaryMark>& marks) {
  auto groups = group(wheel, [](const wasm::SideModule& facts) {
    const wasm::ExceptionModel model = facts.exceptions();
    const bool one =
        model == wasm::ExceptionModel::js || model == wasm::ExceptionModel::wasm_legacy;
    return one ? std::vector{exception_words(model)} : std::vector<std::string>();
  });
  for (auto& [text, modules] : groups) {
    const std::string& words = text;
    marks.push_back(mark_of(
        words, std::move(modules), catalog.size(),
        [&](std::size_t i) { return exception_words(loader_of(catalog[i]).exceptions) == words; },
        [&](std::size_t i) { return exception_words(loader_of(catalog[i]).exceptions); }));
  }
}

std::string setjmp_words(wasm::SetjmpModel model) {
  switch (model) {
    case wasm::SetjmpModel::emscripten:
      return "setjmp through `saveSetjmp`";
    case wasm::SetjmpModel::emscripten_new:
      return "setjmp through `__wasm_setjmp` and `emscripten_longjmp`";
    case wasm::SetjmpModel::wasm:
      return "setjmp through wasm exceptions";
    case wasm::SetjmpModel::none:
      break;
  }
  return {};
}

void add_setjmp(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                std::vector<BinaryMark>& marks) {
  auto groups = group(wheel, [](const wasm::SideModule& facts) {
    std::string words = setjmp_words(facts.setjmp());
    return words.empty() ? std::vector<std::string>() : std::vector{std::move(words)};
  });
  for (auto& [text, modules] : groups) {
    const std::string& words = text;
    marks.push_back(mark_of(
        words, std::move(modules), catalog.size(),
        [&](std::size_t i) { return setjmp_words(loader_of(catalog[i]).setjmp) == words; },
        [&](std::size_t i) { return setjmp_words(loader_of(catalog[i]).setjmp); }));
  }
}

/// Emscripten wrote the old section only before the first ABI that has a profile: the toolchain of
/// every profile writes `dylink.0`, even if its loader reads both.
void add_dylink(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                std::vector<BinaryMark>& marks) {
  auto groups = group(wheel, [](const wasm::SideModule& facts) {
    const bool legacy = facts.dylink && facts.dylink->legacy;
    return legacy ? std::vector<std::string>{"the old `dylink` section, of Emscripten 2.0"}
                  : std::vector<std::string>();
  });
  for (auto& [text, modules] : groups) {
    marks.push_back(mark_of(
        text, std::move(modules), catalog.size(), [](std::size_t) { return false; },
        [](std::size_t) { return std::string("`dylink.0`"); }));
  }
}

}  // namespace

std::string_view libcxx_mark(std::string_view mangled) {
  if (!mangled.starts_with("_Z")) return {};
  for (std::size_t at = mangled.find('B', 2); at != std::string_view::npos;
       at = mangled.find('B', at + 1)) {
    if (const auto mark = mark_at(mangled.substr(at)); !mark.empty()) return mark;
  }
  return {};
}

std::vector<BinaryMark> binary_marks(const wheel::Wheel& wheel,
                                     std::span<const profile::AbiProfile> catalog) {
  std::vector<BinaryMark> marks;
  add_libcxx(wheel, catalog, marks);
  add_exceptions(wheel, catalog, marks);
  add_setjmp(wheel, catalog, marks);
  add_dylink(wheel, catalog, marks);
  return marks;
}

}  // namespace wheelaudit::rules
