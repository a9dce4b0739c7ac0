// `--profile ID|TAG|RELEASE|FILE` and `--plat`: names first, then files, so that a file called
// `0.27.7` in the working directory changes nothing.

#include "cli/catalog.hpp"

#include <algorithm>
#include <filesystem>

#include "base/escape.hpp"
#include "cli/named_file.hpp"

namespace wheelaudit::cli {
namespace {

/// The built-in profiles stay below 4 MiB.
constexpr FileBound profile_bound{.bytes = 64ULL << 20, .has = "is not a profile: it has"};

bool looks_like_a_file(const std::string& selector) {
  std::error_code error;
  return selector.find('/') != std::string::npos || selector.ends_with(".json") ||
         std::filesystem::exists(selector, error);
}

Result<profile::AbiProfile> read_profile_file(const std::string& path, const ByteSource& source) {
  const auto text = read_named_file(path, source);
  if (!text) return tl::unexpected(text.error());
  auto profile = profile::parse_profile(*text);
  if (!profile) {
    return fail(ErrorKind::usage,
                escape_terminal(path) + ": " + escape_terminal(profile.error().message));
  }
  return profile;
}

/// A file's profile takes the place of the built-in one with its id.
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

Result<OpenedCatalog> open_catalog(std::span<const std::string> selectors) {
  OpenedCatalog opened{.profiles = profile::built_in_profiles(), .selected = {}};
  for (const std::string& selector : selectors) {
    OpenedCatalog::Selected selected{.name = selector, .selection = std::nullopt, .file = {}};
    const auto selection = profile::select_named(opened.profiles, selector);
    if (selection) {
      selected.selection = *selection;
    } else if (looks_like_a_file(selector)) {
      auto file = open_named_file(selector, profile_bound);
      if (!file) return tl::unexpected(file.error());
      selected.file = std::move(*file);
    } else {
      return tl::unexpected(selection.error());
    }
    opened.selected.push_back(std::move(selected));
  }
  return opened;
}

Result<Catalog> read_catalog(OpenedCatalog opened) {
  Catalog catalog{.profiles = std::move(opened.profiles), .selections = {}};
  for (const OpenedCatalog::Selected& selected : opened.selected) {
    if (selected.selection) {
      catalog.selections.push_back(*selected.selection);
      continue;
    }
    auto profile = read_profile_file(selected.name, selected.file);
    if (!profile) return tl::unexpected(profile.error());
    catalog.selections.push_back(
        {.profile = add_profile(catalog.profiles, std::move(*profile)), .release = std::nullopt});
  }
  return catalog;
}

}  // namespace wheelaudit::cli
