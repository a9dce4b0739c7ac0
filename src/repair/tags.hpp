#pragma once

// The tags of a repaired wheel, and the WHEEL file that holds the tags.

#include <optional>
#include <string>
#include <vector>

#include "repair/plan.hpp"

namespace wheelaudit::repair {

/// The file name's tags with the platform part that the options ask for: `options.platform` in
/// place of what is there (unless it is there already, among aliases of the same ABI), and
/// `options.add_tags` beside it. Unchanged when nothing is asked.
[[nodiscard]] wheel::TagSet repaired_tags(const wheel::TagSet& tags, const profile::AbiProfile& abi,
                                          const RepairOptions& options);

/// Tags replaced and added: the file name's, and the WHEEL file's where only that one is wrong.
[[nodiscard]] std::vector<Edit> tag_edits(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                                          const RepairOptions& options);

/// The edit that makes Root-Is-Purelib say what the wheel holds; nullopt when its value is right.
[[nodiscard]] std::optional<Edit> purelib_edit(const wheel::Wheel& wheel);

/// The text of the WHEEL file after `plan`; nullopt when it stays as it is.
[[nodiscard]] std::optional<std::string> repaired_wheel_file(const wheel::Wheel& wheel,
                                                             const RepairPlan& plan);

/// "example-1.0.dist-info/WHEEL"
[[nodiscard]] std::string dist_info_path(const wheel::Wheel& wheel, std::string_view file);

}  // namespace wheelaudit::repair
