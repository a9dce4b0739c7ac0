// A disk that fails on demand, to be preloaded: the n-th call of a family returns an error or does
// less than asked, or the process is killed there.
//
//   FAULT_FAMILY  open, read, write, sync, rename, copy, mkdir, …; any: every call below
//   FAULT_AT      which call of the family, from 1; 0: none, only count
//   FAULT_HOW     EIO, ENOSPC, EINTR, short; kill (before the call), kill-after, kill-half (in it)
//   FAULT_STAYS   set: every later call of the family fails too
//   FAULT_MARK    a file that gets the family's name when the fault is met
//   FAULT_COUNT   a file that gets the number of the family's calls at the end
//
// Both files are opened at the start, for the program confines itself; nor can it call kill then.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

static const char* setting(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

static long mark = -1;
static long count = -1;

/// Above the numbers that a run could see.
static long open_note(const char* name, int number) {
  const long file =
      syscall(SYS_openat, AT_FDCWD, setting(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  const long high = syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, number);
  syscall(SYS_close, file);
  return high;
}

__attribute__((constructor)) static void open_notes(void) {
  mark = open_note("FAULT_MARK", 200);
  count = open_note("FAULT_COUNT", 201);
}

static void note(long file, const char* text) { syscall(SYS_write, file, text, strlen(text)); }

enum Fault { none, fails, is_short, dies_half, dies_after };

static void die(void) {
  for (;;) syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), SIGKILL);
}

static enum Fault meet(const char* family) {
  const char* wanted = setting("FAULT_FAMILY");
  if (strcmp(wanted, family) != 0 && strcmp(wanted, "any") != 0) return none;
  const long number = atomic_fetch_add(&calls, 1) + 1;
  const long at = atol(setting("FAULT_AT"));
  const int stays = *setting("FAULT_STAYS") != '\0';
  if (at == 0 || number < at || (number > at && !stays)) return none;
  note(mark, family);
  const char* how = setting("FAULT_HOW");
  if (strcmp(how, "short") == 0) return is_short;
  if (strcmp(how, "kill") == 0) die();
  if (strcmp(how, "kill-half") == 0) return dies_half;
  if (strcmp(how, "kill-after") == 0) return dies_after;
  errno = strcmp(how, "EIO") == 0 ? EIO : strcmp(how, "ENOSPC") == 0 ? ENOSPC : EINTR;
  return fails;
}

/// Runs a call that moves `length` bytes, or a part of it, or not at all.
#define MOVES(family, length, call)                                            \
  do {                                                                         \
    const enum Fault fault = meet(family);                                     \
    if (fault == fails) return -1;                                             \
    if ((fault == is_short || fault == dies_half) && length > 1) length /= 2;  \
    const long result = call;                                                  \
    if (fault == dies_half || fault == dies_after) die();                      \
    return result;                                                             \
  } while (0)
#define DOES(family, call)                                \
  do {                                                    \
    const enum Fault fault = meet(family);                \
    if (fault == fails) return -1;                        \
    const long result = call;                             \
    if (fault == dies_half || fault == dies_after) die(); \
    return (int)result;                                   \
  } while (0)

static mode_t mode_of(int flags, va_list more) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}
#define OPENS(directory)                                             \
  do {                                                               \
    va_list more;                                                    \
    va_start(more, flags);                                           \
    const mode_t mode = mode_of(flags, more);                        \
    va_end(more);                                                    \
    DOES("open", syscall(SYS_openat, directory, path, flags, mode)); \
  } while (0)
int openat(int directory, const char* path, int flags, ...) { OPENS(directory); }
int openat64(int directory, const char* path, int flags, ...) { OPENS(directory); }
int open(const char* path, int flags, ...) { OPENS(AT_FDCWD); }
int open64(const char* path, int flags, ...) { OPENS(AT_FDCWD); }

ssize_t read(int file, void* bytes, size_t length) {
  MOVES("read", length, syscall(SYS_read, file, bytes, length));
}
ssize_t pread(int file, void* bytes, size_t length, off_t offset) {
  MOVES("read", length, syscall(SYS_pread64, file, bytes, length, offset));
}
ssize_t pread64(int file, void* bytes, size_t length, off64_t offset) {
  MOVES("read", length, syscall(SYS_pread64, file, bytes, length, offset));
}
ssize_t write(int file, const void* bytes, size_t length) {
  // standard error is where the reason goes
  if (file == 2) return syscall(SYS_write, file, bytes, length);
  MOVES("write", length, syscall(SYS_write, file, bytes, length));
}
ssize_t copy_file_range(int in, off64_t* at, int out, off64_t* to, size_t length, unsigned flags) {
  MOVES("copy", length, syscall(SYS_copy_file_range, in, at, out, to, length, flags));
}
ssize_t sendfile(int out, int in, off_t* at, size_t length) {
  MOVES("copy", length, syscall(SYS_sendfile, out, in, at, length));
}
ssize_t sendfile64(int out, int in, off64_t* at, size_t length) {
  MOVES("copy", length, syscall(SYS_sendfile, out, in, at, length));
}
int fsync(int file) { DOES("sync", syscall(SYS_fsync, file)); }
int renameat2(int from, const char* old, int to, const char* name, unsigned flags) {
  DOES("rename", syscall(SYS_renameat2, from, old, to, name, flags));
}
int unlinkat(int directory, const char* path, int flags) {
  DOES("unlink", syscall(SYS_unlinkat, directory, path, flags));
}
int linkat(int from, const char* old, int to, const char* name, int flags) {
  DOES("link", syscall(SYS_linkat, from, old, to, name, flags));
}
int mkdir(const char* path, mode_t mode) {
  DOES("mkdir", syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
int mkdirat(int directory, const char* path, mode_t mode) {
  DOES("mkdir", syscall(SYS_mkdirat, directory, path, mode));
}
int close(int file) { DOES("close", syscall(SYS_close, file)); }

__attribute__((destructor)) static void write_count(void) {
  char text[32];
  snprintf(text, sizeof text, "%ld", atomic_load(&calls));
  note(count, text);
}
