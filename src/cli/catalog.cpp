// `--profile ID|TAG|RELEASE|FILE` and `--plat`: names first, then files, so that a file called
// `0.27.7` in the working directory changes nothing.

#include "cli/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/escape.hpp"
#include "system/input.hpp"

namespace wheelaudit::cli {
namespace {

constexpr std::uint64_t profile_size_limit = 64ULL << 20;  // the built-in ones stay below 4 MiB

bool looks_like_a_file(const std::string& selector) {
  std::error_code error;
  return selector.find('/') != std::string::npos || selector.ends_with(".json") ||
         std::filesystem::exists(selector, error);
}

Result<ByteSource> open_profile_file(const std::string& path) {
  auto source = system::open_file(path);
  if (!source) {
    return fail(source.error().kind, escape_terminal(path) + " " + source.error().message);
  }
  if (source->size > profile_size_limit) {
    return fail(ErrorKind::usage,
                fmt::format("{} is no profile: it has {} bytes, more than {}",
                            escape_terminal(path), source->size, profile_size_limit));
  }
  return source;
}

Result<profile::AbiProfile> read_profile_file(const std::string& path, const ByteSource& source) {
  const auto text = source.read(0, static_cast<std::size_t>(source.size));
  if (!text) return fail(text.error().kind, escape_terminal(path) + " " + text.error().message);
  auto profile = profile::parse_profile(as_text(text->view));
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
      auto file = open_profile_file(selector);
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
