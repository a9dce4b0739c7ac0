// seccomp: the system calls that reading, judging and writing wheels needs are allowed. Calls that
// only an attacker would make end the process. All other calls fail with ENOSYS ("not
// implemented"), upon which a newer C library falls back to an older call (from clone3, whose flags
// a filter cannot see, to clone). The filter is written here and not with libseccomp: it is one
// list, and the program needs one library less.

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <system_error>

#include "system/sandbox.hpp"

namespace wheelaudit::system {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t architecture = 0;  // its calls are not listed here
#endif

constexpr std::uint32_t allow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t end_process = SECCOMP_RET_KILL_PROCESS;
constexpr std::uint32_t answer(int error) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
}

/// What becomes of a call; with a test, by the low half of one of its arguments.
struct Rule {
  std::uint32_t outcome = 0;
  unsigned test = 0;  ///< BPF_JSET: one of these bits; BPF_JEQ: this number; 0: none
  unsigned argument = 0;
  std::uint32_t value = 0;
  std::uint32_t otherwise = 0;
};

/// A list of calls; of two rules for one call the first one applies.
class Filter {
 public:
  void when(std::initializer_list<long> calls, std::uint32_t outcome) {
    for (const long call : calls) add_rule(call, {.outcome = outcome});
  }
  void when_bits(long call, unsigned argument, std::uint32_t bits, std::uint32_t any,
                 std::uint32_t none) {
    add_rule(call, {any, BPF_JSET, argument, bits, none});
  }
  void when_equal(long call, unsigned argument, std::uint32_t number, std::uint32_t equal,
                  std::uint32_t other) {
    add_rule(call, {equal, BPF_JEQ, argument, number, other});
  }

  /// Installs the filter; `otherwise` is the outcome of calls without a rule. Returns zero or
  /// errno. TSYNC applies the filter to threads that exist already as well.
  [[nodiscard]] int enter(std::uint32_t otherwise) {
    write(otherwise);
    const sock_fprog program{.len = static_cast<unsigned short>(code_.size()),
                             .filter = code_.data()};
    const long failed =
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    return failed == 0 ? 0 : failed > 0 ? EBUSY : errno;
  }

 private:
  // When the kernel accepts a filter, it runs the filter once per call number, so the length costs
  // time. Rules are sorted by number, and a step of 16 rules is jumped over at once.
  static constexpr std::size_t step = 16;

  void write(std::uint32_t otherwise) {
    load(offsetof(seccomp_data, arch));
    jump(BPF_JEQ, architecture, 1, 0);
    end(end_process);
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    jump(BPF_JGE, 0x40000000U, 0, 1);  // the calls of x32, other numbers for all
    end(end_process);
#endif
    for (auto at = rules_.begin(); at != rules_.end();) {
      const std::size_t skip = code_.size();
      jump(BPF_JGT, 0, 0, 0);
      for (std::size_t i = 0; i < step && at != rules_.end(); ++i, ++at) {
        write_rule(at->first, at->second);
        code_[skip].k = at->first;
      }
      code_[skip].jt = static_cast<std::uint8_t>(code_.size() - skip - 1);
    }
    end(otherwise);
  }
  void write_rule(std::uint32_t call, const Rule& rule) {
    jump(BPF_JEQ, call, 0, rule.test == 0 ? 1 : 4);
    if (rule.test != 0) {
      load(offsetof(seccomp_data, args) + 8UL * rule.argument);  // little-endian: low half first
      jump(rule.test, rule.value, 0, 1);
    }
    end(rule.outcome);
    if (rule.test != 0) end(rule.otherwise);
  }
  void add_rule(long call, const Rule& rule) {
    rules_.emplace(static_cast<std::uint32_t>(call), rule);
  }
  void add(unsigned code, std::uint32_t value, unsigned if_true, unsigned if_false) {
    code_.push_back({.code = static_cast<std::uint16_t>(code),
                     .jt = static_cast<std::uint8_t>(if_true),
                     .jf = static_cast<std::uint8_t>(if_false),
                     .k = value});
  }
  void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), 0, 0);
  }
  void jump(unsigned test, std::uint32_t value, unsigned if_true, unsigned if_false) {
    add(BPF_JMP | test | BPF_K, value, if_true, if_false);
  }
  void end(std::uint32_t outcome) { add(BPF_RET | BPF_K, outcome, 0, 0); }

  std::map<std::uint32_t, Rule> rules_;
  std::vector<sock_filter> code_;
};

/// Reading, looking at paths (which opens nothing), memory, threads, time.
void allow_reading(Filter& filter) {
  filter.when({SYS_read,       SYS_pread64,    SYS_write,  SYS_futex,     SYS_close,
               SYS_fstat,      SYS_newfstatat, SYS_lseek,  SYS_munmap,    SYS_brk,
               SYS_madvise,    SYS_mremap,     SYS_readv,  SYS_writev,    SYS_statx,
               SYS_getdents64, SYS_readlinkat, SYS_getcwd, SYS_faccessat, SYS_fcntl,
               SYS_ftruncate,  SYS_fsync,      SYS_dup,    SYS_ppoll,     SYS_fstatfs},
              allow);
  filter.when({SYS_set_robust_list,
               SYS_rseq,
               SYS_rt_sigprocmask,
               SYS_rt_sigaction,
               SYS_rt_sigreturn,
               SYS_sigaltstack,
               SYS_restart_syscall,
               SYS_gettid,
               SYS_getpid,
               SYS_exit,
               SYS_exit_group,
               SYS_sched_yield,
               SYS_sched_getaffinity,
               SYS_membarrier,
               SYS_clock_gettime,
               SYS_clock_nanosleep,
               SYS_nanosleep,
               SYS_gettimeofday,
               SYS_getrandom,
               SYS_sysinfo,
               SYS_uname,
               SYS_getuid,
               SYS_geteuid,
               SYS_getgid,
               SYS_getegid},
              allow);
#if defined(__x86_64__)
  filter.when({SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_time}, allow);
#endif
}

void allow_within_bounds(Filter& filter) {
  // No new executable code. The call is refused and does not end the process, because a library may
  // only try whether it works.
  filter.when_bits(SYS_mmap, 2, PROT_EXEC, answer(EACCES), allow);
  filter.when_bits(SYS_mprotect, 2, PROT_EXEC, answer(EACCES), allow);
  // New threads are allowed, new processes are not.
  filter.when_bits(SYS_clone, 0, CLONE_THREAD, allow, end_process);
  filter.when_equal(SYS_ioctl, 1, TCGETS, allow, answer(ENOTTY));  // isatty
  filter.when_equal(SYS_prlimit64, 2, 0, allow, answer(EPERM));    // no new limit
  // abort() signals this process. Other processes must not get signals.
  filter.when_equal(SYS_tgkill, 0, static_cast<std::uint32_t>(::getpid()), allow, end_process);
}

void allow_opening(Filter& filter, const SandboxNeeds& needs) {
  constexpr std::uint32_t writing =
      O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
  // The C library itself tries to read files (the time zone), and goes on without them.
  const std::uint32_t reading = needs.opens() ? allow : answer(EACCES);
  const std::uint32_t write = needs.writes() ? allow : end_process;
  filter.when_bits(SYS_openat, 2, writing, write, reading);
#if defined(__x86_64__)
  filter.when_bits(SYS_open, 1, writing, write, reading);
#endif
  if (!needs.writes()) return;
  filter.when(
      {SYS_copy_file_range, SYS_sendfile, SYS_renameat, SYS_renameat2, SYS_linkat, SYS_unlinkat},
      allow);
  if (needs.makes_directories) filter.when({SYS_mkdirat}, allow);
#if defined(__x86_64__)
  filter.when({SYS_rename, SYS_link, SYS_unlink, SYS_rmdir}, allow);
#endif
}

/// Calls that end the process, because a correct run never makes them. Calls that are newer than
/// many headers are given by number, which is the same on all architectures from 424 on.
void end_on_attacks(Filter& filter) {
  filter.when(
      {SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
       SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg},
      end_process);
  filter.when({SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
               SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_memfd_create,
               SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_bpf, SYS_perf_event_open,
               SYS_userfaultfd, SYS_kcmp, SYS_keyctl, SYS_add_key, SYS_request_key},
              end_process);
  filter.when({SYS_mount,     SYS_umount2,     SYS_pivot_root,   SYS_chroot,        SYS_setns,
               SYS_unshare,   SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
               SYS_reboot,    SYS_swapon,      SYS_swapoff,      SYS_setuid,        SYS_setgid,
               SYS_setresuid, SYS_setresgid,   SYS_setgroups,    SYS_capset,        SYS_personality,
               SYS_quotactl,  SYS_acct,        SYS_syslog},
              end_process);
  filter.when({SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_truncate, SYS_utimensat,
               SYS_symlinkat, SYS_mknodat, SYS_mkdirat, SYS_linkat, SYS_unlinkat, SYS_renameat,
               SYS_renameat2, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr},
              end_process);
  constexpr long pidfd_send_signal = 424;
  constexpr long fsmount = 432;  // with io_uring, open_tree, move_mount, fsopen, fsconfig between
  for (long call = pidfd_send_signal; call <= fsmount; ++call) filter.when({call}, end_process);
  constexpr long fspick = 433;
  constexpr long pidfd_open = 434;
  constexpr long pidfd_getfd = 438;
  constexpr long process_madvise = 440;
  constexpr long mount_setattr = 442;
  filter.when({fspick, pidfd_open, pidfd_getfd, process_madvise, mount_setattr}, end_process);
#if defined(__x86_64__)
  filter.when({SYS_fork,      SYS_vfork, SYS_creat,  SYS_mkdir,      SYS_rmdir,
               SYS_rename,    SYS_link,  SYS_unlink, SYS_symlink,    SYS_mknod,
               SYS_chmod,     SYS_chown, SYS_lchown, SYS_utime,      SYS_utimes,
               SYS_futimesat, SYS_iopl,  SYS_ioperm, SYS_modify_ldt, SYS_kexec_file_load},
              end_process);
#endif
}

}  // namespace

std::string restrict_calls(const SandboxNeeds& needs) {
  if (architecture == 0)
    return "the system calls of this architecture are not known, so all can be called";
  Filter filter;
  allow_reading(filter);
  allow_within_bounds(filter);
  allow_opening(filter, needs);
  end_on_attacks(filter);
  const int error = filter.enter(answer(ENOSYS));
  if (error == 0) return {};
  return fmt::format("this system refuses seccomp, so any system call could be made: {}",
                     std::generic_category().message(error));
}

}  // namespace wheelaudit::system
