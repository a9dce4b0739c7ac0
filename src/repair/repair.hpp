#pragma once

// Repair: a plan of edits as data, and its application to bytes. The plan never touches a disk, the
// application never decides; the caller audits the result before it writes anything.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"
#include "wheel/offered_library.hpp"
#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::repair {

/// The words of docs/design/repair.md#edits: "rename", "retag", "add-tag", "vendor", "needed",
/// "runtime-path", "legacy-dylink", "record", "signature", "sbom", "strip", "drop", "purelib",
/// "rezip".
struct Edit {
  std::string action;
  std::string member;  ///< empty: the wheel's file name
  std::string from;
  std::string to;
  std::string why;  ///< rule id
  auto operator<=>(const Edit&) const = default;
};

struct RepairOptions {
  std::string platform;               ///< target tag with `_wasm32`; empty: keep the wheel's own
  std::vector<std::string> add_tags;  ///< further aliases of the same ABI
  bool only_platform = false;         ///< no platform tag but `platform`, aliases neither
  std::vector<wheel::OfferedLibrary> libraries;  ///< sorted by name
  std::vector<std::string> exclude;      ///< globs of needed names that are left as they are
  bool mangle = true;                    ///< vendored libraries get 8 hex of their hash
  std::string library_suffix = ".libs";  ///< of the folder of vendored libraries, `<name>.libs`
  bool sbom = true;                      ///< a CycloneDX list of what was vendored (PEP 770)
  bool strip = false;                    ///< name, producers and debug sections go
  std::vector<std::string> drop;         ///< globs of members that go
  std::optional<std::uint32_t> source_date_epoch;
  int compression_level = 6;
};

struct RepairPlan {
  std::vector<Edit> edits;             ///< in the order they are applied; empty: nothing to do
  std::vector<std::string> obstacles;  ///< why it cannot be repaired; not empty: do not apply
  std::string output_name;             ///< file name of the result
};

/// What would have to change for `target`. Never fails: what stands against it is in `obstacles`.
[[nodiscard]] RepairPlan plan_repair(const wheel::Wheel& wheel, const profile::AbiProfile& target,
                                     const RepairOptions& options);

/// Every library the finder has for what the wheel's modules need and the wheel does not hold, and
/// for what those need in turn; sorted by name, each once.
[[nodiscard]] Result<std::vector<wheel::OfferedLibrary>> find_libraries(
    const wheel::Wheel& wheel, const wheel::LibraryFinder& finder);

/// The result as pieces of output. An empty plan yields the input as one piece, byte for byte.
[[nodiscard]] Result<std::vector<zip::OutputPiece>> apply_plan(const wheel::Wheel& wheel,
                                                               const RepairPlan& plan,
                                                               const RepairOptions& options);

/// A wheel repaired in memory and read again as if a stranger had sent it; not audited yet. The
/// result reads the pieces and the input, so this is moved, never copied.
struct RepairedWheel {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;  ///< not empty: it cannot be repaired, `result` is not set
  std::string output_name;
  std::vector<zip::OutputPiece> pieces;  ///< over the bytes of the input
  std::optional<wheel::Wheel> result;
};
/// Plans and applies for every target. A wheel for several ABIs gets what each of them needs: a
/// library lies where one looks for it, and a run path leads another one there.
/// `applied` is called once the bytes of the result are known and before they are read: `wheel` is
/// not looked at from then on.
[[nodiscard]] Result<RepairedWheel> repair_in_memory(
    const wheel::Wheel& wheel, const std::vector<const profile::AbiProfile*>& targets,
    const RepairOptions& options, const wheel::ReadOptions& read,
    const std::function<void()>& applied = {});

/// The ABIs a wheel could be repaired for, each with what speaks against it (findings' messages of
/// the audit of the *repaired* wheel; empty: proven fit).
struct Candidate {
  std::string profile;
  std::string platform;  ///< the tag a repair would give
  std::vector<std::string> against;
};
/// Tries every profile whose Python fits the wheel's Python tag: plan, apply in memory, audit.
[[nodiscard]] Result<std::vector<Candidate>> repair_candidates(
    const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
    const RepairOptions& options, const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
