// WA208 payload: what a wheel carries and nothing on Pyodide can use: programs of the build
// machine, static archives and object files, headers, bytecode of another CPython, debug sections.
// One finding for each kind, with what dropping it saves. Notes, but for bytecode without a source:
// its import fails.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

enum class Payload : std::uint8_t { program, archive, header, bytecode, stray_bytecode };

/// Headers and debug sections below this are not worth a line.
constexpr std::uint64_t smallest = std::uint64_t{16} * 1024;

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return text.ends_with(ending); });
}

/// "3.12" of `__pycache__/mod.cpython-312.opt-1.pyc`; empty for other names.
std::string bytecode_python(std::string_view path) {
  constexpr std::string_view mark = ".cpython-3";
  const std::size_t at = path.rfind(mark);
  if (at == std::string_view::npos || path.find("__pycache__/") == std::string_view::npos)
    return {};
  const std::string_view rest = path.substr(at + mark.size());
  const std::string_view digits = rest.substr(0, rest.find('.'));
  const bool number =
      !digits.empty() && digits.size() <= 2 && std::ranges::all_of(digits, is_ascii_digit);
  return number ? fmt::format("3.{}", digits) : std::string();
}

bool is_judged_python(const RuleInput& input, std::string_view python) {
  return std::ranges::any_of(input.targets, [&](const loader::Target& target) {
    return target.profile->python == python;
  });
}

/// Bytecode that no judged CPython reads. With its source beside it, or in `__pycache__`, it is
/// passed over; else the module is lost.
std::optional<Payload> bytecode_payload(const RuleInput& input, std::string_view path,
                                        const wheel::MemberFormat* format) {
  if (input.targets.empty()) return std::nullopt;
  if (path.find("__pycache__/") != std::string_view::npos) {
    const std::string python = bytecode_python(path);
    return is_judged_python(input, python) ? std::nullopt : std::optional(Payload::bytecode);
  }
  if (format == nullptr) return std::nullopt;  // contents were not read
  if (format->python_minor && is_judged_python(input, fmt::format("3.{}", *format->python_minor)))
    return std::nullopt;
  const std::string source(path.substr(0, path.size() - 1));
  return input.wheel.has_member(source) ? Payload::bytecode : Payload::stray_bytecode;
}

/// Null: not read, or nothing worth knowing.
const wheel::MemberFormat* format_of(const wheel::Wheel& wheel, std::string_view path) {
  const auto found =
      std::ranges::lower_bound(wheel.member_formats, path, {}, &wheel::MemberFormat::path);
  if (found == wheel.member_formats.end() || found->path != path) return nullptr;
  return &*found;
}

std::optional<Payload> payload_of(const RuleInput& input, std::string_view path) {
  const wheel::MemberFormat* format = format_of(input.wheel, path);
  if (path.ends_with(".pyc")) return bytecode_payload(input, path, format);
  if ((format != nullptr && format->kind == wheel::MemberFormatKind::archive) ||
      ends_with_any(path, {".a", ".lib", ".o"})) {
    return Payload::archive;
  }
  if (format != nullptr) return Payload::program;
  const bool header = ends_with_any(path, {".h", ".hh", ".hpp", ".hxx"});
  // `.data/headers/` is where the format puts them.
  if (header && path.find(".data/headers/") == std::string_view::npos) return Payload::header;
  return std::nullopt;
}

struct Heap {
  std::vector<const zip::ArchiveMember*> members;
  std::uint64_t size = 0;
  std::uint64_t compressed = 0;
};

struct Words {
  std::string_view one;
  std::string_view many;
  std::string_view reason;
  std::string_view help;
};

Words words_of(Payload payload) {
  switch (payload) {
    case Payload::program:
      return {"program or library of another machine", "programs or libraries of other machines",
              "WebAssembly cannot run them, and Pyodide starts no processes",
              "drop them from the wheel for Pyodide"};
    case Payload::archive:
      return {"static archive or object file", "static archives or object files",
              "they are for linking, and nothing is linked where the wheel is installed",
              "drop them: what is needed of them is in the modules"};
    case Payload::header:
      return {"C or C++ header", "C and C++ headers",
              "nothing is compiled where the wheel is installed",
              "drop them from the wheel for Pyodide, unless others build against it from there"};
    case Payload::bytecode:
      return {"file of bytecode for another CPython", "files of bytecode for another CPython",
              "the runtime passes over them and reads the sources",
              "build the wheel from a clean tree: bytecode does not belong in wheels"};
    case Payload::stray_bytecode:
      break;
  }
  return {"module in bytecode of another CPython", "modules in bytecode of another CPython",
          "there is no source beside them: \"ImportError: bad magic number\"",
          "ship the sources, or compile with the CPython of the ABI"};
}

Finding describe(const RuleInput& input, Payload payload, const Heap& heap) {
  const bool lost = payload == Payload::stray_bytecode;
  Finding finding = wheel_finding("WA208"_rule, lost ? Severity::warning : Severity::note,
                                  lost ? Consequence::latent : Consequence::style);
  const Words words = words_of(payload);
  if (heap.members.size() == 1) finding.place.member = heap.members.front()->name;
  finding.message = heap.members.size() == 1
                        ? fmt::format("a {}", words.one)
                        : fmt::format("{} {}", heap.members.size(), words.many);
  for (std::size_t i = 0; i < heap.members.size() && i < 5; ++i) {
    const zip::ArchiveMember& member = *heap.members[i];
    const wheel::MemberFormat* format = format_of(input.wheel, member.name);
    finding.details.push_back(fmt::format("`{}`, {} bytes{}{}", member.name, member.size,
                                          format == nullptr ? "" : ": ",
                                          format == nullptr ? "" : format->text));
  }
  if (heap.members.size() > 5) {
    finding.details.push_back(fmt::format("and {} more", heap.members.size() - 5));
  }
  finding.details.emplace_back(words.reason);
  if (!lost) {
    finding.details.push_back(fmt::format("dropping them saves {} bytes of the wheel, {} installed",
                                          heap.compressed, heap.size));
  }
  finding.help = words.help;
  return finding;
}

bool is_debug_section(const wasm::Section& section) {
  return section.id == 0 && (section.name.starts_with(".debug_") || section.name == "name" ||
                             section.name == "external_debug_info");
}

/// Debug sections stand in the module for good: tools strip them.
std::optional<Finding> debug_finding(const wheel::WheelModule& module) {
  std::uint64_t size = 0;
  std::vector<std::string> names;
  for (const wasm::Section& section : module.facts.sections) {
    if (!is_debug_section(section)) continue;
    size += section.payload_size;
    names.push_back(section.name);
  }
  if (size < smallest) return std::nullopt;
  Finding finding = wheel_finding("WA208"_rule, Severity::note, Consequence::style, module.path);
  finding.message =
      fmt::format("{} bytes of debug sections in a module of {}", size, module.facts.size);
  finding.details.push_back(quoted_list(names));
  finding.details.push_back(
      fmt::format("dropping them saves {} bytes installed, and time to load", size));
  finding.help = "link with -g0 or -Wl,--strip-all, or strip the module (wasm-strip, llvm-strip)";
  return finding;
}

}  // namespace

void payload(const RuleInput& input, FindingSink& findings) {
  constexpr std::size_t kinds = 5;
  std::array<Heap, kinds> heaps;
  for (const zip::ArchiveMember& member : input.wheel.archive.members) {
    // Files that a loader takes for modules are judged as such (WA201, WA209).
    if (member.is_directory() || wheel::is_module_name(member.name)) continue;
    const auto kind = payload_of(input, member.name);
    if (!kind) continue;
    Heap& heap = heaps[static_cast<std::size_t>(*kind)];
    heap.members.push_back(&member);
    heap.size += member.size;
    heap.compressed += member.compressed_size;
  }
  for (std::size_t i = 0; i < kinds; ++i) {
    const auto kind = static_cast<Payload>(i);
    if (heaps[i].members.empty() || (kind == Payload::header && heaps[i].size < smallest)) continue;
    findings.add(describe(input, kind, heaps[i]));
  }
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    if (auto finding = debug_finding(module)) findings.add(std::move(*finding));
  }
}

}  // namespace wheelaudit::rules
