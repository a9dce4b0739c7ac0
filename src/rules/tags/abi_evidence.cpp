// WA108 abi-evidence: what the modules themselves say about the ABI they were built for, where it
// contradicts the tag they carry (docs/design/modules.md#toolchain-marks). Evidence, never proof:
// "consistent with A and B, contradicts C because …". Where the contradiction already breaks the
// wheel, other rules say so symbol by symbol (WA203, WA301 to WA309), and this finding is a note
// that explains them; where all symbols resolve, this finding is a warning.

#include <fmt/format.h>

#include <algorithm>

#include "loader/matrix.hpp"
#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/tags/binary_marks.hpp"
#include "rules/words.hpp"
#include "wheel/filename.hpp"

namespace wheelaudit::rules {
namespace {

/// "`a.so` and 2 more".
std::string modules_text(const std::vector<std::string>& modules) {
  if (modules.size() == 1) return fmt::format("`{}`", modules.front());
  return fmt::format("`{}` and {} more", modules.front(), modules.size() - 1);
}

std::uint64_t unfit_symbols(const loader::RuntimeRow& row) {
  return row.unresolved + row.mismatched;
}

/// The newest release's row; nothing else is asked of the other ABIs.
loader::RuntimeRow newest_row(const wheel::Wheel& wheel, const loader::LinkIndex& index,
                              const profile::AbiProfile& profile) {
  const loader::Target target = loader::make_target(wheel, index, profile, {profile.newest()});
  const auto rows = loader::runtime_rows(wheel, target);
  return rows.empty() ? loader::RuntimeRow{} : rows.back();
}

/// No module's file name names another CPython. This only narrows the list of ABIs: a name that
/// does not fit the tag is WA205.
bool names_fit(const wheel::Wheel& wheel, const profile::AbiProfile& profile) {
  return std::ranges::all_of(wheel.modules, [&](const wheel::WheelModule& module) {
    const std::string python =
        loader::suffix_python(loader::module_name(module.path, profile).suffix);
    return module.facts.kind != wasm::ModuleKind::side_module || python.empty() ||
           python == profile.python;
  });
}

/// The ABIs that all marks and file names fit and with which every module links.
std::vector<std::string> consistent_abis(const RuleInput& input,
                                         const std::vector<BinaryMark>& marks) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < input.catalog.size(); ++i) {
    const profile::AbiProfile& profile = input.catalog[i];
    if (profile.runtimes.empty() || profile.id == input.target->profile->id) continue;
    const bool fit =
        std::ranges::all_of(marks, [i](const BinaryMark& mark) { return mark.fits[i]; });
    if (fit && names_fit(input.wheel, profile) &&
        newest_row(input.wheel, input.index, profile).links == profile::Outcome::ok) {
      ids.push_back(profile.id);
    }
  }
  return ids;
}

bool has_data_count(const wheel::Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.kind == wasm::ModuleKind::side_module && module.facts.has_data_count;
  });
}

/// Modules of Emscripten 3.1.58 and older have a DataCount section only if bulk memory was asked
/// for, modules of 4.0.9 and newer nearly always: too weak as the only evidence.
bool is_before_data_count(const profile::AbiProfile& profile) {
  return wheel::compare_versions(profile.emscripten, "4.0.9").value_or(0) < 0;
}

struct Contradiction {
  std::vector<Sentence> reasons;
  std::vector<std::string> modules;  ///< of the first mark that does not fit
};

/// Each mark that does not fit the target's ABI, in one sentence.
Contradiction contradictions(const RuleInput& input, const std::vector<BinaryMark>& marks) {
  Contradiction result;
  const auto profile = static_cast<std::size_t>(
      std::ranges::find(input.catalog, input.target->profile->id, &profile::AbiProfile::id) -
      input.catalog.begin());
  if (profile == input.catalog.size()) return result;
  for (const BinaryMark& mark : marks) {
    if (mark.fits[profile]) continue;
    if (result.modules.empty()) result.modules = mark.modules;
    result.reasons.push_back(fmt::format("{} in {}; {} has {}", mark.text,
                                         modules_text(mark.modules), input.target->profile->id,
                                         mark.instead[profile]));
  }
  return result;
}

Sentence summary(const profile::AbiProfile& claimed, const std::vector<std::string>& consistent) {
  if (consistent.empty()) {
    return fmt::format("the modules contradict {}, and are consistent with no other ABI known",
                       claimed.id);
  }
  return say("the modules are consistent with {}, and contradict {}",
             saying(Says::found, enumerate(consistent)), claimed.id);
}

std::string help_of(const profile::AbiProfile& claimed,
                    const std::vector<std::string>& consistent) {
  std::string rebuild =
      fmt::format("build everything again with Emscripten {}", claimed.emscripten);
  if (consistent.size() != 1) return rebuild;
  return fmt::format("{}; if the wheel was meant for {}, tag it so", rebuild, consistent.front());
}

}  // namespace

void abi_evidence(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  if (target.claimed.empty() || target.judged.empty()) return;
  const profile::AbiProfile& claimed = *target.profile;
  const auto rows = loader::runtime_rows(input.wheel, target);
  const loader::RuntimeRow& newest = rows.back();
  const auto marks = binary_marks(input.wheel, input.catalog);
  Contradiction found = contradictions(input, marks);
  if (found.reasons.empty() && unfit_symbols(newest) == 0) return;

  const auto consistent = consistent_abis(input, marks);
  // Missing symbols alone are evidence only if another ABI has all of them.
  if (found.reasons.empty() && consistent.empty()) return;
  if (unfit_symbols(newest) > 0) {
    found.reasons.push_back(
        fmt::format("{} of the symbols asked for do not fit Pyodide {}{}", unfit_symbols(newest),
                    newest.pyodide,
                    consistent.empty() ? "" : fmt::format("; all fit {}", enumerate(consistent))));
  }
  if (is_before_data_count(claimed) && has_data_count(input.wheel)) {
    found.reasons.emplace_back(
        "a DataCount section besides, as Emscripten 4.0.9 and newer write it");
  }
  const bool told = newest.links != profile::Outcome::ok;
  Finding finding = target_finding(target, "WA108"_rule, target.judged,
                                   told ? Consequence::style : Consequence::latent,
                                   found.modules.size() == 1 ? found.modules.front() : "");
  finding.message = summary(claimed, consistent);
  finding.expected = claimed.id;
  finding.found = consistent.empty() ? "no ABI known" : enumerate(consistent);
  finding.details = std::move(found.reasons);
  finding.details.emplace_back("marks of a toolchain are evidence, not proof");
  finding.help = help_of(claimed, consistent);
  findings.add(std::move(finding));
}

}  // namespace wheelaudit::rules
