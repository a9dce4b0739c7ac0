"""Running the oracle: which runtimes there are, one process per wheel, several at a time."""

import hashlib
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runner import Skip

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TESTDATA = ROOT / "testdata"
CONTROL = "wa_control-1.0-py3-none-pyemscripten_2025_0_wasm32.whl"
TIMEOUT = 600  # seconds; a run takes 2 to 8, and much more on a busy machine


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("WHEELAUDIT_CACHE") or Path(base) / "wheelaudit")


def corpus_folder():
    """The folder of further real wheels, or None."""
    folder = Path(os.environ.get("WHEELAUDIT_CORPUS") or os.devnull)
    return folder if folder.is_dir() else None


def pyodide_folder(release):
    return cache_folder() / "npm" / f"pyodide-{release}"


def find_node():
    """Node 20 or newer: $NODE, the one `./dev` installed, or the system's; None without one."""
    installed = cache_folder() / "tools/bin/node"  # where ./dev makes it; another engine may take or refuse other modules
    for candidate in (os.environ.get("NODE"), str(installed), shutil.which("node")):
        if candidate and shutil.which(candidate):
            version = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
            if version.startswith("v") and int(version[1:].split(".")[0]) >= 20:
                return candidate
    return None


def kept_answer(*question):
    """The file that holds, or shall hold, the answer to a question: in $WHEELAUDIT_ANSWERS, if that is set."""
    folder = os.environ.get("WHEELAUDIT_ANSWERS")
    name = hashlib.sha256(json.dumps(question).encode()).hexdigest()[:20]
    return Path(folder) / f"{name}.json" if folder else None


def digest(file):
    return file and hashlib.sha256(Path(file).read_bytes()).hexdigest()


def ask(node, release, wheel, mode="import", run=(), then=None, flags=(), again=0):
    """The oracle's answer about one wheel in one release; {'broken': why} when there is none.
    `flags` are Node's; `again` tells further answers to the same question apart where they are kept."""
    kept = kept_answer(release, Path(wheel).name, digest(wheel), mode, list(run), digest(then), list(flags), again)
    if kept and kept.exists():
        return json.loads(kept.read_text())
    if kept and os.environ.get("WHEELAUDIT_ONLY_KEPT"):
        raise Skip("not asked yet")
    answer = ask_now(node, release, wheel, mode, run, then, flags)
    if kept and "broken" not in answer:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(answer))
    return answer


def ask_now(node, release, wheel, mode, run, then, flags):
    command = [node, *flags, str(HERE / "oracle.mjs"), "--pyodide", str(pyodide_folder(release))]
    command += ["--wheel", str(wheel), "--mode", mode]
    command += [part for code in run for part in ("--run", code)]
    command += ["--then", str(then)] if then else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return {"broken": f"no answer within {TIMEOUT} s"}
    lines = done.stdout.splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, json.JSONDecodeError):
        tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
        return {"broken": f"exit {done.returncode}: " + " | ".join(tail)[:500]}


def in_parallel(jobs, count):
    """Runs callables, `count` at a time; their results in order."""
    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(lambda job: job(), jobs))
