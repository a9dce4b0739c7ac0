// The members of a wheel, in parallel. A member is inflated once, read, hashed and dropped; its
// result is stored under the member's index, so the whole result does not depend on the number of
// threads. Sources of Python are read first, because the names that they import are looked for in
// the modules. The digest of the file is a piece of work like a member.

#include "wheel/contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/append.hpp"
#include "base/digest.hpp"
#include "base/parallel.hpp"
#include "base/path.hpp"
#include "wheel/dist_info_reading.hpp"
#include "wheel/extension_names.hpp"
#include "wheel/member_format.hpp"
#include "wheel/module_reading.hpp"
#include "wheel/opened_libraries.hpp"
#include "wheel/record_check.hpp"

namespace wheelaudit::wheel {
namespace {

// What only a few members have: faults, mismatches, names. Most members have none of these.
struct Remarks {
  std::vector<zip::ArchiveFault> faults;
  std::vector<RecordMismatch> mismatches;
  std::optional<MemberFormat> format;  ///< of a member that is not a module
  SourceFacts source;                  ///< of a Python source
  std::vector<WantedName> absent;      ///< from a module
  bool quiet = false;                  ///< an `__init__.py` that only imports
  std::vector<OpenedLibrary> opened;   ///< by a Python source
  std::optional<Error> error;
};

// The result of reading one member. Small while there are no remarks: a wheel can have 65,535
// members.
struct MemberReading {
  std::size_t member = 0;
  Boxed<wasm::SideModule> module;
  Boxed<Remarks> remarks;

  [[nodiscard]] Remarks& tell() {
    if (!remarks) remarks = Remarks();
    return *remarks;
  }
};

// Everything that the workers share; no worker changes any of it.
struct ReadingContext {
  const zip::Archive& archive;
  const DistInfoReading& dist_info;
  const RecordIndex* record = nullptr;  ///< null: RECORD is missing or could not be read
  const ReadOptions& options;
  const ModuleMap& modules;
  /// What sources want, sorted by module; set before the modules are read.
  std::span<const WantedName> wanted;
};

// Of the names, which are sorted by module, those that are wanted from the module `member`.
std::vector<WantedName> wanted_from(std::span<const WantedName> wanted, std::size_t member) {
  const auto range = std::ranges::equal_range(wanted, member, {}, &WantedName::module);
  return {range.begin(), range.end()};
}

// A module of which only the facts are wanted.
MemberReading read_module(const ReadingContext& context, std::size_t member) {
  MemberReading reading{.member = member};
  auto module =
      read_member_module(context.archive, member, context.options.depth, context.options.limits);
  if (!module) {
    reading.tell().error = std::move(module.error());
    return reading;
  }
  reading.module = std::move(module->facts);
  if (module->fault) reading.tell().faults.push_back(std::move(*module->fault));
  return reading;
}

void check_against_record(const ReadingContext& context, MemberReading& reading, Bytes content) {
  const zip::ArchiveMember& member = context.archive.members[reading.member];
  if (context.record == nullptr || member.is_directory()) return;
  auto mismatches = context.record->check_content(member.name, content);
  if (!mismatches.empty()) reading.tell().mismatches = std::move(mismatches);
}

// How the dist-info texts agree with RECORD. Every other member is checked against RECORD when it
// is read.
std::vector<RecordMismatch> text_mismatches(const zip::Archive& archive,
                                            const DistInfoReading& dist_info,
                                            const RecordIndex& record) {
  std::vector<RecordMismatch> mismatches;
  for (const auto& [member, text_of] : dist_info.members) {
    const auto& text = dist_info.texts.*text_of;
    if (!text) continue;
    for (RecordMismatch& wrong :
         record.check_content(archive.members[member].name, as_bytes(*text))) {
      mismatches.push_back(std::move(wrong));
    }
  }
  return mismatches;
}

// In bytes. A larger source is generated data; its imports are not read.
constexpr std::size_t longest_source = std::size_t{1} << 20;

// `reading` of a member that is not a module, with its format and, for a Python source, what the
// source says about modules.
MemberReading with_content(const ReadingContext& context, MemberReading reading, Bytes content) {
  auto format = member_format(context.archive.members[reading.member].name, content);
  if (format) reading.tell().format = std::move(format);
  const bool source = std::ranges::binary_search(context.modules.sources_to_read(), reading.member);
  if (source && content.size() <= longest_source) {
    auto facts = source_facts(context.modules, context.archive, reading.member, as_text(content));
    if (!facts.empty()) reading.tell().source = std::move(facts);
    const std::string& path = context.archive.members[reading.member].name;
    auto opened = opened_libraries(context.modules, path, as_text(content));
    if (!opened.empty()) reading.tell().opened = std::move(opened);
    if (last_component(path) == "__init__.py" &&
        only_imports(context.modules, context.archive, reading.member, as_text(content))) {
      reading.tell().quiet = true;
    }
  }
  return reading;
}

// Reads any member whole: inflated, hashed, and its facts read when it is a module.
MemberReading read_whole_member(const ReadingContext& context, std::size_t member) {
  if (context.dist_info.members.contains(member)) return {.member = member};
  const zip::ArchiveMember& entry = context.archive.members[member];
  const Limits& limits = context.options.limits;
  const bool is_module = is_module_name(entry.name);
  // Of wasm larger than the limit for modules only the beginning is read. A member of another
  // format is read like every other member, whatever its name.
  const bool oversized = is_module && entry.size > limits.module_size;
  MemberReading reading{.member = member};
  if (oversized) {
    reading = read_module(context, member);
    if (!reading.module || reading.module->kind == wasm::ModuleKind::malformed) return reading;
  }
  auto content =
      zip::read_member(context.archive, member,
                       is_module && !oversized ? limits.module_size : limits.inflated_total);
  if (!content) {
    reading.tell().error = std::move(content.error());
    return reading;
  }
  if (is_module && !oversized) {
    reading.module = content->fault
                         ? unread_module(entry.size, content->fault->message)
                         : wasm::read_side_module(content->bytes, context.options.depth, limits);
  }
  if (content->fault) {
    reading.tell().faults.push_back(std::move(*content->fault));
    return reading;
  }
  check_against_record(context, reading, content->bytes);
  if (!is_module) return with_content(context, std::move(reading), content->bytes);
  const auto wanted = wanted_from(context.wanted, member);
  if (!wanted.empty()) {
    auto absent = absent_names(content->bytes, *reading.module, wanted);
    if (!absent.empty()) reading.tell().absent = std::move(absent);
  }
  return reading;
}

// Largest first, so that the last worker does not start on the largest.
void largest_first(const zip::Archive& archive, std::vector<std::size_t>& members) {
  std::sort(members.begin(), members.end(), [&](std::size_t left, std::size_t right) {
    const std::uint64_t left_size = archive.members[left].size;
    const std::uint64_t right_size = archive.members[right].size;
    return left_size != right_size ? left_size > right_size : left < right;
  });
}

// The members to be read, in two rounds: sources that may want names of modules, then the rest (all
// when contents are verified, else the modules).
struct Rounds {
  std::vector<std::size_t> sources;
  std::vector<std::size_t> rest;
};

Rounds rounds_of(const zip::Archive& archive, const ModuleMap& modules, bool verify_contents) {
  Rounds rounds{.sources = modules.sources_to_read(), .rest = {}};
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    if (std::ranges::binary_search(modules.sources_to_read(), i)) continue;
    if (verify_contents || is_module_name(archive.members[i].name)) rounds.rest.push_back(i);
  }
  largest_first(archive, rounds.sources);
  largest_first(archive, rounds.rest);
  return rounds;
}

struct Readings {
  std::vector<MemberReading> members;  ///< in the order of the archive, without modules' facts
  std::vector<WheelModule> modules;    ///< the facts of members that are modules, in that order
  std::vector<ImportedModule> imported;
  Result<std::string> sha256;
};

// What all sources together say about modules.
struct PythonReading {
  std::vector<WantedName> wanted;  ///< sorted by module
  std::vector<ImportedModule> imported;
};

// The modules that sources import, each with the statement that most surely runs.
std::vector<ImportedModule> imported_modules(
    const zip::Archive& archive, std::span<const std::size_t> sources,
    std::span<const std::vector<ImportedMember>> imported) {
  std::vector<ImportedModule> modules;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const ImportedMember& import : imported[i]) {
      const std::string& path = archive.members[import.member].name;
      if (!is_module_name(path)) continue;
      modules.push_back({.module = path,
                         .nested = import.nested,
                         .source = archive.members[sources[i]].name,
                         .line = import.line});
    }
  }
  std::ranges::sort(modules);
  const auto again = std::ranges::unique(modules, {}, &ImportedModule::module);
  modules.erase(again.begin(), again.end());
  return modules;
}

// Sorted by module; the order of the threads does not matter. Per module only the first
// `most_of_one_module` names are kept, more than the search takes (16 KiB of letters).
PythonReading collect_sources(const zip::Archive& archive, std::span<MemberReading> readings) {
  constexpr std::size_t most_of_one_module = 20'000;
  constexpr std::size_t most_settings = 100'000;
  std::ranges::sort(readings, {}, &MemberReading::member);
  std::vector<std::size_t> sources;
  std::vector<std::vector<ImportedMember>> imported;
  std::vector<AttributeSetting> settings;
  std::unordered_map<std::size_t, std::size_t> counts;
  PythonReading python;
  for (MemberReading& reading : readings) {
    sources.push_back(reading.member);
    imported.emplace_back();
    if (!reading.remarks) continue;
    SourceFacts facts = std::exchange(reading.remarks->source, {});
    imported.back() = std::move(facts.imported);
    if (settings.size() < most_settings) append_moved(settings, std::move(facts.settings));
    for (WantedName& name : facts.wanted) {
      if (++counts[name.module] <= most_of_one_module) python.wanted.push_back(std::move(name));
    }
  }
  std::ranges::sort(settings);
  python.wanted = without_set_names(std::move(python.wanted), archive, settings);
  const auto at_import = sources_at_import(archive, sources, imported);
  for (WantedName& name : python.wanted) {
    name.at_import = std::ranges::binary_search(at_import, name.source);
  }
  std::ranges::sort(python.wanted, {}, [](const WantedName& name) {
    return std::tuple(name.module, name.source, name.line, std::string_view(name.name));
  });
  python.imported = imported_modules(archive, sources, imported);
  return python;
}

/// Counts imports, exports and types over all modules against their limit. In memory they take ten
/// times their bytes in the file. Beyond the limit the facts of all modules are dropped: with
/// threads it is chance which modules were read before the limit was reached.
class SymbolCount {
 public:
  explicit SymbolCount(std::uint64_t most) : most_(most) {}

  /// Counts a module; drops its facts when the limit has been reached.
  void add(wasm::SideModule& module) {
    const std::uint64_t own = module.imports.size() + module.exports.size() + module.types.size();
    if (count_.fetch_add(own) + own > most_) refuse(module);
  }
  /// Drops the facts of all modules when the limit was reached.
  void drop_if_over_limit(std::vector<WheelModule>& modules) const {
    if (count_ <= most_) return;
    for (WheelModule& module : modules) refuse(module.facts);
  }

 private:
  void refuse(wasm::SideModule& module) const {
    const std::uint64_t size = module.size;
    module =
        wasm::SideModule{.kind = wasm::ModuleKind::malformed,
                         .size = size,
                         .faults = {{.kind = wasm::ModuleFaultKind::limit,
                                     .message = fmt::format("the wheel's modules have more than {} "
                                                            "imports, exports and types "
                                                            "together",
                                                            most_),
                                     .option = "--max-symbols"}}};
  }

  std::uint64_t most_;
  std::atomic<std::uint64_t> count_ = 0;
};

/// A place for the facts of each member that will be read as a module, in the order of the archive.
/// Facts are stored there at once, since copying them from another list would hold up to 65,535
/// modules twice.
std::vector<WheelModule> module_slots(const ReadingContext& context,
                                      std::span<const std::size_t> members) {
  std::vector<std::size_t> modules;
  std::ranges::copy_if(members, std::back_inserter(modules), [&](std::size_t member) {
    return is_module_name(context.archive.members[member].name) &&
           !context.dist_info.members.contains(member);
  });
  std::ranges::sort(modules);
  std::vector<WheelModule> slots;
  slots.reserve(modules.size());
  for (const std::size_t member : modules) {
    slots.push_back({.path = context.archive.members[member].name, .member = member, .facts = {}});
  }
  return slots;
}

Readings read_all(ReadingContext context) {
  const ReadOptions& options = context.options;
  const Rounds rounds = rounds_of(context.archive, context.modules, options.verify_contents);
  const std::size_t sources = rounds.sources.size();
  Readings result;
  result.members.resize(sources + rounds.rest.size());
  result.modules = module_slots(context, rounds.rest);
  for_each_index(sources, options.threads, [&](std::size_t index) {
    result.members[index] = read_whole_member(context, rounds.sources[index]);
  });
  PythonReading python = collect_sources(context.archive, std::span(result.members).first(sources));
  context.wanted = python.wanted;
  result.imported = std::move(python.imported);
  SymbolCount symbols(options.limits.symbols);
  // Index 0 is the digest of the whole file; the members follow.
  const auto read_one = [&](std::size_t index) {
    if (index == 0) {
      result.sha256 = digest_source(context.archive.source, options);
    } else {
      const std::size_t member = rounds.rest[index - 1];
      MemberReading& reading = result.members[sources + index - 1];
      reading = options.verify_contents ? read_whole_member(context, member)
                                        : read_module(context, member);
      if (!reading.module) return;
      WheelModule& slot =
          *std::ranges::lower_bound(result.modules, member, {}, &WheelModule::member);
      slot.facts = std::move(*reading.module);
      reading.module.reset();
      symbols.add(slot.facts);
    }
  };
  for_each_index(rounds.rest.size() + 1, options.threads, read_one);
  symbols.drop_if_over_limit(result.modules);
  std::sort(result.members.begin(), result.members.end(),
            [](const MemberReading& left, const MemberReading& right) {
              return left.member < right.member;
            });
  return result;
}

bool by_path(const RecordMismatch& left, const RecordMismatch& right) {
  return std::tie(left.path, left.kind, left.expected, left.found) <
         std::tie(right.path, right.kind, right.expected, right.found);
}

// Adds the readings to `contents`, in the order of members; the caller sorts by path.
Result<WheelContents> with_readings(WheelContents contents, const zip::Archive& archive,
                                    Readings readings) {
  if (!readings.sha256) return tl::unexpected<Error>(std::move(readings.sha256.error()));
  contents.sha256 = std::move(*readings.sha256);
  contents.modules = std::move(readings.modules);
  contents.imported_modules = std::move(readings.imported);
  for (MemberReading& reading : readings.members) {
    if (!reading.remarks) continue;
    Remarks remarks = std::move(*reading.remarks);
    reading.remarks.reset();
    if (remarks.error) return tl::unexpected<Error>(std::move(*remarks.error));
    append_moved(contents.faults, std::move(remarks.faults));
    append_moved(contents.record_mismatches, std::move(remarks.mismatches));
    const std::string& path = archive.members[reading.member].name;
    if (remarks.quiet) contents.quiet_packages.push_back(path);
    append_moved(contents.opened_libraries, std::move(remarks.opened));
    if (remarks.format) contents.member_formats.push_back(std::move(*remarks.format));
    for (WantedName& name : remarks.absent) {
      contents.absent_names.push_back({.module = path,
                                       .source = archive.members[name.source].name,
                                       .line = name.line,
                                       .name = std::move(name.name),
                                       .at_import = name.at_import,
                                       .set_elsewhere = name.set_elsewhere});
    }
  }
  return contents;
}

}  // namespace

Result<std::string> digest_source(const ByteSource& source, const ReadOptions& options) {
  if (!options.digest_file || source.size > options.limits.wheel_size) return std::string();
  const auto value = sha256(source);
  if (!value) return tl::unexpected<Error>(value.error());
  return hex(*value);
}

Result<WheelContents> read_wheel_contents(const zip::Archive& archive,
                                          const std::optional<WheelFilename>& filename,
                                          const ReadOptions& options) {
  // libzip reads first: it holds a table of its own, which for 65,535 members is large, and which
  // is freed before RECORD's entries are in memory.
  Result<std::vector<zip::ArchiveFault>> second_reader;
  if (options.verify_contents) second_reader = zip::cross_check(archive);
  if (!second_reader) return tl::unexpected<Error>(std::move(second_reader.error()));
  std::vector<std::string_view> names;
  names.reserve(archive.members.size());
  for (const zip::ArchiveMember& member : archive.members) names.push_back(member.name);
  auto texts = read_dist_info_texts(archive, names, filename, options.limits);
  if (!texts) return tl::unexpected<Error>(texts.error());

  WheelContents known;
  known.faults = texts->faults;
  known.dist_info = parse_dist_info(texts->directory, texts->texts, names, options.limits);
  append_moved(known.faults, dist_info_limit_faults(known.dist_info, options.limits));
  std::optional<RecordIndex> record;
  if (options.verify_contents && texts->texts.record) {
    record.emplace(known.dist_info);
    known.record_mismatches = record->compare_lists(archive.members);
    append_moved(known.record_mismatches, text_mismatches(archive, *texts, *record));
  }
  texts->texts = DistInfoTexts();  // free the texts: only what was parsed is needed

  // Wanted names are looked for only when every byte is read for other reasons too.
  const bool whole = options.verify_contents && options.depth == wasm::Depth::full;
  const ModuleMap modules = whole ? ModuleMap(archive) : ModuleMap();
  Readings readings = read_all({.archive = archive,
                                .dist_info = *texts,
                                .record = record ? &*record : nullptr,
                                .options = options,
                                .modules = modules,
                                .wanted = {}});
  auto contents = with_readings(std::move(known), archive, std::move(readings));
  if (!contents) return contents;
  append_moved(contents->faults, std::move(*second_reader));
  std::ranges::sort(contents->absent_names);
  std::ranges::sort(contents->quiet_packages);
  std::ranges::sort(contents->opened_libraries);
  std::ranges::sort(contents->member_formats, {}, &MemberFormat::path);
  std::sort(contents->record_mismatches.begin(), contents->record_mismatches.end(), by_path);
  std::sort(
      contents->modules.begin(), contents->modules.end(),
      [](const WheelModule& left, const WheelModule& right) { return left.path < right.path; });
  return contents;
}

}  // namespace wheelaudit::wheel
