"""The modules of a session, compiled from node.c with clang-19, and the wheels that hold them. Whatever was
made once is kept in the cache, under the digest of what it was made from."""

import hashlib
import json
import os
import posixpath
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "testdata"), str(HERE.parent / "e2e")]

import build  # noqa: E402
import wasm_edit as edit  # noqa: E402
from pyodide_runs import cache_folder  # noqa: E402

PACKAGE = "sw"  # of every wheel, so that modules do not depend on the wheel they are in
FLAGS = [*build.COMPILE, "-std=gnu17", "-I", str(build.SOURCES), "-Wno-unused-function"]

# What an edge to the node {0} asks of it: (declarations, code, which of the node's values it brings).
RELATIONS = {
    "call": ("int {0}_fn(void);", "sum += {0}_fn();", "whole"),
    "call-leaf": ("int {0}_leaf(void);", "sum += {0}_leaf();", "own"),
    "address": ("int {0}_fn(void);", "{{ int (*volatile p)(void) = {0}_fn; sum += p(); }}", "whole"),
    "address-leaf": ("int {0}_leaf(void);", "{{ int (*volatile p)(void) = {0}_leaf; sum += p(); }}", "own"),
    "data": ("extern int {0}_data;", "sum += {0}_data;", "own"),
    "weak": ("int {0}_leaf(void) __attribute__((weak));", "sum += {0}_leaf ? {0}_leaf() : -1000;", "own"),
    "weak-data": ("extern int {0}_data __attribute__((weak));", "sum += &{0}_data ? {0}_data : -1000;", "own"),
    # what a C++ `extern thread_local` across two files becomes: its data, and a weak initialiser
    "tls": ("extern int {0}_tls; void _ZTH{0}_tls(void) __attribute__((weak));",
            "if (_ZTH{0}_tls) _ZTH{0}_tls(); sum += {0}_tls;", "own"),
    "data-called": ("int {0}_data(void);", "sum += {0}_data();", "own"),
    "back": ("int {0}_back(void);", "sum += {0}_back();", "back"),
    "back-address": ("int {0}_back(void);", "{{ int (*volatile p)(void) = {0}_back; sum += p(); }}", "back"),
}  # fmt: skip
SOURCE = (HERE / "node.c").read_bytes()
KINDS = {"function": 0, "table": 1, "memory": 2, "global": 3, "tag": 4}


@dataclass(frozen=True)
class Node:
    """One module: `folder` below site-packages, `edges` of (name of a node, relation)."""

    name: str
    base: int
    python: bool
    folder: str
    edges: tuple = ()
    needed: tuple = ()  # names as they stand in dylink.0
    run_paths: tuple = ()
    state: str = ""  # the library whose state a Python module stores and reads
    back: int = 0  # what its `_back` returns, if it has one
    initialises_tls: bool = False
    exports: tuple = ()  # further ones: (name, kind)
    file: str = ""

    @property
    def file_name(self):
        return self.file or (f"_{self.name}.so" if self.python else f"lib{self.name}.so")

    @property
    def path(self):
        return posixpath.join(self.folder, self.file_name)


def bytes_of(node):
    """The module, from the cache or compiled."""
    key = hashlib.sha256(json.dumps([macros(node), node.needed, node.run_paths, node.exports]).encode() + SOURCE).hexdigest()[:24]
    kept = cache_folder() / "sessions/modules" / f"{key}.so"
    if not kept.exists():
        keep(kept, compiled(node))
    return kept.read_bytes()


def keep(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    aside.write_bytes(content)
    aside.rename(path)


def macros(node):
    declarations = " ".join(dict.fromkeys(RELATIONS[relation][0].format(to) for to, relation in node.edges))
    code = " ".join(RELATIONS[relation][1].format(to) for to, relation in node.edges)
    out = {"NAME": node.name, "BASE": node.base, "EDGES": code, "DECLARATIONS": declarations}
    out |= {"PYTHON": 1} if node.python else {}
    out |= {"STATE": node.state} if node.state else {}
    out |= {"BACK": node.back} if node.back else {}
    out |= {"SHOWN": 1} if node.python and any(kind == "global" for _, kind in node.exports) else {}
    out |= {"INITIALISES_TLS": 1} if node.initialises_tls else {}
    return out


def compiled(node):
    with tempfile.TemporaryDirectory() as folder:
        object_, module = Path(folder) / "node.o", Path(folder) / "node.so"
        defines = [f"-D{name}={value}" for name, value in macros(node).items()]
        for command in (
            [build.CLANG, *FLAGS, *defines, "-c", str(HERE / "node.c"), "-o", str(object_)],
            [build.WASM_LD, *build.LINK, str(object_), "-o", str(module)],
        ):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise ValueError(f"{node}: {done.stderr}")
        content = module.read_bytes()
    if node.needed:
        content = edit.set_needed(content, *node.needed)
    if node.run_paths:
        content = edit.add_runtime_path(content, *node.run_paths)
    for name, kind in node.exports:
        content = with_export(content, name, kind)
    return content


def with_export(module, name, kind):
    """One more export of this kind: an item that is there, or (tags) a new one."""
    if kind == "tag":
        module, type_ = edit.add_type(module, "i", "")
        module = edit.assemble(edit.insert_section(edit.sections(module), edit.TAG, b"\x01\x00" + edit.leb(type_)))
        index = 0
    elif kind in ("memory", "table"):
        index = 0  # both are imported
    else:
        have = edit.read_exports(dict(edit.sections(module))[edit.EXPORT])
        index = next(i for _, k, i in have if k == KINDS[kind])
    number = KINDS[kind]
    return edit.map_exports(module, lambda all_: [e for e in all_ if e[0] != name] + [(name, number, index)])


def value_of(node, nodes, seen=()):
    """What the node's function returns if everything is bound to what it was meant for."""
    total = node.base
    for to, relation in node.edges:
        what = RELATIONS[relation][2]
        target = nodes[to]
        total += {"own": target.base, "back": target.back}[what] if what != "whole" else value_of(target, nodes)
    return total


@dataclass
class Shape:
    """A wheel: its nodes by name, in the order of the archive, and the words that say what it is."""

    kind: str
    words: dict
    nodes: list
    archive: list = field(default_factory=list)  # names of nodes
    expects_death: bool = False

    @property
    def id(self):
        described = [self.kind, self.words, [repr(n) for n in self.nodes], self.archive]
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:10]

    @property
    def title(self):
        return f"{self.kind}: " + ", ".join(f"{k} {v}" for k, v in self.words.items())

    def modules(self):
        """The Python modules in the order of the shape: {dotted name: what call() should return}."""
        by_name = {node.name: node for node in self.nodes}
        return {dotted(n): value_of(n, by_name) for n in self.nodes if n.python}

    def files(self):
        """{path: bytes}, packages first."""
        folders = {PACKAGE}
        for node in self.nodes:
            if node.python and (installed := installed_folder(node.folder)):
                parts = installed.split("/")
                folders |= {"/".join(parts[: n + 1]) for n in range(len(parts))}
        by_name = {node.name: node for node in self.nodes}
        out = {f"{folder}/__init__.py": b"" for folder in sorted(folders)}
        return out | {by_name[name].path: bytes_of(by_name[name]) for name in self.archive}

    def place(self, tag):
        """The path of the wheel with this platform tag, which need not be there yet."""
        folder = f"{self.id}-{hashlib.sha256(SOURCE).hexdigest()[:8]}"
        return cache_folder() / "sessions/wheels" / folder / f"{PACKAGE}-{build.VERSION}-py3-none-{tag}.whl"

    def wheel(self, tag):
        """The path of the wheel, which is made if it is not there."""
        kept = self.place(tag)
        if not kept.exists():
            keep(kept, build.wheel_bytes(PACKAGE, self.kind, [f"py3-none-{tag}"], self.files(), zipfile.ZIP_STORED))
        return kept


def installed_folder(folder):
    """Where an installer that follows the specification puts a folder of the archive."""
    for scheme in ("platlib", "purelib"):
        prefix = f"{PACKAGE}-{build.VERSION}.data/{scheme}"
        if folder == prefix or folder.startswith(prefix + "/"):
            return folder[len(prefix) :].strip("/")
    return folder


def dotted(node):
    folder = installed_folder(node.folder)
    return ".".join([*folder.split("/")] * bool(folder) + [node.file_name.split(".")[0]])
