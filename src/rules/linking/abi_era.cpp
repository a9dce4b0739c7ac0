// WA318 abi-era: structures whose layout changed while no symbol and no type did: `time_t` has 64
// bits from Emscripten 3.1.27 on, `sigset_t` 8 bytes instead of 128 from 6.0.5 on
// (docs/design/abis.md#hidden-layouts). A module does not say which Emscripten built it, but the
// tags of its wheel claim an ABI. So the rule fires when a wheel is judged for one ABI and claims
// another, and the layout changed between the two.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

using Version = std::array<int, 3>;

struct Change {
  std::string_view structure;
  Version since;  ///< of Emscripten
  std::string_view before;
  std::string_view after;
  std::span<const std::string_view> functions;  ///< that get its address; sorted
};

/// Types that hold a time_t: timespec, timeval, stat, utimbuf, rusage.
constexpr auto time_functions = std::to_array<std::string_view>(
    {"clock_getres", "clock_gettime", "clock_nanosleep", "ctime",     "ctime_r",
     "fstat",        "fstatat",       "futimens",        "futimes",   "getrusage",
     "gettimeofday", "gmtime",        "gmtime_r",        "localtime", "localtime_r",
     "lstat",        "nanosleep",     "pselect",         "select",    "setitimer",
     "stat",         "utime",         "utimensat",       "utimes"});
static_assert(std::ranges::is_sorted(time_functions));
constexpr auto signal_functions = std::to_array<std::string_view>(
    {"epoll_pwait", "ppoll", "pselect", "pthread_sigmask", "sigaction", "sigaddset", "sigdelset",
     "sigemptyset", "sigfillset", "sigismember", "sigpending", "sigprocmask", "sigsuspend",
     "sigtimedwait", "sigwait", "sigwaitinfo"});
static_assert(std::ranges::is_sorted(signal_functions));

constexpr auto changes = std::to_array<Change>({
    {"time_t", {3, 1, 27}, "32 bits", "64 bits", time_functions},
    {"sigset_t", {6, 0, 5}, "128 bytes", "8 bytes", signal_functions},
});

Version version_of(std::string_view text) {
  Version version{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int& part : version) {
    at = std::from_chars(at, end, part).ptr;
    if (at != end && *at == '.') ++at;
  }
  return version;
}

/// ABIs of the catalog that the wheel's tags claim.
std::vector<const profile::AbiProfile*> claimed(const RuleInput& input) {
  std::vector<const profile::AbiProfile*> profiles;
  for (const wheel::Tag& tag : input.wheel.tags()) {
    for (const profile::AbiProfile& profile : input.catalog) {
      const bool is_new = std::ranges::find(profiles, &profile) == profiles.end();
      if (is_new && profile.has_tag(tag.platform)) profiles.push_back(&profile);
    }
  }
  return profiles;
}

std::vector<std::string> functions_used(const wasm::SideModule& facts, const Change& change) {
  std::vector<std::string> names;
  for (const wasm::ImportedSymbol& import : facts.imports) {
    if (import.kind == wasm::ExternalKind::function &&
        std::ranges::binary_search(change.functions, std::string_view(import.name))) {
      names.push_back(import.name);
    }
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

Finding era_finding(const loader::Target& target, const profile::AbiProfile& claim,
                    const wheel::WheelModule& module, const Change& change,
                    const std::vector<std::string>& names) {
  const bool target_is_new = version_of(target.profile->emscripten) >= change.since;
  Finding finding =
      target_finding(target, "WA318"_rule, target.judged, Consequence::latent, module.path);
  finding.expected =
      fmt::format("`{}` of {}", change.structure, target_is_new ? change.after : change.before);
  finding.found =
      fmt::format("`{}` of {}", change.structure, target_is_new ? change.before : change.after);
  finding.message = fmt::format("built for {}, where `{}` has {}, not {}", claim.id,
                                change.structure, target_is_new ? change.before : change.after,
                                target_is_new ? change.after : change.before);
  finding.details.push_back(fmt::format("it is handed over by address to {}", quoted_list(names)));
  finding.details.push_back(
      "everything links and loads; what is read there is wrong, or memory beside it is written");
  finding.help = fmt::format("build a wheel for {} with Emscripten {}", target.profile->id,
                             target.profile->emscripten);
  return finding;
}

}  // namespace

void abi_era(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (const profile::AbiProfile* claim : claimed(input)) {
    for (const Change& change : changes) {
      const bool claim_is_new = version_of(claim->emscripten) >= change.since;
      if (claim_is_new == (version_of(target.profile->emscripten) >= change.since)) continue;
      for (const wheel::WheelModule& module : input.wheel.modules) {
        if (module.facts.kind != wasm::ModuleKind::side_module) continue;
        const auto names = functions_used(module.facts, change);
        if (names.empty()) continue;
        findings.add(era_finding(target, *claim, module, change, names));
      }
    }
  }
}

}  // namespace wheelaudit::rules
