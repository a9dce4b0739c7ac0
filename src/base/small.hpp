#pragma once

// Types that keep facts small. The limits allow 10,000 modules and 200,000 imports, exports and
// types per wheel (docs/design/limits.md#default-limits), so a value that most facts lack, or that
// many share, must not take its full size in every fact (docs/design/limits.md#memory).

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace wheelaudit::inline base {

/// An optional value that takes one pointer; the value itself, if any, lies on the heap. Copies
/// copy the value.
template <class T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    Boxed copy(other);
    value_.swap(copy.value_);
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  Boxed& operator=(T value) {
    value_ = std::make_unique<T>(std::move(value));
    return *this;
  }
  ~Boxed() = default;

  /// Whether there is a value. `*` and `->` may be used only when there is one.
  explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  const T& operator*() const { return *value_; }
  T& operator*() { return *value_; }
  const T* operator->() const { return value_.get(); }
  T* operator->() { return value_.get(); }
  void reset() { value_.reset(); }

  friend bool operator==(const Boxed& left, const Boxed& right) {
    return left && right ? *left == *right : left.has_value() == right.has_value();
  }

 private:
  std::unique_ptr<T> value_;
};

/// A text that does not change, stored once for all its copies.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  [[nodiscard]] const std::string& str() const {
    static const std::string none;
    return text_ ? *text_ : none;
  }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return text_ ? std::string_view(*text_) : ""; }
  [[nodiscard]] bool empty() const { return str().empty(); }

  friend bool operator==(const SharedText& left, const SharedText& right) {
    return left.text_ == right.text_ || left.str() == right.str();
  }
  friend bool operator==(const SharedText& left, std::string_view right) {
    return std::string_view(left) == right;
  }
  friend bool operator==(const SharedText& left, const char* right) {
    return std::string_view(left) == right;
  }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace wheelaudit::inline base
