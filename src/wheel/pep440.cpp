// PEP 440 versions: appendix B's expression written as a scanner, "Normalization", and "Summary of
// permitted suffixes and relative ordering". The expression is matched greedily and without
// backtracking: a separator that one suffix takes is optional in the next, so no choice has to be
// undone and the cost is linear, which it need not be in a regular expression engine.

#include "wheel/pep440.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.hpp"
#include "wheel/filename.hpp"

namespace wheelaudit::wheel {
namespace {

std::string without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool take_separator() { return take(".") || take("-") || take("_"); }

  std::optional<std::string> take_number() {
    const std::string_view digits = take_while(is_ascii_digit);
    if (digits.empty()) return std::nullopt;
    return without_leading_zeros(digits);
  }

  std::string_view take_alphanumeric() { return take_while(is_ascii_alphanumeric); }

  /// `[-_.]? word [-_.]? digits?`; nothing is taken when the word does not follow.
  template <std::size_t N>
  std::optional<std::pair<std::string_view, std::string>> take_suffix(
      const std::array<std::pair<std::string_view, std::string_view>, N>& spellings) {
    const std::string_view before = rest_;
    take_separator();
    for (const auto& [spelling, normal] : spellings) {
      if (!take(spelling)) continue;
      take_separator();
      return std::pair{normal, take_number().value_or("0")};
    }
    rest_ = before;
    return std::nullopt;
  }

  [[nodiscard]] std::string_view rest() const { return rest_; }
  void back_to(std::string_view before) { rest_ = before; }

 private:
  template <class Predicate>
  std::string_view take_while(Predicate predicate) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), predicate);
    const std::string_view taken =
        rest_.substr(0, static_cast<std::size_t>(std::distance(rest_.begin(), end)));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

using Spelling = std::pair<std::string_view, std::string_view>;
// The first spelling that matches is taken, so "alpha" has to be before "a".
constexpr std::array<Spelling, 8> pre_spellings{{{"alpha", "a"},
                                                 {"a", "a"},
                                                 {"beta", "b"},
                                                 {"b", "b"},
                                                 {"preview", "rc"},
                                                 {"pre", "rc"},
                                                 {"c", "rc"},
                                                 {"rc", "rc"}}};
constexpr std::array<Spelling, 3> post_spellings{
    {{"post", "post"}, {"rev", "post"}, {"r", "post"}}};
constexpr std::array<Spelling, 1> dev_spellings{{{"dev", "dev"}}};

std::optional<std::string> take_post(Scanner& scanner) {
  const std::string_view before = scanner.rest();
  if (scanner.take("-")) {
    if (auto number = scanner.take_number()) return number;
    scanner.back_to(before);
  }
  if (auto post = scanner.take_suffix(post_spellings)) return std::move(post->second);
  return std::nullopt;
}

// `N(.N)*`; empty when there is no number.
std::vector<std::string> take_release(Scanner& scanner) {
  std::vector<std::string> release;
  std::string_view before = scanner.rest();
  do {
    auto number = scanner.take_number();
    if (!number) {
      scanner.back_to(before);  // the dot of `1.dev1`
      break;
    }
    release.push_back(std::move(*number));
    before = scanner.rest();
  } while (scanner.take("."));
  return release;
}

// `+label(.label)*`; empty when there is no `+`, nullopt when no label follows it.
std::optional<std::vector<std::string>> take_local(Scanner& scanner) {
  std::vector<std::string> local;
  if (!scanner.take("+")) return local;
  do {
    const std::string_view segment = scanner.take_alphanumeric();
    if (segment.empty()) return std::nullopt;
    local.push_back(all_digits(segment) ? without_leading_zeros(segment) : std::string(segment));
  } while (scanner.take_separator());
  return local;
}

int compare_numbers(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  return left.compare(right);
}

// Compares two numbers of which each may be missing. A missing one sorts before every number when
// `missing` is -1, behind every number when it is 1.
int compare_optional(const std::optional<std::string>& left,
                     const std::optional<std::string>& right, int missing) {
  if (left && right) return compare_numbers(*left, *right);
  if (!left && !right) return 0;
  return left ? -missing : missing;
}

int compare_releases(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string_view a = i < left.size() ? std::string_view(left[i]) : "0";
    const std::string_view b = i < right.size() ? std::string_view(right[i]) : "0";
    if (const int order = compare_numbers(a, b)) return order;
  }
  return 0;
}

// A rank that is compared before the pre-releases are: 1.0.dev1 is before 1.0a1, and 1.0
// and 1.0.post1 are behind 1.0rc1.
int pre_rank(const Pep440Version& version) {
  if (version.pre) return 0;
  return !version.post && version.dev ? -1 : 1;
}

int compare_pre(const Pep440Version& left, const Pep440Version& right) {
  if (const int order = pre_rank(left) - pre_rank(right)) return order;
  if (!left.pre || !right.pre) return 0;
  if (const int order = left.pre->phase.compare(right.pre->phase)) return order;
  return compare_numbers(left.pre->number, right.pre->number);
}

// Numbers sort behind words, and a list of labels behind every list that is its beginning (the
// empty one too).
int compare_locals(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const bool left_number = all_digits(left[i]);
    const bool right_number = all_digits(right[i]);
    if (left_number != right_number) return left_number ? 1 : -1;
    const int order = left_number ? compare_numbers(left[i], right[i]) : left[i].compare(right[i]);
    if (order != 0) return order;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

std::string_view strip_whitespace(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string Pep440Version::str() const {
  std::string text = epoch == "0" ? "" : epoch + "!";
  for (std::size_t i = 0; i < release.size(); ++i) text += (i == 0 ? "" : ".") + release[i];
  if (pre) text += pre->phase + pre->number;
  if (post) text += ".post" + *post;
  if (dev) text += ".dev" + *dev;
  for (std::size_t i = 0; i < local.size(); ++i) text += (i == 0 ? "+" : ".") + local[i];
  return text;
}

std::optional<Pep440Version> parse_pep440(std::string_view text) {
  const std::string lower = ascii_lower(strip_whitespace(text));
  Scanner scanner(lower);
  Pep440Version version;
  scanner.take("v");
  version.release = take_release(scanner);
  if (version.release.size() == 1 && scanner.take("!")) {
    version.epoch = std::move(version.release.front());
    version.release = take_release(scanner);
  }
  if (version.release.empty()) return std::nullopt;
  if (auto pre = scanner.take_suffix(pre_spellings)) {
    version.pre = {.phase = std::string(pre->first), .number = std::move(pre->second)};
  }
  version.post = take_post(scanner);
  if (auto dev = scanner.take_suffix(dev_spellings)) version.dev = std::move(dev->second);
  auto local = take_local(scanner);
  if (!local || !scanner.at_end()) return std::nullopt;
  version.local = std::move(*local);
  return version;
}

int compare_pep440(const Pep440Version& left, const Pep440Version& right) {
  if (const int order = compare_numbers(left.epoch, right.epoch)) return order;
  if (const int order = compare_releases(left.release, right.release)) return order;
  if (const int order = compare_pre(left, right)) return order;
  if (const int order = compare_optional(left.post, right.post, -1)) return order;
  if (const int order = compare_optional(left.dev, right.dev, 1)) return order;
  return compare_locals(left.local, right.local);
}

std::optional<std::string> normalize_version(std::string_view version) {
  const auto parsed = parse_pep440(version);
  if (!parsed) return std::nullopt;
  return parsed->str();
}

std::optional<int> compare_versions(std::string_view left, std::string_view right) {
  const auto parsed_left = parse_pep440(left);
  const auto parsed_right = parse_pep440(right);
  if (!parsed_left || !parsed_right) return std::nullopt;
  const int order = compare_pep440(*parsed_left, *parsed_right);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

}  // namespace wheelaudit::wheel
