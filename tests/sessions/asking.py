"""Asking a release what becomes of a session: one process per wheel, release, loader and order of the imports. An
answer is kept under the digest of all that it depends on, so that a run goes on where another one stopped."""

import functools
import hashlib
import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from nodes import Shape, keep
from pyodide_runs import CONTROL, TESTDATA, cache_folder, pyodide_folder
from runner import Skip

HERE = Path(__file__).resolve().parent
TAGS = {
    "0.21.3": "emscripten_3_1_14_wasm32", "0.22.1": "emscripten_3_1_27_wasm32", "0.23.4": "emscripten_3_1_32_wasm32",
    "0.24.1": "emscripten_3_1_45_wasm32", "0.25.1": "emscripten_3_1_46_wasm32", "0.26.4": "emscripten_3_1_58_wasm32",
    "0.27.7": "pyodide_2024_0_wasm32", "0.28.3": "pyodide_2025_0_wasm32", "0.29.5": "pyemscripten_2025_0_wasm32",
    "314.0.7": "pyemscripten_2026_0_wasm32",
}  # fmt: skip
LOADERS = ("package", "import", "micropip")
PATIENCE = 180  # seconds; a session takes 3 to 10
SCRIPTS = (HERE / "session.mjs", HERE.parent / "e2e/watch.mjs", HERE.parent / "e2e/wasm_facts.mjs")


def version():
    """What the answers depend on besides the question: the scripts that ask."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in SCRIPTS)).hexdigest()


VERSION = version()


@dataclass
class Question:
    shape: Shape
    release: str
    loader: str
    backwards: bool

    @property
    def modules(self):
        names = list(self.shape.modules())
        return names[::-1] if self.backwards else names

    @property
    def order(self):
        return "backwards" if self.backwards else "forwards"

    def file(self):
        """Where the answer is, or shall be."""
        wheel = self.shape.wheel(TAGS[self.release]).read_bytes()
        parts = [hashlib.sha256(wheel).hexdigest(), self.release, self.loader, self.modules, VERSION]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
        return cache_folder() / "sessions/answers" / key[:2] / f"{key}.json"

    def kept(self):
        """The answer, if the question was asked before."""
        if not self.shape.place(TAGS[self.release]).exists():
            return None
        file = self.file()
        return json.loads(file.read_text()) if file.exists() else None


def questions(shape, release, loaders=("package", "import")):
    """Both orders by each loader; a wheel of one module has one order."""
    orders = (False, True) if len(shape.modules()) > 1 else (False,)
    return [Question(shape, release, loader, backwards) for loader in loaders for backwards in orders]


@functools.lru_cache(maxsize=None)
def micropip(release):
    """The wheels of the micropip that the release's lock names, and of what it needs, from PyPI; raises Skip."""
    from seeds import from_pypi

    folder = pyodide_folder(release)
    lock = next(file for file in (folder / "pyodide-lock.json", folder / "repodata.json") if file.exists())
    packages = json.loads(lock.read_text())["packages"]
    if "micropip" not in packages:
        raise Skip(f"the lock of {release} has no micropip")
    names, wanted = ["micropip"], []
    while names:
        name = names.pop()
        if name not in wanted:
            wanted.append(name)
            names += packages[name]["depends"]
    return [from_pypi(f"{name}=={packages[name]['version']}", "--ignore-requires-python") for name in reversed(wanted)]


def innocent(question):
    """A wheel that loads everywhere; micropip takes it under a tag of the release only."""
    control = TESTDATA / "variants" / CONTROL
    if question.loader != "micropip":
        return control
    copy = cache_folder() / "sessions/innocent" / f"{control.stem.rpartition('-')[0]}-{TAGS[question.release]}.whl"
    if not copy.exists():
        keep(copy, control.read_bytes())
    return copy


def ask(node, question):
    """The answer, from the cache or from a process of its own; raises Skip where micropip cannot be had."""
    file = question.file()
    if file.exists():
        return json.loads(file.read_text())
    wheels = micropip(question.release) if question.loader == "micropip" else ()
    command = [node, str(HERE / "session.mjs"), "--pyodide", str(pyodide_folder(question.release)),
               "--wheel", str(question.shape.wheel(TAGS[question.release])), "--loader", question.loader,
               "--modules", ",".join(question.modules), "--then", str(innocent(question))]  # fmt: skip
    command += [part for wheel in wheels for part in ("--with", str(wheel))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, wrong = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise RuntimeError(f"{question.release} {question.shape.title}: no answer within {PATIENCE} s") from None
    try:
        answer = json.loads(out.splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        raise RuntimeError(f"{question.release} {question.shape.title}: exit {process.returncode}: {wrong[-600:]}") from None
    keep(file, json.dumps(answer).encode())
    return answer
