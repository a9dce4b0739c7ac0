#pragma once

// What changes for side modules between two runtimes: two ABIs, two releases of one, two builds of
// a main module. Values only; the formats are report/profile_diff_text.cpp and
// report/profile_diff_json.cpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"
#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::compare {

/// One side of a comparison: one release of a profile, which must outlive it.
struct RuntimeSide {
  const profile::AbiProfile* profile = nullptr;
  std::size_t release = 0;

  [[nodiscard]] const profile::Runtime& runtime() const { return profile->runtimes[release]; }
  [[nodiscard]] std::optional<profile::ProvidedSymbol> find(std::string_view symbol) const {
    return profile->symbols.find(symbol, release);
  }
  /// `Pyodide 0.27.7`, or the id and release of another main module: `xeus 4.0.9`.
  [[nodiscard]] std::string name() const;
};

/// The selected release; of a whole ABI its newest release that is not a pre-release.
[[nodiscard]] RuntimeSide side_of(std::span<const profile::AbiProfile> catalog,
                                  const profile::ProfileSelection& selection);

/// How a symbol changes, the worst first. A symbol has one change: a function that is retyped and
/// also moves is `retyped`.
enum class SymbolChange : std::uint8_t {
  gone,
  kind,      ///< it becomes another of function, data and tag
  retyped,   ///< both types are known and differ
  provider,  ///< it moves between the main module (wasm) and the loader (JavaScript)
  added,
};
[[nodiscard]] std::string_view symbol_change_name(SymbolChange change);

struct ChangedSymbol {
  std::string name;
  SymbolChange change = SymbolChange::gone;
  std::optional<profile::ProvidedSymbol> before;
  std::optional<profile::ProvidedSymbol> after;
};
/// The text of a symbol as profiles write it, without its library: `(i32) -> i32`, `js (i32) ->
/// i32`, `data`, `tag …`.
[[nodiscard]] std::string provided_text(const profile::ProvidedSymbol& symbol);

/// A fact that differs: its key in profiles, and both values as text.
struct ChangedFact {
  std::string key;
  std::string before;
  std::string after;
  auto operator<=>(const ChangedFact&) const = default;
};

/// The version of a package or linked library on each side; nullopt: not there, empty: of unknown
/// version.
struct ChangedVersion {
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
  auto operator<=>(const ChangedVersion&) const = default;
};

/// Why modules made for one side do not work on the other, whatever symbols it offers.
struct Incompatibility {
  enum class Cause : std::uint8_t { exceptions, setjmp, wide_integers, python, loader };
  Cause cause = Cause::exceptions;
  std::string concerns;  ///< which modules or wheels
  std::string reason;
};
[[nodiscard]] std::string_view cause_name(Incompatibility::Cause cause);

/// How 64-bit integers pass between modules. `legalised`: the main module was linked without
/// -sWASM_BIGINT, so its exports take each as two i32 (`orig$X` is the original X).
enum class WideIntegers : std::uint8_t { unknown, whole, legalised };
[[nodiscard]] std::string_view wide_integers_name(WideIntegers integers);
[[nodiscard]] WideIntegers wide_integers(const RuntimeSide& side);

struct ProfileDiff {
  RuntimeSide before;
  RuntimeSide after;
  std::vector<Incompatibility> incompatibilities;
  std::vector<ChangedFact> facts;         ///< versions, models, memory, tags: in a fixed order
  std::vector<ChangedFact> loader;        ///< in the order of profiles
  std::vector<ChangedVersion> libraries;  ///< linked into the main module; sorted by name
  std::vector<ChangedVersion> packages;   ///< of the distribution; sorted by name
  std::vector<ChangedSymbol> symbols;     ///< sorted by change, then name
  std::vector<std::string> unseen;        ///< what may have changed though no symbol shows it

  [[nodiscard]] std::size_t count(SymbolChange change) const;
};
/// Everything that differs between two runtimes. Their profiles must outlive the result.
[[nodiscard]] ProfileDiff diff_profiles(const RuntimeSide& before, const RuntimeSide& after);

// The parts of diff_profiles that judge, in profile_diff_reasons.cpp.
[[nodiscard]] std::vector<Incompatibility> incompatibilities(const RuntimeSide& before,
                                                             const RuntimeSide& after);
[[nodiscard]] std::vector<std::string> unseen_changes(const RuntimeSide& before,
                                                      const RuntimeSide& after);

/// What a change means for a module that uses the symbol.
enum class Effect : std::uint8_t {
  none,    ///< nothing: the module has its own, the import is weak, the type fits
  mends,   ///< the use failed before and works after
  breaks,  ///< the use worked before and fails after, or calls with the wrong type from now on
};
[[nodiscard]] std::string_view effect_name(Effect effect);

/// A symbol that a module imports and that the two sides offer differently.
struct UsedChange {
  std::string member;  ///< path of the module in the wheel
  std::string symbol;
  SymbolChange change = SymbolChange::gone;
  std::string before;  ///< what is offered, empty: nothing
  std::string after;
  std::string asked;  ///< `(i32) -> i32`, `an address`, `a tag …`
  profile::Outcome outcome_before = profile::Outcome::ok;
  profile::Outcome outcome_after = profile::Outcome::ok;
  Effect effect = Effect::none;
};

/// What an audit of the wheel says on one side.
struct WheelOnRuntime {
  audit::Verdict verdict = audit::Verdict::malformed;  ///< of the whole audit, tags included
  profile::Outcome links = profile::Outcome::ok;       ///< linking alone: the worst of all modules
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;
  std::vector<rules::RuleId> rules;  ///< rules that found errors, sorted
};

/// What the step from one runtime to the other means for a wheel.
enum class Fate : std::uint8_t {
  survives,  ///< no error, or only that its platform tag is another ABI's
  links,     ///< it links, but other rules find errors (its Python tag, for example)
  fails,     ///< it does not link on either side
  breaks,    ///< something it uses breaks, or linking comes out worse
};
[[nodiscard]] std::string_view fate_name(Fate fate);

struct WheelDiff {
  std::string path;
  WheelOnRuntime before;
  WheelOnRuntime after;
  std::vector<UsedChange> changes;  ///< sorted by member, then symbol

  [[nodiscard]] Fate fate() const;
};
/// Audits and links the wheel on both sides and compares the results.
[[nodiscard]] WheelDiff diff_wheel(const wheel::Wheel& wheel, const RuntimeSide& before,
                                   const RuntimeSide& after);

/// The difference without the changed symbols that none of the wheels uses.
[[nodiscard]] ProfileDiff used_only(ProfileDiff diff, std::span<const WheelDiff> wheels);

}  // namespace wheelaudit::compare
