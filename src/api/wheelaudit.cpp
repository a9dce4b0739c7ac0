// The functions of wheelaudit.hpp: a call becomes a run of the command, and the run a report.

#include "wheelaudit/wheelaudit.hpp"

#include <utility>

#include "api/commands.hpp"
#include "api/convert.hpp"
#include "base/version.hpp"

namespace wheelaudit::api {

/// The friend of Report, which may set the report's JSON text.
struct ReportMaker {
  static Repaired make(base::Result<CommandResult> result) {
    Repaired made;
    Report& report = made.report;
    if (!result) {
      report.error = public_error(result.error());
      report.exit_code = number_of(exit_code_of(result.error().kind));
      report.json_ = error_json(result.error());
      return made;
    }
    report.wheels = std::move(result->wheels);
    for (InputRemark& remark : result->remarks) {
      report.remarks.push_back({.path = std::move(remark.path),
                                .message = std::move(remark.message),
                                .exit_code = number_of(remark.exit_code)});
    }
    report.unused_ignores = std::move(result->unused_ignores);
    report.exit_code = number_of(result->exit_code);
    report.json_ = std::move(result->text);
    made.outputs = std::move(result->outputs);
    return made;
  }
};

namespace {

Repaired run(Command command, std::span<const File> files, const Options& options) {
  return ReportMaker::make(run_command({.command = command}, files, options));
}

}  // namespace

std::string_view library_version() { return base::version(); }

Report show(std::span<const File> files, const Options& options) {
  return run(Command::show, files, options).report;
}
Report show(const File& file, const Options& options) { return show({&file, 1}, options); }

Report check(std::span<const File> files, const Options& options) {
  return run(Command::check, files, options).report;
}
Report check(const File& file, const Options& options) { return check({&file, 1}, options); }

Repaired repair(std::span<const File> files, const Options& options) {
  return run(Command::repair, files, options);
}
Repaired repair(const File& file, const Options& options) { return repair({&file, 1}, options); }

}  // namespace wheelaudit::api
