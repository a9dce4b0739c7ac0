#pragma once

// Makes an ABI profile from the runtime itself: from the main module, its loader script and its
// lock file, as an npm `pyodide` package holds them (docs/design/abis.md#runtime-files), and from
// facts that only running a release shows (abi-profiles/facts/). Any other main module that
// Emscripten linked for side modules works as well: the caller gives what its files do not say, and
// the behaviour of its loader is read from the script (loader_evidence.cpp).

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::profile {

/// The files of one release's unpacked npm package, or of another build.
struct RuntimeFiles {
  std::string origin;        ///< path or name of the files, for messages
  ByteVector wasm;           ///< the main module, pyodide.asm.wasm
  std::string loader;        ///< its loader script, pyodide.asm.js or .mjs
  std::string lock;          ///< repodata.json (≤ 0.23) or pyodide-lock.json; empty: not a Pyodide
  std::string package_json;  ///< package.json: its version is right where the lock's is not
  std::string integrity;     ///< npm's "sha512-…" of the tarball; empty: not known
};

/// One observed fact: `value` under `key`, for the releases in `[from, until)`.
struct ObservedFact {
  std::string key;                 ///< "legacy_dylink", "installer_tags" …
  std::string from;                ///< first release for which it holds; empty: the oldest
  std::string until;               ///< first release for which it no longer holds; empty: none
  std::vector<std::string> value;  ///< one word, or the names of a list
  std::string seen;                ///< how the fact is known, one sentence
};

/// One ABI by its Emscripten version: the tags that are its names, and what its CPython imports.
struct KnownAbi {
  std::string emscripten;
  std::vector<std::string> tags;
  std::vector<std::string> extension_suffixes;
  std::vector<std::string> releases;  ///< those of which the committed profile is made
};

/// A library that may be linked into a main module, and how it is recognised in one.
struct KnownLibrary {
  std::string name;
  std::vector<std::string> symbols;  ///< names, or prefixes that end in `*`
  std::vector<std::string> except;   ///< what `symbols` matches but is not its own
  std::string version_after;  ///< text before the version in the main module's bytes; empty: none
  std::string
      version_begins;  ///< how the version itself begins, where the text before is not enough
  std::string version_before;   ///< text after the version; empty: any
  std::string documented_from;  ///< first release whose platform page promises it; empty: none does
  std::string read;             ///< where these facts were read
};

struct ProfileFacts {
  std::vector<KnownAbi> abis;
  std::vector<ObservedFact> observed;
  std::vector<KnownLibrary> libraries;
};

/// What the caller says about a runtime; where a member is empty, the files decide.
struct GivenFacts {
  std::string id;                 ///< the profile's name
  std::string emscripten;         ///< "3.1.73"
  std::string python;             ///< "3.13.1"; empty and no lock: no Python inside
  std::string release;            ///< the release's name
  std::vector<std::string> tags;  ///< platform tags of wheels for it

  [[nodiscard]] bool names_abi() const { return !id.empty() || !tags.empty(); }
};

/// Reads the facts from the texts of abi-profiles/facts/observed.json and libraries.json. Error
/// usage: the file and the key that is wrong.
[[nodiscard]] Result<ProfileFacts> parse_profile_facts(std::string_view observed,
                                                       std::string_view libraries);

/// The profile of all given releases, which must be of one ABI; its runtimes are ordered oldest
/// first. Error usage: files that cannot be read or contradict each other, with `origin` named.
[[nodiscard]] Result<AbiProfile> generate_profile(std::span<const RuntimeFiles> releases,
                                                  const ProfileFacts& facts,
                                                  const GivenFacts& given = {});

/// The release of Pyodide whose observed behaviour stands for a main module of this Emscripten
/// where the script does not tell: the newest release of the nearest known ABI that is not younger,
/// else of the oldest ABI.
[[nodiscard]] std::string nearest_observed_release(const ProfileFacts& facts,
                                                   std::string_view emscripten);

/// The fact files compiled into the program, as JSON texts.
[[nodiscard]] std::string_view built_in_observed_facts();
[[nodiscard]] std::string_view built_in_library_facts();

}  // namespace wheelaudit::profile
