// The audit of one wheel: targets, rules, verdict. docs/design/verdicts.md#verdicts and
// docs/design/safety.md#promise-9 (a skip, a limit or a doubt is not compatible) say what follows
// from what.

#include "audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/parallel.hpp"
#include "loader/choose_targets.hpp"
#include "loader/matrix.hpp"
#include "wheel/tags.hpp"

namespace wheelaudit::audit {
namespace {

using rules::operator""_rule;

/// Errors of these rules mean that the wheel is malformed, unsafe or beyond a limit: exit code 3.
constexpr std::array malformed_rules{"WA204"_rule, "WA501"_rule, "WA510"_rule, "WA511"_rule,
                                     "WA512"_rule};

bool only_native_platforms(const wheel::Wheel& wheel) {
  const auto tags = wheel.tags();
  return !tags.empty() && std::ranges::all_of(tags, [](const wheel::Tag& tag) {
    return wheel::platform_family(tag.platform) == wheel::PlatformFamily::native;
  });
}

/// Under a native, unknown or `any` tag no target is claimed: the targets are candidates, and one
/// of them must pass.
bool targets_are_candidates(const std::vector<loader::Target>& targets,
                            const AuditOptions& options) {
  return options.selections.empty() && !targets.empty() &&
         std::ranges::all_of(targets,
                             [](const loader::Target& target) { return target.claimed.empty(); });
}

/// Findings without a cause first, then the most severe ones, then by member, rule and symbol.
void sort_findings(std::vector<rules::Finding>& findings) {
  const auto key = [](const rules::Finding& finding) {
    return std::tuple(finding.cause.has_value(), -static_cast<int>(finding.severity),
                      finding.stands_for_rest, std::string_view(finding.place.member), finding.rule,
                      std::string_view(finding.symbol), std::string_view(finding.profile),
                      finding.place.offset, std::string_view(finding.message.text()));
  };
  std::ranges::sort(findings, [&](const rules::Finding& left, const rules::Finding& right) {
    return key(left) < key(right);
  });
}

void append(std::vector<rules::Finding>& findings, std::vector<rules::Finding> more) {
  if (findings.empty()) {
    findings = std::move(more);
  } else {
    // One reservation: a vector that doubles its capacity would take twice the budget.
    if (more.size() > findings.capacity() - findings.size()) {
      findings.reserve(findings.size() + more.size());
    }
    std::ranges::move(more, std::back_inserter(findings));
  }
}

/// Bytes that findings may take: those of the option and half of the largest module, because a
/// module with very many symbols is large. docs/design/safety.md#promise-10 grants twice the
/// largest member for everything.
rules::FindingBudget budget_for(const wheel::Wheel& wheel, const AuditOptions& options) {
  std::uint64_t largest = 0;
  for (const wheel::WheelModule& module : wheel.modules)
    largest = std::max(largest, module.facts.size);
  return {.bytes = options.findings_size + largest / 2};
}

std::vector<rules::Finding> run_rules(const rules::RuleInput& input, rules::Scope scope,
                                      rules::FindingBudget& budget) {
  std::vector<rules::Finding> findings;
  for (const rules::Rule& rule : rules::rules()) {
    if (rule.scope != scope) continue;
    rules::FindingSink sink(budget);
    rule.run(input, sink);
    append(findings, std::move(sink).finish());
  }
  return findings;
}

bool has_final_error(std::span<const rules::Finding> findings) {
  return std::ranges::any_of(findings, [](const rules::Finding& finding) {
    return finding.severity == rules::Severity::error && !finding.repairable;
  });
}

struct Judgement {
  std::vector<rules::Finding> findings;
  std::vector<std::string> judged;
  std::vector<loader::RuntimeRow> rows;
};

/// The findings of every target. If the targets are candidates and one passes, the candidates that
/// fail are left out: the wheel does not claim them, and the matrix shows them. One target at a
/// time is linked, so that only one target's bindings are in memory.
Judgement judge(rules::RuleInput input, bool candidates, rules::FindingBudget& budget) {
  const std::span<const loader::Target> targets = input.targets;
  Judgement result;
  std::vector<std::vector<rules::Finding>> by_target;
  for (const loader::Target& chosen : targets) {
    const loader::Target target = loader::link_target(input.wheel, input.index, chosen);
    input.target = &target;
    by_target.push_back(run_rules(input, rules::Scope::target, budget));
    std::ranges::move(loader::runtime_rows(input.wheel, target), std::back_inserter(result.rows));
  }
  const bool one_passes = std::ranges::any_of(
      by_target,
      [](const std::vector<rules::Finding>& findings) { return !has_final_error(findings); });
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (candidates && one_passes && has_final_error(by_target[i])) continue;
    append(result.findings, std::move(by_target[i]));
    result.judged.push_back(targets[i].profile->id);
  }
  return result;
}

/// docs/design/safety.md#promise-9: a wheel that no rule could judge is never compatible.
std::optional<rules::Finding> unjudged(const wheel::Wheel& wheel,
                                       const std::vector<loader::Target>& targets,
                                       const std::vector<rules::Finding>& findings) {
  const bool error = std::ranges::any_of(findings, [](const rules::Finding& finding) {
    return finding.severity == rules::Severity::error;
  });
  if (error || !targets.empty() || (!wheel.has_loadable() && !wheel.tags().empty()))
    return std::nullopt;
  rules::Finding finding{.rule = "WA101"_rule};
  finding.severity = rules::Severity::error;
  finding.consequence = rules::Consequence::install;
  finding.message = "no ABI profile fits this wheel's tags, so nothing in it was judged";
  finding.help = "name the runtime it is meant for: --profile ID (wheelaudit profile list)";
  return finding;
}

Audit not_applicable(const wheel::Wheel& wheel) {
  rules::Finding finding{.rule = "WA107"_rule};
  finding.message =
      "only native platform tags and no WebAssembly inside: not for Pyodide, nothing to check";
  finding.details.push_back(
      fmt::format("tags: {}", wheel.filename ? wheel.filename->tags.str() : ""));
  finding.help = "--require-emscripten makes this an error";
  Audit audit;
  audit.verdict = Verdict::not_applicable;
  audit.findings.push_back(std::move(finding));
  return audit;
}

/// One row per release of the profile, oldest first. Judged releases have their rows already; the
/// other releases are linked here.
std::vector<loader::RuntimeRow> rows_of_profile(const wheel::Wheel& wheel,
                                                const loader::LinkIndex& index,
                                                const profile::AbiProfile& profile,
                                                std::span<const loader::RuntimeRow> judged) {
  const auto judged_row = [&](const profile::Runtime& runtime) {
    return std::ranges::find_if(judged, [&](const loader::RuntimeRow& row) {
      return row.profile == profile.id && row.pyodide == runtime.version;
    });
  };
  std::vector<std::size_t> others;
  for (std::size_t r = 0; r < profile.runtimes.size(); ++r) {
    if (judged_row(profile.runtimes[r]) == judged.end()) others.push_back(r);
  }
  std::vector<loader::RuntimeRow> linked;
  if (!others.empty()) {
    linked =
        loader::runtime_rows(wheel, loader::make_target(wheel, index, profile, std::move(others)));
  }
  std::vector<loader::RuntimeRow> rows;
  auto next = linked.begin();
  for (const profile::Runtime& runtime : profile.runtimes) {
    const auto row = judged_row(runtime);
    if (row != judged.end()) {
      rows.push_back(*row);
    } else {
      rows.push_back(std::move(*next++));
    }
  }
  return rows;
}

/// One row per release of every profile, in the order of the catalog. The threads work on different
/// profiles.
std::vector<loader::RuntimeRow> whole_matrix(const wheel::Wheel& wheel,
                                             const loader::LinkIndex& index,
                                             std::span<const profile::AbiProfile> catalog,
                                             std::span<const loader::RuntimeRow> judged,
                                             unsigned threads) {
  std::vector<std::vector<loader::RuntimeRow>> by_profile(catalog.size());
  for_each_index(catalog.size(), threads, [&](std::size_t i) {
    by_profile[i] = rows_of_profile(wheel, index, catalog[i], judged);
  });
  std::vector<loader::RuntimeRow> rows;
  for (auto& some : by_profile) std::ranges::move(some, std::back_inserter(rows));
  return rows;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::compatible:
      return "compatible";
    case Verdict::pure:
      return "pure";
    case Verdict::not_applicable:
      return "not-applicable";
    case Verdict::repairable:
      return "repairable";
    case Verdict::incompatible:
      return "incompatible";
    case Verdict::malformed:
      break;
  }
  return "malformed";
}

bool makes_malformed(const rules::Finding& finding) {
  return finding.severity == rules::Severity::error && !finding.repairable &&
         std::ranges::find(malformed_rules, finding.rule) != malformed_rules.end();
}

Verdict verdict_of(const wheel::Wheel& wheel, std::span<const rules::Finding> findings) {
  if (!wheel.readable() || std::ranges::any_of(findings, makes_malformed))
    return Verdict::malformed;
  const bool errors = std::ranges::any_of(findings, [](const rules::Finding& finding) {
    return finding.severity == rules::Severity::error;
  });
  if (has_final_error(findings)) return Verdict::incompatible;
  if (errors) return Verdict::repairable;
  if (!wheel.bare_module && wheel::only_any_platform(wheel) && !wheel.has_loadable())
    return Verdict::pure;
  return Verdict::compatible;
}

Audit audit(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
            const AuditOptions& options) {
  const bool native =
      !wheel.bare_module && only_native_platforms(wheel) && !wheel.has_loadable_wasm();
  if (wheel.readable() && native && options.selections.empty()) return not_applicable(wheel);

  const loader::LinkIndex index = loader::index_for_linking(wheel);
  const std::vector<loader::Target> targets =
      loader::choose_targets(wheel, catalog, options.selections);
  const bool candidates = targets_are_candidates(targets, options);
  rules::FindingBudget budget = budget_for(wheel, options);
  rules::RuleInput input{.wheel = wheel,
                         .index = index,
                         .catalog = catalog,
                         .target = nullptr,
                         .targets = targets,
                         .index_pypi = options.index_pypi};
  Audit result;
  result.findings = run_rules(input, rules::Scope::wheel, budget);
  Judgement judgement = judge(input, candidates, budget);
  append(result.findings, std::move(judgement.findings));
  result.judged = std::move(judgement.judged);
  if (wheel.readable()) {
    if (auto finding = unjudged(wheel, targets, result.findings))
      result.findings.push_back(*finding);
  }
  sort_findings(result.findings);
  result.verdict = verdict_of(wheel, result.findings);
  if (wheel.readable()) {
    result.runtimes = options.matrix
                          ? whole_matrix(wheel, index, catalog, judgement.rows, options.threads)
                          : std::move(judgement.rows);
  }
  return result;
}

ExitCode exit_code(const Audit& audit, rules::Severity fail_on, bool require_emscripten) {
  if (audit.verdict == Verdict::malformed) return ExitCode::malformed;
  if (audit.verdict == Verdict::not_applicable)
    return require_emscripten ? ExitCode::findings : ExitCode::done;
  if (audit.verdict == Verdict::pure && require_emscripten) return ExitCode::findings;
  const bool fails = std::ranges::any_of(
      audit.findings, [&](const rules::Finding& finding) { return finding.severity >= fail_on; });
  return fails ? ExitCode::findings : ExitCode::done;
}

bool bodies_would_tell(const Audit& audit) {
  return std::ranges::any_of(audit.runtimes, [&](const loader::RuntimeRow& row) {
    return row.links == profile::Outcome::call &&
           std::ranges::find(audit.judged, row.profile) != audit.judged.end();
  });
}

}  // namespace wheelaudit::audit
