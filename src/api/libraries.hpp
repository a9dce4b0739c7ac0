#pragma once

// Libraries that a repair may take, out of files in memory.

#include <span>

#include "base/limits.hpp"
#include "wheel/offered_library.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

/// Looks for a library folder by folder, in the order in which folders first appear in `files`. The
/// files have to outlive the finder. Errors of the finder: io. No files: an empty finder.
[[nodiscard]] wheel::LibraryFinder library_finder(std::span<const File> files,
                                                  const base::Limits& limits);

}  // namespace wheelaudit::api
