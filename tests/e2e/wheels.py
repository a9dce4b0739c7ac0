"""The wheels of testdata and the corpus, and how to make others of them for a test."""

import base64
import hashlib
import json
import re
import zipfile
from pathlib import Path

from pyodide_runs import TESTDATA, corpus_folder

# The newest release of each ABI that npm's `pyodide` has, by platform tag (docs/design/abis.md#the-table).
NEWEST = {
    "emscripten_3_1_14_wasm32": "0.21.3",
    "emscripten_3_1_27_wasm32": "0.22.1",
    "emscripten_3_1_32_wasm32": "0.23.4",
    "emscripten_3_1_45_wasm32": "0.24.1",
    "emscripten_3_1_46_wasm32": "0.25.1",
    "pyodide_2024_0_wasm32": "0.27.7",
    "pyemscripten_2025_0_wasm32": "0.29.5",
    "pyemscripten_2026_0_wasm32": "314.0.7",
}


def platform_of(wheel):
    return Path(wheel).stem.split("-")[-1]


def own_release(wheel):
    """The newest release of the ABI a wheel claims; None for tags of no profiled ABI."""
    return NEWEST.get(platform_of(wheel))


def variants():
    """{name: {wheel, rule, what}}, wheel as a path."""
    index = json.loads((TESTDATA / "variants" / "index.json").read_text())
    return {n: {**e, "wheel": TESTDATA / "variants" / e["wheel"]} for n, e in index.items()}


def corpus():
    folder = corpus_folder()
    return sorted((folder / "emscripten").glob("*.whl")) if folder else []


def needs_libraries(wheel):
    """Whether a module has needed libraries, so that the installer's own search matters."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.search(r"\.so(\.\d+)*$", name) and needed(archive.read(name)):
                return True
    return False


def needed(module):
    """The needed libraries of a sound side module (dylink.0 only); [] for anything else."""

    def number(at):
        value = shift = 0
        while True:
            byte = module[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value, at

    if not module.startswith(b"\0asm\1\0\0\0\0"):
        return []
    size, at = number(9)
    end = at + size
    length, at = number(at)
    if module[at : at + length] != b"dylink.0":
        return []
    at += length
    while at < end:
        kind, (size, start) = module[at], number(at + 1)
        at = start + size
        if kind == 2:
            count, start = number(start)
            names = []
            for _ in range(count):
                length, start = number(start)
                names.append(module[start : start + length].decode())
                start += length
            return names
    return []


def retag(wheel, folder, platform=None, rename=lambda name: name, tag=None, first=""):
    """A copy of a wheel under another tag (file name, WHEEL, RECORD), members renamed as asked, those of
    the file name `first` in front (0.21 loads in the order of the archive)."""
    wheel = Path(wheel)
    parts = wheel.stem.split("-")
    head = parts[:-3]
    new_tag = tag or "-".join([*parts[-3:-1], platform])
    result = Path(folder) / ("-".join([*head, new_tag]) + ".whl")
    record = []
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as out:
        for info in sorted(source.infolist(), key=lambda one: Path(one.filename).name != first):
            name, data = rename(info.filename), source.read(info)
            if name.endswith(".dist-info/RECORD"):
                continue
            if name.endswith(".dist-info/WHEEL"):
                lines = [x for x in data.decode().splitlines() if x and not x.startswith("Tag:")]
                python, abi, platforms = new_tag.split("-")
                tags = [f"Tag: {python}-{abi}-{one}" for one in platforms.split(".")]
                data = "\n".join([*lines, *tags, ""]).encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}")
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.create_system = info.external_attr, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, data)
        path = f"{head[0]}-{head[1]}.dist-info/RECORD"
        entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
        entry.external_attr, entry.create_system = 0o100644 << 16, 3
        entry.compress_type = zipfile.ZIP_DEFLATED
        out.writestr(entry, "\n".join([*record, f"{path},,", ""]))
    return result
