// The program: parse, run, map to an exit code. Everything else is in the library and the commands.

#include <exception>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "system/output.hpp"

int main(int argc, char** argv) {
  namespace cli = wheelaudit::cli;
  try {
    wheelaudit::system::secure_standard_streams();
    const auto run = cli::parse_command_line(cli::commands(), argc, argv);
    return number_of(run ? (*run)() : cli::stop_with(run.error()));
  } catch (const std::exception& exception) {
    cli::print_error(exception.what());
    return number_of(wheelaudit::ExitCode::internal);
  }
}
