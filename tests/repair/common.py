"""What the parts of run.py share: expectations, repairs into folders, and wheels made for a test."""

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

import program as tool  # noqa: E402
import wheels  # noqa: E402
from pyodide_runs import TESTDATA, corpus_folder  # noqa: E402
from runner import Failure, Skip  # noqa: E402

LIBRARY = "libwheelaudit_answer.so"
# One ABI of each kind of loader that still has users: by name, by .libs folder, by run path.
TARGETS = {
    "emscripten_3_1_45": "0.24.1",
    "pyodide_2024_0": "0.27.7",
    "pyemscripten_2025_0": "0.29.5",
    "pyemscripten_2026_0": "314.0.7",
}


def expect(condition, message):
    if not condition:
        raise Failure(message)


def repair(context, wheel, folder, *options, expect_exit=(0,), **run_options):
    """Repairs one wheel into `folder`, which must be empty or not there: (the wheel written, its
    report's `repair`); the wheel is None when nothing was written."""
    command = [str(context.program), "repair", "--json", "-w", str(folder), *map(str, options), str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=tool.TIMEOUT, **run_options)
    if done.returncode not in expect_exit:
        raise Failure(f"{' '.join(command)} exited {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    written = sorted(Path(folder).iterdir()) if Path(folder).is_dir() else []
    expect(len(written) == (1 if done.returncode == 0 else 0), f"exit {done.returncode}, and wrote {written}")
    entries = json.loads(done.stdout)["wheels"]
    return written[0] if written else None, entries[0]["repair"] if entries else None


def answer_library(folder):
    """A folder that holds libwheelaudit_answer.so, out of the variant that carries it."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheels.variants()["needed_top"]["wheel"]) as archive:
        (folder / LIBRARY).write_bytes(archive.read(LIBRARY))
    return folder


def corpus_wheel(name):
    folder = corpus_folder()
    found = sorted((folder / "emscripten").glob(name)) if folder else []
    if not found:
        raise Skip("no corpus (set WHEELAUDIT_CORPUS)")
    return found[0]


def write_wheel(path, files):
    """A wheel of `files`, {member: bytes}, in their order; RECORD is made again and comes last."""
    info = next(name.split("/")[0] for name in files if ".dist-info/" in name)
    lines = [record_line(name, data) for name, data in files.items() if not name.endswith("/RECORD")]
    members = {name: data for name, data in files.items() if not name.endswith("/RECORD")}
    members[f"{info}/RECORD"] = ("".join(lines) + f"{info}/RECORD,,\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    Path(path).write_bytes(out.getvalue())
    return Path(path)


def record_line(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def read_members(wheel):
    """{member: bytes} in the archive's order."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


__all__ = ["LIBRARY", "TARGETS", "TESTDATA", "Failure", "Skip", "answer_library", "corpus_wheel",
           "expect", "read_members", "repair", "write_wheel"]  # fmt: skip
