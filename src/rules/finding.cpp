// The words of severities, consequences, rule ids and places, and the memory that a finding takes
// (docs/design/verdicts.md#severity, docs/design/limits.md#memory).

#include "rules/finding.hpp"

#include <fmt/format.h>

namespace wheelaudit::rules {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

std::string_view consequence_name(Consequence consequence) {
  switch (consequence) {
    case Consequence::poison:
      return "poison";
    case Consequence::load:
      return "load";
    case Consequence::call:
      return "call";
    case Consequence::install:
      return "install";
    case Consequence::index:
      return "index";
    case Consequence::latent:
      return "latent";
    case Consequence::style:
      break;
  }
  return "style";
}

Consequence consequence_of(profile::Outcome outcome) {
  switch (outcome) {
    case profile::Outcome::call:
      return Consequence::call;
    case profile::Outcome::load:
      return Consequence::load;
    case profile::Outcome::poison:
      return Consequence::poison;
    case profile::Outcome::ok:
      break;
  }
  return Consequence::style;
}

std::string rule_id_text(RuleId id) { return fmt::format("WA{}", static_cast<unsigned>(id)); }

std::string import_text(const ImportPlace& import) {
  return fmt::format("import {}, {}, {}", import.index, import.module.str(), import.type);
}

std::string cause_text(const Cause& cause) {
  return rule_id_text(cause.rule) + (cause.symbol.empty() ? "" : " " + cause.symbol);
}

std::uint64_t memory_of(const Finding& finding) {
  std::uint64_t bytes = sizeof(Finding);
  for (const std::string* text :
       {&finding.profile, &finding.place.member, &finding.since, &finding.symbol,
        &finding.message.text(), &finding.expected, &finding.found, &finding.help}) {
    bytes += text->size();
  }
  // The name of the module is one text for all imports that name it.
  if (finding.place.import) bytes += sizeof(ImportPlace) + finding.place.import->type.size();
  if (finding.cause) bytes += finding.cause->symbol.size();
  for (const std::string& text : finding.releases) bytes += sizeof(std::string) + text.size();
  // With the room that the list keeps, and what the allocator keeps of each text.
  constexpr std::size_t kept_by_allocator = 16;
  bytes += finding.details.capacity() * sizeof(Sentence);
  for (const Sentence& detail : finding.details) bytes += detail.text().size() + kept_by_allocator;
  return bytes;
}

std::uint64_t memory_of(const std::vector<Finding>& findings) {
  std::uint64_t bytes = 0;
  for (const Finding& finding : findings) bytes += memory_of(finding);
  return bytes;
}

}  // namespace wheelaudit::rules
