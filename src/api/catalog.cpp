// Profiles by their names or from files in memory. A file takes the place of the built-in profile
// of its id, so that reports name one ABI once.

#include "api/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/escape.hpp"

namespace wheelaudit::api {
namespace {

constexpr std::size_t profile_size_limit = 64UL << 20;  // the built-in ones stay below 4 MiB

std::size_t add_profile(std::vector<profile::AbiProfile>& profiles, profile::AbiProfile profile) {
  const auto same = std::ranges::find(profiles, profile.id, &profile::AbiProfile::id);
  const auto index = static_cast<std::size_t>(same - profiles.begin());
  if (same == profiles.end()) {
    profiles.push_back(std::move(profile));
  } else {
    *same = std::move(profile);
  }
  return index;
}

}  // namespace

Result<profile::AbiProfile> read_profile(const File& file) {
  if (file.bytes.size() > profile_size_limit) {
    return fail(base::ErrorKind::usage,
                fmt::format("{} is not a profile: it has {} bytes, more than {}",
                            escape_terminal(file.name), file.bytes.size(), profile_size_limit));
  }
  auto profile = profile::parse_profile(as_text(file.bytes));
  if (!profile) {
    return fail(base::ErrorKind::usage, fmt::format("{}: {}", escape_terminal(file.name),
                                                    escape_terminal(profile.error().message)));
  }
  return profile;
}

Result<Catalog> make_catalog(std::span<const std::string> selectors, std::span<const File> files) {
  Catalog catalog{.profiles = profile::built_in_profiles(), .selections = {}};
  for (const std::string& selector : selectors) {
    const auto selection = profile::select_named(catalog.profiles, selector);
    if (selection) {
      catalog.selections.push_back(*selection);
      continue;
    }
    const auto file = std::ranges::find(files, selector, &File::name);
    if (file == files.end()) return tl::unexpected(selection.error());
    auto profile = read_profile(*file);
    if (!profile) return tl::unexpected(profile.error());
    catalog.selections.push_back(
        {.profile = add_profile(catalog.profiles, std::move(*profile)), .release = std::nullopt});
  }
  return catalog;
}

}  // namespace wheelaudit::api
