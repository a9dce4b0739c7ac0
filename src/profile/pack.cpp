// Profiles as one block of bytes: a header; per profile its description (small, decoded whole) and
// its symbol table (large, searched in place); and one pool of strings for all profiles, because
// ten ABIs share most of their names. `pack_profile` makes the same block of one profile.
//
// Header, u32 little-endian: magic, number of profiles, pool offset, pool size; then per profile
// the offset and size of its description and the offset of its symbol table.

#include "profile/pack.hpp"

#include <algorithm>

#include "profile/loader_fields.hpp"
#include "profile/packed.hpp"
#include "profile/release_set.hpp"

namespace wheelaudit::profile {
namespace {

constexpr std::uint32_t magic = 0x31504157;  // "WAP1"
constexpr std::size_t header_size = 16;
constexpr std::size_t entry_size = 12;

class DescriptionWriter {
 public:
  explicit DescriptionWriter(StringPool& pool) : pool_(pool) {}

  void number(std::uint64_t value) { append_leb128(bytes_, value); }
  void text(std::string_view value) { number(pool_.offset_of(value)); }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  ByteVector take() { return std::move(bytes_); }

 private:
  StringPool& pool_;
  ByteVector bytes_;
};

std::vector<std::string> read_texts(PackedReader& reader) {
  std::vector<std::string> texts(reader.count());
  for (std::string& text : texts) text = reader.text();
  return texts;
}

void write_memory(DescriptionWriter& writer, const wasm::MemoryType& memory) {
  writer.number(memory.minimum);
  writer.number(memory.maximum ? *memory.maximum + 1 : 0);
  writer.number((memory.shared ? 1U : 0U) | (memory.is_64 ? 2U : 0U));
}

wasm::MemoryType read_memory(PackedReader& reader) {
  wasm::MemoryType memory;
  memory.minimum = reader.varint();
  if (const std::uint64_t maximum = reader.varint(); maximum > 0) memory.maximum = maximum - 1;
  const std::uint64_t flags = reader.varint();
  memory.shared = (flags & 1) != 0;
  memory.is_64 = (flags & 2) != 0;
  return memory;
}

void write_loader(DescriptionWriter& writer, const LoaderBehaviour& loader) {
  for_each_loader_value(loader, [&](std::string_view, const auto& value) {
    writer.number(static_cast<std::uint64_t>(value));
  });
  for_each_loader_list(loader, [&](std::string_view, const std::vector<std::string>& names) {
    writer.texts(names);
  });
  writer.number(loader.globals.size());
  for (const auto& [name, type] : loader.globals) {
    writer.text(name);
    writer.number((static_cast<std::uint64_t>(static_cast<unsigned char>(type.value)) << 1) |
                  (type.is_mutable ? 1U : 0U));
  }
}

LoaderBehaviour read_loader(PackedReader& reader) {
  LoaderBehaviour loader;
  for_each_loader_value(loader, [&](std::string_view, auto& value) {
    value = static_cast<std::remove_cvref_t<decltype(value)>>(reader.varint());
  });
  for_each_loader_list(loader, [&](std::string_view, std::vector<std::string>& names) {
    names = read_texts(reader);
  });
  loader.globals.resize(reader.count());
  for (auto& [name, type] : loader.globals) {
    name = reader.text();
    const std::uint64_t packed = reader.varint();
    type = {.value = static_cast<char>(packed >> 1), .is_mutable = (packed & 1) != 0};
  }
  return loader;
}

void write_packages(DescriptionWriter& writer, const std::vector<BundledPackage>& packages) {
  writer.number(packages.size());
  for (const BundledPackage& package : packages) {
    writer.text(package.name);
    writer.text(package.version);
    writer.texts(package.depends);
    writer.number(package.is_shared_library ? 1 : 0);
  }
}

std::vector<BundledPackage> read_packages(PackedReader& reader) {
  std::vector<BundledPackage> packages(reader.count());
  for (BundledPackage& package : packages) {
    package.name = reader.text();
    package.version = reader.text();
    package.depends = read_texts(reader);
    package.is_shared_library = reader.varint() != 0;
  }
  return packages;
}

void write_libraries(DescriptionWriter& writer, const std::vector<LinkedLibrary>& libraries) {
  writer.number(libraries.size());
  for (const LinkedLibrary& library : libraries) {
    writer.text(library.name);
    writer.text(library.version);
    writer.number(library.documented ? 1 : 0);
  }
}

std::vector<LinkedLibrary> read_libraries(PackedReader& reader) {
  std::vector<LinkedLibrary> libraries(reader.count());
  for (LinkedLibrary& library : libraries) {
    library.name = reader.text();
    library.version = reader.text();
    library.documented = reader.varint() != 0;
  }
  return libraries;
}

void write_provenance(DescriptionWriter& writer, const Provenance& provenance) {
  for (const std::string* text :
       {&provenance.package, &provenance.version, &provenance.integrity, &provenance.wasm_sha256,
        &provenance.loader_sha256, &provenance.lock_sha256}) {
    writer.text(*text);
  }
}

Provenance read_provenance(PackedReader& reader) {
  Provenance provenance;
  for (std::string* text :
       {&provenance.package, &provenance.version, &provenance.integrity, &provenance.wasm_sha256,
        &provenance.loader_sha256, &provenance.lock_sha256}) {
    *text = reader.text();
  }
  return provenance;
}

void write_runtime(DescriptionWriter& writer, const Runtime& runtime) {
  writer.text(runtime.version);
  writer.number(runtime.prerelease ? 1 : 0);
  writer.text(runtime.python);
  writer.text(runtime.emscripten);
  writer.texts(runtime.installer_tags);
  write_memory(writer, runtime.memory);
  writer.number(runtime.table_minimum);
  write_loader(writer, runtime.loader);
  write_packages(writer, runtime.packages);
  write_libraries(writer, runtime.libraries);
  write_provenance(writer, runtime.provenance);
}

Runtime read_runtime(PackedReader& reader) {
  Runtime runtime;
  runtime.version = reader.text();
  runtime.prerelease = reader.varint() != 0;
  runtime.python = reader.text();
  runtime.emscripten = reader.text();
  runtime.installer_tags = read_texts(reader);
  runtime.memory = read_memory(reader);
  runtime.table_minimum = reader.varint();
  runtime.loader = read_loader(reader);
  runtime.packages = read_packages(reader);
  runtime.libraries = read_libraries(reader);
  runtime.provenance = read_provenance(reader);
  return runtime;
}

ByteVector describe(const AbiProfile& profile, StringPool& pool) {
  DescriptionWriter writer(pool);
  writer.text(profile.id);
  writer.texts(profile.tags);
  writer.text(profile.emscripten);
  writer.text(profile.python);
  writer.texts(profile.extension_suffixes);
  writer.number(profile.prerelease ? 1 : 0);
  writer.number(profile.runtimes.size());
  for (const Runtime& runtime : profile.runtimes) write_runtime(writer, runtime);
  return writer.take();
}

AbiProfile read_description(PackedReader& reader) {
  AbiProfile profile;
  profile.id = reader.text();
  profile.tags = read_texts(reader);
  profile.emscripten = reader.text();
  profile.python = reader.text();
  profile.extension_suffixes = read_texts(reader);
  profile.prerelease = reader.varint() != 0;
  const std::size_t releases = reader.count();
  for (std::size_t i = 0; i < std::min(releases, ReleaseSet::most) && reader.sound(); ++i) {
    profile.runtimes.push_back(read_runtime(reader));
  }
  return profile;
}

/// `size` bytes of `packed` from `offset` on; empty when they do not lie within `packed`.
Bytes part_of(Bytes packed, std::uint64_t offset, std::uint64_t size) {
  if (offset > packed.size() || size > packed.size() - offset) return {};
  return packed.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

}  // namespace

ByteVector pack_catalog(const std::vector<AbiProfile>& profiles) {
  StringPool pool;
  pool.offset_of("");
  std::vector<std::pair<ByteVector, ByteVector>> parts;
  std::size_t pool_offset = header_size + profiles.size() * entry_size;
  for (const AbiProfile& profile : profiles) {
    ByteVector description = describe(profile, pool);
    ByteVector table = pack_symbols(symbol_entries(profile.symbols, profile.runtimes.size()),
                                    profile.runtimes.size(), pool);
    pool_offset += description.size() + table.size();
    parts.emplace_back(std::move(description), std::move(table));
  }
  ByteVector bytes;
  append_u32(bytes, magic);
  append_u32(bytes, static_cast<std::uint32_t>(profiles.size()));
  append_u32(bytes, static_cast<std::uint32_t>(pool_offset));
  append_u32(bytes, static_cast<std::uint32_t>(pool.bytes().size()));
  std::size_t offset = header_size + profiles.size() * entry_size;
  for (auto& [description, table] : parts) {
    append_u32(bytes, static_cast<std::uint32_t>(offset));
    append_u32(bytes, static_cast<std::uint32_t>(description.size()));
    offset += description.size();
    append_u32(bytes, static_cast<std::uint32_t>(offset));
    set_pool(table, static_cast<std::uint32_t>(pool_offset - offset),
             static_cast<std::uint32_t>(pool.bytes().size()));
    offset += table.size();
  }
  for (const auto& [description, table] : parts) {
    append(bytes, description);
    append(bytes, table);
  }
  append(bytes, pool.bytes());
  return bytes;
}

Result<std::vector<AbiProfile>> unpack_catalog(Bytes packed,
                                               const std::shared_ptr<const ByteVector>& storage) {
  if (read_u32(packed, 0) != magic) {
    return fail(ErrorKind::internal, "packed profiles: not of this program's form");
  }
  const Bytes pool = part_of(packed, read_u32(packed, 8), read_u32(packed, 12));
  std::vector<AbiProfile> profiles;
  for (std::size_t i = 0; i < read_u32(packed, 4); ++i) {
    const std::size_t entry = header_size + i * entry_size;
    PackedReader reader(part_of(packed, read_u32(packed, entry), read_u32(packed, entry + 4)),
                        pool);
    AbiProfile profile = read_description(reader);
    const std::uint32_t table = read_u32(packed, entry + 8);
    if (!reader.sound() || table >= packed.size()) {
      return fail(ErrorKind::internal, "packed profiles: damaged");
    }
    profile.symbols = SymbolTable(packed.subspan(table), storage);
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

ByteVector pack_profile(const AbiProfile& profile) { return pack_catalog({profile}); }

Result<AbiProfile> unpack_profile(Bytes packed, const std::shared_ptr<const ByteVector>& storage) {
  auto profiles = unpack_catalog(packed, storage);
  if (!profiles) return tl::unexpected<Error>(std::move(profiles.error()));
  if (profiles->size() != 1) {
    return fail(ErrorKind::internal, "packed profiles: expected one profile");
  }
  return std::move(profiles->front());
}

}  // namespace wheelaudit::profile
