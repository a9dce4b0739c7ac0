// The promises of writing (docs/design/safety.md#writing), each with the real system and with every
// single system call failing, being interrupted or doing less than asked.

#include "system/write.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "support/scratch.hpp"
#include "system/file_calls.hpp"

namespace wheelaudit::system {

using wheelaudit::test::Scratch;

namespace {

// Ranges of this text are long enough for the kernel to copy them (128 KiB).
std::string input_text(std::size_t size) {
  static const std::string text = [] {
    std::string lines;
    for (std::size_t i = 0; i < 50'000; ++i) lines += fmt::format("{:063}\n", i);
    return lines;
  }();
  return text.substr(0, size);
}

zip::OutputPiece range_piece(std::uint64_t offset, std::uint64_t length) {
  return {.input_offset = offset, .length = length, .bytes = {}};
}
zip::OutputPiece text_piece(std::string_view text) {
  return {.input_offset = {}, .length = text.size(), .bytes = to_byte_vector(text)};
}

/// A directory with `in.whl`, and an output made from it: two ranges around new bytes, the first of
/// them in two adjoining pieces.
struct Job {
  test::Scratch scratch;
  std::string input;
  ByteSource source = memory_source(as_bytes(input));
  std::vector<zip::OutputPiece> pieces;
  std::string expected;

  /// With `scale` 5 or more the pieces do not fit into one buffer (1 MiB).
  explicit Job(std::size_t scale = 1) : input(input_text(310'000 * scale)) {
    scratch.put("in.whl", input);
    pieces = {range_piece(0, 100'000 * scale), range_piece(100'000 * scale, 40'000 * scale),
              text_piece("new bytes"), range_piece(160'000 * scale, 100),
              range_piece(170'000 * scale, 140'000 * scale)};
    expected = input.substr(0, 140'000 * scale) + "new bytes" + input.substr(160'000 * scale, 100) +
               input.substr(170'000 * scale);
  }

  [[nodiscard]] OutputFile output(std::string_view name = "out.whl") const {
    return {.path = scratch.at(name), .input_path = scratch.at("in.whl")};
  }
  Result<void> run(const OutputFile& file,
                   const FileOperations& system = system_file_operations()) const {
    return write_output(file, source, pieces, {}, system);
  }
  [[nodiscard]] std::string message(const OutputFile& file) const {
    const auto done = run(file);
    REQUIRE_FALSE(done);
    return done.error().message;
  }
};

/// A fault put into the `at`-th system call, counted from 1.
struct Faults {
  int at = 0;
  int error = 0;  ///< 0: a call that transfers bytes transfers only a part
  int calls = 0;
  std::string hit;  ///< the call that got the fault

  bool strikes(std::string_view call) {
    if (++calls != at) return false;
    hit = call;
    return true;
  }
};

/// `call`, which fails when it is the call with the fault.
template <class Number, class... Arguments>
std::function<Number(Arguments...)> failing(const std::shared_ptr<Faults>& faults, std::string name,
                                            std::function<Number(Arguments...)> call) {
  return
      [faults, name = std::move(name), call = std::move(call)](Arguments... arguments) -> Number {
        if (!faults->strikes(name) || faults->error == 0) return call(arguments...);
        errno = faults->error;
        return -1;
      };
}

/// The system calls with `faults` put into them.
FileOperations faulty(const std::shared_ptr<Faults>& faults) {
  const FileOperations real = system_file_operations();
  // A third of the length asked for, when the next call is the one that transfers too little.
  const auto part_of = [faults](std::size_t length) {
    return faults->at == faults->calls + 1 && faults->error == 0 ? (length + 2) / 3 : length;
  };
  FileOperations system;
  system.open = failing(faults, "open", real.open);
  system.stat_open = failing(faults, "stat_open", real.stat_open);
  system.stat_path = failing(faults, "stat_path", real.stat_path);
  // No file is really flushed, because flushing would take most of the time.
  system.sync = failing(faults, "sync", std::function<int(int)>([](int) { return 0; }));
  system.rename = failing(faults, "rename", real.rename);
  system.link = failing(faults, "link", real.link);
  system.unlink = failing(faults, "unlink", real.unlink);
  // close() closes the file even when it fails.
  system.close = [faults, real](int file) {
    const int closed = real.close(file);
    if (!faults->strikes("close") || faults->error == 0) return closed;
    errno = faults->error;
    return -1;
  };
  system.copy_range = [part_of, call = failing(faults, "copy_range", real.copy_range)](
                          int in, off_t* offset, int out, std::size_t length) {
    return call(in, offset, out, part_of(length));
  };
  system.send_file = [part_of, call = failing(faults, "send_file", real.send_file)](
                         int out, int in, off_t* offset, std::size_t length) {
    return call(out, in, offset, part_of(length));
  };
  system.read_at = [part_of, call = failing(faults, "read_at", real.read_at)](
                       int file, void* bytes, std::size_t length, off_t offset) {
    return call(file, bytes, part_of(length), offset);
  };
  system.write = [part_of, call = failing(faults, "write", real.write)](int file, const void* bytes,
                                                                        std::size_t length) {
    return call(file, bytes, part_of(length));
  };
  return system;
}

/// Which ways to copy and to rename the system offers.
struct Abilities {
  bool copy_range = true;
  bool send_file = true;
  bool rename_no_replace = true;
};

FileOperations limited(FileOperations system, const Abilities& abilities) {
  if (!abilities.copy_range) {
    system.copy_range = [](int, off_t*, int, std::size_t) -> ssize_t {
      errno = EXDEV;
      return -1;
    };
  }
  if (!abilities.send_file) {
    system.send_file = [](int, int, off_t*, std::size_t) -> ssize_t {
      errno = EINVAL;
      return -1;
    };
  }
  if (!abilities.rename_no_replace) {
    system.rename = [real = system.rename](int directory, const char* from, const char* to,
                                           unsigned flags) {
      if (flags == 0) return real(directory, from, to, flags);
      errno = EINVAL;
      return -1;
    };
  }
  return system;
}

using Names = std::vector<std::string>;

/// Runs the job once with a fault in call `at`; false when the job makes fewer calls.
bool survives_fault(int at, int error, const Abilities& abilities, bool replaces) {
  const Job job;
  if (replaces) job.scratch.put("out.whl", "older");
  OutputFile output = job.output();
  output.force = replaces;
  const auto faults =
      std::make_shared<Faults>(Faults{.at = at, .error = error, .calls = 0, .hit = {}});
  const auto done = job.run(output, limited(faulty(faults), abilities));
  if (faults->hit.empty()) {
    REQUIRE(done);
    return false;
  }
  CAPTURE(at);
  CAPTURE(error);
  CAPTURE(faults->hit);
  CHECK(job.scratch.get("in.whl") == job.input);

  const bool harmless = error == 0 || error == EINTR;
  if (harmless) CHECK(done);
  const std::string before = replaces ? "older" : "";
  const std::string after = job.scratch.has("out.whl") ? job.scratch.get("out.whl") : "";
  if (done) {
    CHECK(after == job.expected);
  } else {
    CHECK(done.error().kind == ErrorKind::io);
    const bool complete =
        done.error().message.find("it is written and complete") != std::string::npos;
    CHECK(after == (complete ? job.expected : before));
  }
  // A file stays only when it cannot be removed.
  if (faults->hit != "unlink") {
    CHECK(job.scratch.names() == (after.empty() ? Names{"in.whl"} : Names{"in.whl", "out.whl"}));
  }
  return true;
}

}  // namespace

TEST_CASE("an output appears whole, beside nothing else, and the input stays as it was") {
  const Job job;
  bool verified = false;
  const auto done =
      write_output(job.output(), job.source, job.pieces, [&](const ByteSource& written) {
        verified = true;
        CHECK(written.size == job.expected.size());
        const auto all = written.read(0, static_cast<std::size_t>(written.size));
        REQUIRE(all);
        CHECK(as_text(all->view) == job.expected);
        // The file has only its temporary name so far.
        CHECK_FALSE(job.scratch.has("out.whl"));
        const Names names = job.scratch.names();
        REQUIRE(names.size() == 2);
        CHECK(names[0] == fmt::format(".wheelaudit-{}-0.tmp", ::getpid()));
        return Result<void>();
      });
  REQUIRE(done);
  CHECK(verified);
  CHECK(job.scratch.get("out.whl") == job.expected);
  CHECK(job.scratch.get("in.whl") == job.input);
  CHECK(job.scratch.names() == Names{"in.whl", "out.whl"});
}

TEST_CASE("nothing is written when the verification says no") {
  const Job job;
  const auto done = write_output(job.output(), job.source, job.pieces, [](const ByteSource&) {
    return Result<void>(fail(ErrorKind::internal, "it is not what was planned"));
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::internal);
  CHECK(done.error().message ==
        "cannot write " + job.scratch.at("out.whl") + ": it is not what was planned");
  CHECK(job.scratch.names() == Names{"in.whl"});
}

TEST_CASE("a file that reads back differently gets no name") {
  const Job job(10);
  FileOperations system = system_file_operations();
  system.read_at = [](int file, void* bytes, std::size_t length, off_t offset) {
    const ssize_t got = ::pread(file, bytes, length, offset);
    if (offset == 1'048'576) static_cast<char*>(bytes)[451'419] ^= 1;
    return got;
  };
  const auto done = job.run(job.output(), system);
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "cannot write " + job.scratch.at("out.whl") +
                                    ": what was read back differs from what was written, at or "
                                    "after byte 1400109");
  CHECK(job.scratch.names() == Names{"in.whl"});
}

TEST_CASE("an existing file stays unless forced") {
  const Job job;
  job.scratch.put("out.whl", "older");
  OutputFile output = job.output();
  CHECK(job.message(output) ==
        "cannot write " + output.path + ": it exists already; --force replaces it");
  CHECK(job.scratch.get("out.whl") == "older");
  output.force = true;
  CHECK(job.run(output));
  CHECK(job.scratch.get("out.whl") == job.expected);
  CHECK(job.scratch.names() == Names{"in.whl", "out.whl"});
}

TEST_CASE("of two writers without --force only the first wins") {
  for (const bool can_rename : {true, false}) {
    CAPTURE(can_rename);
    const Job job;
    const FileOperations system =
        limited(system_file_operations(), {.rename_no_replace = can_rename});
    const auto other_writer = [&](const ByteSource&) {
      return write_output(job.output(), job.source, {text_piece("the other's")}, {}, system);
    };
    const auto done = write_output(job.output(), job.source, job.pieces, other_writer, system);
    REQUIRE_FALSE(done);
    CHECK(done.error().message == "cannot write " + job.scratch.at("out.whl") +
                                      ": it was created meanwhile; --force replaces it");
    CHECK(job.scratch.get("out.whl") == "the other's");
    CHECK(job.scratch.names() == Names{"in.whl", "out.whl"});
  }
}

TEST_CASE("the input is never an output, by whatever name, even forced") {
  const Job job;
  std::filesystem::create_symlink("in.whl", job.scratch.path() / "soft.whl");
  std::filesystem::create_hard_link(job.scratch.path() / "in.whl", job.scratch.path() / "hard.whl");
  std::filesystem::create_directory_symlink(".", job.scratch.path() / "dir");
  for (const char* name : {"in.whl", "./in.whl", "soft.whl", "hard.whl", "dir/in.whl"}) {
    for (const bool force : {false, true}) {
      CAPTURE(name);
      OutputFile output = job.output(name);
      output.force = force;
      const auto done = job.run(output);
      REQUIRE_FALSE(done);
      CHECK(done.error().kind == ErrorKind::usage);
      CHECK(done.error().message ==
            fmt::format("cannot write {}: it is the input {} itself, which is never changed; "
                        "choose another directory with --wheel-dir",
                        output.path, output.input_path));
    }
  }
  CHECK(job.scratch.get("in.whl") == job.input);
  CHECK(job.scratch.names() == Names{"dir", "hard.whl", "in.whl", "soft.whl"});
}

TEST_CASE("what stands at the target and is not a file stays, even forced") {
  const Job job;
  job.scratch.put("elsewhere", "other");
  std::filesystem::create_symlink("elsewhere", job.scratch.path() / "link.whl");
  std::filesystem::create_symlink("nowhere", job.scratch.path() / "dangling.whl");
  std::filesystem::create_directory(job.scratch.path() / "directory.whl");
  REQUIRE(::mkfifo(job.scratch.at("fifo.whl").c_str(), 0600) == 0);
  const Names before = job.scratch.names();
  const std::string link =
      "it is a symbolic link, which is neither followed nor replaced; remove it, or choose another "
      "directory with --wheel-dir";
  const std::string no_file = "there is something that is not a file";
  for (const auto& [name, reason] :
       {std::pair{"link.whl", link}, std::pair{"dangling.whl", link},
        std::pair{"directory.whl", no_file}, std::pair{"fifo.whl", no_file}}) {
    OutputFile output = job.output(name);
    output.force = true;
    CHECK(job.message(output) == "cannot write " + output.path + ": " + reason);
  }
  CHECK(job.scratch.get("elsewhere") == "other");
  CHECK(job.scratch.names() == before);
}

TEST_CASE("what keeps a file from being written is named") {
  const Job job;
  CHECK(job.message(job.output("no/out.whl")) ==
        "cannot write " + job.scratch.at("no/out.whl") +
            ": its directory cannot be opened: no such file or directory");
  CHECK(job.message(job.output("in.whl/out.whl")) ==
        "cannot write " + job.scratch.at("in.whl/out.whl") +
            ": its directory cannot be opened: not a directory");
  CHECK(job.message(job.output("")) == "cannot write " + job.scratch.at("") + ": it names no file");
  const std::string long_name(300, 'x');
  CHECK(job.message(job.output(long_name)) == "cannot write " + job.scratch.at(long_name) +
                                                  ": it cannot be looked at: file name too long");
}

TEST_CASE("temporary files of others are left alone") {
  const Job job;
  const std::string first = fmt::format(".wheelaudit-{}-0.tmp", ::getpid());
  job.scratch.put(first, "somebody's");
  CHECK(job.run(job.output()));
  CHECK(job.scratch.get(first) == "somebody's");
  CHECK(job.scratch.names() == Names{first, "in.whl", "out.whl"});
}

TEST_CASE("the mode is what the umask leaves, the bytes are the same") {
  for (const mode_t mask : {mode_t{022}, mode_t{077}, mode_t{0}}) {
    const Job job;
    const mode_t before = ::umask(mask);
    const auto done = job.run(job.output());
    ::umask(before);
    REQUIRE(done);
    struct stat status{};
    REQUIRE(::stat(job.scratch.at("out.whl").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == (0666 & ~mask));
    CHECK(job.scratch.get("out.whl") == job.expected);
  }
}

TEST_CASE("every way to copy gives the same bytes") {
  for (const Abilities& abilities :
       {Abilities{}, Abilities{.copy_range = false}, Abilities{.send_file = false},
        Abilities{.copy_range = false, .send_file = false}}) {
    const Job job(10);
    REQUIRE(job.run(job.output(), limited(system_file_operations(), abilities)));
    CHECK(job.scratch.get("out.whl") == job.expected);
  }
  SUBCASE("also without a file to copy from") {
    const Job job;
    OutputFile output = job.output();
    output.input_path.clear();
    REQUIRE(job.run(output));
    CHECK(job.scratch.get("out.whl") == job.expected);
  }
}

TEST_CASE("an input that was exchanged after it was read does not reach the output") {
  const Job job;
  SUBCASE("by a shorter one: the bytes that were read are written") {
    job.scratch.put("in.whl", "shorter");
    REQUIRE(job.run(job.output()));
    CHECK(job.scratch.get("out.whl") == job.expected);
  }
  SUBCASE("by one as long: the comparison sees it") {
    job.scratch.put("in.whl", std::string(job.input.size(), '!'));
    CHECK(job.message(job.output()) == "cannot write " + job.scratch.at("out.whl") +
                                           ": what was read back differs from what was written, at "
                                           "or after byte 0");
    CHECK(job.scratch.names() == Names{"in.whl"});
  }
}

TEST_CASE("an input that shrinks while it is copied is an error") {
  const Job job;
  FileOperations system = system_file_operations();
  system.copy_range = [](int, off_t*, int, std::size_t) -> ssize_t { return 0; };
  const auto done = job.run(job.output(), system);
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "cannot write " + job.scratch.at("out.whl") +
                                    ": the input became shorter while it was copied");
  CHECK(job.scratch.names() == Names{"in.whl"});
}

TEST_CASE("any system call may fail, be interrupted or do a part only") {
  const Abilities kernel_copy;
  const Abilities send_file{.copy_range = false, .send_file = true, .rename_no_replace = false};
  const Abilities by_hand{.copy_range = false, .send_file = false, .rename_no_replace = true};
  for (const Abilities& abilities : {kernel_copy, send_file, by_hand}) {
    for (const int error : {EIO, ENOSPC, EINTR, 0}) {
      int calls = 0;
      for (const bool replaces : {false, true}) {
        if (replaces && !abilities.copy_range) continue;
        int at = 1;
        while (survives_fault(at, error, abilities, replaces)) ++at;
        calls += at - 1;
      }
      // The job made enough calls that could fail: open, look, copy, flush, read back, close,
      // rename, flush.
      CHECK(calls > 15);
    }
  }
}

TEST_CASE("messages tell the system's reason") {
  CHECK(system_error_text(ENOSPC) == "no space left on device");
  CHECK(system_error_text(EACCES) == "permission denied");
  const Job job;
  FileOperations system = system_file_operations();
  SUBCASE("a full disk") {
    system.copy_range = [](int, off_t*, int, std::size_t) -> ssize_t {
      errno = ENOSPC;
      return -1;
    };
    const auto done = job.run(job.output(), system);
    REQUIRE_FALSE(done);
    CHECK(done.error().message == "cannot write " + job.scratch.at("out.whl") +
                                      ": copying failed: no space left on device");
  }
  SUBCASE("a directory that cannot be flushed: the file is there") {
    system.sync = [count = std::make_shared<int>(0)](int file) {
      if (++*count == 1) return ::fsync(file);
      errno = EIO;
      return -1;
    };
    const auto done = job.run(job.output(), system);
    REQUIRE_FALSE(done);
    CHECK(done.error().message ==
          "cannot write " + job.scratch.at("out.whl") +
              ": it is written and complete, but flushing its directory failed: " +
              system_error_text(EIO));
    CHECK(job.scratch.get("out.whl") == job.expected);
  }
  SUBCASE("a file system that cannot flush directories is not an error") {
    system.sync = [count = std::make_shared<int>(0)](int file) {
      if (++*count == 1) return ::fsync(file);
      errno = EINVAL;
      return -1;
    };
    CHECK(job.run(job.output(), system));
  }
}

}  // namespace wheelaudit::system
