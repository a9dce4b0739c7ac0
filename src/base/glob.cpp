// Patterns of the command line (`--exclude`, `--drop`, `--ignore`): `*` and `?`, nothing else. Only
// the last `*` is ever tried again, so a match takes at most the product of the two lengths and no
// recursion; fnmatch() would depend on the locale.

#include "base/glob.hpp"

namespace wheelaudit::inline base {

bool glob_matches(std::string_view glob, std::string_view text) {
  // `star` is the place of the last `*` in the glob. On a mismatch this `*` takes one more
  // character, up to `star_end` in the text.
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_end = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = at++;
      star_end = i;
    } else if (at < glob.size() && (glob[at] == '?' || glob[at] == text[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++star_end;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace wheelaudit::inline base
