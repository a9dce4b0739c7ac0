// Readable names beside raw ones. C++ names go through the compiler's own demangler, which bounds
// neither its output nor its time. It never returns from some names that no compiler writes, so a
// recogniser (mangled_name.hpp) first checks that the name follows the grammar. Each substitution
// (`S1_`, `T0_`) repeats an earlier part, so 300 bytes can ask for gigabytes; therefore the size to
// which a name can grow is bounded before the demangler gets the name. One in ten of the runtimes'
// own names stays raw (counted by tests/demangle/demangle_test.cpp).

#include "demangle/demangle.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

#include "demangle/mangled_name.hpp"
#include "demangle/rust.hpp"

namespace wheelaudit::demangle {
namespace {

/// The most parts that the compiler's demangler is asked for; it writes them in less than a
/// millisecond.
constexpr std::size_t growth_limit = 1UL << 18;

/// An upper bound of the parts a mangled name expands to. A name grows most when every level refers
/// to the previous level three times, so n bytes with r references yield at most n * 3^(r/3); a
/// pack expansion (`Dp`) repeats its pattern once per element, of which there are at most n.
std::size_t growth_of(std::string_view name) {
  std::size_t growth = name.size();
  std::size_t references = 0;
  for (std::size_t i = 0; i + 1 < name.size() && growth <= growth_limit; ++i) {
    if (name[i] == 'D' && name[i + 1] == 'p') growth *= name.size();
    if (name[i] != 'S' && name[i] != 'T') continue;
    const std::size_t end = name.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", i + 1);
    if (end == std::string_view::npos || name[end] != '_') continue;
    if (++references % 3 == 0) growth *= 3;
  }
  return growth;
}

std::optional<std::string> demangle_itanium(std::string_view name) {
  if (name.size() > mangled_limit || growth_of(name) > growth_limit ||
      !is_plain_mangled_name(name)) {
    return std::nullopt;
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || text == nullptr) return std::nullopt;
  const std::string_view readable = text.get();
  if (readable.size() > demangled_limit) return std::nullopt;
  return std::string(readable);
}

std::optional<std::string> by_scheme(std::string_view name) {
  if (name.starts_with("_R")) return demangle_rust_v0(name);
  if (!name.starts_with("_Z")) return std::nullopt;
  if (auto rust = demangle_rust_legacy(name)) return rust;
  return demangle_itanium(name);
}

}  // namespace

std::optional<std::string> demangle(std::string_view name) {
  auto readable = by_scheme(name);
  if (readable && readable->empty()) return std::nullopt;  // `_RMCs_0`: a crate without a name
  return readable;
}

}  // namespace wheelaudit::demangle
