// Which libraries the finder (`--libdir`) is asked for: libraries that the wheel's modules need and
// the wheel does not hold, and libraries that these libraries need in turn. library_edits.cpp plans
// which of them are used.

#include "repair/find_libraries.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "base/path.hpp"

namespace wheelaudit::repair {

Result<std::vector<wheel::OfferedLibrary>> find_libraries(const wheel::Wheel& wheel,
                                                          const wheel::LibraryFinder& finder) {
  std::set<std::string, std::less<>> asked;
  std::deque<std::string> waiting;
  const auto want = [&](const wasm::DylinkInfo& dylink) {
    for (const std::string& needed : dylink.needed) {
      std::string name(last_component(needed));
      if (asked.insert(name).second) waiting.push_back(std::move(name));
    }
  };
  // A library that the wheel holds is not asked for.
  for (const wheel::WheelModule& module : wheel.modules)
    asked.insert(std::string(last_component(module.path)));
  for (const wheel::WheelModule& module : wheel.modules) {
    if (module.facts.dylink) want(*module.facts.dylink);
  }
  std::vector<wheel::OfferedLibrary> libraries;
  while (!waiting.empty()) {
    const std::string name = std::move(waiting.front());
    waiting.pop_front();
    auto library = finder(name);
    if (!library) return tl::unexpected(library.error());
    if (!*library) continue;
    if ((*library)->facts.dylink) want(*(*library)->facts.dylink);
    libraries.push_back(std::move(**library));
  }
  std::ranges::sort(libraries, {}, &wheel::OfferedLibrary::name);
  return libraries;
}

}  // namespace wheelaudit::repair
