// The five functions of wheelaudit.h. Mistakes of a C program (a null pointer, bytes without a
// name) are reported like any other wrong call: by a result with exit code 2.

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call_options.hpp"
#include "api/commands.hpp"
#include "api/profile_commands.hpp"
#include "base/escape.hpp"
#include "base/version.hpp"
#include "wheelaudit/wheelaudit.h"

struct wheelaudit_run_result {
  std::string text;
  int exit_code = 0;
  std::vector<wheelaudit::api::Output> outputs;
};

namespace wheelaudit::api {
namespace {

/// Far more than any caller has wheels; a number above this one is a mistake in the call.
constexpr std::size_t most_files = 1UL << 20;

Result<std::vector<File>> files_of(std::size_t count, const wheelaudit_file* given) {
  if (count > most_files)
    return fail(base::ErrorKind::usage, fmt::format("{} files, more than {}", count, most_files));
  if (count > 0 && given == nullptr)
    return fail(base::ErrorKind::usage, fmt::format("{} files at a null pointer", count));
  std::vector<File> files;
  for (const wheelaudit_file& file : std::span(given, count)) {
    if (file.name == nullptr)
      return fail(base::ErrorKind::usage, fmt::format("file {} has no name", files.size()));
    const bool is_possible = file.size == 0 || (file.bytes != nullptr && file.size <= PTRDIFF_MAX);
    if (!is_possible) {
      return fail(
          base::ErrorKind::usage,
          fmt::format("file {}, {}: {} bytes {}", files.size(), escape_terminal(file.name),
                      file.size, file.bytes == nullptr ? "at a null pointer" : "do not exist"));
    }
    files.push_back(
        {.name = file.name, .bytes = {static_cast<const std::byte*>(file.bytes), file.size}});
  }
  return files;
}

Result<wheelaudit_run_result> run(const char* command, const char* options, std::size_t count,
                                  const wheelaudit_file* given) {
  if (command == nullptr) return fail(base::ErrorKind::usage, "the command is a null pointer");
  const auto kind = find_command(command);
  if (!kind) return tl::unexpected(kind.error());
  auto parsed = parse_call_options(*kind, options == nullptr ? "" : options);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto files = files_of(count, given);
  if (!files) return tl::unexpected(files.error());
  const std::vector<File> inputs = distribute_files(*files, *parsed);
  const bool is_profile =
      *kind != CommandKind::show && *kind != CommandKind::check && *kind != CommandKind::repair;
  if (is_profile) {
    auto result = run_profile_command(*kind, *parsed, inputs);
    if (!result) return tl::unexpected(result.error());
    return wheelaudit_run_result{.text = std::move(result->text),
                                 .exit_code = number_of(result->exit_code),
                                 .outputs = std::move(result->outputs)};
  }
  parsed->call.command = *kind == CommandKind::show    ? Command::show
                         : *kind == CommandKind::check ? Command::check
                                                       : Command::repair;
  auto result = run_command(parsed->call, inputs, parsed->options);
  if (!result) return tl::unexpected(result.error());
  return wheelaudit_run_result{.text = std::move(result->text),
                               .exit_code = number_of(result->exit_code),
                               .outputs = std::move(result->outputs)};
}

}  // namespace
}  // namespace wheelaudit::api

extern "C" {

const char* wheelaudit_version(void) { return wheelaudit::version().data(); }

wheelaudit_run_result* wheelaudit_run(const char* command, const char* options, size_t count,
                                      const wheelaudit_file* files) {
  auto result = wheelaudit::api::run(command, options, count, files);
  auto run = std::make_unique<wheelaudit_run_result>();
  if (result) {
    *run = std::move(*result);
  } else {
    run->text = wheelaudit::api::error_json(result.error());
    run->exit_code = wheelaudit::number_of(wheelaudit::exit_code_of(result.error().kind));
  }
  return run.release();
}

int wheelaudit_result(const wheelaudit_run_result* run, const char** text, size_t* size) {
  if (text != nullptr) *text = run == nullptr ? "" : run->text.c_str();
  if (size != nullptr) *size = run == nullptr ? 0 : run->text.size();
  return run == nullptr ? wheelaudit::number_of(wheelaudit::ExitCode::usage) : run->exit_code;
}

int wheelaudit_output(const wheelaudit_run_result* run, size_t index, const char** name,
                      const void** bytes, size_t* size) {
  if (run == nullptr || index >= run->outputs.size()) return 0;
  const wheelaudit::api::Output& output = run->outputs[index];
  if (name != nullptr) *name = output.name.c_str();
  if (bytes != nullptr) *bytes = output.bytes.data();
  if (size != nullptr) *size = output.bytes.size();
  return 1;
}

void wheelaudit_free(wheelaudit_run_result* run) { delete run; }

}  // extern "C"
