// Every command ends through these functions, so one kind of error has one exit code and one form.

#include "cli/exit_codes.hpp"

#include <fmt/format.h>

#include "base/escape.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {

void print_error(std::string_view message) {
  // Messages quote what was typed: names of profiles, of directories.
  system::write_standard_error(fmt::format("error: {}\n", escape_message(message)));
}

ExitCode stop_with(const Error& error) {
  print_error(error.message);
  return exit_code_of(error.kind);
}

ExitCode print_text(std::string_view text) {
  return exit_code_of_write(system::write_standard_output(text));
}

ExitCode exit_code_of_write(const Result<void>& written) {
  return written ? ExitCode::done : stop_with(written.error());
}

}  // namespace wheelaudit::cli
