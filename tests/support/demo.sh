#!/usr/bin/env bash
# What ./dev demo shows: the main job on real wheels, up to a repaired wheel imported in the real Pyodide.
#
#   demo.sh PROGRAM RELEASE
set -euo pipefail
program=$1
node=${NODE:-node}
release=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
bash tests/support/pyodide.sh "$release" >/dev/null

step() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
# Shows a command, runs it, and says its exit code; demo steps may fail on purpose.
run() {
  printf '$ %s\n' "${*/#$program/wheelaudit}"
  local code=0
  "$@" || code=$?
  printf '(exit %s)\n' "$code"
}

step "What is inside a real wheel, and where will it run?"
run "$program" show testdata/pypi/argon2_cffi_bindings-26.2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl
step "The gate: a good wheel"
run "$program" check --index pypi testdata/pypi/argon2_cffi_bindings-26.2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl
step "The gate: a wheel that imports fine and dies at the first call"
run "$program" check testdata/variants/wa_missing_function-1.0-py3-none-pyemscripten_2025_0_wasm32.whl
step "A wheel of WebAssembly tagged linux_x86_64"
wheel=testdata/example/wheelaudit_example-1.0-cp311-cp311-linux_x86_64.whl
run "$program" check -q "$wheel"
run "$program" repair -w "$out" --plat emscripten_3_1_45 "$wheel"
step "The repaired wheel in the real Pyodide $release: installed, imported, called"
fixed=$(ls "$out"/*.whl)
"$node" tests/e2e/oracle.mjs --pyodide "$WHEELAUDIT_CACHE/npm/pyodide-$release" --wheel "$fixed" --mode install \
  --run 'import wheelaudit_example; wheelaudit_example.self_test()' >"$out/answer.json"
"${PYTHON:-python3}" - "$out/answer.json" "$release" <<'PY'
import json, sys
answer = json.load(open(sys.argv[1]))
value = answer["runs"][-1].get("value") if answer.get("runs") else answer
print(f"Pyodide {sys.argv[2]}: wheelaudit_example.self_test() = {value!r}")
sys.exit(0 if value == "ok" else 1)
PY
