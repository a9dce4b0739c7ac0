// The orders of docs/design/sessions.md#orders in words.

#include "rules/libraries/order_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/path.hpp"
#include "loader/module_name.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::size_t listed_imports = 4;  // an order of more is all modules, told by its direction

}  // namespace

std::string dotted_name(const RuleInput& input, std::uint32_t module) {
  const std::string path(installed_name(input.wheel.modules[module].path));
  const loader::ModuleName name = loader::module_name(path, *input.target->profile);
  if (name.kind != loader::ModuleName::Kind::importable &&
      name.kind != loader::ModuleName::Kind::bare) {
    return path;
  }
  std::string dotted = name.module_path();
  std::ranges::replace(dotted, '/', '.');
  return dotted;
}

std::string order_text(const RuleInput& input, const loader::LoadOrder& order) {
  if (order.arrival == loader::Arrival::package_loader) {
    return "loadPackage and micropip, which load every `.so` in the order of the archive";
  }
  std::string text = "importing ";
  for (std::size_t i = 0; i < order.modules.size(); ++i) {
    if (i == listed_imports) {
      return text + fmt::format(" and {} more", order.modules.size() - i);
    }
    if (i > 0) text += i == 1 ? ", then " : ", ";
    text += fmt::format("`{}`", dotted_name(input, order.modules[i]));
  }
  return text;
}

}  // namespace wheelaudit::rules
