// PEP 440, "Version specifiers", as packaging.specifiers has them, which pip uses; uv and micropip
// follow. A local version of the candidate counts only for `==` and `!=` whose own version has one.

#include "wheel/specifier.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "wheel/pep440.hpp"
#include "wheel/requirement.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::array<std::string_view, 8> operators{"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

Pep440Version public_version(Pep440Version version) {
  version.local.clear();
  return version;
}

/// Epoch and numbers alone.
Pep440Version base_version(const Pep440Version& version) {
  return {.epoch = version.epoch, .release = version.release};
}

/// `==3.9.*`: the numbers of the prefix begin those of the version, which is filled up with zeros;
/// a suffix of the prefix (`==1.0a1.*`) counts too.
bool has_prefix(const Pep440Version& version, const Pep440Version& prefix) {
  if (version.epoch != prefix.epoch) return false;
  std::vector<std::string> release = version.release;
  release.resize(std::max(release.size(), prefix.release.size()), "0");
  if (!std::equal(prefix.release.begin(), prefix.release.end(), release.begin())) return false;
  const bool with_suffix = prefix.pre || prefix.post || prefix.dev;
  if (!with_suffix) return true;
  return compare_pep440(public_version(version), prefix) == 0;
}

bool equals(const Pep440Version& version, std::string_view text) {
  const bool any_rest = text.ends_with(".*");
  if (any_rest) text.remove_suffix(2);
  const auto wanted = parse_pep440(text);
  if (!wanted) return false;
  if (any_rest) return has_prefix(version, *wanted);
  return compare_pep440(wanted->local.empty() ? public_version(version) : version, *wanted) == 0;
}

/// `~=2.2.3` is `>=2.2.3, ==2.2.*`.
bool is_compatible(const Pep440Version& version, const Pep440Version& wanted) {
  if (compare_pep440(public_version(version), wanted) < 0) return false;
  Pep440Version prefix = base_version(wanted);
  prefix.release.pop_back();
  return has_prefix(version, prefix);
}

/// `<3.9` leaves out 3.9's own pre-releases.
bool is_below(const Pep440Version& version, const Pep440Version& wanted) {
  if (compare_pep440(version, wanted) >= 0) return false;
  const bool wanted_is_pre = wanted.pre || wanted.dev;
  const bool is_pre = version.pre || version.dev;
  return wanted_is_pre || !is_pre ||
         compare_pep440(base_version(version), base_version(wanted)) != 0;
}

/// `>3.8` leaves out 3.8's own post-releases and local versions.
bool is_above(const Pep440Version& version, const Pep440Version& wanted) {
  if (compare_pep440(version, wanted) <= 0) return false;
  const bool same_base = compare_pep440(base_version(version), base_version(wanted)) == 0;
  if (!wanted.post && version.post && same_base) return false;
  return version.local.empty() || !same_base;
}

bool allows(std::string_view specifier, std::string_view text, const Pep440Version& version) {
  const auto found = std::ranges::find_if(
      operators, [&](std::string_view each) { return specifier.starts_with(each); });
  const std::string_view wanted_text = strip(specifier.substr(found->size()));
  if (*found == "===") return equal_without_case(wanted_text, text);
  if (*found == "==") return equals(version, wanted_text);
  if (*found == "!=") return !equals(version, wanted_text);
  const auto wanted = parse_pep440(wanted_text);
  if (!wanted) return false;
  if (*found == "~=") return is_compatible(version, *wanted);
  if (*found == "<=") return compare_pep440(public_version(version), *wanted) <= 0;
  if (*found == ">=") return compare_pep440(public_version(version), *wanted) >= 0;
  return *found == "<" ? is_below(version, *wanted) : is_above(version, *wanted);
}

}  // namespace

std::optional<bool> specifiers_allow(std::string_view specifiers, std::string_view version) {
  const auto parsed = parse_pep440(version);
  if (!parsed || !is_specifier_set(specifiers)) return std::nullopt;
  while (!specifiers.empty()) {
    const std::size_t comma = specifiers.find(',');
    const std::string_view one = strip(specifiers.substr(0, comma));
    if (!one.empty() && !allows(one, strip(version), *parsed)) return false;
    specifiers.remove_prefix(comma == std::string_view::npos ? specifiers.size() : comma + 1);
  }
  return true;
}

}  // namespace wheelaudit::wheel
