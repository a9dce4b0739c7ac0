// Python names against the bytes of modules. Imports are resolved as importlib does (packages
// before extension modules before sources), but only to members of the wheel itself. The search is
// an Aho-Corasick automaton over the letters of names: one pass over the bytes for all names
// together.

#include "wheel/extension_names.hpp"

#include <algorithm>
#include <array>

#include "base/path.hpp"
#include "base/text.hpp"
#include "wheel/python_imports.hpp"

namespace wheelaudit::wheel {
namespace {

/// The path of the module that a statement names, `pkg/mod`; empty when it leads out of the top.
std::string module_path(std::string_view source_path, const NamedImports& import) {
  std::string module = import.module;
  std::ranges::replace(module, '.', '/');
  if (import.level == 0) return module;
  // One dot is the package of the source, which is its folder, also when the source is `__init__`.
  std::string_view package = source_path;
  for (std::uint32_t i = 0; i < import.level; ++i) {
    const std::size_t slash = package.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return {};
    package = package.substr(0, slash);
  }
  return module.empty() ? std::string(package) : std::string(package) + '/' + module;
}

/// Attributes that every module has: importlib sets the first row, all others are those of
/// `types.ModuleType` and `object`, which `from module import name` finds too.
constexpr std::array<std::string_view, 34> of_every_module{
    "__builtins__", "__cached__",        "__dict__",         "__doc__",     "__file__",
    "__loader__",   "__name__",          "__package__",      "__spec__",    "__annotations__",
    "__class__",    "__delattr__",       "__dir__",          "__eq__",      "__format__",
    "__ge__",       "__getattribute__",  "__getstate__",     "__gt__",      "__hash__",
    "__init__",     "__init_subclass__", "__le__",           "__lt__",      "__ne__",
    "__new__",      "__reduce__",        "__reduce_ex__",    "__repr__",    "__setattr__",
    "__sizeof__",   "__str__",           "__subclasshook__", "__annotate__"};

bool is_ascii_name(std::string_view name) { return !name.empty() && is_ascii(name); }

/// The number of letters of ASCII names (a-z, A-Z, 0-9, '_'). `letter_table` gives 0 to 62 for
/// these and `no_letter` for any other byte.
constexpr std::uint8_t letters = 63;
constexpr std::uint8_t no_letter = 255;
constexpr std::array<std::uint8_t, 256> letter_table = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_letter);
  std::uint8_t next = 0;
  for (std::size_t c = 0; c < 256; ++c) {
    const bool letter =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z');
    if (letter) table[c] = next++;
  }
  return table;
}();

/// The automaton of Aho and Corasick with all transitions computed beforehand. Use: `add` per name,
/// `finish`, `look` per range of bytes, `mark_suffixes`, `found`.
class NameSearch {
 public:
  /// Adds a name; false, without adding it, when the names would have over `most_letters` letters.
  bool add(std::string_view name) {
    if (total_ + name.size() > most_letters) return false;
    total_ += name.size();
    std::uint32_t node = 0;
    for (const char c : name) {
      const std::uint8_t letter = letter_table[static_cast<unsigned char>(c)];
      if (nodes_[node].next[letter] == 0) {
        nodes_[node].next[letter] = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
      }
      node = nodes_[node].next[letter];
    }
    return true;
  }

  /// Computes the transitions, breadth first: a node has its own, and for the other letters those
  /// of the node of its longest proper suffix.
  void finish() {
    for (const std::uint32_t child : nodes_[0].next) {
      if (child != 0) order_.push_back(child);
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint32_t node = order_[i];
      for (std::size_t letter = 0; letter < letters; ++letter) {
        const std::uint32_t child = nodes_[node].next[letter];
        const std::uint32_t fallback = nodes_[nodes_[node].suffix].next[letter];
        if (child == 0) {
          nodes_[node].next[letter] = fallback;
        } else {
          nodes_[child].suffix = fallback;
          order_.push_back(child);
        }
      }
    }
  }

  void look(Bytes bytes) {
    std::uint32_t node = 0;
    for (const std::byte byte : bytes) {
      const std::uint8_t letter = letter_table[std::to_integer<std::size_t>(byte)];
      node = letter == no_letter ? 0 : nodes_[node].next[letter];
      nodes_[node].met = true;
    }
  }

  /// Where a node was met, its suffixes were met too: marks them. To be called before `found`.
  void mark_suffixes() {
    for (std::size_t i = order_.size(); i > 0; --i) {
      const Node& node = nodes_[order_[i - 1]];
      if (node.met) nodes_[node.suffix].met = true;
    }
  }

  /// Whether the bytes hold `name`, which must have been added.
  [[nodiscard]] bool found(std::string_view name) const {
    std::uint32_t node = 0;
    for (const char c : name) {
      node = nodes_[node].next[letter_table[static_cast<unsigned char>(c)]];
    }
    return nodes_[node].met;
  }

 private:
  /// A node takes 260 bytes and there is at most one per letter, so 4 MiB in all.
  static constexpr std::size_t most_letters = 16'384;
  struct Node {
    std::array<std::uint32_t, letters> next{};
    std::uint32_t suffix = 0;
    bool met = false;
  };
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<std::uint32_t> order_;
  std::size_t total_ = 0;
};

/// Searches all of a module but its code, whose bytes are not text.
void look_outside_code(NameSearch& search, Bytes bytes, const wasm::SideModule& facts) {
  constexpr std::uint8_t code_section = 10;
  for (const wasm::Section& section : facts.sections) {
    if (section.id == code_section || section.payload_offset > bytes.size()) continue;
    const std::uint64_t rest = bytes.size() - section.payload_offset;
    search.look(bytes.subspan(static_cast<std::size_t>(section.payload_offset),
                              static_cast<std::size_t>(std::min(section.payload_size, rest))));
  }
}

// A module with one of these texts makes names that its bytes need not hold: with `__getattr__`
// when they are asked for, with cffi's backend (`ffi`, `lib`), or in the shared module of mypyc.
// Likewise with both of the next two texts: Cython's start code imports a codec by name and
// decompresses the names with it.
constexpr std::array<std::string_view, 3> makers_of_names{"__getattr__", "_cffi_backend",
                                                          "__mypyc"};
constexpr std::string_view cython = "cython";
constexpr std::string_view decompresses = "decompress";

// Texts that the code makes from constants: a compiler stores a short string as numbers of one to
// eight bytes (16 with SIMD) and its letters then stand nowhere else. Every place of the section is
// tried as the beginning of an instruction, since what is found too much only excuses a name.
class Immediates {
 public:
  explicit Immediates(Bytes code) {
    constexpr auto i32_const = std::byte{0x41};
    constexpr auto i64_const = std::byte{0x42};
    for (std::size_t at = 0; at < code.size(); ++at) {
      if (code[at] == i32_const || code[at] == i64_const) add(code.subspan(at + 1));
      if (code[at] == std::byte{0xfd} && at + 18 <= code.size() && code[at + 1] == std::byte{0x0c})
        literals_.push_back(code.subspan(at + 2, 16));
    }
    std::ranges::sort(firsts_);
    const auto again = std::ranges::unique(firsts_);
    firsts_.erase(again.begin(), again.end());
  }

  /// Letters of all constants that are text, in the order of the code.
  [[nodiscard]] Bytes letters() const { return as_bytes(letters_); }
  [[nodiscard]] const std::vector<Bytes>& literals() const { return literals_; }
  /// Whether a constant is the beginning of the name, as a compiler cuts it: eight bytes, four, or
  /// a shorter name whole.
  [[nodiscard]] bool begin(std::string_view name) const {
    for (const std::size_t size : {std::size_t{8}, std::size_t{4}, std::size_t{2}}) {
      if (size == 2 && name.size() > 3) continue;
      std::uint64_t value = 0;
      for (std::size_t i = std::min(size, name.size()); i > 0; --i)
        value = value << 8 | static_cast<unsigned char>(name[i - 1]);
      if (std::ranges::binary_search(firsts_, value)) return true;
    }
    return false;
  }

 private:
  /// A signed LEB128 number whose bytes are letters, zeros behind them.
  void add(Bytes bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 10); ++i) {
      value |= (std::to_integer<std::uint64_t>(bytes[i]) & 0x7f) << (7 * i);
      if ((bytes[i] & std::byte{0x80}) == std::byte{0}) break;
    }
    std::string text;
    for (std::uint64_t rest = value; rest != 0; rest >>= 8) {
      const auto letter = static_cast<unsigned char>(rest & 0xff);
      if (letter_table[letter] == no_letter) return;
      text += static_cast<char>(letter);
    }
    if (text.empty()) return;
    letters_ += text;
    firsts_.push_back(value);
  }

  std::string letters_;
  std::vector<std::uint64_t> firsts_;  ///< sorted
  std::vector<Bytes> literals_;        ///< of v128.const
};

Bytes code_of(Bytes bytes, const wasm::SideModule& facts) {
  constexpr std::uint8_t code_section = 10;
  for (const wasm::Section& section : facts.sections) {
    const bool inside = section.payload_offset <= bytes.size() &&
                        section.payload_size <= bytes.size() - section.payload_offset;
    if (section.id == code_section && inside)
      return bytes.subspan(section.payload_offset, section.payload_size);
  }
  return {};
}

/// The names that neither constants nor their sequence can make.
std::vector<WantedName> not_made_of_immediates(std::vector<WantedName> names, Bytes code) {
  if (names.empty()) return names;
  const Immediates immediates(code);
  NameSearch search;
  std::erase_if(names, [&](const WantedName& name) {
    return !search.add(name.name) || immediates.begin(name.name);
  });
  search.finish();
  search.look(immediates.letters());
  for (const Bytes literal : immediates.literals()) search.look(literal);
  search.mark_suffixes();
  std::erase_if(names, [&](const WantedName& name) { return search.found(name.name); });
  return names;
}

bool makes_names(const NameSearch& search) {
  const auto found = [&](std::string_view text) { return search.found(text); };
  return std::ranges::any_of(makers_of_names, found) || (found(cython) && found(decompresses));
}

// Of one source; more are generated code.
constexpr std::size_t most_of_a_source = 500;

/// Names of one statement that are to be found in extension modules.
std::vector<WantedName> wanted_names(const ModuleMap& map, std::size_t source,
                                     const NamedImports& import, const std::string& module) {
  std::vector<WantedName> wanted;
  const std::vector<std::size_t> extensions = map.extensions(module);
  if (import.names.empty() || extensions.empty() || map.has_source(module)) return wanted;
  // Submodules of a module are in a folder of its name.
  const bool has_parts = map.has_folder(module);
  const std::string folder = module + '/';
  for (const std::string& name : import.names) {
    if (!is_ascii_name(name) || std::ranges::find(of_every_module, name) != of_every_module.end())
      continue;
    if (has_parts && map.has_module(std::string(folder).append(name))) continue;
    for (const std::size_t member : extensions) {
      if (wanted.size() == most_of_a_source) return wanted;
      wanted.push_back({.module = member, .source = source, .line = import.line, .name = name});
    }
  }
  return wanted;
}

/// Adds the members that the module of this path is imported from.
void add_members(const ModuleMap& map, const NamedImports& import, std::string_view module,
                 std::vector<ImportedMember>& imported) {
  const auto add = [&](std::size_t member) {
    if (imported.size() < most_of_a_source)
      imported.push_back({.member = member, .nested = !import.top_level, .line = import.line});
  };
  if (const auto source = map.source(module)) {
    add(*source);
  } else {
    std::ranges::for_each(map.extensions(module), add);
  }
}

/// Adds what a statement imports: the packages on the way, the module, and names of it that are
/// modules.
void add_imported(const ModuleMap& map, const NamedImports& import, const std::string& module,
                  std::vector<ImportedMember>& imported) {
  if (module.empty()) return;
  constexpr std::size_t deepest = 32;
  std::size_t depth = 0;
  for (std::size_t at = module.find('/'); at != std::string::npos && depth < deepest; ++depth) {
    add_members(map, import, std::string_view(module).substr(0, at), imported);
    at = module.find('/', at + 1);
  }
  add_members(map, import, module, imported);
  if (import.names.empty() || !map.has_folder(module)) return;
  for (const std::string& name : import.names) {
    if (imported.size() >= most_of_a_source) return;
    add_members(map, import, module + '/' + name, imported);
  }
}

}  // namespace

std::string_view module_word(std::string_view path) {
  const std::string_view file = last_component(path);
  const std::string_view stem = file.substr(0, file.find('.'));
  const std::string_view folder = folder_of(path);
  return stem != "__init__" || folder.empty() ? stem : last_component(folder);
}

SourceFacts source_facts(const ModuleMap& map, const zip::Archive& archive, std::size_t source,
                         std::string_view text) {
  const std::string_view path = installed_name(archive.members[source].name);
  PythonSource python = read_python(text);
  SourceFacts facts;
  facts.settings = std::move(python.settings);
  for (const NamedImports& import : python.imports) {
    const std::string module = module_path(path, import);
    add_imported(map, import, module, facts.imported);
    if (!import.top_level) continue;
    for (WantedName& name : wanted_names(map, source, import, module)) {
      if (facts.wanted.size() < most_of_a_source) facts.wanted.push_back(std::move(name));
    }
  }
  std::ranges::sort(facts.imported);
  const auto again = std::ranges::unique(facts.imported, {}, &ImportedMember::member);
  facts.imported.erase(again.begin(), again.end());
  return facts;
}

std::vector<std::size_t> sources_at_import(const zip::Archive& archive,
                                           std::span<const std::size_t> sources,
                                           std::span<const std::vector<ImportedMember>> imported) {
  const auto is_package = [](std::string_view path) {
    const std::string_view folder = folder_of(path);
    return !folder.empty() && folder.find('/') == std::string_view::npos &&
           last_component(path) == "__init__.py";
  };
  std::vector<std::size_t> packages;  // indices into `sources`
  std::vector<std::size_t> modules;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string_view path = installed_name(archive.members[sources[i]].name);
    if (is_package(path)) packages.push_back(i);
    if (folder_of(path).empty()) modules.push_back(i);
  }
  std::vector<std::size_t> open = packages.empty() ? modules : packages;
  std::vector<bool> runs(sources.size());
  for (const std::size_t root : open) runs[root] = true;
  while (!open.empty()) {
    const std::size_t from = open.back();
    open.pop_back();
    for (const ImportedMember& to : imported[from]) {
      const auto place = std::ranges::lower_bound(sources, to.member);
      if (to.nested || place == sources.end() || *place != to.member) continue;
      const auto index = static_cast<std::size_t>(place - sources.begin());
      if (runs[index]) continue;
      runs[index] = true;
      open.push_back(index);
    }
  }
  std::vector<std::size_t> reached;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (runs[i]) reached.push_back(sources[i]);
  }
  return reached;
}

std::vector<WantedName> without_set_names(std::vector<WantedName> wanted,
                                          const zip::Archive& archive,
                                          std::span<const AttributeSetting> settings) {
  const auto is_set = [&](std::string_view object, std::string_view name) {
    return std::ranges::binary_search(
        settings, std::pair(object, name), {}, [](const AttributeSetting& setting) {
          return std::pair(std::string_view(setting.object), std::string_view(setting.name));
        });
  };
  std::vector<std::string_view> set_names;
  for (const AttributeSetting& setting : settings) set_names.push_back(setting.name);
  std::ranges::sort(set_names);
  std::erase_if(wanted, [&](const WantedName& want) {
    const std::string_view word = module_word(archive.members[want.module].name);
    return is_set(word, want.name) || is_set(word, "") || is_set("", want.name) || is_set("", "");
  });
  for (WantedName& want : wanted) {
    want.set_elsewhere = std::ranges::binary_search(set_names, std::string_view(want.name));
  }
  return wanted;
}

bool only_imports(const ModuleMap& map, const zip::Archive& archive, std::size_t source,
                  std::string_view text) {
  const auto imports = imports_of_declarations(text);
  if (!imports) return false;
  const std::string_view path = installed_name(archive.members[source].name);
  const auto is_extension = [&](const std::string& module) {
    return !map.extensions(module).empty() && !map.has_source(module);
  };
  return std::ranges::all_of(*imports, [&](const NamedImports& import) {
    const std::string module = module_path(path, import);
    if (is_extension(module)) return true;
    if (import.level == 0) return !map.has_module(module.substr(0, module.find('/')));
    return import.module.empty() && std::ranges::all_of(import.names, [&](const std::string& name) {
             return is_extension(std::string(module).append(1, '/').append(name));
           });
  });
}

std::vector<WantedName> absent_names(Bytes bytes, const wasm::SideModule& facts,
                                     const std::vector<WantedName>& wanted) {
  const bool needs_libraries = facts.dylink && !facts.dylink->needed.empty();
  if (!facts.can_be_linked() || needs_libraries) return {};
  NameSearch search;
  for (const std::string_view text : makers_of_names) static_cast<void>(search.add(text));
  for (const std::string_view text : {cython, decompresses}) static_cast<void>(search.add(text));
  std::vector<WantedName> looked_for;
  for (const WantedName& name : wanted) {
    if (search.add(name.name)) looked_for.push_back(name);
  }
  search.finish();
  look_outside_code(search, bytes, facts);
  search.mark_suffixes();
  if (makes_names(search)) return {};
  std::erase_if(looked_for, [&](const WantedName& name) { return search.found(name.name); });
  return not_made_of_immediates(std::move(looked_for), code_of(bytes, facts));
}

}  // namespace wheelaudit::wheel
