// File names, tags and versions, one per line. What parses is written back as it was; a normal form
// is its own normal form; the order of versions is a total order.

#include "wheel/filename.hpp"

#include <algorithm>

#include "checks.hpp"
#include "targets.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::fuzz {
namespace {

void check_name(const std::string& line) {
  const auto name = wheel::parse_wheel_filename(line);
  if (!name) {
    require(!name.error().message.empty() && name.error().offset.value_or(0) <= line.size(),
            "a fault lies in the name");
    return;
  }
  require(name->str() == line, "a name is spelt back");
  require(wheel::parse_wheel_filename(name->str()) == *name, "a name is read alike twice");
  const auto tags = wheel::parse_tag_set(name->tags.str());
  require(tags && *tags == name->tags, "a name's tags are a tag set");
  const auto expanded = name->tags.expand();
  require(!expanded.empty() && expanded.size() <= Limits{}.expanded_tags, "tags are bounded");
  for (const wheel::FilenameRemark& remark : wheel::filename_remarks(*name)) {
    require(!remark.text.empty(), "a remark says something");
  }
}

void check_tag(const std::string& line) {
  if (const auto tags = wheel::parse_tag_set(line))
    require(tags->str() == line, "tags are spelt back");
  const wheel::PlatformFamily family = wheel::platform_family(line);
  if (wheel::pypi_takes_platform(line)) {
    require(family == wheel::PlatformFamily::pyemscripten, "PyPI takes only pyemscripten");
  }
  if (const auto tags = wheel::parse_tag_set(line); tags && wheel::python_accepts("3.12", *tags)) {
    require(tags->str().find('p') != std::string::npos, "only Python's tags are accepted");
  }
}

void check_version(const std::string& line, const std::string& before) {
  const std::string name = wheel::normalize_name(line);
  require(wheel::normalize_name(name) == name, "a normal name is normal");
  const auto normal = wheel::normalize_version(line);
  require(wheel::compare_versions(line, before).has_value() ==
              (normal && wheel::normalize_version(before)),
          "versions can be compared");
  if (!normal) return;
  require(wheel::normalize_version(*normal) == normal, "a normal version is normal");
  require(wheel::compare_versions(line, *normal) == 0, "a version equals its normal form");
  if (const auto order = wheel::compare_versions(line, before)) {
    const auto reverse = wheel::compare_versions(before, line);
    require(reverse && (*order > 0) == (*reverse < 0) && (*order == 0) == (*reverse == 0),
            "the order of versions can be turned around");
  }
}

}  // namespace

void filename(Bytes input) {
  std::string_view rest = as_text(input);
  std::string before;
  for (int lines = 0; lines < 8 && !rest.empty(); ++lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    check_name(line);
    check_tag(line);
    check_version(line, before);
    before = line;
  }
}

}  // namespace wheelaudit::fuzz
