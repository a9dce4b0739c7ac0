// Opening and reading are two steps, because what is opened before the program confines itself is
// read only after that.

#include "cli/named_file.hpp"

#include <fmt/format.h>

#include "base/escape.hpp"
#include "system/input.hpp"

namespace wheelaudit::cli {
namespace {

tl::unexpected<Error> fail_at(const std::string& path, const Error& error) {
  return fail(error.kind, escape_terminal(path) + " " + error.message);
}

}  // namespace

Result<ByteSource> open_named_file(const std::string& path, const FileBound& bound) {
  auto source = system::open_file(path);
  if (!source) return fail_at(path, source.error());
  if (source->size > bound.bytes) {
    return fail(ErrorKind::usage, fmt::format("{} {} {} bytes, more than {}", escape_terminal(path),
                                              bound.has, source->size, bound.bytes));
  }
  return source;
}

Result<std::string> read_named_file(const std::string& path, const ByteSource& source) {
  const auto chunk = source.read(0, static_cast<std::size_t>(source.size));
  if (!chunk) return fail_at(path, chunk.error());
  return std::string(as_text(chunk->view));
}

Result<std::string> read_runtime_file(const std::string& path) {
  const auto source = open_named_file(path, runtime_file_bound);
  if (!source) return tl::unexpected(source.error());
  return read_named_file(path, *source);
}

}  // namespace wheelaudit::cli
