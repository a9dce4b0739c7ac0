// The repair round trip. A wheel that `repair()` lets be written is clean for every reader, holds
// every other member unchanged, and needs no further repair.

#include "repair/repair.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "checks.hpp"
#include "repair/find_libraries.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {
namespace {

/// Finds the wheel's own first module for every needed name: a library like any other.
wheel::LibraryFinder finder_of(const wheel::Wheel& wheel) {
  return [&wheel](const std::string& needed) -> Result<std::optional<wheel::OfferedLibrary>> {
    const auto found = std::ranges::find_if(wheel.modules, [](const wheel::WheelModule& module) {
      return module.facts.dylink.has_value();
    });
    if (found == wheel.modules.end() || !found->facts.sound() || needed.size() % 4 == 1) {
      return std::nullopt;
    }
    auto content = zip::read_member(wheel.archive, found->member, 1U << 22U);
    if (!content || content->fault) return std::nullopt;
    return wheel::OfferedLibrary{
        .name = needed,
        .path = "/libraries/" + needed,
        .content = std::make_shared<const ByteVector>(std::move(content->bytes)),
        .facts = found->facts};
  };
}

repair::RepairOptions options_of(const NamedArchive& named, const wheel::Wheel& wheel) {
  repair::RepairOptions options{.only_platform = named.has("only-plat"),
                                .mangle = !named.has("no-mangle"),
                                .sbom = !named.has("no-sbom"),
                                .strip = named.has("strip")};
  if (named.has("drop")) options.drop = {"*.txt", "*/test_*"};
  if (named.has("libraries")) {
    auto libraries = repair::find_libraries(wheel, finder_of(wheel));
    require(libraries.has_value(), "libraries in memory can be found");
    options.libraries = std::move(*libraries);
  }
  return options;
}

/// The ABI that the wheel's tags name, else the third from the end of the catalog.
std::size_t abi_of(const wheel::Wheel& wheel) {
  for (std::size_t i = 0; i < catalog().size(); ++i) {
    for (const wheel::Tag& tag : wheel.tags()) {
      if (catalog()[i].has_tag(tag.platform)) return i;
    }
  }
  return catalog().size() - 3;
}

std::map<std::string, ByteVector> contents_of(const wheel::Wheel& wheel) {
  std::map<std::string, ByteVector> contents;
  for (std::size_t i = 0; i < wheel.archive.members.size(); ++i) {
    auto content = zip::read_member(wheel.archive, i, 1U << 24U);
    require(content && !content->fault, "members of a wheel that is repaired can be read");
    contents.emplace(wheel.archive.members[i].name, std::move(content->bytes));
  }
  return contents;
}

/// Whether the edits name this member, or every repair may rewrite it.
bool is_touched(const std::vector<repair::Edit>& edits, const std::string& name) {
  constexpr std::array<std::string_view, 4> written{"/RECORD", "/WHEEL", ".cdx.json", "/METADATA"};
  return std::ranges::any_of(edits,
                             [&](const repair::Edit& edit) {
                               return edit.member == name || edit.from == name || edit.to == name;
                             }) ||
         std::ranges::any_of(written, [&](std::string_view end) { return name.ends_with(end); });
}

void require_keeps_others(const wheel::Wheel& before, const wheel::Wheel& after,
                          const std::vector<repair::Edit>& edits) {
  const auto old = contents_of(before);
  const auto now = contents_of(after);
  for (const auto& [name, content] : old) {
    if (is_touched(edits, name)) continue;
    const auto found = now.find(name);
    require(found != now.end(), "a member that no edit names is still there");
    require(found->second == content, "a member that no edit names is unchanged");
  }
}

void require_clean(const wheel::Wheel& wheel) {
  require(std::ranges::none_of(wheel.archive.faults,
                               [](const zip::ArchiveFault& fault) {
                                 return fault.severity <= zip::ArchiveFaultSeverity::repairable;
                               }),
          "what was written has a clean archive");
  require(wheel.content_faults.empty(), "what was written has sound members");
  require(wheel.record_mismatches.empty(), "what was written agrees with its RECORD");
}

}  // namespace

void repair(Bytes input) {
  const NamedArchive named = split_name(input);
  const auto wheel =
      wheel::read_wheel(named.name, memory_source(named.archive), {.digest_file = false});
  require(wheel.has_value(), "memory can be read");
  if (!wheel->readable()) return;
  const std::size_t profile = abi_of(*wheel);
  // Without `plat` among the options the wheel keeps its own tag.
  const std::string tag = named.has("plat") ? catalog()[profile].tags.front() : std::string();
  const repair::RepairRequest request{
      .catalog = catalog(),
      .platform = {.platform = repair::NamedPlatform{.profile = profile, .tag = tag}},
      .options = options_of(named, *wheel)};
  const auto outcome = repair::repair(*wheel, request);
  require(outcome.has_value(), "a wheel in memory is repaired or refused");
  const auto* repaired = std::get_if<repair::RepairedWheel>(&outcome->decision);
  if (repaired == nullptr) return;
  if (outcome->edits.empty()) {
    const auto written = zip::assemble(wheel->archive.source, repaired->pieces());
    require(written.has_value(), "pieces can be assembled");
    require(std::ranges::equal(*written, named.archive), "nothing to do is a copy");
    return;
  }
  require_clean(repaired->result());
  require_keeps_others(*wheel, repaired->result(), outcome->edits);
  const auto second = repair::repair(repaired->result(), request);
  require(second.has_value(), "what was repaired can be repaired again");
  const auto* again = std::get_if<repair::RepairedWheel>(&second->decision);
  require(again != nullptr, "what was repaired is not refused");
  require(second->edits.empty() && again->output_name() == repaired->output_name(),
          "repairing twice is repairing once");
}

}  // namespace wheelaudit::fuzz
