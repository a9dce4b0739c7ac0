#pragma once

// The ABI profiles a command works with: those compiled in, and files the user names.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::cli {

struct Catalog {
  std::vector<profile::AbiProfile> profiles;
  std::vector<profile::ProfileSelection> selections;  ///< one per `--profile`
};

/// What the values of `--profile` name. Files are opened but not read, because the program reads
/// only after it has confined itself.
struct OpenedCatalog {
  struct Selected {
    std::string name;
    std::optional<profile::ProfileSelection> selection;  ///< nullopt: a file
    ByteSource file;
  };
  std::vector<profile::AbiProfile> profiles;
  std::vector<Selected> selected;
};
/// Finds each selector among the compiled-in profiles, else opens it as a file. Errors: usage
/// (unknown profile), io.
[[nodiscard]] Result<OpenedCatalog> open_catalog(std::span<const std::string> selectors);
/// Reads the files that were opened. Errors: usage (a file that is not a profile), io.
[[nodiscard]] Result<Catalog> read_catalog(OpenedCatalog opened);

}  // namespace wheelaudit::cli
