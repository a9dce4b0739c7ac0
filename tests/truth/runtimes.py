"""Many modules, one runtime: drives live.mjs, and starts it again whenever it ends."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path

from pyodide_runs import CONTROL, TESTDATA, cache_folder, pyodide_folder

HERE = Path(__file__).resolve().parent
BOOT, LOAD = 240, 60  # seconds without a line, on a busy machine; a boot takes 2 to 20, a load 0.1
TABLE, SHOWN = "var GOT={};", "var GOT=globalThis.truthAddresses={};"
MODES = ("import", "preload")


def prepared(release):
    """The release's folder with a loader script that shows its address table."""
    source = pyodide_folder(release)
    target = cache_folder() / "truth" / source.name
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        new = target / file.name
        if file.name in ("pyodide.asm.js", "pyodide.asm.mjs"):
            script = file.read_text()
            if script.count(TABLE) != 1:
                raise ValueError(f"{file}: {script.count(TABLE)} address tables, not one")
            script = script.replace(TABLE, SHOWN)
            if not new.exists() or new.read_text() != script:
                new.write_text(script)
        elif not new.exists():
            new.symlink_to(file)
    return target


def lines_of(process):
    """The process's lines, None at the end; raises queue.Empty when it says nothing for too long."""
    lines = queue.Queue()

    def read():
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    patience = BOOT
    while (line := lines.get(timeout=patience)) is not None:
        yield line
        patience = LOAD


def one_process(node, folder, jobs, control, scratch):
    """Runs live.mjs until it ends: ({(id, mode): answer}, the (id, mode) it died in or None)."""
    listing = Path(scratch) / "jobs.json"
    listing.write_text(json.dumps(jobs))
    command = [node, str(HERE / "live.mjs"), "--pyodide", str(folder), "--jobs", str(listing)]
    process = subprocess.Popen(
        [*command, "--control", str(control)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    answers, current, why = {}, None, "ended"
    errors = []
    threading.Thread(target=lambda: errors.extend(process.stderr), daemon=True).start()
    try:
        for line in lines_of(process):
            if not line.startswith('{"id"'):
                continue  # a module's own word on standard output
            said = json.loads(line)
            if "begins" in said:
                current = (said["id"], said["begins"])
            else:
                answers[said["id"], said["mode"]] = said["answer"]
                current = None
    except queue.Empty:
        why = f"no answer within {LOAD} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # node may be a script that starts node
        process.wait()
    if current is None and not answers:
        raise RuntimeError(f"{folder.name} does not start: {''.join(errors)[-2000:]}")
    if current is not None and why == "ended":
        why = f"exit {process.returncode}: " + " | ".join("".join(errors).strip().splitlines()[-3:])[:500]
    return answers, current and (*current, why)


def ask_all(node, release, modules, keep=None):
    """{(id, mode): answer} for [{id, path, file, name, alone, modes}]. `keep` gets the answers there are after
    each process."""
    folder = prepared(release)
    left = {m["id"]: {**m, "modes": list(m["modes"])} for m in modules}
    answers = {}
    with tempfile.TemporaryDirectory() as scratch:
        control = Path(scratch) / "control.so"
        control.write_bytes(control_module())
        while left:
            found, died = one_process(node, folder, list(left.values()), control, scratch)
            if died and not found:  # after others it may have died of them, of memory for one: ask again
                found[died[0], died[1]] = {"broken": died[2]}
            answers |= found
            for job, mode in found:
                left[job]["modes"].remove(mode)
                if not left[job]["modes"]:
                    del left[job]
            if keep:
                keep(answers)
    return answers


def control_module():
    with zipfile.ZipFile(TESTDATA / "variants" / CONTROL) as archive:
        return archive.read("wa_control/_core.so")
