// Boxed values and shared texts, which keep facts small, compare and copy like plain values.

#include "base/small.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace wheelaudit::inline base {

TEST_CASE("a boxed value is copied with its box") {
  Boxed<std::string> box;
  CHECK_FALSE(box.has_value());
  box = std::string("a");
  Boxed<std::string> copy = box;
  *copy += "b";
  CHECK(*box == "a");
  CHECK(*copy == "ab");
  CHECK_FALSE(copy == box);
  copy = box;
  CHECK(copy == box);
  box.reset();
  CHECK_FALSE(copy == box);
  CHECK(Boxed<std::string>() == box);
  const Boxed<std::string> moved = std::move(copy);
  CHECK(*moved == "a");
}

TEST_CASE("a shared text is its text, and empty where there is none") {
  const SharedText none;
  CHECK(none.empty());
  CHECK(none == "");
  const SharedText env = "env";
  const SharedText same = env;
  CHECK(same == env);
  CHECK(&same.str() == &env.str());
  CHECK(env == SharedText(std::string("env")));
  CHECK_FALSE(env == "GOT.mem");
}

}  // namespace wheelaudit::inline base
