#!/usr/bin/env python3
"""Derived modules: a real module with one thing changed. The list is fixed: derived.tsv.

    derive.py           checks that every line of the list yields the bytes whose digest it holds
    derive.py --write   makes the list again, from the seed below, this tree and the corpus

A line is kind, base, argument (JSON), digest. What the argument means is said at the kind's function
below; a base is `variants/NAME`, `pypi/WHEEL:MEMBER` or `corpus/WHEEL:MEMBER`. The change may make a
module that no engine takes: what wheelaudit and the runtime say of it must agree all the same.
"""

import argparse
import functools
import hashlib
import json
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent.parent / "testdata")]

import wasm_edit as edit  # noqa: E402
from pyodide_runs import TESTDATA, corpus_folder  # noqa: E402

LIST = HERE / "derived.tsv"
KINDS = {}


def kind(function):
    """Registers a change under its name: `import_renamed` is the kind `import-renamed`."""
    KINDS[function.__name__.replace("_", "-")] = function
    return function


# --- imports ---------------------------------------------------------------------------------------


def change_import(module, index, change):
    def one(imports):
        imports = list(imports)
        imports[index] = change(*imports[index])
        return imports

    return edit.map_imports(module, one)


@kind
def import_renamed(module, index, name):
    """The import at this place asks for another name."""
    return change_import(module, index, lambda m, n, d: (m, name, d))


@kind
def import_moved(module, index, import_module):
    """The import at this place asks another import module."""
    return change_import(module, index, lambda m, n, d: (import_module, n, d))


@kind
def import_retyped(module, index, params, results):
    """A function import of another type: invalid where the code calls it as before."""
    module, new = edit.add_type(module, params, results)
    return change_import(module, index, lambda m, n, d: (m, n, b"\x00" + edit.leb(new)))


@kind
def import_weakness(module, index, flags, name=None):
    """An import (under this name, if given) with these symbol flags in dylink.0's import-info."""
    imports = edit.read_imports(dict(edit.sections(module))[edit.IMPORT])
    import_module, old, _ = imports[index]
    if name:
        module = import_renamed(module, index, name)
    rest = [e for e in edit.read_import_info(module) if e[:2] != (import_module, old)]
    return edit.write_import_info(module, rest + [(import_module, name or old, flags)])


@kind
def address_added(module, import_module, name, value="i", mutable=1, flags=None):
    """One more import of an address (or another global)."""
    if flags is not None:
        entries = edit.read_import_info(module) + [(import_module, name, flags)]
        module = edit.write_import_info(module, entries)
    return edit.add_global_import(module, import_module, name, value, mutable)


@kind
def tag_added(module, import_module, name, params, results):
    return edit.add_tag_import(module, import_module, name, params, results)


@kind
def global_typed(module, name, value, mutable):
    """An imported global of another value type or mutability."""
    new = b"\x03" + bytes([edit.VALUE_TYPES[value], mutable])
    return edit.map_imports(
        module, lambda all_: [(m, n, new if d[0] == 3 and n == name else d) for m, n, d in all_]
    )


# --- memory and table ------------------------------------------------------------------------------


@kind
def memory(module, minimum, maximum=None, shared=False, wide=False):
    return edit.set_memory(module, minimum, maximum, shared, wide)


@kind
def table(module, element, minimum, maximum=None, wide=False):
    new = b"\x01" + bytes([edit.VALUE_TYPES[element]]) + edit.limits(minimum, maximum, False, wide)
    return edit.map_imports(module, lambda all_: [(m, n, new if d[0] == 1 else d) for m, n, d in all_])


@kind
def memory_own(module):
    return edit.own_memory(module)


# --- dylink.0 ---------------------------------------------------------------------------------------


@kind
def dylink_unknown(module, number, content, place):
    """One more sub-section, of any number, at this place."""
    parts = edit.read_dylink(module)
    return edit.write_dylink(module, parts[:place] + [(number, bytes.fromhex(content))] + parts[place:])


@kind
def dylink_turned(module, by):
    """The sub-sections in another order: turned round by so many places."""
    parts = edit.read_dylink(module)
    by %= len(parts)
    return edit.write_dylink(module, parts[by:] + parts[:by])


@kind
def dylink_doubled(module, number):
    parts = edit.read_dylink(module)
    return edit.write_dylink(module, parts + [part for part in parts if part[0] == number])


@kind
def dylink_needed(module, *names):
    return edit.set_needed(module, *names)


@kind
def dylink_run_path(module, *paths):
    return edit.add_runtime_path(module, *paths)


@kind
def dylink_memory_info(module, memory, memory_alignment, table, table_alignment):
    """Sizes and alignments (as powers of two) that the module asks for."""
    info = b"".join(map(edit.leb, (memory, memory_alignment, table, table_alignment)))
    return edit.write_dylink(module, [(1, info)] + [p for p in edit.read_dylink(module) if p[0] != 1])


@kind
def dylink_dropped(module, number):
    return edit.drop_subsection(module, number)


@kind
def dylink_export_info(module, name, flags):
    payload = b"\x01" + edit.text(name) + edit.leb(flags)
    return edit.add_subsection(edit.drop_subsection(module, edit.EXPORT_INFO), edit.EXPORT_INFO, payload)


@kind
def dylink_damaged(module, number, cut):
    """A sub-section that ends early (cut > 0) or holds more than it says (cut < 0)."""
    parts = [
        (k, (p[:-cut] if cut > 0 else p + b"\0" * -cut) if k == number else p)
        for k, p in edit.read_dylink(module)
    ]
    return edit.write_dylink(module, parts)


@kind
def dylink_legacy(module):
    return edit.legacy_dylink(module)


# --- exports ------------------------------------------------------------------------------------------


@kind
def export_removed(module, name):
    return edit.map_exports(module, lambda all_: [e for e in all_ if e[0] != name])


@kind
def export_retyped(module, name, number, index):
    """The export is of another kind, or shows another item."""
    return edit.map_exports(module, lambda all_: [(n, number, index) if n == name else (n, k, i) for n, k, i in all_])


@kind
def export_renamed(module, name, new):
    return edit.map_exports(module, lambda all_: [(new if n == name else n, k, i) for n, k, i in all_])


@kind
def export_added(module, name, number, index):
    return edit.map_exports(module, lambda all_: all_ + [(name, number, index)])


# --- sections -----------------------------------------------------------------------------------------


@kind
def section_swapped(module, first, second):
    parts = edit.sections(module)
    parts[first], parts[second] = parts[second], parts[first]
    return edit.assemble(parts)


@kind
def section_custom(module, place, name):
    parts = edit.sections(module)
    return edit.assemble(parts[:place] + [(0, edit.text(name) + b"?")] + parts[place:])


@kind
def section_removed(module, place):
    parts = edit.sections(module)
    return edit.assemble(parts[:place] + parts[place + 1 :])


@kind
def section_doubled(module, place):
    parts = edit.sections(module)
    return edit.assemble(parts[:place] + [parts[place]] + parts[place:])


@kind
def started(module, name):
    """An exported function becomes the start function."""
    return edit.add_start(module, name)


@kind
def bytes_cut(module, count):
    return module[:-count]


@kind
def synthetic(_, imports, exports=(), info=(), memory_size=0, table_size=0):
    """No base: a module of these imports, [module, name, kind, …] with kind function or tag (params,
    results), global (type, mutable), memory (minimum, maximum) or table (element, minimum, maximum)."""
    described = []
    for import_module, name, what, *rest in imports:
        if what in ("function", "tag"):
            description = (what, *rest)
        elif what == "global":
            description = b"\x03" + bytes([edit.VALUE_TYPES[rest[0]], rest[1]])
        elif what == "memory":
            description = b"\x02" + edit.limits(*rest)
        else:
            description = b"\x01" + bytes([edit.VALUE_TYPES[rest[0]]]) + edit.limits(*rest[1:])
        described.append((import_module, name, description))
    module = edit.side_module(described, map(tuple, exports), (), memory_size, table_size)
    return edit.write_import_info(module, list(map(tuple, info)))


# --- the list -----------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=None)
def base_bytes(base):
    """The module a base names; None when the corpus is not there."""
    place, _, name = base.partition("/")
    if base == "-":
        return b""
    if place == "variants":
        wheel, member = TESTDATA / "variants" / f"wa_{name}-1.0-py3-none-pyemscripten_2025_0_wasm32.whl", None
    else:
        wheel, _, member = name.partition(":")
        folder = corpus_folder() and corpus_folder() / "emscripten"
        wheel = TESTDATA / "pypi" / wheel if place == "pypi" else folder and folder / wheel
    if wheel is None or not wheel.exists():
        return None
    with zipfile.ZipFile(wheel) as archive:
        member = member or next(n for n in archive.namelist() if "/_core" in n)
        return archive.read(member)


def derive(name, base, argument):
    """The derived module's bytes; None when its base is not there."""
    module = base_bytes(base)
    return None if module is None else KINDS[name](module, *argument)


def digest(module):
    return hashlib.sha256(module).hexdigest()[:12]


def read_list():
    """[(kind, base, argument, digest)]"""
    out = []
    for line in LIST.read_text().splitlines():
        name, base, argument, sum_ = line.split("\t")
        out.append((name, base, json.loads(argument), sum_))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="make derived.tsv anew")
    if parser.parse_args().write:
        import propose

        LIST.write_text("".join("\t".join(line) + "\n" for line in propose.lines()))
    good = bad = absent = 0
    for name, base, argument, sum_ in read_list():
        module = derive(name, base, argument)
        if module is None:
            absent += 1
        elif digest(module) == sum_:
            good += 1
        else:
            bad += 1
            print(f"{name} {base} {json.dumps(argument)}: {digest(module)}, not {sum_}")
    print(f"{good} passed, {bad} failed, {absent} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
