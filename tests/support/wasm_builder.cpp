// Builds modules from sections. The encodings are written out here so that the tests of the reader
// do not depend on the reader.

#include "wasm_builder.hpp"

namespace wheelaudit::test {
namespace {

int value_byte(char letter) {
  switch (letter) {
    case 'i':
      return 0x7f;
    case 'j':
      return 0x7e;
    case 'f':
      return 0x7d;
    case 'd':
      return 0x7c;
    case 'V':
      return 0x7b;
    case 'F':
      return 0x70;
    case 'e':
      return 0x6f;
    default:
      return 0x69;  // exnref
  }
}

std::string value_types(std::string_view letters) {
  std::string text = leb(letters.size());
  for (const char letter : letters) text += bytes({value_byte(letter)});
  return text;
}

}  // namespace

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

std::string leb(std::uint64_t value) {
  std::string text;
  do {
    const auto low = static_cast<int>(value & 0x7f);
    value >>= 7;
    text += bytes({value == 0 ? low : low | 0x80});
  } while (value != 0);
  return text;
}

std::string name(std::string_view text) { return leb(text.size()) + std::string(text); }

std::string list(const std::vector<std::string>& items) {
  std::string text = leb(items.size());
  for (const std::string& item : items) text += item;
  return text;
}

std::string section(int id, std::string_view payload) {
  return bytes({id}) + leb(payload.size()) + std::string(payload);
}

std::string custom_section(std::string_view title, std::string_view payload) {
  return section(0, name(title) + std::string(payload));
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string type_of(std::string_view params, std::string_view results) {
  return bytes({0x60}) + value_types(params) + value_types(results);
}

std::string import_of(std::string_view module, std::string_view field, int kind,
                      std::string_view description) {
  return name(module) + name(field) + bytes({kind}) + std::string(description);
}

std::string export_of(std::string_view field, int kind, std::uint32_t index) {
  return name(field) + bytes({kind}) + leb(index);
}

std::string body(std::string_view instructions, std::string_view locals) {
  const std::string inner = (locals.empty() ? bytes({0}) : std::string(locals)) +
                            std::string(instructions) + bytes({0x0b});
  return leb(inner.size()) + inner;
}

std::string ModuleParts::bytes() const {
  std::string text(preamble);
  if (!dylink.empty()) text += custom_section("dylink.0", dylink);
  const std::pair<int, const std::string*> ordered[] = {
      {1, &types},       {2, &imports}, {3, &functions}, {4, &tables}, {5, &memories},
      {13, &tags},       {6, &globals}, {7, &exports},   {8, &start},  {9, &elements},
      {12, &data_count}, {10, &code},   {11, &data}};
  for (const auto& [id, payload] : ordered) {
    if (!payload->empty()) text += section(id, *payload);
  }
  return text + tail;
}

ModuleParts good_module() {
  ModuleParts parts;
  parts.dylink =
      section(1, leb(16) + leb(4) + leb(2) + leb(0)) + section(2, list({name("libx.so")}));
  parts.types = list({type_of("", "i"), type_of("i", "i"), type_of("", ""), type_of("i", "")});
  parts.imports = list({import_of("env", "memory", 2, bytes({0, 1})),
                        import_of("env", "__indirect_function_table", 1, bytes({0x70, 0, 2})),
                        import_of("env", "__memory_base", 3, bytes({0x7f, 0})),
                        import_of("env", "__table_base", 3, bytes({0x7f, 0})),
                        import_of("env", "puts", 0, leb(1)),
                        import_of("GOT.mem", "stdout", 3, bytes({0x7f, 1}))});
  parts.functions = list({leb(2), leb(0)});
  parts.globals = list({bytes({0x7f, 0, 0x41, 7, 0x0b})});
  parts.exports = list({export_of("__wasm_call_ctors", 0, 1), export_of("PyInit_example", 0, 2),
                        export_of("answer", 3, 3)});
  parts.elements = list({bytes({0, 0x23, 1, 0x0b}) + list({leb(1), leb(2)})});
  parts.code = list({body(bytes({0x41, 0, 0x10, 0, 0x1a})), body(bytes({0x41, 42}))});
  parts.data = list({bytes({0, 0x23, 0, 0x0b}) + name("sixteen bytes ..")});
  return parts;
}

ModuleParts module_with_bodies(std::uint32_t type, const std::vector<std::string>& bodies) {
  ModuleParts parts = good_module();
  std::vector<std::string> functions{leb(type)};
  for (std::size_t i = 1; i < bodies.size(); ++i) functions.push_back(leb(2));
  parts.functions = list(functions);
  parts.exports = list({export_of("answer", 3, 3)});
  parts.elements = list({bytes({0, 0x23, 1, 0x0b}) + list({leb(1)})});
  parts.code = list(bodies);
  return parts;
}

wasm::SideModule read(const ModuleParts& parts, wasm::Depth depth) {
  return read(parts.bytes(), depth);
}

wasm::SideModule read(std::string_view module, wasm::Depth depth) {
  return wasm::read_side_module(as_bytes(module), depth);
}

std::string fault_of(const wasm::SideModule& module) {
  if (module.faults.empty()) return "sound";
  std::string text;
  for (const wasm::ModuleFault& fault : module.faults) {
    if (!text.empty()) text += "; ";
    if (fault.kind == wasm::ModuleFaultKind::limit) text += "limit: ";
    if (fault.kind == wasm::ModuleFaultKind::not_understood) text += "later: ";
    if (fault.kind == wasm::ModuleFaultKind::note) text += "note: ";
    text += fault.message;
  }
  return text;
}

}  // namespace wheelaudit::test
