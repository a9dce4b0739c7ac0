#pragma once

// The parts of a PEP 440 version, and the order of versions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wheel {

/// Numbers are kept as decimal text without leading zeros: PEP 440 sets no bound on them.
struct Pep440Version {
  struct PreRelease {
    std::string phase;  ///< "a", "b" or "rc"
    std::string number;
  };
  std::string epoch = "0";
  std::vector<std::string> release;  ///< as many parts as written: `1.0` has two
  std::optional<PreRelease> pre;
  std::optional<std::string> post;
  std::optional<std::string> dev;
  std::vector<std::string> local;  ///< lower case

  /// The normal form, trailing zeros of the release kept.
  [[nodiscard]] std::string str() const;
};

/// Reads every spelling that PEP 440's appendix B accepts, with blanks around it; nullopt for any
/// other text.
[[nodiscard]] std::optional<Pep440Version> parse_pep440(std::string_view text);

/// Negative, zero or positive, by PEP 440's order.
[[nodiscard]] int compare_pep440(const Pep440Version& left, const Pep440Version& right);

}  // namespace wheelaudit::wheel
