// Groups findings for viewers. The groups of the text report (finding_groups.hpp) do not fit here:
// they put members and ABIs together that a viewer lists, closes and counts one by one.

#include "report/annotations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/digest.hpp"
#include "report/finding_groups.hpp"
#include "report/text_findings.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t listed_symbols = 8;    // as the text report
constexpr std::size_t listed_refusals = 30;  // as the text report
constexpr std::size_t listed_details = 12;   // of one finding; rules give up to ten
constexpr std::size_t fingerprint_digits = 32;
/// Separates the parts of a key. Parts may hold any byte; a wrong key only puts two findings into
/// one group.
constexpr char separator = '\0';

std::string key_of(const rules::Finding& finding) {
  return rules::rule_id_text(finding.rule) + separator + finding.place.member + separator +
         finding.profile;
}

std::string others_text(const Annotation& annotation) {
  const std::size_t more = annotation.findings.size() - 1;
  if (more == 0) return {};
  std::vector<std::string> names;
  for (const rules::Finding* finding : annotation.findings) {
    if (finding == annotation.first || names.size() == listed_symbols) continue;
    names.push_back(finding->symbol.empty() ? shown(finding->message.text(), {})
                                            : quoted_symbol(finding->symbol, {}));
  }
  const bool cut = names.size() < more;
  return fmt::format("\nand {} more: {}{}", more, fmt::join(names, ", "), cut ? ", …" : "");
}

/// `ext-1.0.dist-info/RECORD` without its version; `ext.libs/libz-0a1b2c3d.so` without its hash.
std::string without_version(const wheel::WheelSummary& wheel, std::string_view member) {
  std::string text(member);
  const auto take_out = [&](const std::string& part) {
    if (part.size() < 2) return;
    if (const std::size_t at = text.find(part); at != std::string::npos)
      text.erase(at, part.size());
  };
  if (wheel.filename) take_out("-" + wheel.filename->version);
  const std::size_t dash = text.rfind('-');
  const std::size_t dot = text.find('.', dash == std::string::npos ? 0 : dash);
  const bool hashed = text.find(".libs/") != std::string::npos && dash != std::string::npos &&
                      dot == dash + 9 &&
                      text.find_first_not_of("0123456789abcdef", dash + 1) == dot;
  return hashed ? text.erase(dash, 9) : text;
}

std::string project_of(const wheel::WheelSummary& wheel) {
  if (wheel.filename) return wheel.filename->name;
  return std::string(input_name_of(wheel));
}

}  // namespace

std::vector<Annotation> annotate(const WheelReport& report) {
  std::vector<Annotation> annotations;
  // What was repaired is not a fault of the repository; the text report does not show it either.
  if (report.repair && report.repair->refusals.empty()) return annotations;
  std::unordered_map<std::string, std::size_t> by_key;
  for (const rules::Finding& finding : report.audit.findings) {
    const auto [entry, is_new] = by_key.try_emplace(key_of(finding), annotations.size());
    if (is_new) annotations.emplace_back();
    Annotation& annotation = annotations[entry->second];
    annotation.findings.push_back(&finding);
    if (annotation.first == nullptr || finding.severity > annotation.severity) {
      annotation.first = &finding;
      annotation.severity = finding.severity;
    }
  }
  return annotations;
}

std::string annotation_text(const Annotation& annotation) {
  const rules::Finding& first = *annotation.first;
  std::string text = message_text(first, {});
  text += others_text(annotation);
  std::size_t listed = 0;
  if (first.place.import) {
    ++listed;
    text += "\n= " + shown(rules::import_text(*first.place.import), {});
  }
  for (const rules::Sentence& detail : first.details) {
    if (listed++ < listed_details) text += "\n= " + shown(detail.text(), {});
  }
  if (!first.expected.empty() && !first.found.empty() && !first.place.import) {
    text +=
        fmt::format("\n= expected {}, found {}", shown(first.expected, {}), shown(first.found, {}));
  }
  if (first.cause) text += "\n= follows from " + shown(rules::cause_text(*first.cause), {});
  if (!first.help.empty()) text += "\nhelp: " + shown(first.help, {});
  return text;
}

std::string annotation_place(const WheelReport& report, const Annotation& annotation) {
  std::string text = shown(input_name_of(report.wheel), {});
  if (!annotation.first->place.member.empty())
    text += ": " + shown(annotation.first->place.member, {});
  if (annotation.first->place.offset)
    text += fmt::format(", byte {}", *annotation.first->place.offset);
  return text;
}

std::string annotation_fingerprint(const WheelReport& report, const Annotation& annotation) {
  std::set<std::string_view> symbols;
  for (const rules::Finding* finding : annotation.findings) symbols.insert(finding->symbol);
  const rules::Finding& first = *annotation.first;
  std::string text = project_of(report.wheel) + separator + rules::rule_id_text(first.rule) +
                     separator + without_version(report.wheel, first.place.member);
  for (const std::string_view symbol : symbols) {
    text += separator;
    text += symbol;
  }
  return hex(sha256(as_bytes(text))).substr(0, fingerprint_digits);
}

std::string refusal_text(const WheelReport& report) {
  if (!report.repair) return {};
  const std::vector<std::string>& refusals = report.repair->refusals;
  const std::size_t listed = shown_count(refusals.size(), listed_refusals, {});
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) text += (i == 0 ? "" : "\n") + shown(refusals[i], {});
  if (listed < refusals.size()) {
    text += "\nand " + count_text(refusals.size() - listed, "more reason");
  }
  return text;
}

}  // namespace wheelaudit::report
