// The program's own sandbox: in a child process that has entered it, each forbidden action fails
// with the signal or the error named here, and each action that reading and writing wheels needs
// still works.

#include "system/sandbox.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

#include "support/scratch.hpp"
#include "system/write.hpp"

namespace wheelaudit::system {

using wheelaudit::test::Scratch;

namespace {

constexpr int worked = 0;
constexpr int not_confined = 200;

/// How a child that entered the sandbox ended: the exit code of `attempt`, or minus the signal.
int in_sandbox(const SandboxNeeds& needs, const std::function<int()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const struct rlimit no_core{};
    ::setrlimit(RLIMIT_CORE, &no_core);
    std::signal(SIGABRT, SIG_DFL);  // doctest's own handler would report a failure
    if (!enter_sandbox(needs).empty()) ::_exit(not_confined);
    ::_exit(attempt());
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// `worked`, or the errno of a failed call.
int error_of(long result) { return result < 0 ? errno : worked; }
int error_of_open(const std::string& path, int flags) {
  return error_of(::open(path.c_str(), flags, 0600));
}

/// Whether this system can confine the program. Where the kernel, a container or the build has no
/// sandbox, nothing can be tested, and a message says so.
bool can_be_confined() {
  const int ended = in_sandbox({}, [] { return worked; });
  if (ended != not_confined) return true;
  MESSAGE("not confined here: nothing tested");
  return false;
}

constexpr int killed = -SIGSYS;

struct Attempt {
  const char* what;
  std::function<int()> act;
  int ends;
};

void expect_all(const SandboxNeeds& needs, const std::vector<Attempt>& attempts) {
  for (const Attempt& attempt : attempts) {
    CAPTURE(attempt.what);
    CHECK(in_sandbox(needs, attempt.act) == attempt.ends);
  }
}

/// A directory with a wheel, a secret beside it and an output directory.
struct Place {
  test::Scratch scratch;
  std::string wheel = scratch.at("in.whl");
  std::string secret = scratch.at("secret");
  std::string out = scratch.at("out");
  Place() {
    scratch.put("in.whl", "a wheel");
    scratch.put("secret", "mine");
    std::filesystem::create_directory(out);
  }
  [[nodiscard]] SandboxNeeds writing() const {
    return {.files = {wheel}, .directories = {}, .output_directory = out, .removal_directory = {}};
  }
};

std::vector<Attempt> always_forbidden() {
  return {
      {"a TCP socket", [] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }, killed},
      {"a UDP socket", [] { return error_of(::socket(AF_INET6, SOCK_DGRAM, 0)); }, killed},
      {"a UNIX socket", [] { return error_of(::socket(AF_UNIX, SOCK_STREAM, 0)); }, killed},
      {"a socket pair",
       [] {
         int ends[2];
         return error_of(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
       },
       killed},
      {"connecting what is open", [] { return error_of(::connect(0, nullptr, 0)); }, killed},
      {"sending by what is open", [] { return error_of(::send(0, "", 0, 0)); }, killed},
      {"io_uring", [] { return error_of(::syscall(425, 1, nullptr)); }, killed},
      {"executing", [] { return error_of(::execl("/bin/true", "true", nullptr)); }, killed},
      {"executing by descriptor",
       [] { return error_of(::syscall(SYS_execveat, 0, "", nullptr, nullptr, 0)); }, killed},
      {"system()", [] { return std::system("true"); }, killed},
      {"fork", [] { return error_of(::fork()); }, killed},
      {"vfork by clone",
       [] { return error_of(::syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)); },
       killed},
      {"clone3, whose flags cannot be seen", [] { return error_of(::syscall(435, nullptr, 0)); },
       ENOSYS},
      {"openat2, whose flags cannot be seen",
       [] { return error_of(::syscall(437, AT_FDCWD, "/", nullptr, 0)); }, ENOSYS},
      {"a file without a name", [] { return error_of(::memfd_create("x", 0)); }, killed},
      {"new executable memory",
       [] {
         void* got =
             ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return got == MAP_FAILED ? errno : worked;
       },
       EACCES},
      {"making memory executable",
       [] {
         void* got = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return error_of(::mprotect(got, 4096, PROT_READ | PROT_EXEC));
       },
       EACCES},
      {"ptrace", [] { return error_of(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }, killed},
      {"another's memory",
       [] { return error_of(::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0)); },
       killed},
      {"a signal to another", [] { return error_of(::kill(::getppid(), 0)); }, killed},
      {"a signal to another's thread",
       [] { return error_of(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0)); }, killed},
      {"a program in the kernel", [] { return error_of(::syscall(SYS_bpf, 0, nullptr, 0)); },
       killed},
      {"a mount", [] { return error_of(::syscall(SYS_mount, "", "/", "", 0, nullptr)); }, killed},
      {"a new root", [] { return error_of(::chroot("/")); }, killed},
      {"other name spaces", [] { return error_of(::unshare(CLONE_NEWUSER)); }, killed},
      {"another user", [] { return error_of(::syscall(SYS_setuid, 0)); }, killed},
      {"a file by its handle",
       [] { return error_of(::syscall(SYS_open_by_handle_at, AT_FDCWD, nullptr, 0)); }, killed},
      {"typing into the terminal", [] { return error_of(::syscall(SYS_ioctl, 0, 0x5412, "x")); },
       ENOTTY},
      {"raising a limit",
       [] {
         const struct rlimit limit{};
         return error_of(::setrlimit(RLIMIT_NOFILE, &limit));
       },
       EPERM},
  };
}

}  // namespace

TEST_CASE("in the sandbox each attack dies, whether or not something is written") {
  if (!can_be_confined()) return;
  const Place place;
  for (const SandboxNeeds& needs : {SandboxNeeds{}, place.writing()}) {
    expect_all(needs, always_forbidden());
  }
}

TEST_CASE("in the sandbox of a command that only reads nothing more is opened, made or removed") {
  if (!can_be_confined()) return;
  const Place place;
  const auto path = [](const std::string& text) { return text.c_str(); };
  expect_all(
      {},
      {
          {"another file", [&] { return error_of_open(place.secret, O_RDONLY); }, EACCES},
          {"its own input by name", [&] { return error_of_open(place.wheel, O_RDONLY); }, EACCES},
          {"a directory", [&] { return error_of_open(place.out, O_RDONLY | O_DIRECTORY); }, EACCES},
          {"writing a file", [&] { return error_of_open(place.secret, O_WRONLY); }, killed},
          {"reading and writing", [&] { return error_of_open(place.wheel, O_RDWR); }, killed},
          {"truncating", [&] { return error_of_open(place.secret, O_RDONLY | O_TRUNC); }, killed},
          {"a new file", [&] { return error_of_open(place.out + "/new", O_RDONLY | O_CREAT); },
           killed},
          {"a file without a name", [&] { return error_of_open(place.out, O_TMPFILE | O_WRONLY); },
           killed},
          {"removing", [&] { return error_of(::unlink(path(place.secret))); }, killed},
          {"renaming", [&] { return error_of(::rename(path(place.secret), path(place.wheel))); },
           killed},
          {"linking", [&] { return error_of(::link(path(place.secret), "/tmp/x")); }, killed},
          {"a symbolic link", [&] { return error_of(::symlink("x", path(place.out + "/l"))); },
           killed},
          {"a directory of its own",
           [&] { return error_of(::mkdir(path(place.out + "/d"), 0700)); }, killed},
          {"a device", [&] { return error_of(::mknod(path(place.out + "/d"), S_IFIFO, 0)); },
           killed},
          {"a mode", [&] { return error_of(::chmod(path(place.secret), 0777)); }, killed},
          {"truncating by name", [&] { return error_of(::truncate(path(place.secret), 0)); },
           killed},
      });
  CHECK(place.scratch.get("secret") == "mine");
}

TEST_CASE("in the sandbox of a command that writes only the files named are opened") {
  if (!can_be_confined()) return;
  const Place place;
  const std::string new_file = place.out + "/new";
  const auto make = [&] { return error_of_open(new_file, O_RDWR | O_CREAT | O_EXCL); };
  expect_all(
      place.writing(),
      {
          {"its input", [&] { return error_of_open(place.wheel, O_RDONLY); }, worked},
          {"its input for writing", [&] { return error_of_open(place.wheel, O_WRONLY); }, EACCES},
          {"another file", [&] { return error_of_open(place.secret, O_RDONLY); }, EACCES},
          {"a file of the system", [&] { return error_of_open("/etc/passwd", O_RDONLY); }, EACCES},
          {"its own memory", [&] { return error_of_open("/proc/self/mem", O_RDWR); }, EACCES},
          {"a device", [&] { return error_of_open("/dev/zero", O_RDONLY); }, EACCES},
          {"a file beside its input",
           [&] { return error_of_open(place.scratch.at("new"), O_WRONLY | O_CREAT); }, EACCES},
          {"removing its input", [&] { return error_of(::unlink(place.wheel.c_str())); }, EACCES},
          {"moving its input into the output directory",
           [&] { return error_of(::rename(place.wheel.c_str(), new_file.c_str())); }, EACCES},
          {"a hard link to another file",
           [&] { return error_of(::link(place.secret.c_str(), new_file.c_str())); }, EXDEV},
          {"a symbolic link", [&] { return error_of(::symlink("/etc/passwd", new_file.c_str())); },
           killed},
          {"a directory", [&] { return error_of(::mkdir(new_file.c_str(), 0700)); }, killed},
          {"removing the output directory", [&] { return error_of(::rmdir(place.out.c_str())); },
           EACCES},
          {"a file in the output directory", make, worked},
          {"its new name",
           [&] { return error_of(::rename(new_file.c_str(), (place.out + "/b").c_str())); },
           worked},
          {"removing it", [&] { return error_of(::unlink((place.out + "/b").c_str())); }, worked},
          {"listing the output directory",
           [&] { return ::opendir(place.out.c_str()) == nullptr ? errno : worked; }, worked},
      });
  CHECK(place.scratch.names() == std::vector<std::string>{"in.whl", "out", "secret"});
}

TEST_CASE("in the sandbox a directory is read, and removed only where one was made") {
  if (!can_be_confined()) return;
  const Place place;
  const std::string made = place.scratch.at("made");
  std::filesystem::create_directory(made);
  std::filesystem::create_symlink(place.secret, place.out + "/link");
  const SandboxNeeds needs{.files = {},
                           .directories = {place.out},
                           .output_directory = made,
                           .removal_directory = place.scratch.path().string()};
  expect_all(
      needs,
      {
          {"a link that leads out of a directory",
           [&] { return error_of_open(place.out + "/link", O_RDONLY); }, EACCES},
          {"writing into a directory to read",
           [&] { return error_of_open(place.out + "/x", O_WRONLY | O_CREAT); }, EACCES},
          {"a directory that was made", [&] { return error_of(::rmdir(made.c_str())); }, worked},
      });
  CHECK_FALSE(place.scratch.has("made"));
}

TEST_CASE("in the sandbox all that auditing takes still works") {
  if (!can_be_confined()) return;
  const Place place;
  const int input = ::open(place.wheel.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(input >= 0);
  const auto threads = [] {
    int sum = 0;
    std::thread other(
        [&] { sum = static_cast<int>(std::vector<char>(40'000'000, 1).size() / 40'000'000); });
    other.join();
    return sum == 1 ? worked : 1;
  };
  const auto exceptions = [] {
    try {
      throw std::runtime_error("thrown");
    } catch (const std::exception&) {
      return worked;
    }
  };
  const auto memory = [] {
    for (std::size_t size = 1; size < (64U << 20U); size *= 3) {
      const auto bytes = std::make_unique<char[]>(size);
      bytes[size - 1] = 1;
    }
    return worked;
  };
  char byte = 0;
  const std::vector<Attempt> attempts{
      {"reading what is open", [&] { return ::pread(input, &byte, 1, 0) == 1 ? worked : errno; },
       worked},
      {"writing to a standard stream",
       [] { return ::write(STDERR_FILENO, "", 0) == 0 ? worked : errno; }, worked},
      {"looking whether it is a terminal",
       [] { return ::isatty(STDERR_FILENO) == 1 || errno == ENOTTY ? worked : errno; }, worked},
      {"the size of a path",
       [&] {
         struct stat status{};
         return error_of(::stat(place.secret.c_str(), &status));
       },
       worked},
      {"threads", threads, worked},
      {"exceptions", exceptions, worked},
      {"memory", memory, worked},
      {"chance",
       [] {
         char some[8];
         return ::getentropy(some, sizeof some) == 0 ? worked : errno;
       },
       worked},
      {"abort, as abort and as nothing else",
       [] {
         std::abort();
         return worked;
       },
       -SIGABRT},
  };
  expect_all({}, attempts);
  expect_all(place.writing(), attempts);
}

TEST_CASE("in the sandbox a thread is held to it as well") {
  if (!can_be_confined()) return;
  CHECK(in_sandbox({}, [] {
          int error = worked;
          std::thread other([&] { error = error_of(::socket(AF_INET, SOCK_STREAM, 0)); });
          other.join();
          return error;
        }) == killed);
}

TEST_CASE("in the sandbox an output is written, checked and renamed") {
  if (!can_be_confined()) return;
  const Place place;
  const std::string text(400'000, 'x');
  place.scratch.put("in.whl", text);
  const std::string output = place.out + "/out.whl";
  for (const bool force : {false, true}) {
    CHECK(in_sandbox(place.writing(), [&] {
            const auto done =
                write_output({.path = output, .input_path = place.wheel, .force = force},
                             memory_source(as_bytes(text)),
                             {{.input_offset = 0, .length = text.size(), .bytes = {}}}, nullptr);
            return done ? worked : 1;
          }) == worked);
  }
  CHECK(place.scratch.get("out/out.whl") == text);
  CHECK(in_sandbox(place.writing(), [&] {
          const auto done = write_output(
              {.path = place.scratch.at("beside"), .input_path = place.wheel, .force = true},
              memory_source(as_bytes(text)), {}, nullptr);
          return done ? worked : 1;
        }) == 1);
  CHECK_FALSE(place.scratch.has("beside"));
}

TEST_CASE("a system without seccomp or Landlock is told of in a phrase, and works on") {
  // A second filter, which refuses the call itself, stands for such a system: restrict_calls allows
  // neither seccomp nor Landlock, so a program that is confined once cannot confine itself again.
  if (!can_be_confined()) return;
  const Place place;
  const auto again = [&] {
    const auto missing = enter_sandbox(place.writing());
    const bool told =
        missing.size() == 1 && missing[0].starts_with("privileges cannot be given up: ");
    return told ? worked : 1;
  };
  CHECK(in_sandbox(place.writing(), again) == worked);
  CHECK(in_sandbox(place.writing(), [&] {
          const std::string files = restrict_files(place.writing());
          return files.starts_with("this system has no Landlock, so other files could be opened: ")
                     ? worked
                     : 1;
        }) == worked);
  CHECK(in_sandbox(place.writing(), [&] {
          const std::string calls = restrict_calls(place.writing());
          return calls.starts_with(
                     "this system refuses seccomp, so any system call could be made: ")
                     ? worked
                     : 1;
        }) == worked);
}

TEST_CASE("a build with a sanitizer says why it does not confine itself") {
  const std::string unfit = build_unfit_for_sandbox();
  if (unfit.empty()) return;
  CHECK(enter_sandbox({}) == std::vector<std::string>{unfit});
}

}  // namespace wheelaudit::system
