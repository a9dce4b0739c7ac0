// The list of vendored libraries: CycloneDX 1.6 (ECMA-424, JSON form) in `.dist-info/sboms/`, as
// PEP 770 says. The same repair always writes the same bytes.

#include "repair/sbom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "repair/library_edits.hpp"
#include "repair/tags.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

using Json = nlohmann::ordered_json;

Json component_of(const wheel::OfferedLibrary& library, const std::string& member) {
  return {{"type", "library"},
          {"name", library.name},
          {"hashes", {{{"alg", "SHA-256"}, {"content", hex(sha256(*library.content))}}}},
          {"evidence", {{"occurrences", {{{"location", member}}}}}}};
}

}  // namespace

std::optional<Edit> sbom_edit(const wheel::Wheel& wheel, const std::vector<Edit>& edits,
                              const RepairOptions& options) {
  const bool vendors = std::ranges::find(edits, EditKind::vendor, &Edit::kind) != edits.end();
  if (!vendors || !options.sbom) return std::nullopt;
  // A wheel that already has a file of this name keeps that file.
  std::string path = dist_info_path(wheel, "sboms/wheelaudit.cdx.json");
  for (int i = 2; wheel.archive.find(path); ++i)
    path = dist_info_path(wheel, fmt::format("sboms/wheelaudit-{}.cdx.json", i));
  return Edit{.kind = EditKind::sbom, .member = path, .from = "", .to = path, .why = "WA401"_rule};
}

std::string sbom_text(const wheel::Wheel& wheel, const std::vector<Edit>& edits,
                      const RepairOptions& options) {
  Json components = Json::array();
  for (const Edit& edit : edits) {
    if (const wheel::OfferedLibrary* library = vendored_library(options, edit))
      components.push_back(component_of(*library, edit.member));
  }
  Json subject{{"type", "library"}, {"name", ""}, {"version", ""}};
  if (wheel.filename) {
    subject["name"] = wheel.filename->name;
    subject["version"] = wheel.filename->version;
  }
  const Json document{{"bomFormat", "CycloneDX"},
                      {"specVersion", "1.6"},
                      {"version", 1},
                      {"metadata", {{"component", subject}}},
                      {"components", components}};
  // Names come from file systems: a name that is not UTF-8 must not throw.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wheelaudit::repair
