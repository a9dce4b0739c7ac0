// Two runtimes compared: what changes, what makes them incompatible, and what a wheel for one of
// them meets on the other.

#include "compare/profile_diff.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "compare/link_list.hpp"
#include "report/profile_diff_report.hpp"
#include "support/linking_facts.hpp"

namespace wheelaudit::compare {

namespace {

/// A profile of one release that offers these symbols.
profile::AbiProfile offering(std::string id, std::vector<profile::SymbolEntry> entries) {
  profile::AbiProfile profile = test::js_profile();
  profile.id = std::move(id);
  profile.runtimes.resize(1);
  profile.symbols = profile::build_symbol_table(std::move(entries), 1);
  return profile;
}

profile::SymbolEntry function(std::string name, std::string params,
                              profile::ProviderKind by = profile::ProviderKind::wasm) {
  return {.name = std::move(name),
          .release = 0,
          .symbol = {.kind = profile::ProvidedKind::function,
                     .provider = by,
                     .type = wasm::FunctionType{.params = std::move(params), .results = "i"},
                     .library = {}}};
}

profile::SymbolEntry data(std::string name) {
  return {.name = std::move(name),
          .release = 0,
          .symbol = {.kind = profile::ProvidedKind::data,
                     .provider = profile::ProviderKind::wasm,
                     .type = {},
                     .library = {}}};
}

RuntimeSide newest(const profile::AbiProfile& profile) {
  return {.profile = &profile, .release = profile.newest()};
}

/// The only change between two tables.
ChangedSymbol only_change(std::vector<profile::SymbolEntry> before,
                          std::vector<profile::SymbolEntry> after) {
  const profile::AbiProfile old = offering("old", std::move(before));
  const profile::AbiProfile now = offering("new", std::move(after));
  const ProfileDiff diff = diff_profiles(newest(old), newest(now));
  REQUIRE(diff.symbols.size() == 1);
  return diff.symbols[0];
}

/// The only change to a wheel with these imports.
UsedChange only_use(std::vector<wasm::ImportedSymbol> imports, const profile::AbiProfile& before,
                    const profile::AbiProfile& after) {
  wasm::SideModule facts = test::side_module();
  facts.imports = std::move(imports);
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  const WheelDiff diff = diff_wheel(wheel, newest(before), newest(after));
  REQUIRE(diff.changes.size() == 1);
  return diff.changes[0];
}

bool has_cause(const ProfileDiff& diff, Incompatibility::Cause cause) {
  return std::ranges::find(diff.incompatibilities, cause, &Incompatibility::cause) !=
         diff.incompatibilities.end();
}

const ChangedFact* fact_of(const std::vector<ChangedFact>& facts, std::string_view key) {
  const auto found = std::ranges::find(facts, key, &ChangedFact::key);
  return found == facts.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a profile does not differ from itself") {
  const profile::AbiProfile profile = test::js_profile();
  const ProfileDiff diff = diff_profiles(newest(profile), newest(profile));
  CHECK(diff.symbols.empty());
  CHECK(diff.facts.empty());
  CHECK(diff.loader.empty());
  CHECK(diff.incompatibilities.empty());
  CHECK(diff.libraries.empty());
  CHECK(diff.packages.empty());
}

TEST_CASE("each way a symbol can change is told apart") {
  CHECK(only_change({function("f", "i")}, {}).change == SymbolChange::gone);
  CHECK(only_change({}, {function("f", "i")}).change == SymbolChange::added);
  CHECK(only_change({function("f", "i")}, {data("f")}).change == SymbolChange::kind);
  CHECK(only_change({function("f", "i")}, {function("f", "ii")}).change == SymbolChange::retyped);
  CHECK(only_change({function("f", "i")}, {function("f", "i", profile::ProviderKind::js)}).change ==
        SymbolChange::provider);
  const ChangedSymbol both =
      only_change({function("f", "i")}, {function("f", "ii", profile::ProviderKind::js)});
  CHECK(both.change == SymbolChange::retyped);
  CHECK(provided_text(*both.before) == "(i32) -> i32");
  CHECK(provided_text(*both.after) == "js (i32, i32) -> i32");
}

TEST_CASE("a JavaScript function whose type becomes known has not changed") {
  profile::SymbolEntry unknown = function("f", "i", profile::ProviderKind::js);
  unknown.symbol.type.reset();
  const profile::AbiProfile old = offering("old", {unknown});
  const profile::AbiProfile now = offering("new", {function("f", "i", profile::ProviderKind::js)});
  CHECK(diff_profiles(newest(old), newest(now)).symbols.empty());
}

TEST_CASE("symbols stand by change, then by name") {
  const profile::AbiProfile old =
      offering("old", {function("a", "i"), function("b", "i"), function("c", "i")});
  const profile::AbiProfile now =
      offering("new", {function("a", "ii"), function("0", "i"), data("b")});
  const ProfileDiff diff = diff_profiles(newest(old), newest(now));
  std::string order;
  for (const ChangedSymbol& symbol : diff.symbols) order += symbol.name;
  CHECK(order == "cba0");
  CHECK(diff.count(SymbolChange::gone) == 1);
  CHECK(diff.count(SymbolChange::added) == 1);
}

TEST_CASE("another exception model makes two runtimes not compatible, and says the flag") {
  const profile::AbiProfile old = test::js_profile();
  const profile::AbiProfile now = test::wasm_profile();
  const ProfileDiff diff = diff_profiles(newest(old), newest(now));
  REQUIRE(has_cause(diff, Incompatibility::Cause::exceptions));
  CHECK(diff.incompatibilities[0].reason ==
        "on js_abi 1.1 exceptions are made by JavaScript (invoke_… and "
        "__cxa_find_matching_catch_…), on "
        "wasm_abi 1.1 by WebAssembly (the tag __cpp_exception); rebuild with -fwasm-exceptions, "
        "Rust with 1.93 or newer");
  CHECK(fact_of(diff.facts, "exceptions")->after == "wasm-legacy");
}

TEST_CASE("64-bit integers: what `orig$` gives away, and what nothing does") {
  profile::SymbolEntry wide = function("host_twice", "j");
  const profile::AbiProfile whole = offering("whole", {wide, function("f", "i")});
  profile::SymbolEntry original = function("orig$host_twice", "j");
  const profile::AbiProfile legal = offering("legal", {function("host_twice", "ii"), original});
  const profile::AbiProfile small = offering("small", {function("f", "i")});
  CHECK(wide_integers(newest(whole)) == WideIntegers::whole);
  CHECK(wide_integers(newest(legal)) == WideIntegers::legalised);
  CHECK(wide_integers(newest(small)) == WideIntegers::unknown);
  CHECK(has_cause(diff_profiles(newest(whole), newest(legal)),
                  Incompatibility::Cause::wide_integers));
  CHECK_FALSE(has_cause(diff_profiles(newest(whole), newest(small)),
                        Incompatibility::Cause::wide_integers));
}

TEST_CASE("a loader that takes less is a reason, one that takes more is not") {
  profile::AbiProfile old = test::js_profile();
  profile::AbiProfile now = test::js_profile();
  now.runtimes[1].loader.legacy_dylink = profile::Outcome::load;
  const ProfileDiff worse = diff_profiles(newest(old), newest(now));
  REQUIRE(has_cause(worse, Incompatibility::Cause::loader));
  CHECK(worse.incompatibilities[0].concerns == "modules with the old `dylink` section");
  CHECK(worse.incompatibilities[0].reason == "on js_abi 1.1 they do not load");
  CHECK(fact_of(worse.loader, "legacy_dylink")->before == "ok");
  CHECK(diff_profiles(newest(now), newest(old)).incompatibilities.empty());
}

TEST_CASE("another Python is a reason, another patch release is not") {
  profile::AbiProfile old = test::js_profile();
  profile::AbiProfile now = test::js_profile();
  now.runtimes[1].python = "3.12.9";
  CHECK_FALSE(has_cause(diff_profiles(newest(old), newest(now)), Incompatibility::Cause::python));
  now.runtimes[1].python = "3.13.2";
  CHECK(has_cause(diff_profiles(newest(old), newest(now)), Incompatibility::Cause::python));
}

TEST_CASE("packages and libraries: gone, new, of another version, of unknown version") {
  profile::AbiProfile old = test::js_profile();
  profile::AbiProfile now = test::js_profile();
  old.runtimes[1].packages = {{.name = "a", .version = "1"}, {.name = "b", .version = "1"}};
  now.runtimes[1].packages = {{.name = "b", .version = "2"}, {.name = "c", .version = ""}};
  const ProfileDiff diff = diff_profiles(newest(old), newest(now));
  const std::vector<ChangedVersion> expected = {{.name = "a", .before = "1", .after = std::nullopt},
                                                {.name = "b", .before = "1", .after = "2"},
                                                {.name = "c", .before = std::nullopt, .after = ""}};
  CHECK(diff.packages == expected);
}

TEST_CASE("structures that change unseen are told for the versions they concern") {
  profile::AbiProfile old = test::js_profile();
  profile::AbiProfile now = test::js_profile();
  old.runtimes[1].emscripten = "5.0.3";
  now.runtimes[1].emscripten = "6.0.5";
  const auto tells = [&] {
    const auto unseen = diff_profiles(newest(old), newest(now)).unseen;
    return std::ranges::any_of(unseen, [](const std::string& each) {
      return each.find("sigset_t has 128 bytes") != std::string::npos;
    });
  };
  CHECK(tells());
  now.runtimes[1].emscripten = "5.0.3";
  CHECK_FALSE(tells());
  old.runtimes[1].emscripten = "4.0.9";
  CHECK_FALSE(tells());
}

TEST_CASE("what a wheel uses and the next runtime does not offer breaks it") {
  const profile::AbiProfile old = offering("old", {function("f", "i")});
  const profile::AbiProfile now = offering("new", {});
  const UsedChange use = only_use({test::function_import("f")}, old, now);
  CHECK(use.change == SymbolChange::gone);
  CHECK(use.before == "(i32) -> i32");
  CHECK(use.after.empty());
  CHECK(use.asked == "(i32) -> i32");
  CHECK(use.outcome_after == profile::Outcome::call);
  CHECK(use.effect == Effect::breaks);
  CHECK(only_use({test::address_import("f")}, old, now).effect == Effect::breaks);
}

TEST_CASE("a weak import that loses its provider does no harm") {
  wasm::ImportedSymbol weak = test::function_import("f");
  weak.weak = true;
  const UsedChange use =
      only_use({weak}, offering("old", {function("f", "i")}), offering("new", {}));
  CHECK(use.change == SymbolChange::gone);
  CHECK(use.effect == Effect::none);
}

TEST_CASE("what the module has itself is not an use of the runtime") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("f"), test::function_import("own")};
  facts.exports = {test::function_export("f"), test::function_export("own")};
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  const profile::AbiProfile old = offering("old", {function("f", "i")});
  const profile::AbiProfile now = offering("new", {});
  const WheelDiff diff = diff_wheel(wheel, newest(old), newest(now));
  REQUIRE(diff.changes.size() == 1);
  CHECK(diff.changes[0].symbol == "f");
  CHECK(diff.changes[0].effect == Effect::none);
}

TEST_CASE("a retyped function breaks who asks for the old type and mends who asks for the new") {
  const profile::AbiProfile old = offering("old", {function("f", "i")});
  const profile::AbiProfile now = offering("new", {function("f", "ii")});
  const UsedChange broken = only_use({test::function_import("f")}, old, now);
  CHECK(broken.change == SymbolChange::retyped);
  CHECK(broken.outcome_after == profile::Outcome::load);
  CHECK(broken.effect == Effect::breaks);
  CHECK(only_use({test::function_import("f")}, now, old).effect == Effect::mends);
}

TEST_CASE("a retyped JavaScript function loads and is wrong when called") {
  const profile::AbiProfile old = offering("old", {function("f", "i", profile::ProviderKind::js)});
  const profile::AbiProfile now = offering("new", {function("f", "ii", profile::ProviderKind::js)});
  const UsedChange use = only_use({test::function_import("f")}, old, now);
  CHECK(use.outcome_after == profile::Outcome::ok);
  CHECK(use.effect == Effect::breaks);
  CHECK(only_use({test::function_import("f")}, now, old).effect == Effect::mends);
}

TEST_CASE("the address of a retyped function is called with the old type") {
  const profile::AbiProfile old = offering("old", {function("f", "i")});
  const profile::AbiProfile now = offering("new", {function("f", "ii")});
  CHECK(only_use({test::address_import("f")}, old, now).effect == Effect::breaks);
}

TEST_CASE("a provider that moves does no harm while the type fits") {
  const profile::AbiProfile old = offering("old", {function("f", "i")});
  const profile::AbiProfile now = offering("new", {function("f", "i", profile::ProviderKind::js)});
  const UsedChange use = only_use({test::function_import("f")}, old, now);
  CHECK(use.change == SymbolChange::provider);
  CHECK(use.effect == Effect::none);
}

TEST_CASE("what was made on demand and is not a more is gone") {
  profile::AbiProfile old = offering("old", {});
  old.runtimes[0].loader.on_demand_prefixes = {"invoke_"};
  profile::AbiProfile now = offering("new", {});
  now.runtimes[0].loader.on_demand_prefixes.clear();
  const UsedChange use = only_use({test::function_import("invoke_ii")}, old, now);
  CHECK(use.before == "made on demand");
  CHECK(use.change == SymbolChange::gone);
  CHECK(use.effect == Effect::breaks);
}

TEST_CASE("fates: survives, links, fails, breaks") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("f")};
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  const profile::AbiProfile with = offering("with", {function("f", "i")});
  const profile::AbiProfile without = offering("without", {});
  CHECK(diff_wheel(wheel, newest(with), newest(without)).fate() == Fate::breaks);
  CHECK(diff_wheel(wheel, newest(without), newest(without)).fate() == Fate::fails);
  WheelDiff diff;
  diff.after.verdict = audit::Verdict::incompatible;
  diff.after.rules = {rules::parse_rule_id("WA102").value()};
  CHECK(diff.fate() == Fate::survives);
  diff.after.rules.push_back(rules::parse_rule_id("WA103").value());
  CHECK(diff.fate() == Fate::links);
  diff.changes.push_back({.effect = Effect::breaks});
  CHECK(diff.fate() == Fate::breaks);
  diff.before.links = diff.after.links = profile::Outcome::call;
  CHECK(diff.fate() == Fate::breaks);
  diff.before.links = diff.after.links = profile::Outcome::load;
  CHECK(diff.fate() == Fate::fails);
}

TEST_CASE("used_only keeps what a wheel uses") {
  const profile::AbiProfile old = offering("old", {function("f", "i"), function("g", "i")});
  const profile::AbiProfile now = offering("new", {});
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("g")};
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  const std::vector<WheelDiff> wheels = {diff_wheel(wheel, newest(old), newest(now))};
  const ProfileDiff diff = used_only(diff_profiles(newest(old), newest(now)), wheels);
  REQUIRE(diff.symbols.size() == 1);
  CHECK(diff.symbols[0].name == "g");
}

TEST_CASE("names from a profile of the user's reach a terminal escaped") {
  const profile::AbiProfile old = offering("old", {function("f\x1b[31m", "i")});
  const profile::AbiProfile now = offering("n\x1b[0mew", {});
  const report::ProfileDiffReport report{.version = "1",
                                         .scope = report::DiffScope::runtimes,
                                         .diff = diff_profiles(newest(old), newest(now)),
                                         .wheels = {},
                                         .remarks = {},
                                         .exit_code = ExitCode::done};
  const std::string text = report::profile_diff_text(report, {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("f\\x1b[31m") != std::string::npos);
  CHECK(report::profile_diff_json(report).find('\x1b') == std::string::npos);
}

TEST_CASE("real breaks between ABIs are seen (docs/design/abis.md#real-breaks)") {
  const std::vector<profile::AbiProfile> catalog = profile::built_in_profiles();
  const auto side = [&](std::string_view name) {
    const auto selection = profile::select_profile(catalog, name);
    REQUIRE(selection.has_value());
    return side_of(catalog, *selection);
  };
  const auto change = [](const ProfileDiff& diff, std::string_view name) {
    const auto found = std::ranges::find(diff.symbols, name, &ChangedSymbol::name);
    REQUIRE(found != diff.symbols.end());
    return *found;
  };
  const ProfileDiff time = diff_profiles(side("emscripten_3_1_14"), side("emscripten_3_1_27"));
  CHECK(change(time, "mktime").change == SymbolChange::retyped);
  CHECK(provided_text(*change(time, "mktime").before) == "(i32) -> i32");
  CHECK(provided_text(*change(time, "mktime").after) == "(i32) -> i64");
  const ProfileDiff wasm = diff_profiles(side("0.27.7"), side("0.29.5"));
  CHECK(has_cause(wasm, Incompatibility::Cause::exceptions));
  CHECK(has_cause(wasm, Incompatibility::Cause::setjmp));
  CHECK(change(wasm, "_PyLong_AsByteArray").change == SymbolChange::retyped);
  CHECK(change(wasm, "__cxa_throw").change == SymbolChange::provider);
  const ProfileDiff next = diff_profiles(side("0.29.5"), side("314.0.7"));
  CHECK_FALSE(has_cause(next, Incompatibility::Cause::exceptions));
  CHECK(change(next, "_PyLong_NumBits").change == SymbolChange::retyped);
  // Exports change between releases of one ABI, too.
  const ProfileDiff line = diff_profiles(side("314.0.0"), side("314.0.7"));
  CHECK(change(line, "__gcov_dump").change == SymbolChange::gone);
  CHECK(change(line, "__syscall_shutdown").change == SymbolChange::provider);
  CHECK(line.incompatibilities.empty());
}

TEST_CASE("a link list holds every name once, and comments where the format has them") {
  profile::AbiProfile profile =
      offering("old", {function("strlen", "i"), data("stdout"), function("#a", "i"),
                       function(" b", "i"), function("c\nd", "i")});
  profile.runtimes[0].loader.on_demand_prefixes = {"invoke_"};
  CHECK(link_list(newest(profile)) ==
        "# what old 1.0 offers to side modules (old, Emscripten 3.1.58)\n"
        "# wasm-ld -shared --experimental-pic --allow-undefined-file=THIS …, without\n"
        "# --unresolved-symbols=import-dynamic\n"
        "# the loader also makes invoke_… on demand: list those that you use\n"
        "stdout\n"
        "strlen\n");
}

}  // namespace wheelaudit::compare
