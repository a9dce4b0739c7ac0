#pragma once

// Builds that must do what the sandbox forbids.

#include <string>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WHEELAUDIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define WHEELAUDIT_SANITIZED 1
#endif
#endif

namespace wheelaudit::system {

/// Why this build does not confine itself; empty: it does.
inline std::string build_unfit_for_sandbox() {
#if defined(WHEELAUDIT_SANITIZED)
  return "built with a sanitizer, which looks for leaks with ptrace and starts a symbolizer";
#elif defined(WHEELAUDIT_COVERAGE)
  return "built to measure coverage, which is written to files at the end";
#else
  return {};
#endif
}

}  // namespace wheelaudit::system
