#ifndef WHEELAUDIT_WHEELAUDIT_H
#define WHEELAUDIT_WHEELAUDIT_H

/* wheelaudit for C and for everything that calls C (C99 and C++): five functions, every command by
 * one door. docs/library.md lists the commands, their options and what their JSON holds.
 *
 *     wheelaudit_file wheel = {"x-1.0-py3-none-any.whl", bytes, size};
 *     wheelaudit_run_result* run = wheelaudit_run("check", "{\"index\": \"pypi\"}", 1, &wheel);
 *     const char* json;
 *     size_t length;
 *     int exit_code = wheelaudit_result(run, &json, &length);
 *     ...
 *     wheelaudit_free(run);
 *
 * No function reads or writes a file, the environment or a standard stream, keeps a state between
 * calls, or lets a C++ exception out (but when memory ends: then the process is terminated, or
 * std::bad_alloc passes through, as the caller is built). Functions may be called from several
 * threads; one handle may be read by several threads, and is freed by one. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A file in memory. `name` ends in NUL and may hold a path; `bytes` may be null when `size` is 0.
 * Both have to outlive wheelaudit_run and nothing longer. */
typedef struct wheelaudit_file {
  const char* name;
  const void* bytes;
  size_t size;
} wheelaudit_file;

/* What came of one command; owns all text and bytes that are asked of it. */
typedef struct wheelaudit_run_result wheelaudit_run_result;

/* "0.1.0"; lives as long as the program. */
const char* wheelaudit_version(void);

/* Runs a command over files. `command` is "show", "check", "repair", "profile list", "profile
 * show", "profile diff", "profile validate" or "profile link-list". `options` is a JSON object
 * whose keys are the long options of the program ("fail-on" or "fail_on"); null or "" stands for no
 * option. `count` is the number of files at `files`, which may be null when `count` is 0. Never
 * null: what is wrong with the call is a result with exit code 2 and a message. */
wheelaudit_run_result* wheelaudit_run(const char* command, const char* options, size_t count,
                                      const wheelaudit_file* files);

/* The exit code of the program; `text` and `size` (either may be null) are set to the report. It is
 * JSON unless the option "format" says otherwise, and always when the exit code is 2 for a wrong
 * call; NUL stands behind it. The text lives until wheelaudit_free. Of a null handle: 2 and "". */
int wheelaudit_result(const wheelaudit_run_result* run, const char** text, size_t* size);

/* The written output of this index: a repaired wheel, or a list for the linker. Returns 1 and sets
 * name, bytes and size (each may be null); returns 0 and sets nothing when there is none. */
int wheelaudit_output(const wheelaudit_run_result* run, size_t index, const char** name,
                      const void** bytes, size_t* size);

/* Frees the handle and all that it gave out; null is allowed. */
void wheelaudit_free(wheelaudit_run_result* run);

#ifdef __cplusplus
}
#endif

#endif
