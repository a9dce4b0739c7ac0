// The head's facts and the checks on them that WABT leaves to its users
// (docs/design/modules.md#wabt): indices within their space, no export twice, constant expressions
// of the right type, segments that fit their table. Core specification 3.0, sections 3.3 (constant
// expressions) and 3.5 (modules).

#include "wasm/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "wasm/encodings.hpp"

namespace wheelaudit::wasm {
namespace {

/// An export whose name another one has; null when there is none. The exports are sorted by hash,
/// then name, so that equal names are neighbours: a crafted file could make a hash table quadratic,
/// and sorting by name alone takes three times as long on mangled names.
const ExportedSymbol* find_duplicate(const std::vector<ExportedSymbol>& exports) {
  struct Entry {
    std::size_t hash;
    const ExportedSymbol* symbol;
  };
  std::vector<Entry> entries;
  entries.reserve(exports.size());
  for (const ExportedSymbol& symbol : exports) {
    entries.push_back({std::hash<std::string_view>{}(symbol.name), &symbol});
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.symbol->name < b.symbol->name;
  });
  const auto twice = std::ranges::adjacent_find(entries, [](const Entry& a, const Entry& b) {
    return a.hash == b.hash && a.symbol->name == b.symbol->name;
  });
  return twice == entries.end() ? nullptr : twice->symbol;
}

}  // namespace

bool ConstantExpression::combine(char letter) {
  const std::size_t size = stack_.size();
  if (size < 2 || stack_[size - 1] != letter || stack_[size - 2] != letter) return false;
  stack_.pop_back();
  return true;
}

bool ModuleHead::refuse(std::string message, ModuleFaultKind kind) {
  fault_ = ModuleFault{.kind = kind, .message = std::move(message), .offset = {}};
  return false;
}

bool ModuleHead::function_type_exists(std::uint32_t type) {
  if (type < module_.types.size()) return true;
  return refuse(fmt::format("type index {}, but there are {} types", type, module_.types.size()));
}

bool ModuleHead::tag_type(std::uint32_t type) {
  if (!function_type_exists(type)) return false;
  if (module_.types[type].results.empty()) return true;
  return refuse(fmt::format("a tag of type {}, expected no results", module_.types[type].str()));
}

bool ModuleHead::function_exists(std::uint32_t function) {
  if (function < spaces_.functions.size()) return true;
  return refuse(fmt::format("function index {}, but there are {} functions", function,
                            spaces_.functions.size()));
}

bool ModuleHead::mark_referenceable(std::uint32_t function) {
  if (!function_exists(function)) return false;
  spaces_.referenceable.resize(spaces_.functions.size());
  spaces_.referenceable[function] = true;
  return true;
}

bool ModuleHead::type(FunctionType type) {
  module_.types.push_back(std::move(type));
  return true;
}

ImportedSymbol& ModuleHead::add_import(std::string_view module, std::string_view name,
                                       ExternalKind kind) {
  const auto known = std::ranges::find(import_modules_, module, &SharedText::str);
  const SharedText shared =
      known != import_modules_.end() ? *known : SharedText(std::string(module));
  if (known == import_modules_.end() && import_modules_.size() < most_import_modules) {
    import_modules_.push_back(shared);
  }
  return module_.imports.emplace_back(ImportedSymbol{.module = shared,
                                                     .name = std::string(name),
                                                     .kind = kind,
                                                     .global = {},
                                                     .memory = {},
                                                     .table = {}});
}

bool ModuleHead::import_function(std::string_view module, std::string_view name,
                                 std::uint32_t type) {
  if (!function_type_exists(type)) return false;
  spaces_.functions.push_back(type);
  ++module_.imported_functions;
  add_import(module, name, ExternalKind::function).type = type;
  return true;
}

bool ModuleHead::import_table(std::string_view module, std::string_view name, TableType table) {
  spaces_.tables.push_back(table);
  add_import(module, name, ExternalKind::table).table = table;
  return true;
}

bool ModuleHead::import_memory(std::string_view module, std::string_view name, MemoryType memory) {
  spaces_.memories.push_back(memory);
  add_import(module, name, ExternalKind::memory).memory = memory;
  return true;
}

bool ModuleHead::import_global(std::string_view module, std::string_view name, GlobalType global) {
  spaces_.globals.push_back(global);
  ++spaces_.imported_globals;
  add_import(module, name, ExternalKind::global).global = global;
  return true;
}

bool ModuleHead::import_tag(std::string_view module, std::string_view name, std::uint32_t type) {
  if (!tag_type(type)) return false;
  spaces_.tags.push_back(type);
  add_import(module, name, ExternalKind::tag).type = type;
  return true;
}

bool ModuleHead::function(std::uint32_t type) {
  if (!function_type_exists(type)) return false;
  spaces_.functions.push_back(type);
  ++module_.defined_functions;
  return true;
}

bool ModuleHead::table(TableType table) {
  spaces_.tables.push_back(table);
  module_.tables.push_back(table);
  return true;
}

bool ModuleHead::memory(MemoryType memory) {
  spaces_.memories.push_back(memory);
  module_.memories.push_back(memory);
  return true;
}

bool ModuleHead::tag(std::uint32_t type) {
  if (!tag_type(type)) return false;
  spaces_.tags.push_back(type);
  module_.defined_tags.push_back(type);
  return true;
}

bool ModuleHead::global(GlobalType global) {
  spaces_.globals.push_back(global);
  constant_type_ = global.value;
  return true;
}

bool ModuleHead::exported(std::string_view name, ExternalKind kind, std::uint32_t index) {
  ExportedSymbol symbol{.name = std::string(name), .kind = kind, .index = index, .global = {}};
  std::size_t count = 0;
  switch (kind) {
    case ExternalKind::function:
      count = spaces_.functions.size();
      if (index < count) symbol.type = spaces_.functions[index];
      break;
    case ExternalKind::table:
      count = spaces_.tables.size();
      break;
    case ExternalKind::memory:
      count = spaces_.memories.size();
      break;
    case ExternalKind::global:
      count = spaces_.globals.size();
      if (index < count) symbol.global = spaces_.globals[index];
      break;
    case ExternalKind::tag:
      count = spaces_.tags.size();
      if (index < count) symbol.type = spaces_.tags[index];
      break;
  }
  if (index >= count) {
    return refuse(fmt::format("the export `{}` names {} {}, but there are {}", name,
                              external_kind_name(kind), index, count));
  }
  if (kind == ExternalKind::function && !mark_referenceable(index)) return false;
  module_.exports.push_back(std::move(symbol));
  return true;
}

bool ModuleHead::exports_end() {
  const ExportedSymbol* twice = find_duplicate(module_.exports);
  if (twice == nullptr) return true;
  return refuse(fmt::format("the name `{}` is exported twice", twice->name));
}

bool ModuleHead::start(std::uint32_t function) {
  if (!function_exists(function)) return false;
  const FunctionType& type = module_.types[spaces_.functions[function]];
  if (!type.params.empty() || !type.results.empty()) {
    return refuse(fmt::format("a start function of type {}, expected () -> ()", type.str()));
  }
  module_.start = function;
  return true;
}

bool ModuleHead::element_segment(std::uint32_t table, bool active) {
  active_table_.reset();
  constant_type_ = 'i';
  if (!active) return true;
  if (table >= spaces_.tables.size()) {
    return refuse(fmt::format("an element segment for table {}, but there are {} tables", table,
                              spaces_.tables.size()));
  }
  active_table_ = spaces_.tables[table].element;
  return true;
}

bool ModuleHead::element_type(char element) {
  spaces_.element_segments.push_back(element);
  if (!active_table_ || *active_table_ == element) return true;
  return refuse(fmt::format("an element segment of {} for a table of {}", value_type_name(element),
                            value_type_name(*active_table_)));
}

bool ModuleHead::element_function(std::uint32_t function) {
  if (spaces_.element_segments.back() != 'F') {
    return refuse(fmt::format("a function in an element segment of {}",
                              value_type_name(spaces_.element_segments.back())));
  }
  return mark_referenceable(function);
}

bool ModuleHead::element_null(char type) {
  if (type == spaces_.element_segments.back()) return true;
  return refuse(fmt::format("a null {} in an element segment of {}", value_type_name(type),
                            value_type_name(spaces_.element_segments.back())));
}

bool ModuleHead::data_count(std::uint32_t count) {
  spaces_.data_count = count;
  return true;
}

bool ModuleHead::data_segments(std::uint32_t count) {
  seen_data_segments_ = count;
  return true;
}

bool ModuleHead::data_segment(std::uint32_t memory, bool active) {
  constant_type_ = 'i';
  if (!active) return true;
  if (memory >= spaces_.memories.size()) {
    return refuse(fmt::format("a data segment for memory {}, but there are {} memories", memory,
                              spaces_.memories.size()));
  }
  if (spaces_.memories[memory].is_64) constant_type_ = 'j';
  return true;
}

bool ModuleHead::end() {
  if (spaces_.data_count.value_or(seen_data_segments_) == seen_data_segments_) return true;
  return refuse(fmt::format("the data count section says {} segments, the data section holds {}",
                            *spaces_.data_count, seen_data_segments_));
}

bool ModuleHead::begin_constant() {
  constant_.emplace(constant_type_);
  return true;
}

bool ModuleHead::constant(char letter) {
  constant_->push(letter);
  return true;
}

bool ModuleHead::constant_arithmetic(char letter) {
  if (constant_->combine(letter)) return true;
  return refuse(fmt::format("arithmetic in a constant expression without two {} before it",
                            value_type_name(letter)));
}

bool ModuleHead::constant_global(std::uint32_t global) {
  if (global >= spaces_.globals.size()) {
    return refuse(fmt::format("global index {}, but there are {} globals so far", global,
                              spaces_.globals.size()));
  }
  if (spaces_.globals[global].is_mutable) {
    return refuse(fmt::format("a constant expression reads the mutable global {}", global));
  }
  if (global >= spaces_.imported_globals) {
    return refuse(
        fmt::format("a constant expression reads global {} of the module itself (GC proposal)",
                    global),
        ModuleFaultKind::not_understood);
  }
  constant_->push(spaces_.globals[global].value);
  return true;
}

bool ModuleHead::constant_function(std::uint32_t function) {
  if (!mark_referenceable(function)) return false;
  constant_->push('F');
  return true;
}

bool ModuleHead::constant_end() {
  constant_->end();
  return true;
}

bool ModuleHead::end_constant() {
  if (constant_->complete()) return true;
  if (!constant_->ended()) return refuse("a constant expression does not end");
  if (constant_->stack().size() != 1) {
    return refuse(fmt::format("a constant expression leaves {} values, expected one",
                              constant_->stack().size()));
  }
  return refuse(fmt::format("a constant expression of type {}, expected {}",
                            value_type_name(constant_->stack().front()),
                            value_type_name(constant_->expected())));
}

}  // namespace wheelaudit::wasm
