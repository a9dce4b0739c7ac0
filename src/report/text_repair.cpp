// Prints a repair (docs/design/output.md#repair-in-text): per edit a verb, what was there, and what
// replaces it.

#include "report/text_repair.hpp"

#include <fmt/format.h>

#include "report/text_findings.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t listed_edits = 30;     // of one repair
constexpr std::size_t listed_reasons = 4;    // against one candidate
constexpr std::size_t listed_refusals = 30;  // of a wheel

std::string verb_line(std::string_view verb, std::string_view text, const TextStyle& style,
                      Ink ink) {
  return fmt::format("  {}{}\n", paint(style, ink, fmt::format("{:<8}", verb)), text);
}

/// The word in the column of verbs; only JSON needs the full word.
std::string_view verb_of(repair::EditKind kind) {
  if (kind == repair::EditKind::runtime_path) return "runpath";
  if (kind == repair::EditKind::legacy_dylink) return "dylink";
  if (kind == repair::EditKind::import_count) return "count";
  if (kind == repair::EditKind::signature) return "unsign";
  return repair::edit_kind_name(kind);
}

std::string edit_text(const repair::Edit& edit, const TextStyle& style) {
  std::string change = shown(edit.from, style);
  if (!edit.to.empty()) change += (change.empty() ? "-> " : " -> ") + shown(edit.to, style);
  const bool member_said =
      edit.member.empty() || edit.from == edit.member || edit.to == edit.member;
  if (member_said) return change.empty() ? shown(edit.member, style) : change;
  return shown(edit.member, style) + (change.empty() ? "" : ": " + change);
}

std::string edits_text(const RepairReport& repair, const TextStyle& style) {
  std::string text;
  const std::size_t listed = shown_count(repair.edits.size(), listed_edits, style);
  for (std::size_t i = 0; i < listed; ++i) {
    const repair::Edit& edit = repair.edits[i];
    // With --dry-run the user judges the plan, so each edit names the rule behind it.
    const std::string why =
        repair.dry_run ? fmt::format("   [{}]", rules::rule_id_text(edit.why)) : std::string();
    text += verb_line(verb_of(edit.kind), edit_text(edit, style) + why, style, Ink::blue);
  }
  if (listed < repair.edits.size()) {
    text += fmt::format("  and {} (-v shows all)\n",
                        count_text(repair.edits.size() - listed, "more edit"));
  }
  return text;
}

std::string candidates_text(const RepairReport& repair, const TextStyle& style) {
  std::string text;
  for (const repair::Candidate& candidate : repair.candidates) {
    if (candidate.against.empty()) {
      text += verb_line("fits", shown(candidate.platform, style), style, Ink::green);
      continue;
    }
    text += verb_line("not", shown(candidate.platform, style), style, Ink::yellow);
    const std::size_t listed = shown_count(candidate.against.size(), listed_reasons, style);
    for (std::size_t i = 0; i < listed; ++i) {
      text += fmt::format("          - {}\n", shown(candidate.against[i], style));
    }
    if (listed < candidate.against.size()) {
      text += fmt::format("          - and {} (-v shows all)\n",
                          count_text(candidate.against.size() - listed, "more reason"));
    }
  }
  return text;
}

std::string refusals_text(const RepairReport& repair, const TextStyle& style) {
  std::string text;
  const std::size_t listed = shown_count(repair.refusals.size(), listed_refusals, style);
  for (std::size_t i = 0; i < listed; ++i) {
    text += verb_line("refused", shown(repair.refusals[i], style), style, Ink::red);
  }
  if (listed < repair.refusals.size()) {
    text += fmt::format("  and {} (-v shows all)\n",
                        count_text(repair.refusals.size() - listed, "more reason"));
  }
  return text;
}

}  // namespace

std::string text_repair(const WheelReport& report, const TextStyle& style) {
  const RepairReport& repair = *report.repair;
  std::string text = edits_text(repair, style);
  if (repair.edits.empty() && repair.refusals.empty()) {
    text += verb_line("keep", "nothing needs to change", style, Ink::blue);
  }
  text += candidates_text(repair, style);
  if (!repair.proof.empty()) {
    text += verb_line("proof", shown(repair.proof, style), style, Ink::green);
  }
  text += refusals_text(repair, style);
  if (!repair.output) return text;
  std::string written = shown(*repair.output, style);
  for (std::size_t i = 0; i < repair.remarks.size(); ++i) {
    written += (i == 0 ? "   (" : "; ") + shown(repair.remarks[i], style);
  }
  if (!repair.remarks.empty()) written += ")";
  if (repair.dry_run) return text + verb_line("would", "write " + written, style, Ink::green);
  return text + verb_line("wrote", written, style, Ink::green);
}

}  // namespace wheelaudit::report
