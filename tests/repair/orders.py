"""Whole sessions of repaired wheels: every module imported in both orders, by the package loader and by a plain import,
in the real Pyodide. Each library must exist once, run its constructor once, and show every module the same state; each
module's value must be what its sources say.

The wheels are shapes of tests/sessions. Each of them fails as it is, in the words of `check` or in the runtime, else the
repair would prove nothing.
"""

import functools
import hashlib
import itertools
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "sessions"))

import asking  # noqa: E402
import common  # noqa: E402
import program as tool  # noqa: E402
import shapes  # noqa: E402
from common import TESTDATA, expect, repair  # noqa: E402
from pyodide_runs import CONTROL, pyodide_folder  # noqa: E402

TWO_DEPTHS = {"b": [], "a": [("b", "call")], "m1": [("a", "call")], "m2": [("a", "call")]}
# Of each wheel: the shape, whether its libraries come from --libdir instead, options, kinds of edits that must be made.
ONE = {"a": [], "m1": [("a", "call")], "m2": [("a", "call")]}
WHEELS = {
    "libraries in a chain, grafted for modules at two depths": (
        dict(edges=TWO_DEPTHS, sites="depth"), True, (), {"vendor"}),
    "libraries grafted under their own names": (
        dict(edges=TWO_DEPTHS, sites="depth"), True, ("--no-mangle",), {"vendor", "runtime-path"}),
    "a function that only a library of a library has": (
        dict(edges={"b": [], "a": [("b", "call")], "m1": [("a", "call")], "m2": [("a", "call"), ("b", "call-leaf")]},
             lacking=(("m2", "b"),)), True, (), {"vendor", "needed"}),
    "libraries at places that load twice": (
        dict(edges=TWO_DEPTHS, sites="depth", place="libs, run path"), False, (), {"rename"}),
    "the same under their own names": (
        dict(edges=TWO_DEPTHS, sites="depth", place="libs, run path"), False, ("--no-mangle",), {"rename", "runtime-path"}),
    "modules in front of their libraries": (
        dict(edges=TWO_DEPTHS, place="libs", archive="modules first"), False, (), {"order"}),
    "a library in front of the library that it needs": (
        dict(edges={"a": [("b", "call")], "b": [], "m1": [("a", "call")], "m2": [("a", "call")]}, place="libs"),
        False, (), {"order"}),
    "weak addresses, modules in front": (
        dict(edges={"a": [], "m1": [("a", "weak-data")], "m2": [("a", "weak-data")]}, place="libs", archive="modules first"),
        False, (), {"order"}),
    "modules and a library in .data/platlib": (
        dict(edges=ONE, place="data beside, run path", homes={m: f"{shapes.DATA}/platlib/sw" for m in ("m1", "m2")}),
        False, (), {"move"}),
}  # fmt: skip
# Which of them fail on which releases; with --all also those that load as they are, to see that repair breaks none.
SLICE = {
    "0.27.7": ("libraries in a chain, grafted for modules at two depths", "modules in front of their libraries",
               "a library in front of the library that it needs", "weak addresses, modules in front",
               "modules and a library in .data/platlib"),
    "0.29.5": tuple(name for name in WHEELS if "in front" not in name),
    "314.0.7": ("libraries in a chain, grafted for modules at two depths", "a function that only a library of a library has",
                "modules and a library in .data/platlib"),
}  # fmt: skip
LIBRARIES = ("a", "b")


def without_libraries(wheel, shape, folder):
    """A copy of the wheel without its libraries, which go into the folder that is returned."""
    files = common.read_members(wheel)
    libraries = Path(folder) / "lib"
    libraries.mkdir()
    for node in shape.nodes:
        if not node.python:
            (libraries / node.file_name).write_bytes(files.pop(node.path))
    out = Path(folder) / "in"
    out.mkdir()
    return common.write_wheel(out / wheel.name, files), libraries


def session(context, release, wheel, loader, names):
    command = [context.node, str(asking.HERE / "session.mjs"), "--pyodide", str(pyodide_folder(release)), "--wheel", str(wheel),
               "--loader", loader, "--modules", ",".join(names), "--then", str(TESTDATA / "variants" / CONTROL)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=asking.PATIENCE)
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        return {"ended": f"exit {done.returncode}: {done.stderr[-600:]}"}


def wrong_in(answer, shape, names, libraries):
    """What a session says that the sources do not."""
    found = []

    def same(what, is_, wanted):
        if is_ != wanted:
            found.append(f"{what}: {is_}, not {wanted}")

    same("it ended", answer["ended"], "whole")
    if found:
        return found
    same("installed", answer["install"], None)
    values = shape.modules()
    for name in names:
        same(f"import {name}", answer["imports"].get(name), "ok")
        for key in ("calls", "again"):
            same(f"{key} of {name}", answer[key].get(name, {}).get("value"), str(values[name]))
    python = [node for node in shape.nodes if node.python]
    same("state", (answer["state"] or {}).get("value"), [7 for node in python if node.state])
    wanted = sorted(node.name for node in shape.nodes if not node.python)
    same("constructors", sorted(answer["constructed"]), wanted)
    for path, digest in libraries.items():
        same(f"instances of {path}", answer["instances"].get(digest), 1)
    same("the next wheel", (answer["then"] or {}).get("error"), None)
    return found


def one_of_each(context, title, release):
    """As it is `check` finds errors, or the libraries are elsewhere; repaired, every session is right."""
    how, grafted, options, edits = WHEELS[title]
    shape = shapes.session("repaired", {"of": title}, **how)
    names = list(shape.modules())
    with tempfile.TemporaryDirectory() as folder:
        wheel, more = shape.wheel(asking.TAGS[release]), []
        if grafted:
            wheel, libraries = without_libraries(wheel, shape, folder)
            more = ["--libdir", libraries]
        elif "move" in edits:  # `loadPackage` leaves the files where no import finds them
            before = session(context, release, wheel, "package", names)
            expect(all("ModuleNotFoundError" in said for said in before["imports"].values()), f"it works as it is: {before}")
        elif title in SLICE[release]:
            tool.report(context.program, "check", wheel, expect=(1,))
        repaired, plan = repair(context, wheel, Path(folder) / "out", *options, *more)
        made = {edit["action"] for edit in plan["actions"]}
        if title in SLICE[release]:
            expect(edits <= made, f"edits of {edits - made} are not made: {plan['actions']}")
        again, plan = repair(context, repaired, Path(folder) / "again", *options)
        expect(plan["actions"] == [] and again.read_bytes() == repaired.read_bytes(),
               f"a second repair changes the wheel: {plan['actions']}")  # fmt: skip
        with zipfile.ZipFile(repaired) as archive:
            members = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name.endswith(".so")}
        # up to 0.27 a plain import finds no library of a wheel
        loaders = ("package",) if release.startswith("0.2") and release < "0.28" else ("package", "import")
        found = []
        for loader, order in itertools.product(loaders, (names, names[::-1])):
            answer = session(context, release, repaired, loader, order)
            found += [f"{loader}, {' then '.join(order)}: {line}" for line in wrong_in(answer, shape, order, members)]
        expect(not found, "\n".join([f"{title} in {release}, {repaired.name}", *found]))


def refused(context):
    """A file in .data that would take the place of another; own names that two folders cannot share."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shape = shapes.session("repaired", {"of": "siblings"}, edges=ONE, sites="siblings")
        wheel, libraries = without_libraries(shape.wheel(asking.TAGS["0.29.5"]), shape, folder)
        _, plan = repair(context, wheel, folder / "1", "--no-mangle", "--libdir", libraries, expect_exit=(1,))
        expect(any("leave out --no-mangle" in line for line in plan["refusals"]), f"not told: {plan['refusals']}")
        repair(context, wheel, folder / "2", "--libdir", libraries)


def tests(context):
    out = []
    for release, titles in SLICE.items():
        for title in WHEELS if context.all else titles:
            out.append((f"orders: {title}, in {release}", functools.partial(one_of_each, context, title, release)))
    out.append(("orders: own names in folders beside one another are refused", functools.partial(refused, context)))
    return out

