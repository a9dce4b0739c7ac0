// The program: parse, run, map to an exit code. Everything else is in the library and the commands.

#include <algorithm>
#include <exception>
#include <thread>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "system/output.hpp"

namespace cli = wheelaudit::cli;
namespace disk = wheelaudit::system;

namespace {

wheelaudit::ExitCode run(const cli::Options& options) {
  switch (options.command) {
    case cli::Command::show:
      return cli::run_show(options);
    case cli::Command::check:
      return cli::run_check(options);
    case cli::Command::repair:
      return cli::run_repair(options);
    case cli::Command::profile:
      return cli::run_profile(options);
    case cli::Command::none:
      break;
  }
  return disk::write_standard_output(options.notice) ? cli::exit_done : cli::exit_io;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    disk::secure_standard_streams();
    auto options = cli::parse_options(argc, argv);
    if (options) {
      // Asked here, before the program confines itself: the C library reads the number from a file.
      if (options->jobs == 0 && options->command != cli::Command::none)
        options->jobs = std::max(1U, std::thread::hardware_concurrency());
      return number_of(run(*options));
    }
    cli::print_error(options.error().message);
    return number_of(cli::exit_code_of(options.error().kind));
  } catch (const std::exception& exception) {
    cli::print_error(exception.what());
    return number_of(cli::exit_internal);
  }
}
