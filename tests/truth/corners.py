"""Modules of one import (or export) each, for the cases of linking that random changes rarely make: the address of
everything that is not a plain symbol, weak and strong; a constant of every value type under every sort of
name; what the loader calls at the start, as everything but a function."""

import functools
import json

import derive
import wasm_edit as edit

ADDRESSES = ("stackSave", "__table_base", "__memory_base", "__stack_pointer", "memory", "__indirect_function_table",
             "__cpp_exception", "__c_longjmp", "toString", "constructor", "__proto__", "invoke_vii", "invoke_iij",
             "__cxa_find_matching_catch_2", "__cxa_find_matching_catch_77", "__wasm_call_ctors", "")  # fmt: skip
CONSTANTS = ("wheelaudit_absent", "PyErr_Clear", "emscripten_get_now", "environ", "main", "invoke_vii", "memory",
             "__indirect_function_table", "__cpp_exception", "__stack_pointer", "__memory_base", "toString")  # fmt: skip
OWN = ("stackSave", "toString", "__proto__", "__table_base", "__wasm_call_ctors", "PyErr_Clear")
STARTS = ("__wasm_call_ctors", "__wasm_apply_data_relocs")
KINDS = {"table": 1, "memory": 2, "global": 3}


def imports(*described, exports=(), info=()):
    return derive.KINDS["synthetic"](b"", described, exports, info)


def address(name, weak):
    info = [["GOT.func", name, 1]] if weak else []
    return imports(["GOT.func", name, "global", "i", 1], info=info)


def own_address(name):
    """The address of a function that the module exports itself."""
    return imports(["GOT.func", name, "global", "i", 1], ["env", "PyErr_Clear", "function", "", ""], exports=[[name, 0, 0]])


def constant(name, value):
    return imports(["env", name, "global", value, 0])


def script_address():
    """The address of a module's own EM_JS function."""
    module = derive.base_bytes("variants/em_js")
    exports = edit.read_exports(dict(edit.sections(module))[edit.EXPORT])
    name = next(n for n, _, _ in exports if n.startswith("__em_js__")).removeprefix("__em_js__")
    return edit.add_global_import(module, "GOT.func", name, "i", 1)


def start_as(name, kind):
    """The control module with one of its start functions exported as another kind of item."""
    module = derive.base_bytes("variants/control")
    return edit.map_exports(module, lambda all_: [e for e in all_ if e[0] != name] + [(name, KINDS[kind], 0)])


def listed():
    """[(id, kind, make, name, change)], as run.listed has them"""
    cases = [("address", address, (name, weak)) for name in ADDRESSES for weak in (False, True)]
    cases += [("own", own_address, (name,)) for name in OWN]
    cases += [("constant", constant, (name, value)) for name in CONSTANTS for value in "ijfdeF"]
    cases += [("script", script_address, ())]
    cases += [("start", start_as, (name, kind)) for name in STARTS for kind in KINDS]
    return [
        (f"corner-{number:03}", f"corner-{what}", functools.partial(make, *arguments), "nothing_here", json.dumps(arguments))
        for number, (what, make, arguments) in enumerate(cases)
    ]
