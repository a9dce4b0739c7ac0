#pragma once

// The loader's session: which files are loaded already, under which key, and whose exports the next
// load sees (docs/design/sessions.md). A value that one release's loader would hold; loading a
// module changes it as the real loader would. Nothing is judged here.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "loader/libraries.hpp"
#include "loader/link.hpp"

namespace wheelaudit::loader {

/// Names of one module that other modules of the wheel decide on. The runtime has none of them.
struct SharedNames {
  std::vector<std::uint32_t> functions;  ///< indices of imports, sorted by name
  std::vector<std::uint32_t> addresses;  ///< the same for GOT.mem and GOT.func
  /// Parallel to these: the modules that export the name, ascending. The same lists serve modules
  /// that ask for the same name.
  std::vector<const std::vector<std::uint32_t>*> function_givers;
  std::vector<const std::vector<std::uint32_t>*> address_givers;
};

/// What every session of a wheel on one release has in common. Everything outlives the sessions.
struct SessionFacts {
  const wheel::Wheel& wheel;
  const LinkIndex& index;
  const profile::AbiProfile& profile;
  const profile::LoaderBehaviour& loader;
  const std::vector<SharedNames>& shared;  ///< parallel to Wheel::modules
};

/// One instance of a file in the session.
struct Instance {
  std::uint32_t module = 0;
  std::string key;           ///< the path that the loader knows the instance by
  std::uint32_t scope = 0;   ///< whose exports its functions see
  bool is_global = false;    ///< its exports are everybody's (up to 0.26)
  bool is_complete = false;  ///< instantiated: its exports exist
  bool is_root = false;      ///< loaded for itself, not because another module needs the file
  std::vector<std::uint32_t> needed;  ///< instances that its needed names led to
};

/// An address that a load left unset, which fails the load.
struct UnsetAddress {
  enum class Why : std::uint8_t {
    provider_unfinished,  ///< a library in a cycle has the symbol, and its load is not finished
    null_for_good,        ///< weak, and the library in a cycle that has the symbol comes too late
    weak_turned_strong,   ///< the import is weak, but another module's set of weak names was in
                          ///< force
  };
  std::uint32_t module = 0;
  std::uint32_t import = 0;
  Why why = Why::provider_unfinished;
  std::uint32_t other = 0;  ///< the module that has the symbol, or whose weak names were in force
};

/// What became of an address that the module itself does not have.
struct AddressFate {
  std::uint32_t module = 0;
  std::uint32_t import = 0;
  std::optional<std::uint32_t> provider;  ///< the module that gave it; nullopt: it was never set
};

class Session {
 public:
  Session(const SessionFacts& facts, Arrival arrival);

  /// Loads a module by its own path. False when the load fails: `unset()` says why, if the session
  /// is the reason. Nothing may be loaded after a failure.
  bool load(std::uint32_t module);
  /// Loads every preloaded file as the package loader does, in the order of the archive.
  bool load_package();

  [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
  [[nodiscard]] const std::vector<UnsetAddress>& unset() const { return unset_; }
  /// Every address asked for, once per instance that asked.
  [[nodiscard]] const std::vector<AddressFate>& addresses() const { return addresses_; }
  /// The module whose export a call of the `k`th of its shared functions reaches from an instance;
  /// nullopt when there is none.
  [[nodiscard]] std::optional<std::uint32_t> provider(const Instance& instance,
                                                      std::size_t k) const;
  /// Whether a chain of libraries is too long to follow, or the session took too much work.
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  /// Steps taken: one per file, name or request that was looked at.
  [[nodiscard]] std::size_t work() const { return work_; }
  /// How many loads were simulated.
  [[nodiscard]] std::size_t loads() const { return loads_; }

 private:
  struct Request {
    std::uint32_t module = 0;
    std::uint32_t import = 0;
    bool required = false;
    bool is_weak_here = false;
    std::uint32_t weak_names_of = 0;
    std::vector<std::size_t> fates;  ///< indices into `addresses_` of those who ask
  };

  std::uint32_t load_file(std::uint32_t module, const std::string& key, std::uint32_t scope,
                          bool is_global, std::uint32_t top);
  std::optional<std::uint32_t> load_needed(std::uint32_t instance, const std::string& name,
                                           std::uint32_t top);
  void instantiate(std::uint32_t instance);
  void ask_for_addresses(const Instance& instance);
  void report_unset();
  void take_steps(std::size_t count);
  [[nodiscard]] bool is_weak_in(std::uint32_t module, std::string_view name) const;
  [[nodiscard]] std::unordered_set<std::string_view> needed_names() const;

  const SessionFacts& facts_;
  Arrival arrival_;
  std::vector<Instance> instances_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
  /// Of each scope, the modules whose exports it holds, with the place at which they came last.
  using Scope = std::unordered_map<std::uint32_t, std::size_t>;
  void add_to_scope(std::uint32_t scope, std::uint32_t module);

  std::vector<Scope> scopes_;
  std::size_t scope_places_ = 0;
  Scope globals_;                                 ///< with the place at which they came first
  std::vector<bool> complete_;                    ///< modules of which an instance is finished
  std::map<std::string_view, Request> requests_;  ///< addresses that are not set yet
  std::vector<UnsetAddress> unset_;
  std::vector<AddressFate> addresses_;
  std::uint32_t weak_names_of_ = 0;  ///< the module whose weak names are in force
  std::size_t loads_ = 0;
  std::size_t depth_ = 0;
  std::size_t work_ = 0;
  bool failed_ = false;
  bool gave_up_ = false;
};

}  // namespace wheelaudit::loader
