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

/// The release a selection names; for a whole ABI its newest that is no pre-release.
[[nodiscard]] RuntimeSide side_of(std::span<const profile::AbiProfile> catalog,
                                  const profile::ProfileSelection& selection);

/// How a symbol changes, the worst first. A symbol has one: a function that is retyped and moves is
/// retyped.
enum class SymbolChange : std::uint8_t {
  gone,
  kind,      ///< function, data, tag
  retyped,   ///< both types are known and differ
  provider,  ///< moves between the main module (wasm) and the loader (JavaScript)
  added,
};
[[nodiscard]] std::string_view symbol_change_name(SymbolChange change);

struct ChangedSymbol {
  std::string name;
  SymbolChange change = SymbolChange::gone;
  std::optional<profile::ProvidedSymbol> before;
  std::optional<profile::ProvidedSymbol> after;
};
/// `(i32) -> i32`, `js (i32) -> i32`, `data`, `tag …`: the form of profiles, without a library.
[[nodiscard]] std::string provided_text(const profile::ProvidedSymbol& symbol);

/// A fact that differs, by the key profiles have for it; texts as they print.
struct ChangedFact {
  std::string key;
  std::string before;
  std::string after;
  auto operator<=>(const ChangedFact&) const = default;
};

/// A package or a linked library; nullopt: not there, empty: there, of unknown version.
struct ChangedVersion {
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
  auto operator<=>(const ChangedVersion&) const = default;
};

/// Why modules made for one side do not do on the other, whatever symbols say.
struct Incompatibility {
  enum class Cause : std::uint8_t { exceptions, setjmp, wide_integers, python, loader };
  Cause cause = Cause::exceptions;
  std::string concerns;  ///< which modules or wheels
  std::string reason;
};
[[nodiscard]] std::string_view cause_name(Incompatibility::Cause cause);

/// How 64-bit integers pass between modules. `legalised`: the main module was linked without
/// -sWASM_BIGINT, so what it exports takes them as two i32 (`orig$X` is X as it was written).
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
  std::vector<std::string> unseen;        ///< what may have changed and no symbol shows

  [[nodiscard]] std::size_t count(SymbolChange change) const;
};
[[nodiscard]] ProfileDiff diff_profiles(const RuntimeSide& before, const RuntimeSide& after);

// The parts of diff_profiles that judge: src/compare/profile_diff_reasons.cpp.
[[nodiscard]] std::vector<Incompatibility> incompatibilities(const RuntimeSide& before,
                                                             const RuntimeSide& after);
[[nodiscard]] std::vector<std::string> unseen_changes(const RuntimeSide& before,
                                                      const RuntimeSide& after);

/// What a change does to a module that uses the symbol.
enum class Effect : std::uint8_t {
  none,    ///< the module does as before: it has its own, the import is weak, the type fits
  mends,   ///< failed before, does not after
  breaks,  ///< did not fail before, does after; or is called with the wrong type from now on
};
[[nodiscard]] std::string_view effect_name(Effect effect);

/// A symbol that a module imports and that the two sides do not offer alike.
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

/// A wheel on one side.
struct WheelOnRuntime {
  audit::Verdict verdict = audit::Verdict::malformed;  ///< of the whole audit, tags included
  profile::Outcome links = profile::Outcome::ok;  ///< linking alone: the worst over the modules
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;
  std::vector<rules::RuleId> rules;  ///< that found errors, sorted
};

/// What becomes of a wheel.
enum class Fate : std::uint8_t {
  survives,  ///< nothing speaks against it but the other ABI's platform tag
  links,     ///< it links, but other rules speak against it (its Python tag, say)
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
[[nodiscard]] WheelDiff diff_wheel(const wheel::Wheel& wheel, const RuntimeSide& before,
                                   const RuntimeSide& after);

/// Keeps of all changed symbols those that the wheels use.
[[nodiscard]] ProfileDiff used_only(ProfileDiff diff, std::span<const WheelDiff> wheels);

}  // namespace wheelaudit::compare
