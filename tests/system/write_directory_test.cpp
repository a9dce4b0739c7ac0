// A wheel written as a directory: whole and read back, or not at all
// (docs/design/safety.md#writing), with the real system and with every single system call failing
// or being interrupted.

#include "system/write_directory.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "support/scratch.hpp"
#include "support/zip_builder.hpp"

namespace wheelaudit::system {

namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

ByteVector small_archive() {
  test::ZipParts parts;
  test::ZipEntry program = test::stored_entry("pkg/tools/run.sh", "#!/bin/sh\n");
  program.central.external_attributes = 0100755U << 16U;
  program.central.version_made_by = (3U << 8U) | 20U;
  parts.entries = {test::deflated_entry("pkg/__init__.py", "answer = 42\n"),
                   test::directory_entry("pkg/empty/"), std::move(program),
                   test::stored_entry("pkg-1.0.dist-info/WHEEL", "")};
  return test::build(parts);
}

const Files small_files{{"pkg/__init__.py", "answer = 42\n"},
                        {"pkg/tools/run.sh", "#!/bin/sh\n"},
                        {"pkg-1.0.dist-info/WHEEL", ""}};
const Files older_files{{"pkg/older.py", "answer = 41\n"}, {"pkg-1.0.dist-info/WHEEL", "older"}};

/// A directory with `in.whl`, and an archive to write as the directory `out`.
struct Job {
  test::Scratch scratch;
  ByteVector bytes = small_archive();
  zip::Archive archive = test::archive_of(bytes);

  Job() { scratch.put("in.whl", "the input"); }

  void put_older() const {
    for (const auto& [name, content] : older_files) {
      const fs::path path = scratch.path() / "out" / name;
      fs::create_directories(path.parent_path());
      scratch.put("out/" + name, content);
    }
  }
  [[nodiscard]] OutputDirectory output(bool force = false) const {
    return {.path = scratch.at("out"),
            .input_path = scratch.at("in.whl"),
            .force = force,
            .is_replaceable = [](const std::string& path) {
              return fs::exists(fs::path(path) / "pkg-1.0.dist-info/WHEEL");
            }};
  }
  [[nodiscard]] Files files() const {
    Files found;
    for (const auto& entry : fs::recursive_directory_iterator(scratch.path() / "out")) {
      if (!entry.is_regular_file()) continue;
      const std::string name = entry.path().lexically_relative(scratch.path() / "out").string();
      found.emplace(name, scratch.get("out/" + name));
    }
    return found;
  }
  [[nodiscard]] std::string message(const OutputDirectory& directory) const {
    const auto done = write_directory(directory, archive);
    REQUIRE_FALSE(done);
    return done.error().message;
  }
};

struct Faults {
  int at = 0;
  int error = 0;
  int calls = 0;
  std::string hit;  ///< the call that got the fault
};

template <class Number, class... Arguments>
std::function<Number(Arguments...)> failing(const std::shared_ptr<Faults>& faults, std::string name,
                                            std::function<Number(Arguments...)> call) {
  return
      [faults, name = std::move(name), call = std::move(call)](Arguments... arguments) -> Number {
        if (++faults->calls != faults->at) return call(arguments...);
        faults->hit = name;
        errno = faults->error;
        return -1;
      };
}

FileOperations faulty(const std::shared_ptr<Faults>& faults) {
  FileOperations system = system_file_operations();
  system.open = failing(faults, "open", system.open);
  system.stat_open = failing(faults, "stat_open", system.stat_open);
  system.stat_path = failing(faults, "stat_path", system.stat_path);
  system.sync = failing(faults, "sync", std::function<int(int)>([](int) { return 0; }));
  system.rename = failing(faults, "rename", system.rename);
  system.make_directory = failing(faults, "make_directory", system.make_directory);
  system.read_at = failing(faults, "read_at", system.read_at);
  system.write = failing(faults, "write", system.write);
  system.close = [faults, real = system.close](int file) {  // closes even when it fails
    const int closed = real(file);
    if (++faults->calls != faults->at) return closed;
    faults->hit = "close";
    errno = faults->error;
    return -1;
  };
  return system;
}

/// Runs the job once with a fault in call `at`; false when the job makes fewer calls.
bool survives_fault(int at, int error, bool replaces) {
  const Job job;
  if (replaces) job.put_older();
  const auto faults =
      std::make_shared<Faults>(Faults{.at = at, .error = error, .calls = 0, .hit = {}});
  const auto done = write_directory(job.output(replaces), job.archive, faulty(faults));
  if (faults->hit.empty()) {
    REQUIRE(done);
    return false;
  }
  CAPTURE(at);
  CAPTURE(error);
  CAPTURE(faults->hit);
  CHECK(job.scratch.get("in.whl") == "the input");
  if (error == EINTR) CHECK(done);
  const bool complete =
      done || done.error().message.find("it is written and complete") != std::string::npos;
  if (!done) CHECK(done.error().kind == ErrorKind::io);
  if (complete) {
    CHECK(job.files() == small_files);
  } else if (replaces) {
    CHECK(job.files() == older_files);
  } else {
    CHECK_FALSE(job.scratch.has("out"));
  }
  // The error names what could not be removed.
  const bool named =
      !done && done.error().message.find("could not be removed") != std::string::npos;
  CHECK(job.scratch.names().size() == (complete || replaces ? 2U : 1U) + (named ? 1U : 0U));
  return true;
}

}  // namespace

TEST_CASE("a directory appears whole, beside nothing else, with the modes the umask leaves") {
  for (const mode_t mask : {mode_t{022}, mode_t{077}, mode_t{0}}) {
    const Job job;
    const mode_t before = ::umask(mask);
    const auto done = write_directory(job.output(), job.archive);
    ::umask(before);
    REQUIRE(done);
    CHECK(job.files() == small_files);
    CHECK(fs::is_directory(job.scratch.path() / "out/pkg/empty"));
    CHECK(job.scratch.names() == Names{"in.whl", "out"});
    const auto mode = [&](const char* name) {
      struct stat status{};
      REQUIRE(::stat(job.scratch.at(name).c_str(), &status) == 0);
      return status.st_mode & 07777;
    };
    CHECK(mode("out/pkg/__init__.py") == (0666 & ~mask));
    CHECK(mode("out/pkg/tools/run.sh") == (0777 & ~mask));
    CHECK(mode("out/pkg/tools") == (0777 & ~mask));
  }
}

TEST_CASE("an existing directory stays unless forced, and then is swapped for the new one") {
  const Job job;
  job.put_older();
  CHECK(job.message(job.output()) ==
        "cannot write " + job.scratch.at("out") + ": it exists already; --force replaces it");
  CHECK(job.files() == older_files);
  REQUIRE(write_directory(job.output(true), job.archive));
  CHECK(job.files() == small_files);
  CHECK(job.scratch.names() == Names{"in.whl", "out"});
}

TEST_CASE("--force replaces no directory but an unpacked wheel, no link and no file") {
  const Job job;
  const std::string target = job.scratch.at("out");
  SUBCASE("a directory of something else") {
    fs::create_directories(target + "/precious");
    CHECK(job.message(job.output(true)) ==
          "cannot write " + target +
              ": it exists already and is not an unpacked wheel, so --force does not replace it");
    CHECK(job.scratch.has("out/precious"));
  }
  SUBCASE("a link") {
    fs::create_directories(job.scratch.path() / "elsewhere");
    fs::create_directory_symlink("elsewhere", target);
    CHECK(
        job.message(job.output(true)) ==
        "cannot write " + target +
            ": it is a symbolic link, which is neither followed nor replaced; remove it, or choose "
            "another directory with --wheel-dir");
  }
  SUBCASE("a file") {
    job.scratch.put("out", "a file");
    CHECK(job.message(job.output(true)) ==
          "cannot write " + target + ": there is something that is not a directory");
    CHECK(job.scratch.get("out") == "a file");
  }
}

TEST_CASE("a directory is never written over the input, nor over one that holds it") {
  const Job job;
  job.put_older();
  OutputDirectory output = job.output(true);
  for (const std::string input : {"out", "out/pkg", "out/../out/pkg/older.py"}) {
    output.input_path = job.scratch.at(input);
    const auto done = write_directory(output, job.archive);
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::usage);
    CHECK(done.error().message == "cannot write " + output.path + ": the input " +
                                      output.input_path +
                                      " is there, which is never changed; choose another directory "
                                      "with --wheel-dir");
  }
  CHECK(job.files() == older_files);
}

TEST_CASE("a file that reads back differently: nothing is there") {
  const Job job;
  FileOperations system = system_file_operations();
  system.read_at = [](int file, void* bytes, std::size_t length, off_t offset) {
    const ssize_t got = ::pread(file, bytes, length, offset);
    if (got > 3) static_cast<char*>(bytes)[3] ^= 1;
    return got;
  };
  const auto done = write_directory(job.output(), job.archive, system);
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "cannot write " + job.scratch.at("out") +
                                    ": pkg/__init__.py: what was read back differs from what was "
                                    "written, at or after byte 0");
  CHECK(job.scratch.names() == Names{"in.whl"});
}

TEST_CASE(
    "a file system that cannot swap directories keeps the older one; one without NOREPLACE "
    "writes") {
  for (const bool replaces : {true, false}) {
    const Job job;
    if (replaces) job.put_older();
    FileOperations system = system_file_operations();
    system.rename = [real = system.rename](int directory, const char* from, const char* to,
                                           unsigned flags) {
      if (flags == 0) return real(directory, from, to, flags);
      errno = EINVAL;
      return -1;
    };
    const auto done = write_directory(job.output(replaces), job.archive, system);
    CHECK(done.has_value() == !replaces);
    if (!done) {
      CHECK(done.error().message ==
            "cannot write " + job.scratch.at("out") +
                ": this file system cannot replace a directory in one step; remove the older one");
    }
    CHECK(job.files() == (replaces ? older_files : small_files));
    CHECK(job.scratch.names() == Names{"in.whl", "out"});
  }
}

TEST_CASE("of two writers of a directory only the first wins") {
  const Job job;
  FileOperations system = system_file_operations();
  system.rename = [&, real = system.rename](int directory, const char* from, const char* to,
                                            unsigned flags) {
    job.put_older();  // as if another program had put it there
    return real(directory, from, to, flags);
  };
  const auto done = write_directory(job.output(), job.archive, system);
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "cannot write " + job.scratch.at("out") +
                                    ": it was created meanwhile; --force replaces it");
  CHECK(job.files() == older_files);
  CHECK(job.scratch.names() == Names{"in.whl", "out"});
}

TEST_CASE("any system call of writing a directory may fail or be interrupted") {
  for (const int error : {EIO, ENOSPC, EINTR}) {
    for (const bool replaces : {false, true}) {
      int at = 1;
      while (survives_fault(at, error, replaces)) ++at;
      CHECK(at > 40);
    }
  }
}

}  // namespace wheelaudit::system
