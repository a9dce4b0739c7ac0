// Every command ends through these functions, so one kind of error has one exit code and one form.

#include "cli/exit_codes.hpp"

#include <fmt/format.h>

#include "base/escape.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return exit_usage;
    case ErrorKind::io:
      return exit_io;
    case ErrorKind::internal:
      break;
  }
  return exit_internal;
}

void print_error(std::string_view message) {
  // Messages quote what was typed: names of profiles, of directories.
  system::write_standard_error(fmt::format("error: {}\n", escape_message(message)));
}

int stop_with(const Error& error) {
  print_error(error.message);
  return exit_code_of(error.kind);
}

int print_text(std::string_view text) {
  return exit_code_of_write(system::write_standard_output(text));
}

int exit_code_of_write(const Result<void>& written) {
  return written ? exit_done : stop_with(written.error());
}

}  // namespace wheelaudit::cli
