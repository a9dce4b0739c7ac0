// WA313 js-type: a function that the runtime's JavaScript offers, asked for with another type than
// it is known to have. The engine takes any type for a JavaScript function, so nothing fails here;
// arguments may be dropped, or arrive as something else. Information.

#include <fmt/format.h>

#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

/// The loader's signature of this function says that it returns nothing; it returns its argument,
/// and modules import it with that result (Emscripten, libexceptions.js: `llvm_eh_typeid_for.sig =
/// "vp"`).
constexpr std::string_view misdeclared = "llvm_eh_typeid_for";

struct Difference {
  wasm::FunctionType known;
  std::vector<std::size_t> releases;
};

Difference compare(const loader::Target& target, std::size_t module, const wasm::SideModule& facts,
                   std::size_t import) {
  Difference result;
  const wasm::ImportedSymbol& symbol = facts.imports[import];
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const loader::ModuleBindings& bindings = target.bindings[module][r];
    if (import >= bindings.imports.size() ||
        bindings.imports[import].resolution != loader::Resolution::runtime_js) {
      continue;
    }
    const auto offered = target.profile->symbols.find(symbol.name, target.judged[r]);
    if (!offered || !offered->type || *offered->type == facts.type_of(symbol)) continue;
    result.known = *offered->type;
    result.releases.push_back(target.judged[r]);
  }
  return result;
}

}  // namespace

void js_type(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    for (std::size_t i = 0; i < facts.imports.size(); ++i) {
      if (facts.imports[i].kind != wasm::ExternalKind::function) continue;
      if (facts.imports[i].name == misdeclared) continue;
      const Difference difference = compare(target, module, facts, i);
      if (difference.releases.empty()) continue;
      Finding finding = target_finding(target, "WA313"_rule, difference.releases,
                                       Consequence::style, input.wheel.modules[module].path);
      finding.symbol = facts.imports[i].name;
      finding.expected = difference.known.str();
      finding.found = facts.type_of(facts.imports[i]).str();
      finding.message = say("{} is JavaScript's and of another type: {}, asked for as {}",
                            the_symbol(finding), the_expected(finding), the_found(finding));
      finding.place.import = import_place(facts, i);
      finding.details.push_back(
          "it loads; arguments that it does not expect are dropped, others are converted");
      findings.add(std::move(finding));
    }
  }
}

}  // namespace wheelaudit::rules
