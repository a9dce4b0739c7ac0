#ifndef WHEELAUDIT_WHEELAUDIT_H
#define WHEELAUDIT_WHEELAUDIT_H

/* wheelaudit for C and for every language that calls C (C99 and C++): five functions, one of which
 * runs every command. docs/library.md lists the commands, their options and what their JSON holds.
 *
 *     wheelaudit_file wheel = {"x-1.0-py3-none-any.whl", bytes, size};
 *     wheelaudit_run_result* run = wheelaudit_run("check", "{\"index\": \"pypi\"}", 1, &wheel);
 *     const char* json;
 *     size_t length;
 *     int exit_code = wheelaudit_result(run, &json, &length);
 *     ...
 *     wheelaudit_free(run);
 *
 * No function reads or writes a file, the environment or a standard stream, or keeps a state
 * between calls. No C++ exception leaves a function unless memory is exhausted: then the process is
 * terminated, or std::bad_alloc passes through the caller, depending on how the caller is built.
 * Functions may be called from several threads at the same time. Several threads may read one
 * handle; one thread frees it, when no other uses it any more. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A file in memory. `name` ends in NUL and may hold a path; `bytes` may be null when `size` (in
 * bytes) is 0. `name` and `bytes` must stay valid until wheelaudit_run returns. */
typedef struct wheelaudit_file {
  const char* name;
  const void* bytes;
  size_t size;
} wheelaudit_file;

/* The result of one command. It owns all text and bytes that the functions below hand out. */
typedef struct wheelaudit_run_result wheelaudit_run_result;

/* The version of the library, such as "0.1.0". The text lives as long as the program. */
const char* wheelaudit_version(void);

/* Runs a command over files. `command` is "show", "check", "repair", "profile list", "profile
 * show", "profile diff", "profile validate" or "profile link-list". `options` is a JSON object
 * whose keys are the long options of the program ("fail-on" or "fail_on"); null or "" stands for no
 * option. `count` is the number of files at `files`, which may be null when `count` is 0. The
 * result is never null, and the caller frees it with wheelaudit_free. A wrong call gives a result
 * with exit code 2 and a message. */
wheelaudit_run_result* wheelaudit_run(const char* command, const char* options, size_t count,
                                      const wheelaudit_file* files);

/* Returns the exit code that the program would return, and sets `text` and `size` (either may be
 * null) to the report and its size in bytes. The report is JSON unless the option "format" asks for
 * another format; for a wrong call (exit code 2) it is always JSON. A NUL follows the report and is
 * not counted. The text lives until wheelaudit_free. For a null handle: returns 2 and sets "" and
 * 0. */
int wheelaudit_result(const wheelaudit_run_result* run, const char** text, size_t* size);

/* The output number `index`, counted from 0: a repaired wheel, or a list for the linker. Returns 1
 * and sets name, bytes and size in bytes (each may be null); returns 0 and sets nothing when there
 * is no such output. Name and bytes live until wheelaudit_free. */
int wheelaudit_output(const wheelaudit_run_result* run, size_t index, const char** name,
                      const void** bytes, size_t* size);

/* Frees the handle and all that it gave out; null is allowed. */
void wheelaudit_free(wheelaudit_run_result* run);

#ifdef __cplusplus
}
#endif

#endif
