#!/usr/bin/env bash
# Fetches the source of the WABT that is installed, so that the fuzzer can have its reader instrumented
# (tests/fuzz/CMakeLists.txt). Debian's source package, through apt with lists of its own: neither root
# nor a change of sources.list is needed. It goes into the cache; prints the folder, or why there is none.
set -euo pipefail
cache="${WHEELAUDIT_CACHE:?}/wabt-source"
version=$(dpkg-query -W -f='${source:Upstream-Version}' wabt 2>/dev/null) || { echo "wabt is no Debian package here" >&2; exit 1; }
folder="$cache/wabt-$version"
if [ ! -e "$folder/src/binary-reader.cc" ]; then
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
  rm -rf "$cache"
  mkdir -p "$cache/lists/partial" "$cache/archives/partial"
  echo "deb-src http://deb.debian.org/debian $release main" >"$cache/sources.list"
  options=(-o "Dir::Etc::sourcelist=$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache")
  cd "$cache"
  timeout 120 apt-get -qq "${options[@]}" update >&2
  # apt verifies the checksums of what it downloads against the signed list.
  timeout 120 apt-get -qq "${options[@]}" source --download-only wabt >&2 2>/dev/null
  tar xf "wabt_$version".orig.tar.*
  rm -rf lists archives
fi
echo "$folder"
