"""A census of a release's symbols: modules of nothing but imports that together ask for every symbol
of the release's profile, as what the profile says it is, and as something else; and for every name
of the other profiles. So the profiles' tables themselves are checked against the live runtime."""

import json
import re

import wasm_edit as edit
from pyodide_runs import ROOT

AT_ONCE = 400  # imports of one module
LETTERS = {"i32": "i", "i64": "j", "f32": "f", "f64": "d", "v128": "v", "funcref": "F", "externref": "e"}
TYPE = re.compile(r"^(?:js )?(?:call-only )?(tag )?\(([^)]*)\) -> (\(\)|\([^)]*\)|\w+)")


def profiles():
    for file in sorted((ROOT / "abi-profiles").glob("*.json")):
        if file.name != "schema.json":
            yield json.loads(file.read_text())


def symbols_of(release):
    """({name: its line} of a release, the names of all profiles)."""
    here, everywhere = {}, set()
    for profile in profiles():
        versions = [r["version"] for r in profile["releases"]]
        for name, form in profile["symbols"].items():
            everywhere.add(name)
            if release in versions:
                lines = {form: versions} if isinstance(form, str) else form
                here |= {name: line for line, having in lines.items() if release in having}
    return here, everywhere


def letters(text):
    return "".join(LETTERS[one] for one in re.findall(r"\w+", text))


def typed(line):
    """(params, results) of a symbol's line as letters; None for data and untyped JavaScript."""
    found = TYPE.match(line)
    return found and not found[1] and (letters(found[2]), letters(found[3]))


def slices(kind, imports):
    for at in range(0, len(imports), AT_ONCE):
        module = edit.side_module(imports[at : at + AT_ONCE])
        yield f"{kind}-{at // AT_ONCE:02}", kind, (lambda module=module: module), "nothing_here", ""


def alone(kind, imports):
    """A module for each import: those that fail, where the first would hide the others."""
    for number, one in enumerate(imports):
        module = edit.side_module([one])
        yield f"{kind}-{number:03}", kind, (lambda module=module: module), "nothing_here", json.dumps(one[1])


def listed(release):
    """[(id, kind, make, name, change)], as run.listed has them"""
    here, everywhere = symbols_of(release)
    address = b"\x03" + bytes([edit.VALUE_TYPES["i"], 1])
    functions = {name: typed(line) for name, line in sorted(here.items()) if typed(line)}
    wasm = {name: type_ for name, type_ in functions.items() if not here[name].startswith("js")}
    script = [name for name, line in sorted(here.items()) if re.match("js(?! data| tag)", line)]
    call_only = [name for name in script if here[name].startswith("js call-only")]
    data = [name for name, line in sorted(here.items()) if line.startswith(("data", "js data"))]
    absent = sorted(everywhere - set(here))
    out = []
    out += slices("census-functions", [("env", n, ("function", *t)) for n, t in functions.items()])
    out += slices("census-data", [("GOT.mem", n, address) for n in data])
    out += slices("census-addresses", [("GOT.func", n, address) for n in wasm])
    out += slices("census-addresses-js", [("GOT.func", n, address) for n in script if n not in call_only])
    out += alone("census-call-only", [("GOT.func", n, address) for n in call_only])
    out += slices("census-retyped", [("env", n, ("function", p + "i", r)) for n, (p, r) in wasm.items()])
    out += slices("census-data-called", [("env", n, ("function", "", "i")) for n in data])
    out += slices("census-absent", [("env", n, ("function", "", "")) for n in absent])
    out += slices("census-absent-data", [("GOT.mem", n, address) for n in absent])
    return out
