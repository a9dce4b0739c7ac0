#!/bin/sh
# Makes sure that npm's `pyodide` packages lie unpacked in the cache:
#
#   pyodide.sh VERSION…      →  $CACHE/npm/pyodide-VERSION/ and $CACHE/npm/pyodide-VERSION.tgz
#
# CACHE is $WHEELAUDIT_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/wheelaudit. The npm client fetches
# (it compares the registry's integrity hash). What is there stays untouched, and several of these
# may run at once: everything is made aside and renamed whole, and whoever comes second finds it.
set -eu

cache=${WHEELAUDIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wheelaudit}/npm
[ $# -gt 0 ] || { echo "usage: ${0##*/} VERSION…" >&2; exit 2; }
mkdir -p "$cache"

aside=
trap '[ -z "$aside" ] || rm -rf "$aside"' EXIT
trap 'exit 130' INT TERM

for version in "$@"; do
  case $version in
    '' | [!0-9]* | *[!0-9A-Za-z.-]*) echo "pyodide.sh: '$version' is no version" >&2; exit 2 ;;
  esac
  folder=$cache/pyodide-$version
  archive=$folder.tgz
  [ -f "$folder/pyodide.asm.wasm" ] && [ -f "$archive" ] && continue
  aside=$(mktemp -d "$cache/.pyodide-$version.XXXXXX")
  if [ ! -f "$archive" ]; then
    command -v npm >/dev/null || { echo "pyodide.sh: npm is needed to fetch pyodide $version" >&2; exit 1; }
    echo "fetching pyodide $version" >&2
    (cd "$aside" && npm pack --loglevel=error "pyodide@$version" >/dev/null) || {
      echo "pyodide.sh: npm could not fetch pyodide $version" >&2
      exit 1
    }
    mv "$aside/pyodide-$version.tgz" "$archive"
  fi
  if [ ! -f "$folder/pyodide.asm.wasm" ]; then
    mkdir "$aside/package"
    tar -xzf "$archive" -C "$aside/package" --strip-components=1
    # a folder that is already there wins; -T keeps mv from moving into it
    mv -T "$aside/package" "$folder" 2>/dev/null || [ -f "$folder/pyodide.asm.wasm" ] || {
      echo "pyodide.sh: $folder is in the way and holds no Pyodide" >&2
      exit 1
    }
  fi
  rm -rf "$aside"
  aside=
done
