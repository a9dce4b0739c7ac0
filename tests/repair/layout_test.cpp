// Folders and names of libraries, and the order of the archive, on plain values.

#include "repair/layout.hpp"

#include <doctest/doctest.h>

#include "repair/archive_order.hpp"

namespace wheelaudit::repair {

TEST_CASE("a run path goes up to what two folders share, and down from there") {
  CHECK(run_path_to("ext", "ext") == "$ORIGIN");
  CHECK(run_path_to("ext", "ext.libs") == "$ORIGIN/../ext.libs");
  CHECK(run_path_to("ext/sub", "ext/sub/x.libs") == "$ORIGIN/x.libs");
  CHECK(run_path_to("", "x.libs") == "$ORIGIN/x.libs");
  CHECK(leads_down("", "x.libs"));
  CHECK(leads_down("ext", "ext"));
  CHECK(leads_down("ext", "ext/sub"));
  CHECK_FALSE(leads_down("ext", "ext.libs"));
  CHECK_FALSE(leads_down("ext/sub", "ext"));
}

TEST_CASE("the deepest folder, and one that does not hold it") {
  CHECK(deepest_folder({"ext", "ext/sub", ""}).folder == "ext/sub");
  CHECK_FALSE(deepest_folder({"ext", "ext/sub", ""}).apart);
  CHECK(deepest_folder({"ext/sub", "ext/other", "ext"}).folder == "ext/other");
  CHECK(deepest_folder({"ext/sub", "ext/other", "ext"}).apart == "ext/sub");
  // The top holds all, so it is not the one that is told.
  CHECK(deepest_folder({"", "a", "bb"}).folder == "bb");
  CHECK(deepest_folder({"", "a", "bb"}).apart == "a");
}

TEST_CASE("a name that holds eight digits of a hash keeps them") {
  CHECK(mangled_name("libgeos.so.3", std::string_view("0123456789abcdef")) ==
        "libgeos-01234567.so");
  CHECK(is_mangled("libgeos-01234567.so"));
  CHECK_FALSE(is_mangled("libgeos-0123456.so"));
  CHECK_FALSE(is_mangled("libgeos-0123456x.so"));
  CHECK_FALSE(is_mangled("libgeos-012345678.so"));
  CHECK_FALSE(is_mangled("libgeos.so"));
}

TEST_CASE("libraries move in front of their first user, behind what they need") {
  using Moves = std::vector<MoveInFront>;
  // 0 needs 2, 2 needs 3; 1 needs nothing.
  const std::vector<std::vector<std::uint32_t>> needed{{2}, {}, {3}, {}};
  CHECK(moves_in_front(needed, {0, 1, 2, 3}) ==
        Moves{{.module = 3, .of = 0}, {.module = 2, .of = 0}});
  CHECK(moves_in_front(needed, {3, 2, 0, 1}).empty());
  CHECK(moves_in_front(needed, {2, 3, 0, 1}) == Moves{{.module = 3, .of = 2}});
  CHECK(moves_in_front({}, {}).empty());
}

TEST_CASE("modules that need one another keep their order, and stand in front of others") {
  using Moves = std::vector<MoveInFront>;
  // 1 and 2 need one another, 0 needs 1, and 2 needs 3.
  const std::vector<std::vector<std::uint32_t>> needed{{1}, {2}, {1, 3}, {}};
  CHECK(moves_in_front(needed, {3, 1, 2, 0}).empty());
  CHECK(moves_in_front(needed, {3, 2, 1, 0}).empty());
  CHECK(moves_in_front(needed, {1, 2, 3, 0}) == Moves{{.module = 3, .of = 2}});
  CHECK(moves_in_front(needed, {0, 3, 2, 1}) == Moves{{.module = 1, .of = 0}});
}

}  // namespace wheelaudit::repair
