#pragma once

// A set of releases of a profile, in eight bytes, because one is kept per import that fails.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace wheelaudit::profile {

/// Indices into AbiProfile::runtimes, ascending.
class ReleaseSet {
 public:
  /// parse_profile refuses profiles of more releases; the largest committed one has six.
  static constexpr std::size_t most = 64;

  class Iterator {
   public:
    using value_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::uint64_t rest) : rest_(rest) {}
    std::size_t operator*() const { return static_cast<std::size_t>(std::countr_zero(rest_)); }
    Iterator& operator++() {
      rest_ &= rest_ - 1;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    std::uint64_t rest_ = 0;
  };

  ReleaseSet() = default;
  /// `release` must be below `most`.
  void insert(std::size_t release) { bits_ |= std::uint64_t{1} << release; }
  [[nodiscard]] bool contains(std::size_t release) const { return (bits_ >> release & 1) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  /// The newest release; the set must not be empty.
  [[nodiscard]] std::size_t back() const {
    return static_cast<std::size_t>(std::bit_width(bits_)) - 1;
  }
  [[nodiscard]] Iterator begin() const { return Iterator(bits_); }
  [[nodiscard]] Iterator end() const { return {}; }
  operator std::vector<std::size_t>() const { return {begin(), end()}; }
  bool operator==(const ReleaseSet&) const = default;

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace wheelaudit::profile
