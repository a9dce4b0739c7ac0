// Reading and printing for the `profile` commands.

#include "cli/profile_commands.hpp"

#include <fmt/format.h>

#include "cli/batch.hpp"
#include "system/input.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

/// Far above the largest real file of a runtime (10 MB) and the largest profile (1 MB).
constexpr std::uint64_t file_size_limit = 256ULL << 20;

}  // namespace

ExitCode stop_with(const Error& error) {
  print_error(error.message);
  return exit_code_of(error.kind);
}

ExitCode print_report(std::string_view text) {
  const auto written = system::write_standard_output(text);
  return written ? exit_done : stop_with(written.error());
}

Result<ByteSource> open_profile_input(const std::string& path) {
  auto source = system::open_file(path);
  if (!source) {
    return fail(source.error().kind, escape_terminal(path) + " " + source.error().message);
  }
  if (source->size > file_size_limit) {
    return fail(ErrorKind::usage,
                fmt::format("{} has {} bytes, more than {}", escape_terminal(path), source->size,
                            file_size_limit));
  }
  return source;
}

Result<std::string> read_profile_input(const std::string& path, const ByteSource& source) {
  const auto chunk = source.read(0, static_cast<std::size_t>(source.size));
  if (!chunk) return fail(chunk.error().kind, escape_terminal(path) + " " + chunk.error().message);
  return std::string(as_text(chunk->view));
}

Result<std::string> read_profile_input(const std::string& path) {
  const auto source = open_profile_input(path);
  if (!source) return tl::unexpected(source.error());
  return read_profile_input(path, *source);
}

}  // namespace wheelaudit::cli
