#pragma once

// What each import of a module resolves to on one release of a runtime, as the real loader resolves
// it (docs/design/linking.md#order-of-lookup). Values in, values out; rules judge them later.

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
  runtime_wasm,  ///< the main module's export
  runtime_js,    ///< the loader's JavaScript
  loader,        ///< memory, table, `__memory_base` …: what the loader itself gives to every module
  own_export,    ///< the module exports it itself
  own_em_js,     ///< the module's `__em_js__X` provides X
  library,       ///< a needed library in the wheel
  on_demand,     ///< made by the loader because of its prefix: `invoke_iii`
  weak,          ///< nobody offers it, but the import is weak: null
  behind_missing,  ///< nobody offers it; a missing needed library might
  unresolved,      ///< nobody
};
[[nodiscard]] std::string_view resolution_name(Resolution resolution);

enum class Mismatch : std::uint8_t { none, type, kind, import_module, memory, table };

struct Binding {
  Resolution resolution = Resolution::unresolved;
  Mismatch mismatch = Mismatch::none;
  bool poisons = false;       ///< of a mismatch: the module's bindings have `leaves_unset`
  std::uint32_t library = 0;  ///< index into Wheel::modules, for Resolution::library
  bool operator==(const Binding&) const = default;
};

/// The two sides of an import whose type, kind or limits do not fit, in words.
struct MismatchSides {
  std::string expected;  ///< what the runtime has
  std::string found;     ///< what the module asks for
};

/// A needed library and where this release's loader finds it.
struct NeededBinding {
  enum class State : std::uint8_t {
    found,               ///< at `library`, by this release's own search rules
    in_wheel_elsewhere,  ///< the wheel holds it at `library`, where this release does not look
    run_path_ignored,    ///< only the run path leads there, and this release ignores run paths
    run_path_missing,    ///< this release searches run paths and none of the module's leads there
    run_path_invalid,    ///< a run path leads there, written in a form this release does not expand
    run_path_useless,    ///< a run path leads there that is too long or crosses a missing folder
    name_with_slash,     ///< the needed name holds a `/`: never searched
    missing,             ///< nowhere in the wheel
  };
  State state = State::missing;
  std::optional<std::uint32_t> library;  ///< index into Wheel::modules; nullopt: not in the wheel
  bool operator==(const NeededBinding&) const = default;
};

struct ModuleBindings {
  std::vector<Binding> imports;       ///< parallel to SideModule::imports
  std::vector<NeededBinding> needed;  ///< parallel to DylinkInfo::needed
  /// If the engine refuses the module, an address that the loader made for it stays unset (of one
  /// of the module's own symbols, for example), and every later load of the session fails because
  /// of it.
  bool leaves_unset = false;
  bool operator==(const ModuleBindings&) const = default;
};

/// A module's bindings on some releases, in their order. Releases that offer the module the same
/// share one value.
class BindingsByRelease {
 public:
  BindingsByRelease() = default;
  /// Empty bindings on so many releases, for a module that cannot be linked.
  explicit BindingsByRelease(std::size_t releases) : count_(releases) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const ModuleBindings& operator[](std::size_t i) const;
  [[nodiscard]] const ModuleBindings& back() const { return (*this)[count_ - 1]; }
  /// Each distinct value once, oldest release first.
  [[nodiscard]] const std::vector<ModuleBindings>& distinct() const { return distinct_; }

  /// Binds imports on the `i`th release otherwise, with one copy of the bindings. Releases that
  /// shared its value with others have a value of their own from then on, unless all are changed
  /// alike.
  struct Rebinding {
    std::uint32_t import = 0;
    Binding binding;
  };
  void rebind(std::size_t i, std::span<const Rebinding> imports);

  void push_back(ModuleBindings bindings);
  /// Adds a release with the same bindings as the `i`th.
  void push_back_same_as(std::size_t i);

 private:
  std::vector<ModuleBindings> distinct_;
  std::vector<std::uint8_t> places_;  ///< indices into `distinct_`, below ReleaseSet::most
  std::size_t count_ = 0;
};

/// The exports of a module by name. A view: the exports must outlive it and not change.
class ExportTable {
 public:
  ExportTable() = default;
  explicit ExportTable(const std::vector<wasm::ExportedSymbol>& exports);
  /// Null when the module does not export the name.
  [[nodiscard]] const wasm::ExportedSymbol* find(const profile::SymbolName& name) const;

 private:
  void sort_instead();

  const std::vector<wasm::ExportedSymbol>* exports_ = nullptr;
  /// A hash table with open addressing: the index of an export plus one, or 0 for an empty slot.
  /// With `sorted_`: the indices of all exports, sorted by name.
  std::vector<std::uint32_t> slots_;
  bool sorted_ = false;
};

/// What linking asks of a wheel repeatedly, worked out once. Views into the wheel, which must
/// outlive it.
struct LinkIndex {
  /// Exports of `wheel.modules[i]`.
  std::vector<ExportTable> exports;
  /// Names of the imports of `wheel.modules[i]`, and what the module itself exports under each of
  /// them (null: nothing), so that releases need not look them up again.
  std::vector<std::vector<profile::SymbolName>> import_names;
  std::vector<std::vector<const wasm::ExportedSymbol*>> own_exports;
  /// Indices of the imports of `wheel.modules[i]`, sorted by name, then by import module, then by
  /// index.
  std::vector<std::vector<std::uint32_t>> imports_by_name;
  std::vector<bool> has_em_js;  ///< `wheel.modules[i]` exports an `__em_js__X`
  /// Paths of all members once they are installed, sorted; empty when no run path has `..`.
  std::vector<std::string_view> member_paths;
  /// Modules, sorted by the last component of their path, then by their index.
  std::vector<std::uint32_t> by_file_name;
};
[[nodiscard]] LinkIndex index_for_linking(const wheel::Wheel& wheel);
/// What `wheel.modules[module]` exports under a name; null when it exports nothing there.
[[nodiscard]] const wasm::ExportedSymbol* export_of(const LinkIndex& index, std::size_t module,
                                                    std::string_view name);
/// Indices of the modules whose path has this last component, ascending.
[[nodiscard]] std::span<const std::uint32_t> modules_named(const wheel::Wheel& wheel,
                                                           const LinkIndex& index,
                                                           std::string_view file_name);

/// Links one module of the wheel on releases of a profile, in their order. Releases that offer the
/// module the same cost as one release. `module` indexes `wheel.modules` and must be a sound side
/// module; any other module yields empty bindings.
[[nodiscard]] BindingsByRelease link_module(const wheel::Wheel& wheel, const LinkIndex& index,
                                            std::size_t module, const profile::AbiProfile& profile,
                                            std::span<const std::size_t> releases);

/// The binding of an import to the export of its name in another module of the wheel, the types
/// compared as this release compares them.
[[nodiscard]] Binding bound_to(const wheel::Wheel& wheel, const LinkIndex& index,
                               std::size_t module, const profile::AbiProfile& profile,
                               std::size_t release, std::size_t import, std::uint32_t library);

/// In words, the two sides of `binding`, a mismatch that linking found at one import on one
/// release. Worked out only when asked for: of 100,000 mismatches few are printed.
[[nodiscard]] MismatchSides mismatch_sides(const wheel::Wheel& wheel, const LinkIndex& index,
                                           std::size_t module, const profile::AbiProfile& profile,
                                           std::size_t release, std::size_t import,
                                           const Binding& binding);

/// What this release does with one import (docs/design/linking.md#outcomes): ok, call, load or
/// poison. `reached_at_load`: start functions or constructors call the import directly.
[[nodiscard]] profile::Outcome import_outcome(const profile::LoaderBehaviour& loader,
                                              const wasm::ImportedSymbol& import,
                                              const Binding& binding, bool reached_at_load);
/// Whether `import_outcome` of this import can be another outcome than ok on any release.
[[nodiscard]] bool may_fail(const wasm::ImportedSymbol& import, const Binding& binding);
/// What this release does with a module because of the module itself: its format, dylink section,
/// own memory and exports. `leaves_unset` is that of its ModuleBindings on this release.
[[nodiscard]] profile::Outcome module_outcome(const profile::AbiProfile& profile,
                                              const profile::Runtime& runtime,
                                              const wheel::WheelModule& module,
                                              bool leaves_unset = false);
/// Whether two releases treat every module the same, apart from what they offer to its imports.
[[nodiscard]] bool load_alike(const profile::Runtime& left, const profile::Runtime& right);
/// How many bytes of memory, and how many elements of its table, a release can still give to
/// modules.
[[nodiscard]] std::uint64_t memory_left(const profile::Runtime& runtime);
[[nodiscard]] std::uint64_t elements_left(const profile::Runtime& runtime);
/// What this release does with a needed library.
[[nodiscard]] profile::Outcome needed_outcome(const profile::LoaderBehaviour& loader,
                                              const NeededBinding& needed);
/// The outcome of a load that the engine refuses: poison where addresses stay unset.
[[nodiscard]] inline profile::Outcome refused_by_engine(profile::Outcome outcome,
                                                        bool leaves_unset) {
  return outcome == profile::Outcome::load && leaves_unset ? profile::Outcome::poison : outcome;
}
/// The worse of two outcomes.
[[nodiscard]] inline profile::Outcome worst(profile::Outcome left, profile::Outcome right) {
  return left < right ? right : left;
}

}  // namespace wheelaudit::loader
