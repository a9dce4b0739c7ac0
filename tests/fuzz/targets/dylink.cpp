// The dylink section by itself, in a module without other sections. Sub-sections fill the payload
// without gaps; a rewritten section has what was asked for, and nothing else changed.

#include <algorithm>

#include "base/leb128.hpp"
#include "checks.hpp"
#include "targets.hpp"
#include "wasm/rewrite.hpp"

namespace wheelaudit::fuzz {
namespace {

ByteVector module_of(bool legacy, Bytes payload) {
  const std::string_view name = legacy ? "dylink" : "dylink.0";
  ByteVector module = to_byte_vector(std::string_view("\0asm\1\0\0\0\0", 9));
  append_leb128(module, 1 + name.size() + payload.size());
  append_leb128(module, name.size());
  for (const std::byte byte : as_bytes(name)) module.push_back(byte);
  module.insert(module.end(), payload.begin(), payload.end());
  return module;
}

wasm::SideModule reread(Bytes module) {
  wasm::SideModule facts = wasm::read_side_module(module, wasm::Depth::head);
  require_sane(facts, module.size());
  return facts;
}

void require_tiles(const wasm::DylinkInfo& dylink, std::size_t size) {
  if (dylink.legacy) return;
  std::uint64_t at = dylink.subsections.empty() ? size : dylink.subsections.front().offset;
  for (const wasm::DylinkSubsection& part : dylink.subsections) {
    require(part.offset == at && part.payload_offset > part.offset, "sub-sections tile");
    at = part.payload_offset + part.payload_size;
  }
  require(at == size, "sub-sections tile to the end");
}

void require_rewrites(Bytes module, const wasm::SideModule& facts) {
  const auto same = wasm::rewrite_module(module, facts, {});
  require(same && std::ranges::equal(*same, module), "no change changes no byte");
  wasm::ModuleChange change{.runtime_path = {{"", "$ORIGIN/../x.libs"}}, .modern_dylink = true};
  for (const std::string& needed : facts.dylink->needed) change.needed.emplace_back(needed, "new");
  const auto changed = wasm::rewrite_module(module, facts, change);
  require(changed.has_value(), "a sound module can be rewritten");
  const wasm::SideModule after = reread(*changed);
  require(after.sound() && after.dylink && !after.dylink->legacy, "what was rewritten is sound");
  require(after.dylink->needed.size() == facts.dylink->needed.size() &&
              std::ranges::all_of(after.dylink->needed,
                                  [](const std::string& name) { return name == "new"; }),
          "needed names were renamed");
  require(std::ranges::count(after.dylink->runtime_path, "$ORIGIN/../x.libs") >= 1,
          "the run path was added");
  require(after.dylink->memory_size == facts.dylink->memory_size &&
              after.dylink->table_alignment == facts.dylink->table_alignment &&
              after.dylink->imports.size() == facts.dylink->imports.size(),
          "the rest stays");
}

}  // namespace

void dylink(Bytes input) {
  if (input.empty()) return;
  const ByteVector module = module_of(input.front() == std::byte{'o'}, input.subspan(1));
  const wasm::SideModule facts = reread(module);
  require(facts_text(facts) == facts_text(reread(module)), "two readings agree");
  if (facts.kind != wasm::ModuleKind::side_module || !facts.sound()) return;
  require_tiles(*facts.dylink, module.size());
  require_rewrites(module, facts);
}

}  // namespace wheelaudit::fuzz
