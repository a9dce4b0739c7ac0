// The function section and the frames of the code section, read once more: WABT hands bodies over
// one by one, but those who read code later want any body by its index.

#include "wasm/function_bodies.hpp"

#include "wasm/byte_reader.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {

FunctionBodies function_bodies(Bytes module, const SideModule& facts) {
  FunctionBodies result;
  for (const ImportedSymbol& import : facts.imports) {
    if (import.kind == ExternalKind::function) result.types.push_back(import.type);
  }
  const Section* declared = find_section(facts.sections, SectionId::function);
  const Section* code = find_section(facts.sections, SectionId::code);
  if (declared == nullptr || code == nullptr) return result;
  ByteReader types(module, declared->payload_offset, section_end(*declared),
                   "the function section");
  for (std::uint32_t left = types.count("count", 1); left > 0; --left) {
    result.types.push_back(types.u32("type"));
  }
  ByteReader bodies(module, code->payload_offset, section_end(*code), "the code section");
  for (std::uint32_t left = bodies.count("count", 1); left > 0 && bodies.more(); --left) {
    const std::uint32_t size = bodies.u32("size");
    const std::uint64_t begin = bodies.at();
    bodies.skip(size, "body");
    if (!bodies.failed()) result.bodies.emplace_back(begin, begin + size);
  }
  return result;
}

}  // namespace wheelaudit::wasm
