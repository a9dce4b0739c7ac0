"""The good wheel that every bad one is made of: testdata's control wheel, which every check passes."""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

from zip_parts import Archive, Entry

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
sys.path.insert(0, str(TESTDATA))

CONTROL = TESTDATA / "variants" / "wa_control-1.0-py3-none-pyemscripten_2025_0_wasm32.whl"
NAME = CONTROL.name
INFO = "wa_control-1.0.dist-info"
SOURCE, MODULE = "wa_control/__init__.py", "wa_control/_core.so"
METADATA, WHEEL, RECORD = f"{INFO}/METADATA", f"{INFO}/WHEEL", f"{INFO}/RECORD"
ENTRY_POINTS = f"{INFO}/entry_points.txt"


def good_files():
    with zipfile.ZipFile(CONTROL) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


GOOD = good_files()


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def record_of(files):
    lines = [f"{name},sha256={digest(content)},{len(content)}" for name, content in files.items()
             if name != RECORD and not name.endswith("/")]  # fmt: skip
    return ("\n".join([*lines, f"{RECORD},,"]) + "\n").encode()


def wheel_files(changes=None, record=None):
    """The good wheel's files with some changed or added (None: taken out), and a RECORD that fits or the given."""
    files = {**GOOD, **(changes or {})}
    files = {name: content for name, content in files.items() if content is not None}
    if RECORD in files:
        files.pop(RECORD)
        files[RECORD] = record if record is not None else record_of(files)
    return files


def archive(changes=None, record=None):
    return Archive([Entry(name, content) for name, content in wheel_files(changes, record).items()])


def index_of(parts, name):
    return next(i for i, entry in enumerate(parts.entries) if entry.name == name)


def wheel(changes=None, record=None):
    return archive(changes, record).build()


def lines(name, **changes):
    """A file of dist-info with lines changed (`Version="2.0"`), taken out (None) or given twice (a list)."""
    out, changes = [], {key.replace("_", "-"): value for key, value in changes.items()}
    for line in GOOD[name].decode().splitlines():
        key = line.split(":")[0]
        value = changes.pop(key, line.split(": ", 1)[1])
        out += [] if value is None else [f"{key}: {v}" for v in (value if isinstance(value, list) else [value])]
    out += [f"{key}: {v}" for key, value in changes.items() for v in (value if isinstance(value, list) else [value])]
    return ("\n".join(out) + "\n").encode("utf-8", "surrogateescape")
