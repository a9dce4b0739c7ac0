#pragma once

// Repair: the one entry. `repair()` chooses the ABI, plans, applies in memory, reads the result
// back, audits it and decides (docs/design/repair.md#stages). It returns every reason against the
// repair, or a wheel that may be written. Nobody else can make such a wheel, so what is written is
// proven.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "audit/audit.hpp"
#include "base/limits.hpp"
#include "repair/choose_abi.hpp"
#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"
#include "wheel/wheel_summary.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::repair {

/// What `repair()` is asked to do.
struct RepairRequest {
  std::span<const profile::AbiProfile> catalog;
  PlatformWish platform;  ///< which ABI of the catalog
  /// What the result must fit besides the ABI that is chosen.
  std::vector<profile::ProfileSelection> must_pass;
  RepairOptions options;
  wheel::LibraryFinder find_library;  ///< empty: `options.libraries` are all that is offered
  Limits limits;
  wasm::Depth depth = wasm::Depth::full;  ///< how deep modules of the result are read
  unsigned threads = 1;
  bool from_directory = false;  ///< the wheel was packed from a directory, for a remark
  bool to_directory = false;    ///< the result will be unpacked, for a remark
  /// Called whenever much memory was freed: that of the candidates, then the facts of the old
  /// wheel.
  std::function<void()> let_go;
};

/// Why a wheel was not repaired: every reason, not the first one.
struct Refusal {
  std::vector<std::string> reasons;
  std::vector<Candidate> candidates;  ///< of `--plat auto`
};

struct ProvenRepair;
struct RepairOutcome;

/// Repairs a wheel that was read with its contents verified. The bytes of its archive have to
/// outlive the outcome. Errors: usage (a bare module), io, internal.
[[nodiscard]] Result<RepairOutcome> repair(wheel::Wheel wheel, const RepairRequest& request);

/// A wheel that was repaired, read back and audited without an error: it may be written. Only
/// `repair()` makes one. It is moved, never copied, because `result` reads `pieces`.
class RepairedWheel {
 public:
  RepairedWheel(RepairedWheel&&) noexcept = default;
  RepairedWheel& operator=(RepairedWheel&&) noexcept = default;
  RepairedWheel(const RepairedWheel&) = delete;
  RepairedWheel& operator=(const RepairedWheel&) = delete;
  ~RepairedWheel() = default;

  [[nodiscard]] const std::string& output_name() const { return output_name_; }
  /// The bytes of the wheel that was given.
  [[nodiscard]] const ByteSource& input() const { return input_; }
  /// What to write, over the bytes of the input.
  [[nodiscard]] const std::vector<zip::OutputPiece>& pieces() const { return pieces_; }
  /// The wheel that the pieces yield, with its SHA-256.
  [[nodiscard]] const wheel::Wheel& result() const { return result_; }
  [[nodiscard]] const audit::Audit& audit() const { return audit_; }
  /// `1 module, 84 imports: all offered by Pyodide 0.28.0 to 0.29.5 with equal types`.
  [[nodiscard]] const std::string& proof() const { return proof_; }
  /// What else is to be known of the result: `PyPI does not take this tag: host it yourself`.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  friend Result<RepairOutcome> repair(wheel::Wheel wheel, const RepairRequest& request);
  explicit RepairedWheel(ProvenRepair proven);

  std::string output_name_;
  ByteSource input_;
  std::vector<zip::OutputPiece> pieces_;
  wheel::Wheel result_;
  audit::Audit audit_;
  std::string proof_;
  std::vector<std::string> remarks_;
};

/// What `repair()` returns for one wheel.
struct RepairOutcome {
  wheel::WheelSummary wheel;  ///< what reports say of the wheel that was given
  audit::Audit audit;         ///< of that wheel; of the result, when the result still had errors
  std::vector<Edit> edits;    ///< what was planned, also for a wheel that was refused
  std::variant<Refusal, RepairedWheel> decision;
};

}  // namespace wheelaudit::repair
