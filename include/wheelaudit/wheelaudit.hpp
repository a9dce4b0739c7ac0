#pragma once

// wheelaudit as a C++20 library. This header is the whole contract: bytes and options go in, typed
// reports and the bytes of repaired wheels come out.
//
//     #include <wheelaudit/wheelaudit.hpp>
//     namespace audit = wheelaudit::api;
//
//     const audit::File wheel{.name = "dist/x-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl",
//                             .bytes = bytes};
//     const audit::Report report = audit::check(wheel);
//     if (report.exit_code == 0) upload(bytes);
//     for (const audit::WheelReport& each : report.wheels)
//       for (const audit::Finding& finding : each.findings) log(finding.rule, finding.message);
//
// What is promised (docs/library.md says more):
// - No function here reads or writes a file, the environment, the clock or a standard stream.
// - The only exception that leaves a function is std::bad_alloc. Every other failure is a value:
//   `Report::error` for the call as a whole, `Report::remarks` for single files.
// - A fault of a wheel is a finding. A wheel that could not be judged is never `compatible`.
// - Functions keep no state. They may be called from several threads at the same time, also over
//   the same bytes. Without `Options::threads` they start no thread.
// - The bytes of a view (`File::bytes`) must stay valid until the call returns. Results own theirs.
// - The same bytes and options yield the same result, byte for byte.
// - Types of other libraries are not part of the contract. A new version may add enumerators and
//   fields, and the library is linked statically, so code that uses the library must be compiled
//   again for a new version.
//
// Why the namespace is `wheelaudit::api`: the rooms of the library are namespaces of `wheelaudit`
// too (`wheelaudit::repair`, `wheelaudit::report`, and `wheelaudit::base`, which is inline). A
// public function `wheelaudit::repair` would be one name for two things, and a namespace that is
// inline for users alone would be declared in two ways in one program. So the public names have a
// namespace of their own, as every room has, and every program sees the same declarations.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::api {

/// The version of the library, such as "0.1.0".
[[nodiscard]] std::string_view library_version();

// ------------------------------------------------------------------------------------------------
// What goes in

/// A file in memory.
struct File {
  /// A path. Its last component is the wheel's file name, and reports show the whole path. The path
  /// "-" stands for a wheel without a name: the name is then made from the wheel's metadata.
  std::string name;
  /// The whole content of the file.
  std::span<const std::byte> bytes;
};

enum class Severity : std::uint8_t { note, warning, error };
/// How much of a module is read: `head`: all up to the Start section, which is before the function
/// bodies; `full`: every function body as well.
enum class Depth : std::uint8_t { head, full };

/// Bounds of what is read. A wheel beyond a bound is refused with a finding that names the bound.
struct Limits {
  std::uint64_t wheel_size = 1ULL << 30;         ///< bytes of a wheel
  std::uint64_t entries = 65'535;                ///< members of the archive
  std::uint64_t directory_size = 7ULL << 20;     ///< bytes of all headers
  std::uint64_t inflated = 4ULL << 30;           ///< bytes of all members inflated
  std::uint64_t module_size = 512ULL << 20;      ///< bytes of one module
  std::uint64_t record_size = 64ULL << 20;       ///< bytes of RECORD
  std::uint64_t metadata_size = 8ULL << 20;      ///< bytes of METADATA
  std::uint64_t wheel_file_size = 64ULL << 10;   ///< bytes of the WHEEL file
  std::uint64_t entry_points_size = 1ULL << 20;  ///< bytes of entry_points.txt
  std::uint64_t custom_sections = 10'000;        ///< custom sections of one module
  std::uint64_t modules = 10'000;                ///< members that look like modules
  std::uint64_t symbols = 200'000;               ///< imports, exports and types of all modules
  std::uint64_t findings = 8ULL << 20;  ///< bytes of all findings, plus half the largest module
  std::uint64_t tags = 1'000;           ///< tags of a file name after expansion
};

/// The options of all commands. Each means the same as the program's option of that name. A command
/// ignores the options of other commands.
struct Options {
  // Of every command.
  /// The ABIs to judge the wheel for. Each is an id, a tag, a release ("0.27.7"), or the name of a
  /// file among `profile_files`. Empty: the ABIs that the wheel's tags name.
  std::vector<std::string> profiles;
  std::vector<File> profile_files;
  /// nullopt: `full`; for `show`: `head`, and `full` for a wheel whose heads leave doubt.
  std::optional<Depth> validate;
  unsigned threads = 1;  ///< the most threads at a time, the caller's included
  Limits limits;

  // Of `check`.
  bool index_pypi = false;  ///< also judge whether PyPI takes the wheel
  bool require_emscripten = false;
  Severity fail_on = Severity::error;
  std::vector<std::string> ignore;  ///< RULE[:MEMBER[:SYMBOL]]
  std::vector<std::string> select;  ///< RULE

  // Of `repair`.
  std::string platform;  ///< a tag or "auto"; empty: what the wheel's tags say, else "auto"
  std::vector<std::string> add_tags;
  bool only_platform = false;
  /// Libraries that the wheel may need. The last component of a file's name is the name of the
  /// library, and the rest is its folder. Folders are searched in the order in which they first
  /// appear.
  std::vector<File> libraries;
  std::vector<std::string> exclude;
  std::string library_suffix = ".libs";
  bool mangle = true;
  bool sbom = true;
  bool strip = false;
  std::vector<std::string> drop;
  int compression_level = 6;                       ///< 0 to 9
  std::optional<std::uint32_t> source_date_epoch;  ///< date of new members, in seconds since 1970
  std::string wheel_dir = "wheelhouse";            ///< folder in the names of the results; not made
};

// ------------------------------------------------------------------------------------------------
// What comes out

/// What happens if nobody fixes the finding: nothing (`style`); nothing yet (`latent`); a failure
/// at the index, at installation, at the first call, at loading; `poison`: the whole runtime is
/// damaged.
enum class Consequence : std::uint8_t { style, latent, index, install, call, load, poison };
/// What the findings say about the wheel as a whole.
enum class Verdict : std::uint8_t {
  compatible,      ///< runs on the ABIs judged
  pure,            ///< no native code: runs everywhere
  not_applicable,  ///< for another platform
  repairable,      ///< `repair` can fix every error
  incompatible,
  malformed,  ///< cannot be read safely
};

/// The word that the JSON report uses for the value: "warning", "install", "not-applicable".
[[nodiscard]] std::string_view name_of(Severity severity);
[[nodiscard]] std::string_view name_of(Consequence consequence);
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// An import of a module.
struct Import {
  std::uint32_t index = 0;  ///< among all imports of the module
  std::string module;       ///< "env", "GOT.mem"
  std::string type;         ///< "(i32) -> i32", "global i32", "memory"

  bool operator==(const Import&) const = default;
};

/// Where something is. In the JSON report the import is the first of the details.
struct Place {
  std::string member;                   ///< path in the wheel; empty: the wheel itself
  std::string symbol;                   ///< raw name; empty: none
  std::optional<std::uint64_t> offset;  ///< bytes from the start of the member, else of the file
  std::optional<Import> import;

  bool operator==(const Place&) const = default;
};

/// One thing that is wrong or worth knowing. docs/rules.md describes the rules.
struct Finding {
  std::string rule;  ///< "WA301"; ids and names never change their meaning
  std::string name;  ///< "unresolved-function"
  Severity severity = Severity::note;
  Consequence consequence = Consequence::style;
  std::string profile;                ///< id of the ABI concerned; empty: all ABIs
  std::vector<std::string> releases;  ///< of that ABI, oldest first
  Place place;
  std::string message;  ///< one line
  std::string cause;    ///< "WA401 libssl.so": the finding that this one follows from; empty: none
  std::string expected;
  std::string found;
  std::string help;  ///< what to do
  std::vector<std::string> details;
  bool repairable = false;  ///< `repair` can fix it

  bool operator==(const Finding&) const = default;
};

/// What one release would do with the wheel.
struct RuntimeRow {
  std::string profile;
  std::string release;
  bool micropip = false;  ///< micropip installs the wheel; likewise the next two
  bool pip = false;
  bool uv = false;
  std::string links;  ///< "ok", else the worst outcome: "call", "load", "poison"
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;

  bool operator==(const RuntimeRow&) const = default;
};

/// A step of a repair.
struct Edit {
  std::string action;  ///< "rename", "vendor", … (docs/design/repair.md#edits)
  std::string member;  ///< empty: the wheel's file name
  std::string from;
  std::string to;
  std::string why;  ///< rule id

  bool operator==(const Edit&) const = default;
};

/// An ABI that the wheel might be repaired for. `against`: why the wheel does not fit; empty: it
/// fits.
struct Candidate {
  std::string profile;
  std::string platform;
  std::vector<std::string> against;

  bool operator==(const Candidate&) const = default;
};

/// What `repair` did with one wheel.
struct RepairReport {
  std::vector<Edit> edits;
  std::vector<std::string> refusals;  ///< why there is no result; empty: there is one
  std::vector<std::string> remarks;
  std::vector<Candidate> candidates;
  std::string output;  ///< name of the result; empty: none
  std::string sha256;  ///< of the result
  std::string proof;   ///< one line: what the audit of the result proved
};

/// What was found about one wheel or module.
struct WheelReport {
  std::string path;    ///< as given
  std::string sha256;  ///< of the bytes; empty for a wheel beyond `Limits::wheel_size`
  std::uint64_t size = 0;
  std::string name;     ///< of the distribution; empty: not known
  std::string version;  ///< likewise
  std::vector<std::string> tags;
  Verdict verdict = Verdict::malformed;
  int exit_code = 0;                ///< of this wheel alone
  std::vector<std::string> judged;  ///< ids of the ABIs
  std::vector<Finding> findings;    ///< root causes first, then the worst
  std::vector<RuntimeRow> runtimes;
  std::optional<RepairReport> repair;  ///< of `repair` only
};

/// A file that has no report, and why.
struct Remark {
  std::string path;
  std::string message;
  int exit_code = 0;

  bool operator==(const Remark&) const = default;
};

enum class ErrorKind : std::uint8_t { usage, io, internal };
/// Why a call did nothing: for example, the value of an option has no meaning.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  ///< lower case, no final period; foreign text is escaped
};

/// What a command found.
class Report {
 public:
  std::optional<Error> error;  ///< set: no file was looked at
  std::vector<WheelReport> wheels;
  std::vector<Remark> remarks;
  std::vector<std::string> unused_ignores;  ///< of `check`: patterns that matched nothing
  /// What the program returns: 0 done or compatible, 1 findings, 2 usage, 3 malformed, 4 cannot be
  /// read, 70 internal error; the worst of all files.
  int exit_code = 0;

  /// What the program prints with `--format json` (docs/report.schema.json). If `error` is set, the
  /// document has its message under the key `error`.
  [[nodiscard]] const std::string& json() const { return json_; }

 private:
  friend struct ReportMaker;
  std::string json_;
};

/// A repaired wheel.
struct Output {
  std::string name;  ///< `RepairReport::output`
  std::vector<std::byte> bytes;
};

/// What `repair` found, and the wheels it made. `outputs` holds only wheels that the audit of the
/// result proved fit.
struct Repaired {
  Report report;
  std::vector<Output> outputs;
};

// ------------------------------------------------------------------------------------------------
// The commands

/// Reports what each wheel holds, and on which releases it runs.
[[nodiscard]] Report show(std::span<const File> files, const Options& options = {});
[[nodiscard]] Report show(const File& file, const Options& options = {});

/// Judges whether each wheel is safe to upload. Only exit code 0 says so.
[[nodiscard]] Report check(std::span<const File> files, const Options& options = {});
[[nodiscard]] Report check(const File& file, const Options& options = {});

/// Fixes what can be fixed. Every result is audited like an input before it is returned.
[[nodiscard]] Repaired repair(std::span<const File> files, const Options& options = {});
[[nodiscard]] Repaired repair(const File& file, const Options& options = {});

}  // namespace wheelaudit::api
