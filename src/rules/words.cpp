// One wording for what several rules say, so that a reader meets the same words for the same thing.

#include "rules/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "rules/new_finding.hpp"

namespace wheelaudit::rules {
namespace {

/// "a, b and c", or "a, b" when more follows.
std::string listed(std::span<const std::string> words, std::string_view quote, bool ends) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += ends && i + 1 == words.size() ? " and " : ", ";
    text += fmt::format("{}{}{}", quote, words[i], quote);
  }
  return text;
}

}  // namespace

std::string file_name_of(const wheel::Wheel& wheel) {
  return wheel.filename ? wheel.filename->str() : wheel.path.substr(wheel.path.rfind('/') + 1);
}

std::string enumerate(const std::vector<std::string>& words) { return listed(words, "", true); }

std::string quoted_list(const std::vector<std::string>& words, std::size_t shown) {
  if (words.size() <= shown) return listed(words, "`", true);
  return fmt::format("{} and {} more", listed(std::span(words).first(shown), "`", false),
                     words.size() - shown);
}

std::string releases_text(const profile::AbiProfile& profile,
                          const std::vector<std::size_t>& releases) {
  const auto names = release_names(profile, releases);
  const bool is_pyodide = profile.runtimes.front().provenance.package != "emscripten";
  const std::string what = is_pyodide ? "Pyodide" : profile.id;
  if (names.size() > 2 && names.size() == profile.runtimes.size()) {
    return fmt::format("{} {} to {}", what, names.front(), names.back());
  }
  return fmt::format("{} {}", what, enumerate(names));
}

std::string consequence_sentence(profile::Outcome outcome) {
  switch (outcome) {
    case profile::Outcome::poison:
      return "the load fails, and so does every library loaded later in that session";
    case profile::Outcome::load:
      return "the load fails";
    case profile::Outcome::call:
    case profile::Outcome::ok:
      break;
  }
  return "the process dies when the function is first called";
}

}  // namespace wheelaudit::rules
