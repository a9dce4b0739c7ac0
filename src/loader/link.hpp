#pragma once

// What each import of a module resolves to on one release of a runtime, as the real loader would do
// it (docs/design/linking.md#order-of-lookup). Values in, values out; nothing is judged here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"
#include "wasm/side_module.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

enum class Resolution : std::uint8_t {
  runtime_wasm,    ///< the main module's export
  runtime_js,      ///< the loader's JavaScript
  loader,          ///< memory, table, `__memory_base` …: what the loader itself gives
  own_export,      ///< the module exports it itself
  own_em_js,       ///< the module's `__em_js__X` provides X
  library,         ///< a needed library in the wheel
  on_demand,       ///< made by prefix: `invoke_iii`
  weak,            ///< nobody, but the import is weak: null
  behind_missing,  ///< nobody, and a needed library is missing that might offer it
  unresolved,      ///< nobody
};
[[nodiscard]] std::string_view resolution_name(Resolution resolution);

enum class Mismatch : std::uint8_t { none, type, kind, import_module, memory, table };

struct Binding {
  Resolution resolution = Resolution::unresolved;
  Mismatch mismatch = Mismatch::none;
  bool poisons = false;       ///< of a mismatch: `leaves_unset` of the module's bindings
  std::uint32_t library = 0;  ///< index into Wheel::modules, for Resolution::library
  bool operator==(const Binding&) const = default;
};

/// The two sides of an import whose type, kind or limits do not fit, in words.
struct MismatchSides {
  std::string expected;  ///< what the runtime has
  std::string found;     ///< what the module asks for
};

/// A needed entry and where this release's loader finds it.
struct NeededBinding {
  enum class State : std::uint8_t {
    found,               ///< at `member`, by this release's own search rules
    in_wheel_elsewhere,  ///< the wheel holds it at `member`, where this release does not look
    run_path_ignored,    ///< only the run path leads there, and this release ignores run paths
    run_path_missing,    ///< this release goes by run paths and the module has none leading there
    run_path_invalid,    ///< a run path leads there, written in a form this release does not expand
    name_with_slash,     ///< the needed name holds a `/`: never searched
    missing,             ///< nowhere in the wheel
  };
  State state = State::missing;
  std::optional<std::uint32_t> library;  ///< index into Wheel::modules; nullopt: nowhere in it
  bool operator==(const NeededBinding&) const = default;
};

struct ModuleBindings {
  std::vector<Binding> imports;       ///< parallel to SideModule::imports
  std::vector<NeededBinding> needed;  ///< parallel to DylinkInfo::needed
  /// Should the engine refuse the module, an address that the loader made for it stays unset (one
  /// of the module's own symbols, say), and every later load of the session fails on that one.
  bool leaves_unset = false;
  bool operator==(const ModuleBindings&) const = default;
};

/// A module's bindings on some releases, in their order. Releases that offer it the same share one.
class BindingsByRelease {
 public:
  BindingsByRelease() = default;
  /// Empty bindings, of a module that cannot be linked.
  explicit BindingsByRelease(std::size_t releases) : count_(releases) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const ModuleBindings& operator[](std::size_t i) const;
  [[nodiscard]] const ModuleBindings& back() const { return (*this)[count_ - 1]; }
  /// Each once, oldest first.
  [[nodiscard]] const std::vector<ModuleBindings>& distinct() const { return distinct_; }

  void push_back(ModuleBindings bindings);
  /// The same as the `i`th.
  void push_back_same_as(std::size_t i);

 private:
  std::vector<ModuleBindings> distinct_;
  std::vector<std::uint8_t> places_;  ///< in `distinct_`; ReleaseSet::most is far below 256
  std::size_t count_ = 0;
};

/// The exports of a module by name. A view: the module must outlive it and not change.
class ExportTable {
 public:
  ExportTable() = default;
  explicit ExportTable(const std::vector<wasm::ExportedSymbol>& exports);
  /// Null for nothing.
  [[nodiscard]] const wasm::ExportedSymbol* find(const profile::SymbolName& name) const;

 private:
  void sort_instead();

  const std::vector<wasm::ExportedSymbol>* exports_ = nullptr;
  /// Open addressing: the index of an export plus one, 0 for nothing. `sorted_`: all indices, by
  /// name.
  std::vector<std::uint32_t> slots_;
  bool sorted_ = false;
};

/// What linking asks of a wheel again and again; views into the wheel, which must outlive it.
struct LinkIndex {
  /// Exports of `wheel.modules[i]`.
  std::vector<ExportTable> exports;
  /// Names of the imports of `wheel.modules[i]`, and what the module itself exports under each of
  /// them (null for nothing): asked once here, not once a release.
  std::vector<std::vector<profile::SymbolName>> import_names;
  std::vector<std::vector<const wasm::ExportedSymbol*>> own_exports;
  /// Imports of `wheel.modules[i]`, sorted by name, then by the module asked, then by their index.
  std::vector<std::vector<std::uint32_t>> imports_by_name;
  std::vector<bool> has_em_js;  ///< `wheel.modules[i]` exports an `__em_js__X`
  /// Modules, sorted by the last component of their path, then by their index.
  std::vector<std::uint32_t> by_file_name;
};
[[nodiscard]] LinkIndex index_for_linking(const wheel::Wheel& wheel);
/// What `wheel.modules[module]` exports under a name; null for nothing.
[[nodiscard]] const wasm::ExportedSymbol* export_of(const LinkIndex& index, std::size_t module,
                                                    std::string_view name);
/// The modules whose path ends in this component, ascending.
[[nodiscard]] std::span<const std::uint32_t> modules_named(const wheel::Wheel& wheel,
                                                           const LinkIndex& index,
                                                           std::string_view file_name);

/// Links one module of the wheel against releases of a profile, in their order; releases that offer
/// the module the same cost as one. `module` indexes `wheel.modules` and must be a sound side
/// module; anything else yields empty bindings.
[[nodiscard]] BindingsByRelease link_module(const wheel::Wheel& wheel, const LinkIndex& index,
                                            std::size_t module, const profile::AbiProfile& profile,
                                            std::span<const std::size_t> releases);

/// What `bindings`, a mismatch that linking found at one import on one release, comes to in words.
/// Worked out when asked for: of 100,000 mismatches few are told.
[[nodiscard]] MismatchSides mismatch_sides(const wheel::Wheel& wheel, const LinkIndex& index,
                                           std::size_t module, const profile::AbiProfile& profile,
                                           std::size_t release, std::size_t import,
                                           const Binding& bindings);

/// Where a member stands once installed: `name-1.0.data/platlib/x/y.so` is `x/y.so`.
[[nodiscard]] std::string installed_path(std::string_view member);

/// What this release does about one import, by docs/design/linking.md#outcomes: ok, call, load or
/// poison. `reached_at_load`: direct calls from start functions or constructors reach it.
[[nodiscard]] profile::Outcome import_outcome(const profile::LoaderBehaviour& loader,
                                              const wasm::ImportedSymbol& import,
                                              const Binding& bindings, bool reached_at_load);
/// Whether `import_outcome` of this import can be anything but ok.
[[nodiscard]] bool may_fail(const wasm::ImportedSymbol& import, const Binding& bindings);
/// What this release does about a module itself: its format, dylink section, own memory, exports.
/// `leaves_unset`: its ModuleBindings's, on this release of `profile`.
[[nodiscard]] profile::Outcome module_outcome(const profile::AbiProfile& profile,
                                              const profile::Runtime& runtime,
                                              const wheel::WheelModule& module,
                                              bool leaves_unset = false);
/// Whether two releases do the same with every module, what they offer it aside.
[[nodiscard]] bool load_alike(const profile::Runtime& left, const profile::Runtime& right);
/// How many bytes of memory and elements of its table a release can still give to modules.
[[nodiscard]] std::uint64_t memory_left(const profile::Runtime& runtime);
[[nodiscard]] std::uint64_t elements_left(const profile::Runtime& runtime);
/// What this release does about a needed entry.
[[nodiscard]] profile::Outcome needed_outcome(const profile::LoaderBehaviour& loader,
                                              const NeededBinding& needed);
/// What becomes of a load that the engine refuses: poison where addresses stay unset.
[[nodiscard]] inline profile::Outcome refused_by_engine(profile::Outcome outcome,
                                                        bool leaves_unset) {
  return outcome == profile::Outcome::load && leaves_unset ? profile::Outcome::poison : outcome;
}
/// The worst of two.
[[nodiscard]] inline profile::Outcome worst(profile::Outcome left, profile::Outcome right) {
  return left < right ? right : left;
}

}  // namespace wheelaudit::loader
