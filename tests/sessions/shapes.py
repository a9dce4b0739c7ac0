#!/usr/bin/env python3
"""The wheels of the second truth matrix: every shape of a session of two to four modules. The list is this code.

    shapes.py          how many shapes there are of each kind
    shapes.py --write  compiles all of them into the cache

Axes: topology, relation, place of the libraries, folders of the modules, order of the archive, which needed
entries are there, callbacks, two libraries of one name, spelling of run paths, and names that a runtime or
JavaScript keeps to itself, exported as each kind of thing.
"""

import collections
import posixpath
import sys

from nodes import PACKAGE, Node, Shape

DATA = f"{PACKAGE}-1.0.data"
# A place of the libraries: (folder, whether those that need them have a run path to it).
PLACES = {
    "top": ("", False),
    "top, run path": ("", True),
    "beside": ("sw", False),
    "beside, run path": ("sw", True),
    "libs": ("sw.libs", False),
    "libs, run path": ("sw.libs", True),
    "below": ("sw/lib", False),
    "below, run path": ("sw/lib", True),
    "elsewhere": ("sw_data", False),
    "elsewhere, run path": ("sw_data", True),
    "data top": (f"{DATA}/platlib", False),
    "data beside, run path": (f"{DATA}/platlib/sw", True),
}
# Folders of the modules m1, m2, m3.
SITES = {
    "flat": ("sw", "sw", "sw"),
    "depth": ("sw", "sw/sub", "sw/sub/deep"),
    "deep": ("sw/sub", "sw/sub/deep", "sw"),
    "siblings": ("sw/x", "sw/y", "sw"),
    "top": ("", "sw", "sw/sub"),
}
ARCHIVES = ("libraries first", "modules first", "alphabetical")
BASES = {"m1": 1, "m2": 2, "m3": 4, "a": 100, "b": 200, "c": 400, "d": 800}


def archived(nodes, order):
    """Names of nodes in the archive's order."""
    if order == "alphabetical":
        return [n.name for n in sorted(nodes, key=lambda n: n.path)]
    first = order == "modules first"
    return [n.name for n in sorted(nodes, key=lambda n: n.python != first)]


def run_path_to(folder, home):
    """How a module in `home` spells `folder`."""
    from nodes import installed_folder

    step = posixpath.relpath(installed_folder(folder) or ".", installed_folder(home) or ".")
    return "$ORIGIN" if step == "." else f"$ORIGIN/{step}"


def session(kind, words, edges, place="top", sites="flat", archive="libraries first", lacking=(), state="a",
            places=None, backs=(), tls_defined=(), needs=None, spelling=None, exports=None, homes=None):  # fmt: skip
    """A shape. `edges` is {node: [(to, relation)]}, m1, m2, m3 being Python modules; `lacking` the needed entries that
    are left out, (node, to); `places` the place of single libraries; `needs` needed entries besides the edges'."""
    names = list(edges)
    homes = {**dict(zip(("m1", "m2", "m3"), SITES[sites])), **(homes or {})}
    where = {name: PLACES[(places or {}).get(name, place)] for name in names if name[0] != "m"}
    nodes = []
    for name in names:
        python = name[0] == "m"
        home = homes[name] if python else where[name][0]
        wanted = [to for to, relation in edges[name] if to[0] != "m"] + list((needs or {}).get(name, ()))
        wanted = [to for to in dict.fromkeys(wanted) if (name, to) not in lacking]
        paths = [run_path_to(where[to][0], home) for to in wanted if where[to][1]]
        if spelling and python and wanted:
            paths = list(spelling(name, home))
        nodes.append(Node(
            name, BASES[name], python, home, tuple(edges[name]), tuple(f"lib{to}.so" for to in wanted), tuple(dict.fromkeys(paths)),
            state=state if python and any(to == state for to in [t for t, _ in edges[name]]) else "",
            back=1000 if name in backs else 0, initialises_tls=name in tls_defined, exports=tuple((exports or {}).get(name, ()))))  # fmt: skip
    return Shape(kind, words, nodes, archived(nodes, archive))


SHAPES = []


def add(kind, words, edges, **more):
    SHAPES.append(session(kind, words, edges, **more))


# --- one library, two modules: where it is, where they are -----------------------------------------------

ONE = {"call": "call", "address": "address", "data": "data", "weak": "weak", "tls": "tls", "tls defined": "tls"}


def one_library():
    for place in PLACES:
        for relation, edge in ONE.items():
            plain = relation == "call"
            for sites in SITES if plain else ("flat", "depth"):
                for archive in ARCHIVES if plain else ARCHIVES[:2]:
                    add("one library", dict(place=place, relation=relation, sites=sites, archive=archive),
                        {"a": [], "m1": [("a", edge)], "m2": [("a", edge)]}, place=place, sites=sites, archive=archive,
                        tls_defined=("a",) if relation == "tls defined" else ())  # fmt: skip


def needed_missing():
    for place in ("top", "beside", "libs, run path", "below, run path"):
        for relation in ("call", "address", "weak", "tls"):
            for lacking in ((("m2", "a"),), (("m1", "a"),), (("m1", "a"), ("m2", "a"))):
                for archive in ARCHIVES[:2]:
                    add("needed missing", dict(place=place, relation=relation, lacking="+".join(n for n, _ in lacking), archive=archive),
                        {"a": [], "m1": [("a", relation)], "m2": [("a", relation)]}, place=place, archive=archive, lacking=lacking)  # fmt: skip


# --- several libraries -------------------------------------------------------------------------------------

LEAF = {"call": "call-leaf", "address": "address-leaf"}


def topology(name, outer, inner):
    """Edges of modules to libraries are `outer`, those between libraries `inner`."""
    leaf = LEAF.get(inner, inner)  # so that a cycle of calls ends
    return {
        "chain": {"b": [], "a": [("b", inner)], "m1": [("a", outer)], "m2": [("a", outer)]},
        "chain, both needed": {"b": [], "a": [("b", inner)], "m1": [("a", outer)], "m2": [("b", outer)]},
        "chain of three": {"c": [], "b": [("c", inner)], "a": [("b", inner)], "m1": [("a", outer)]},
        "through": {"b": [], "a": [("b", inner)], "m1": [("a", outer)], "m2": [("a", outer), ("b", outer)]},
        "diamond": {"c": [], "b": [("c", inner)], "a": [("c", inner)], "m1": [("a", outer), ("b", outer)]},
        "two diamonds": {"c": [], "b": [("c", inner)], "a": [("c", inner)], "m1": [("a", outer)], "m2": [("b", outer)]},
        "cycle": {"b": [("a", leaf)], "a": [("b", leaf)], "m1": [("a", outer)], "m2": [("b", outer)]},
        "cycle of three": {"c": [("a", leaf)], "b": [("c", leaf)], "a": [("b", leaf)], "m1": [("a", outer)]},
        "fan in": {"a": [], "m1": [("a", outer)], "m2": [("a", outer)], "m3": [("a", outer)]},
        "fan out": {"c": [], "b": [], "a": [], "m1": [("a", outer), ("b", outer), ("c", outer)]},
    }[name]  # fmt: skip


TOPOLOGIES = ("chain", "chain, both needed", "chain of three", "through", "diamond", "two diamonds", "cycle", "cycle of three",
              "fan in", "fan out")  # fmt: skip
RELATED = ("call", "address", "data", "weak", "tls")


def several_libraries():
    for name in TOPOLOGIES:
        pairs = [("call", inner) for inner in RELATED] + [(outer, "call") for outer in RELATED[1:]]
        if name.startswith("fan"):
            pairs = [(outer, "-") for outer in RELATED]
        for outer, inner in pairs:
            # a folder below without a run path is nothing new for the other topologies
            below = ("below",) if name in ("chain", "diamond", "cycle", "fan in") else ()
            for place in ("top", "beside, run path", "libs, run path", *below):
                for archive in ARCHIVES[:2]:
                    edges = topology(name, outer, inner)
                    lacking = (("m2", "b"),) if name == "through" else ()
                    add(name, dict(outer=outer, inner=inner, place=place, archive=archive), edges, place=place,
                        archive=archive, lacking=lacking)  # fmt: skip


def through_named():
    """The mend of "through": the second module names both libraries; and libraries that do not name what they need."""
    for relation in RELATED:
        for place in ("top", "libs, run path"):
            for archive in ARCHIVES[:2]:
                add("through, named", dict(relation=relation, place=place, archive=archive), topology("through", relation, "call"),
                    place=place, archive=archive)  # fmt: skip
                add("library lacks needed", dict(relation=relation, place=place, archive=archive, named="by the module"),
                    topology("through", "call", relation), place=place, archive=archive, lacking=(("a", "b"),))  # fmt: skip
                add("library lacks needed", dict(relation=relation, place=place, archive=archive, named="by nobody"),
                    topology("chain", "call", relation), place=place, archive=archive, lacking=(("a", "b"),))  # fmt: skip


def mixed_sites():
    """Two libraries, modules at two depths: the spelling of paths meets chains and diamonds."""
    for name in ("chain", "chain, both needed", "two diamonds", "cycle"):
        for place in ("top", "libs, run path", "beside, run path", "below, run path", "elsewhere, run path"):
            for sites in ("depth", "siblings", "top"):
                for archive in ARCHIVES[:2]:
                    add("two depths", dict(topology=name, place=place, sites=sites, archive=archive),
                        topology(name, "call", "call"), place=place, sites=sites, archive=archive)  # fmt: skip


# --- callbacks ---------------------------------------------------------------------------------------------


def callbacks():
    for relation in ("back", "back-address"):
        for modules in (1, 2):
            for place in ("top", "beside", "beside, run path", "libs", "libs, run path", "below, run path"):
                for archive in ARCHIVES:
                    edges = {"a": [("m1", relation)], "m1": [("a", "call")]}
                    edges |= {"m2": [("a", "call")]} if modules == 2 else {}
                    add("callback", dict(relation=relation, modules=modules, place=place, archive=archive), edges, place=place,
                        archive=archive, backs=("m1",))  # fmt: skip


# --- two libraries of one name -------------------------------------------------------------------------------


def twins():
    """Libraries a and b in one file name, a meant for m1 and b for m2."""
    pairs = {"top and libs": ("top", "libs, run path"), "libs and beside": ("libs, run path", "beside, run path"),
             "top and beside": ("top", "beside"), "below and beside": ("below, run path", "beside, run path")}  # fmt: skip
    for label, (one, two) in pairs.items():
        for relation in ("call", "address", "data", "weak", "tls"):
            for sites in ("flat", "depth"):
                for archive in ARCHIVES[:2]:
                    shape = session("twins", dict(places=label, relation=relation, sites=sites, archive=archive),
                                    {"a": [], "b": [], "m1": [("a", relation)], "m2": [("b", relation)]}, places={"a": one, "b": two},
                                    sites=sites, archive=archive, state="-")  # fmt: skip
                    shape.nodes = [renamed(node) for node in shape.nodes]
                    SHAPES.append(shape)


def renamed(node):
    from dataclasses import replace

    if node.python:
        return replace(node, needed=tuple("libtwin.so" for _ in node.needed))
    return replace(node, file="libtwin.so")


# --- spelling ------------------------------------------------------------------------------------------------


def spellings():
    """One library below or beside, two modules that spell the way to it as they like."""
    ways = {
        "one way": lambda name, home: [run_path_to("sw/lib", home)],
        "slash at the end": lambda name, home: [run_path_to("sw/lib", home) + ("/" if name == "m2" else "")],
        "dot": lambda name, home: [run_path_to("sw/lib", home) + ("/." if name == "m2" else "")],
        "up and down": lambda name, home: [run_path_to("sw/lib", home) if name == "m1" else run_path_to("sw", home) + "/lib/../lib"],
        "twice the slash": lambda name, home: [run_path_to("sw/lib", home).replace("/lib", "//lib" if name == "m2" else "/lib")],
        "a missing folder first": lambda name, home: ["$ORIGIN/nowhere", run_path_to("sw/lib", home)],
        "through a missing folder": lambda name, home: ["$ORIGIN/nowhere/../" + run_path_to("sw/lib", home)[8:]],
        "braces": lambda name, home: [run_path_to("sw/lib", home).replace("$ORIGIN", "${ORIGIN}" if name == "m2" else "$ORIGIN")],
        "absolute": lambda name, home: ["/nowhere/at/all", run_path_to("sw/lib", home)],
        "long": lambda name, home: ["$ORIGIN/" + "./" * 240 + run_path_to("sw/lib", home)[8:]],
    }  # fmt: skip
    for way, spelling in ways.items():
        for sites in ("flat", "depth", "siblings"):
            for archive in ARCHIVES[:2]:
                add("spelling", dict(way=way, sites=sites, archive=archive), {"a": [], "m1": [("a", "call")], "m2": [("a", "call")]},
                    place="below, run path", sites=sites, archive=archive, spelling=spelling)  # fmt: skip


# --- .data and kinds of use ------------------------------------------------------------------------------------


def data_folders():
    for scheme in ("platlib", "purelib"):
        for what in ("modules", "second module", "all"):
            for place in ("top", "beside, run path"):
                homes = {"m2": f"{DATA}/{scheme}/sw"} | ({"m1": f"{DATA}/{scheme}/sw"} if what != "second module" else {})
                places = {"a": "data top" if place == "top" else "data beside, run path"} if what == "all" else {}
                add("data folder", dict(scheme=scheme, moved=what, place=place), {"a": [], "m1": [("a", "call")], "m2": [("a", "call")]},
                    place=place, homes=homes, places=places)  # fmt: skip


def data_called():
    for place in ("top", "libs, run path", "beside"):
        for archive in ARCHIVES[:2]:
            add("data called", dict(place=place, archive=archive), {"a": [], "m1": [("a", "data-called")], "m2": [("a", "call")]}, place=place,
                archive=archive)  # fmt: skip


# --- reserved names ----------------------------------------------------------------------------------------------

RESERVED = ("memory", "__indirect_function_table", "then", "hasOwnProperty", "__proto__", "toString", "constructor", "valueOf",
            "malloc", "stackSave", "__stack_pointer", "__memory_base", "PyLong_FromLong")  # fmt: skip


def reserved_names():
    for kind in ("memory", "table", "tag", "global", "function"):
        for name in RESERVED:
            for who in ("a", "m1"):
                add("reserved", dict(export=name, of=kind, by="library" if who == "a" else "module"),
                    {"a": [], "m1": [("a", "call")], "m2": [("a", "call")]}, exports={who: [(name, kind)]})  # fmt: skip


for family in (one_library, needed_missing, several_libraries, through_named, mixed_sites, callbacks, twins, spellings,
               data_folders, data_called, reserved_names):  # fmt: skip
    family()


def main():
    counts = collections.Counter(shape.kind for shape in SHAPES)
    for kind, count in counts.items():
        print(f"{count:5} {kind}")
    ids = {shape.id for shape in SHAPES}
    if "--write" in sys.argv:
        for shape in SHAPES:
            shape.files()
    print(f"{len(ids)} passed, {len(SHAPES) - len(ids)} failed")
    return len(ids) != len(SHAPES)


if __name__ == "__main__":
    sys.exit(main())
