"""The inputs that fuzzing starts from, made of testdata/: seeds.py FOLDER writes FOLDER/TARGET/*.

Wheels as they are and with options of `repair` in front, their modules, dylink sections and texts, cases of the
bad-input suite, and profiles cut down to a handful of symbols. Small ones only: every byte costs executions.
"""

import hashlib
import importlib
import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 16 * 1024
OPTIONS = ["", "\tplat", "\tlibraries", "\tstrip\tdrop", "\tplat\tlibraries\tno-mangle", "\tonly-plat\tno-sbom"]


def wheels():
    for folder in ("variants", "example", "pypi"):
        for path in sorted((ROOT / "testdata" / folder).glob("*.whl")):
            if path.stat().st_size <= MOST:
                yield path


def hostile():
    """Archives of the bad-input suite: name and bytes, where the case is one small wheel."""
    sys.path.insert(0, str(ROOT / "tests" / "hostile"))
    for file in sorted((ROOT / "tests" / "hostile" / "cases").glob("[a-z]*.py")):
        if file.stem in ("command_line", "profiles", "limits"):
            continue
        for case in importlib.import_module(f"cases.{file.stem}").cases():
            content = case.make()
            if isinstance(content, bytes) and len(content) <= MOST and case.inflated <= MOST:
                yield case.name, content


def number(content, at):
    """An unsigned LEB128 number and where it ends."""
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 0x80:
            return value, at


def dylink_payload(module):
    """The input of the target `dylink`: its kind, then the payload behind the section's name."""
    if module[:4] != b"\0asm" or module[8:9] != b"\0":
        return None
    size, begin = number(module, 9)
    length, name = number(module, begin)
    kind = {b"dylink": b"o", b"dylink.0": b"n"}.get(module[name : name + length])
    return kind and kind + module[name + length : begin + size]


def small_profiles():
    """Profiles with two releases, a few packages, a few symbols of every form."""
    for path in sorted((ROOT / "abi-profiles").glob("*.json")):
        if path.name == "schema.json":
            continue
        profile = json.loads(path.read_text())
        kept, seen = {}, set()
        for name, text in profile["symbols"].items():
            form = str(text)[-6:] if isinstance(text, str) else json.dumps(text)[:20]
            if form not in seen and len(kept) < 12:
                seen.add(form)
                kept[name] = text
        profile["symbols"] = kept
        profile["packages"] = profile["packages"][:2]
        yield json.dumps(profile, indent=1).encode()


def member_seeds(archive):
    """Seeds out of one wheel: modules with their dylink section, texts."""
    texts = {}
    for name in archive.namelist():
        content = archive.read(name)
        base = name.rsplit("/", 1)[-1]
        if name.endswith(".so"):
            yield "module_full", content
            yield "module_head", content
            if payload := dylink_payload(content):
                yield "dylink", payload
        elif ".dist-info/" in name:
            texts[base] = content
    if "RECORD" in texts:
        yield "record", texts["RECORD"]
    yield "headers", b"\0".join(texts.get(n, b"") for n in ("METADATA", "WHEEL", "RECORD", "entry_points.txt"))


def names():
    """Mangled names of every scheme, names beyond ASCII, and sources with imports."""
    tests = (ROOT / "tests" / "demangle_test.cpp").read_text()
    mangled = re.findall(r'"(_[RZ][A-Za-z0-9_$.]+)"', tests)
    for path in sorted((ROOT / "abi-profiles").glob("py*.json")):
        mangled += [name for name in json.loads(path.read_text()).get("symbols", {}) if name.startswith("_Z")][::400]
    for name in sorted(set(mangled)):
        yield name.encode()
    yield "größe\nб\nbücher\n".encode()
    yield b"from . import a\nfrom ._core import (b as c,\n    d)\ntry:\n    from x import y\nexcept ImportError:\n    pass\n"
    yield b"if TYPE_CHECKING:\n    from a import b\nfrom a.b import *  # c\n\"\"\"from d import e\"\"\"\nfrom f \\\n import g; h = 1\n"


def seeds():
    for content in names():
        yield "names", content
    yield "filename", b"a-1.0.post1-3-py2.py3-none-any.whl\npyemscripten_2025_0_wasm32\n1!2.0rc1+abc.1\n2.0.dev3\n"
    yield "record", b'"a,b.py",sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n"a""b",,\n'
    yield "headers", (
        b"Metadata-Version: 2.4\nName: a\nVersion: 1\nLicense-File: LICENSE\nRequires-Dist: b (>=1)\n\nbody\n"
        b"\0Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true\nBuild: 1\n\0a,,\n"
        b"\0[console_scripts]\na = b:c [d]\n# x\n"
    )
    for content in small_profiles():
        yield "profile_json", content
    for path in wheels():
        content = path.read_bytes()
        yield "filename", (path.name + "\n" + path.name.split("-")[-1][:-4] + "\n1.0\n").encode()
        yield "archive", content
        for index, options in enumerate(OPTIONS):
            if index < 2 or "needed" in path.name or "control" in path.name or "pypi" in str(path):
                yield "repair", (path.name + options + "\n").encode() + content
        yield "wheel", (path.name + "\n").encode() + content
        with zipfile.ZipFile(path) as archive:
            yield from member_seeds(archive)
    for name, content in hostile():
        yield "archive", content
        yield "wheel", (name + "\n").encode() + content
        yield "repair", (name + "\tplat\n").encode() + content


def main():
    folder = Path(sys.argv[1])
    for target, content in seeds():
        if 0 < len(content) <= MOST:
            place = folder / target
            place.mkdir(parents=True, exist_ok=True)
            (place / hashlib.sha1(content).hexdigest()).write_bytes(content)
    for place in sorted(folder.iterdir()):
        print(f"{place.name}: {sum(1 for _ in place.iterdir())} seeds")


if __name__ == "__main__":
    main()
