// Readers of target_features and producers (tool-conventions, Linking.md "Target Features Section"
// and ProducersSection.md), and of the sub-section frames of name (core specification 3.0, appendix
// "Custom Sections") and linking.

#include "wasm/custom.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "wasm/byte_reader.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

/// Bounds of ours, far above what compilers write (a dozen features): a feature takes 16 times its
/// bytes in memory.
constexpr std::uint32_t most_features = 1'000;
constexpr std::size_t longest_producers = 4'096;  // bytes of the joined text
/// The only version of the linking section (tool-conventions, Linking.md).
constexpr std::uint32_t linking_version = 2;

class CustomReader {
 public:
  explicit CustomReader(Bytes module) : module_(module) {}

  void read(const Section& section) {
    const std::string title = fmt::format("the {} section", section.name);
    ByteReader bytes(module_, section.payload_offset, section_end(section), title);
    bytes.name("name of the section");
    if (section.name == "target_features") {
      read_target_features(bytes);
    } else if (section.name == "producers") {
      read_producers(bytes);
    } else if (section.name == "name") {
      read_frames(bytes);
    } else if (section.name == "linking") {
      if (bytes.u32("version") != linking_version) {
        bytes.refuse(fmt::format("a version other than {}", linking_version));
      }
      read_frames(bytes);
    } else {
      return;
    }
    if (!bytes.failed()) return;
    facts_.notes.push_back(
        {.kind = ModuleFaultKind::note,
         .message = fmt::format("{} is broken and ignored: {}", title, bytes.fault()->message),
         .offset = bytes.fault()->offset});
  }

  CustomFacts take() { return std::move(facts_); }

 private:
  void read_target_features(ByteReader& bytes) {
    const std::uint32_t count = bytes.count("feature count", 2);
    if (count > most_features) bytes.refuse(fmt::format("{} features", count));
    for (std::uint32_t i = 0; i < count && !bytes.failed(); ++i) {
      const auto prefix = static_cast<char>(bytes.u8("prefix of a feature"));
      if (prefix != '+' && prefix != '-' && prefix != '=') {
        bytes.refuse("a feature whose prefix is not one of +, -, =");
      }
      std::string feature(1, prefix);
      feature += bytes.name("name of a feature");
      if (!bytes.failed()) facts_.target_features.push_back(std::move(feature));
    }
    refuse_rest(bytes);
  }

  void read_producers(ByteReader& bytes) {
    const std::uint32_t fields = bytes.count("field count", 2);
    for (std::uint32_t i = 0; i < fields && !bytes.failed(); ++i) {
      const std::string_view field = bytes.name("name of a field");
      const std::uint32_t values = bytes.count("value count", 2);
      for (std::uint32_t k = 0; k < values && !bytes.failed(); ++k) {
        const std::string_view name = bytes.name("name of a value");
        const std::string_view version = bytes.name("version of a value");
        if (field == "processed-by" && !bytes.failed()) add_producer(name, version);
      }
    }
    refuse_rest(bytes);
  }

  void add_producer(std::string_view name, std::string_view version) {
    if (facts_.producers.size() + name.size() + version.size() > longest_producers) return;
    if (!facts_.producers.empty()) facts_.producers += ", ";
    facts_.producers += name;
    if (!version.empty()) facts_.producers += fmt::format(" {}", version);
  }

  static void read_frames(ByteReader& bytes) {
    while (bytes.more()) {
      bytes.u8("id of a sub-section");
      bytes.skip(bytes.u32("size of a sub-section"), "sub-section");
    }
  }

  static void refuse_rest(ByteReader& bytes) {
    if (bytes.more()) bytes.refuse(fmt::format("{} bytes are left over", bytes.remaining()));
  }

  Bytes module_;
  CustomFacts facts_;
};

}  // namespace

CustomFacts read_custom_sections(Bytes module, const std::vector<Section>& sections) {
  CustomReader reader(module);
  for (const Section& section : sections) {
    if (section.id == 0) reader.read(section);
  }
  return reader.take();
}

}  // namespace wheelaudit::wasm
