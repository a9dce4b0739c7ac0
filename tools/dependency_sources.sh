#!/usr/bin/env bash
# Fetches the sources of fmt and WABT, so that a build can compile them with its own compiler, standard library and
# flags (CMake's option WHEELAUDIT_SOURCES). They are Debian's source packages, pinned by version and checksum. The
# script gives apt lists of the script's own, so that neither root nor a change of the system's sources is needed.
# The script prints the folder, in the cache, that holds `fmt` and `wabt`.
set -euo pipefail
# folder, source package, version, upstream archive, its SHA-256
pins='fmt fmtlib 9.1.0+ds1-2 fmtlib_9.1.0+ds1.orig.tar.gz 84ce1c2d0be3a9863935137969dcec6970125caac032f82474640bfc81463583
wabt wabt 1.0.32-1 wabt_1.0.32.orig.tar.xz 2e9fbcbe0ef64042f9691d995116954bc84823fe747a593d80a873566a18cba8'
mkdir -p "${WHEELAUDIT_CACHE:?}"
cache=$(cd "$WHEELAUDIT_CACHE" && pwd)
# The folder's name is made from the pins, so a folder that exists holds what the pins name.
folder="$cache/sources-$(sha256sum <<<"$pins" | cut -c 1-12)"
if [ -d "$folder" ]; then
  echo "$folder"
  exit
fi

die() { echo "the sources of fmt and WABT: $*" >&2; exit 1; }
command -v apt-get >/dev/null || die "there is no apt-get here"
work=$(mktemp -d "$cache/fetching-sources.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/unpacked"

# The mirrors that this system already has its packages from.
release=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
apt-get indextargets --format "deb-src \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
  'Created-By: Packages' "Release: $release" 'Component: main' | sort -u >"$work/sources.list"
[ -s "$work/sources.list" ] || die "apt has no lists of $release; run apt-get update first"
cat >"$work/apt.conf" <<TXT
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$work/lists";
Dir::Cache "$work";
TXT
export APT_CONFIG="$work/apt.conf"
packages=()
while read -r _ package version _; do packages+=("$package=$version"); done <<<"$pins"
cd "$work"
for step in update "source --download-only ${packages[*]}"; do
  # shellcheck disable=SC2086
  timeout 120 apt-get -qq $step >apt.log 2>&1 || die "apt-get $step: $(tail -n 3 apt.log)"
done
while read -r name _ _ archive sum; do
  sha256sum --quiet --check <<<"$sum  $archive" >&2 || die "$archive is not the pinned one"
  mkdir "unpacked/$name"
  tar xf "$archive" --strip-components=1 -C "unpacked/$name"
done <<<"$pins"
# Another process may have made the folder in the meantime; its content is the same.
mv -T unpacked "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
