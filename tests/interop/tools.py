"""The tools people meet a wheel with, from PyPI with pinned versions, in an environment of their own in
the cache; and interpreters that say of themselves what a Pyodide release's Python says."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from pyodide_runs import cache_folder, pyodide_folder

PINS = ["pip==26.3", "uv==0.13.9", "wheel==0.48.0", "check-wheel-contents==0.6.3", "twine==7.0.0",
        "installer==1.1.0", "packaging==26.3", "cyclonedx-python-lib[json-validation]==11.12.0",
        "junitparser==5.0.3"]  # fmt: skip
TIMEOUT = 300

# Seen through a .pth file, so that `python -I` does it too (uv asks interpreters so).
CLAIM = '''
import json, os, platform, sysconfig
claim = json.loads(os.environ.get("CLAIMED_PLATFORM", "null"))
if claim:
    own = sysconfig.get_config_var
    platform.system = lambda: "Emscripten"
    sysconfig.get_platform = lambda: claim["platform"]
    sysconfig.get_config_var = lambda name: (
        claim["variables"].get(name) if name.startswith(("PYODIDE_", "PYEMSCRIPTEN_")) else own(name))
'''


class Tools:
    """`run("twine", …)` and so on: (exit code, output and errors together)."""

    def __init__(self):
        self.venv = install()
        self.python = self.venv / "bin" / "python3"

    def run(self, tool, *arguments, claim=None, cwd=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON"))}
        environment |= {"CLAIMED_PLATFORM": json.dumps(claim), "NO_COLOR": "1", "TERM": "dumb",
                        "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        program = [self.python, "-m", "pip", "--isolated"] if tool == "pip" else [self.venv / "bin" / tool]
        done = subprocess.run([*map(str, program), *map(str, arguments)], capture_output=True, text=True,
                              errors="replace", env=environment, cwd=cwd, timeout=TIMEOUT)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def pip_install(self, wheel, target, python, *platform, claim=None):
        """`python`: "3.13"."""
        return self.run("pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
                        "--only-binary=:all:", "--target", target, "--implementation", "cp", "--abi",
                        "cp" + python.replace(".", ""), "--abi", "abi3", "--abi", "none",
                        "--python-version", python, *platform, wheel, claim=claim)  # fmt: skip

    def uv_install(self, wheel, target, python, *platform, claim=None):
        # no cache: uv remembers what an interpreter said of itself
        return self.run("uv", "pip", "install", "--quiet", "--no-cache", "--offline", "--no-deps",
                        "--no-config", "--python", self.python, "--target", target, "--python-version",
                        python, *platform, wheel, claim=claim)  # fmt: skip


def install():
    pins = "\n".join([*PINS, CLAIM])
    venv = cache_folder() / f"interop-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"
    if not (venv / "ready").exists():
        print(f"installing {' '.join(PINS)} into the cache", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *PINS], check=True)
        (packages,) = (venv / "lib").glob("python3*/site-packages")
        (packages / "claimed_platform.py").write_text(CLAIM)
        (packages / "claimed_platform.pth").write_text("import claimed_platform\n")
        (venv / "ready").touch()
    return venv


def claim_of(release):
    """What Python says of its platform in a release: its sysconfig data and the lock's platform."""
    folder = pyodide_folder(release)
    lock = next(p for p in (folder / "pyodide-lock.json", folder / "repodata.json") if p.exists())
    name = json.loads(lock.read_text())["info"]["platform"].removeprefix("emscripten_")
    variables = {}
    library = folder / "python_stdlib.zip"
    if library.exists():
        with zipfile.ZipFile(library) as archive:
            for member in archive.namelist():
                if re.search(r"(^|/)_sysconfigdata_.*\.py$", member):
                    text = archive.read(member).decode()
                    variables = dict(re.findall(r"'((?:PYODIDE|PYEMSCRIPTEN)_[A-Z_]*)': *'([^']*)'", text))
    return {"platform": f"emscripten-{name.replace('_', '.')}-wasm32", "variables": variables}
