// Looks up the observed facts of one release. Exactly one fact must hold per key: a missing or a
// second one is an error, so that the facts cannot become ambiguous unnoticed.

#include "profile/generate/observed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "profile/generate/release_facts.hpp"
#include "profile/loader_fields.hpp"
#include "profile/release_order.hpp"

namespace wheelaudit::profile {
namespace {

Result<std::vector<LoaderBehaviour::LoaderGlobal>> parse_globals(
    const std::vector<std::string>& texts) {
  std::vector<LoaderBehaviour::LoaderGlobal> globals;
  for (const std::string& text : texts) {
    const std::size_t blank = text.find(' ');
    const auto type = parse_global_type(
        blank == std::string::npos ? std::string_view() : std::string_view(text).substr(blank + 1));
    if (!type) {
      return fail(ErrorKind::usage,
                  fmt::format("observed.json: `{}` is not a global (`name type`)", text));
    }
    globals.push_back({.name = text.substr(0, blank), .type = *type});
  }
  return globals;
}

}  // namespace

Result<std::vector<std::string>> observed_fact(const ProfileFacts& facts, std::string_view key,
                                               std::string_view version) {
  const ObservedFact* holds = nullptr;
  for (const ObservedFact& fact : facts.observed) {
    if (fact.key != key || !release_within(version, fact.from, fact.until)) continue;
    if (holds != nullptr) {
      return fail(ErrorKind::usage,
                  fmt::format("observed.json: two facts about {} hold for {}", key, version));
    }
    holds = &fact;
  }
  if (holds != nullptr) return holds->value;
  return fail(ErrorKind::usage,
              fmt::format("observed.json: no fact about {} holds for {}", key, version));
}

Result<LoaderBehaviour> observed_loader(const ProfileFacts& facts, const std::string& version) {
  LoaderBehaviour loader;
  std::optional<Error> error;
  const auto look_up = [&](std::string_view key) -> std::vector<std::string> {
    auto value = observed_fact(facts, key, version);
    if (value) return std::move(*value);
    if (!error) error = std::move(value.error());
    return {};
  };
  for_each_loader_value(loader, [&](std::string_view key, auto& field) {
    using Value = std::remove_cvref_t<decltype(field)>;
    const std::vector<std::string> words = look_up(key);
    const auto value = value_of<Value>(words.empty() ? "" : words.front());
    if (value) {
      field = *value;
    } else if (!error) {
      error = Error{.kind = ErrorKind::usage,
                    .message = fmt::format("observed.json: `{}` is not a value of {}",
                                           fmt::join(words, " "), key)};
    }
  });
  for_each_loader_list(
      loader, [&](std::string_view key, std::vector<std::string>& names) { names = look_up(key); });
  const std::vector<std::string> globals = look_up("globals");
  if (error) return tl::unexpected<Error>(std::move(*error));
  auto parsed = parse_globals(globals);
  if (!parsed) return tl::unexpected<Error>(std::move(parsed.error()));
  loader.globals = std::move(*parsed);
  return loader;
}

std::string nearest_observed_release(const ProfileFacts& facts, std::string_view emscripten) {
  const KnownAbi* nearest = nullptr;
  for (const KnownAbi& abi : facts.abis) {
    if (abi.releases.empty()) continue;
    const bool is_older = !release_before(emscripten, abi.emscripten);
    if (nearest == nullptr || (is_older && release_before(nearest->emscripten, abi.emscripten))) {
      nearest = &abi;
    }
  }
  return nearest == nullptr ? std::string() : nearest->releases.back();
}

}  // namespace wheelaudit::profile
