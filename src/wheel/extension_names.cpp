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

/// Attributes that importlib gives to every module.
constexpr std::array<std::string_view, 9> of_every_module{
    "__builtins__", "__cached__", "__dict__",    "__doc__", "__file__",
    "__loader__",   "__name__",   "__package__", "__spec__"};

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

bool makes_names(const NameSearch& search) {
  const auto found = [&](std::string_view text) { return search.found(text); };
  return std::ranges::any_of(makers_of_names, found) || (found(cython) && found(decompresses));
}

}  // namespace

std::vector<WantedName> wanted_names(const ModuleMap& map, const zip::Archive& archive,
                                     std::size_t source, std::string_view text) {
  constexpr std::size_t most_names = 500;
  std::vector<WantedName> wanted;
  const std::string_view path = installed_name(archive.members[source].name);
  for (const NamedImports& import : top_level_imports(text)) {
    const std::string module = module_path(path, import);
    const std::vector<std::size_t> extensions = map.extensions(module);
    if (extensions.empty() || map.has_source(module)) continue;
    // Submodules of a module are in a folder of its name.
    const bool has_parts = map.has_folder(module);
    const std::string folder = module + '/';
    for (const std::string& name : import.names) {
      if (!is_ascii_name(name) || std::ranges::find(of_every_module, name) != of_every_module.end())
        continue;
      if (has_parts && map.has_module(std::string(folder).append(name))) continue;
      for (const std::size_t member : extensions) {
        if (wanted.size() == most_names) return wanted;
        wanted.push_back({.module = member, .source = source, .line = import.line, .name = name});
      }
    }
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
  if (facts.kind != wasm::ModuleKind::side_module || !facts.sound() || needs_libraries) return {};
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
  return looked_for;
}

}  // namespace wheelaudit::wheel
