"""Fuzzes: run.py BUILD [TARGET…] [SECONDS]: each target for so many seconds (60), at most half the cores busy.

    --runs N        so many executions each instead of a time
    --minimise      afterwards, keep what adds coverage in tests/fuzz/corpus/TARGET

Starts from the kept corpus, the seeds (seeds.py) and what earlier runs left in BUILD/corpus. Inputs that break
something end up in BUILD/findings; the exit code is then 1. The last lines are one per target,
`archive: 1234567 executions, 60 s, 2877 edges, the slowest input 0.012 s, 99 MB, 0 findings`, and their sum. An input
that takes half a second of processor time is a finding as well (checks.hpp, run_within_bar).
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE / "corpus"

# What a target's inputs are made of: dictionaries, and the longest input, in bytes.
TARGETS = {
    "filename": (["wheel"], 512),
    "record": (["wheel"], 2048),
    "headers": (["wheel"], 2048),
    "names": (["names"], 1024),
    "dylink": (["wasm"], 2048),
    "module_head": (["wasm"], 4096),
    "module_full": (["wasm"], 4096),
    "profile_json": (["profile", "wheel"], 8192),
    "archive": (["zip"], 4096),
    "wheel": (["wheel", "zip", "wasm"], 6144),
    "repair": (["wheel", "zip", "wasm"], 6144),
}
# AddressSanitizer's costliest extras are off while searching; the replay of the corpus has them on.
ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=0:quarantine_size_mb=4:malloc_context_size=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "ASAN_SYMBOLIZER_PATH": shutil.which("llvm-symbolizer-19") or "",
}
# docs/design/safety.md#promise-10: 0.5 s per MiB. The inputs are far smaller, the machine is shared.
COMMON = ["-timeout=5", "-rss_limit_mb=1024", "-malloc_limit_mb=256", "-print_final_stats=1", "-reload=0", "-entropic=0"]


def dictionary(build, target):
    file = build / f"{target}.dict"
    file.write_text("".join((HERE / "dict" / f"{name}.dict").read_text() for name in TARGETS[target][0]))
    return file


def fuzz(build, target, seconds, runs):
    """One target's run: its line of figures, and whether something was found."""
    corpus, findings = build / "corpus" / target, build / "findings"
    for folder in (corpus, findings, KEPT / target):
        folder.mkdir(parents=True, exist_ok=True)
    limit = [f"-runs={runs}"] if runs else [f"-max_total_time={seconds}"]
    command = [
        build / "tests/fuzz" / f"fuzz_{target}", *limit, *COMMON, f"-max_len={TARGETS[target][1]}",
        f"-dict={dictionary(build, target)}", f"-artifact_prefix={findings}/{target}-",
        corpus, KEPT / target, build / "seeds" / target,
    ]  # fmt: skip
    log = build / f"{target}.log"
    with log.open("wb") as output:
        code = subprocess.run(["nice", "-n", "10", *map(str, command)], stdout=output, stderr=output,
                              env={**os.environ, **ENVIRONMENT}).returncode  # fmt: skip
    text = log.read_text(errors="replace")
    executions = re.search(r"stat::number_of_executed_units: (\d+)", text)
    took = re.search(r"Done \d+ runs in (\d+) second", text)
    slowest = re.search(r"^slowest input: ([\d.]+) s", text, re.M)
    memory = re.search(r"stat::peak_rss_mb:\s+(\d+)", text)
    edges = re.findall(r" cov: (\d+) ", text)
    if code:
        print(f"---- {target} (exit {code}); the end of {log}:\n" + "\n".join(text.splitlines()[-40:]), flush=True)
    count = int(executions[1]) if executions else 0
    line = (f"{target}: {count} executions, {took[1] if took else '?'} s, {edges[-1] if edges else '?'} edges, "
            f"the slowest input {slowest[1] if slowest else '?'} s, {memory[1] if memory else '?'} MB, "
            f"{1 if code else 0} findings")  # fmt: skip
    print(line, flush=True)
    return count, line, code


def minimise(build, target):
    """Keeps the smallest inputs that together reach every edge any input reached."""
    fresh = build / "minimised" / target
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    # Regression inputs have names of their own and always stay.
    named = [file for file in (KEPT / target).iterdir() if not re.fullmatch(r"[0-9a-f]{40}", file.name)]
    for file in named:
        shutil.copy(file, fresh)
    command = [build / "tests/fuzz" / f"fuzz_{target}", "-set_cover_merge=1", "-use_counters=0",
               f"-max_len={TARGETS[target][1]}", fresh, build / "corpus" / target, KEPT / target,
               build / "seeds" / target]  # fmt: skip
    subprocess.run(["nice", "-n", "10", *map(str, command)], check=True, env={**os.environ, **ENVIRONMENT},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    shutil.rmtree(KEPT / target)
    shutil.copytree(fresh, KEPT / target)
    files = list(fresh.iterdir())
    print(f"{target}: {len(files)} files, {sum(file.stat().st_size for file in files)} bytes kept", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("words", nargs="*", help="targets, and a number of seconds each")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--minimise", action="store_true")
    options = parser.parse_intermixed_args()
    seconds = next((int(word) for word in options.words if word.isdigit()), 60)
    targets = [word for word in options.words if not word.isdigit()] or list(TARGETS)
    if unknown := [word for word in targets if word not in TARGETS]:
        sys.exit(f"no such target: {unknown[0]} (there are: {' '.join(TARGETS)})")
    build = options.build.resolve()
    subprocess.run([sys.executable, HERE / "seeds.py", build / "seeds"], check=True, stdout=subprocess.DEVNULL)
    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        results = list(pool.map(lambda target: fuzz(build, target, seconds, options.runs), targets))
    if options.minimise:
        for target in targets:
            minimise(build, target)
    print()
    for _, line, _ in results:
        print(line)
    print(f"in all: {sum(count for count, _, _ in results)} executions, "
          f"{sum(1 for _, _, code in results if code)} findings")  # fmt: skip
    return 1 if any(code for _, _, code in results) else 0


if __name__ == "__main__":
    sys.exit(main())
