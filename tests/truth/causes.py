"""Disagreements that are understood and stay. Each excuses one exact shape: the kinds of module it is for, what
wheelaudit says of them, what the runtime does, and nothing else in which the two may differ. What fits none of them
is a failure of the truth matrix."""

import json
import re

import compare
from cause import Cause


# --- shapes ----------------------------------------------------------------------------------------------


def links(said, shown):
    return f"links: wheelaudit says ({said}), the runtime shows ({shown})"


# Of a malformed module wheelaudit says nothing more, so what the runtime sees in it is never said.
MALFORMED = (links("load", "ok|call|poison"),
             r"_core\.so, (unresolved|refused): the runtime shows what wheelaudit does not say: .*")  # fmt: skip
SILENT = r"no finding says that anything fails, and the runtime shows \w+"


def only(entry, *patterns):
    """Nothing else differs."""
    return all(any(re.fullmatch(pattern, line) for pattern in patterns) for line in entry.found)


def invented(rule, names):
    """The lines that say of these names that the runtime does not show what `rule` says."""
    return (rf"_core\.so, \w+: wheelaudit says what the runtime does not show: (({names})(, )?)+",
            rf"_core\.so: {rule} ({names}) is not reproduced")  # fmt: skip


def argument(entry):
    return json.loads(entry.module["change"] or "null")


def has_rule(entry, rule, **fields):
    return any(f["rule"] == rule and all(f[k] == v for k, v in fields.items()) for f in entry.said["findings"])


def loaded(entry):
    return not entry.answer["install"] and entry.answer["modules"][0]["stage"] in ("ok", "python")


def newest(entry):
    return int(entry.release.split(".")[0]) >= 314


def message(entry):
    module = entry.answer["modules"][0]
    return " ".join([module["message"], *entry.answer["install"]])


# --- wheelaudit is stricter ------------------------------------------------------------------------------


def malformed(text, *kinds):
    """Malformed for this reason, and nothing but that is said and shown."""

    def fits(entry):
        faults = [f["message"] for f in entry.said["findings"] if f["rule"] == "WA204"]
        right = entry.module["kind"] in kinds and faults and all(re.search(text, fault) for fault in faults)
        return bool(right) and only(entry, *MALFORMED)

    return fits


MANGLED = "__global_base|__start_em_js|__stop_em_js"


def mangled_data(entry):
    """Data that 0.22 has under its mangled name in Module alone, asked for as functions."""
    return entry.release == "0.22.1" and entry.module["kind"] == "census-data-called" and only(
        entry, *invented("WA304", MANGLED))  # fmt: skip


def needs_itself(entry):
    """A module that names its own file as a library, preloaded: its name is taken by then."""
    return entry.module["kind"] == "dylink-needed" and entry.mode == "preload" and "_core.so" in argument(entry) and only(
        entry, links("load", "ok|call"))  # fmt: skip


# --- what only a run of the module's own code shows ------------------------------------------------------

STARTS = ("__wasm_call_ctors", "__wasm_apply_data_relocs")
LINKING = re.compile(r"LinkError|bad export type|undefined symbol|is not a function|needed")


def wrong_sizes(entry):
    """A memory or table size that is not the module's own, and code that ran with it and died."""
    kind, change = entry.module["kind"], argument(entry)
    sizes = kind == "dylink-memory-info" or (kind == "dylink-dropped" and change == [1])
    return sizes and not LINKING.search(message(entry)) and only(entry, links("ok|call", "load|poison"), SILENT)


def other_code(entry):
    """Linked as said; then a start function ran what the change put in its place or in its way, and died."""
    kind, change = entry.module["kind"], argument(entry)
    start = (kind in ("export-retyped", "export-renamed") and bool({change[0], change[1]} & set(STARTS))
             or kind == "export-added" and change[0] in STARTS or kind == "started"
             or kind in ("import-renamed", "import-weakness"))  # fmt: skip
    died = entry.answer["modules"][0]["stage"] == "fatal" or bool(entry.answer["install"]) or not loaded(entry)
    return start and died and not LINKING.search(message(entry)) and only(entry, links("ok|call", "load|poison"), SILENT)


def init_not_called(entry):
    """Its init function is of another type or kind, and the matrix, importing under another name, does not call it."""
    kind, change = entry.module["kind"], argument(entry)
    renamed = kind in ("export-renamed", "export-retyped", "export-added") and any(
        str(part).startswith("PyInit_") for part in change
    )
    made = kind == "synthetic" and any(export[0].startswith("PyInit_") for export in change[1])
    return (renamed or made) and loaded(entry) and only(entry, links("load", "ok|call"))


def other_text(entry):
    """The loader evaluates what lies between two exports, and the change put one of them somewhere else."""
    moved = {"__start_em_asm", "__stop_em_asm"} & set(map(str, argument(entry) or ()))
    evaluated = re.search("SyntaxError|reading 'value'", message(entry))
    return bool(moved and evaluated) and entry.module["kind"].startswith("export-") and only(entry, links("ok", "load"), SILENT)


# --- corners of one release's loader ---------------------------------------------------------------------

OBJECT = "toString|constructor|hasOwnProperty|valueOf"


def object_function(entry):
    shape = only(entry, links("call", "ok"), links("load|poison", "ok|call|load"), *invented("WA301", OBJECT))
    functions = {f["symbol"] for f in entry.said["findings"] if f["rule"] == "WA301"}
    return shape and bool(functions & set(OBJECT.split("|")))


def memory_grown(entry):
    change = argument(entry)
    asked = entry.module["kind"] == "memory" and change[0] > 320 and has_rule(entry, "WA306")
    return asked and loaded(entry) and only(entry, links("load|poison", "ok|call"), r"_core\.so: WA306 .* is not reproduced")


def control_heals(entry):
    return has_rule(entry, "WA302", symbol="PyInit__core") and only(entry, links("poison", "load"))


SOONER = re.compile("module is not an object or function|Table.grow\\(\\): failed")


def failed_sooner(entry):
    sooner = any(entry.answer["modules"][0]["needed"]) or has_rule(entry, "WA203") or SOONER.search(message(entry))
    return bool(sooner) and only(entry, links("poison", "load"))


def oldest(entry):
    return entry.release.startswith("0.21.")


def em_asm_not_called(entry):
    names = r"emscripten_asm_const_\w+"
    asked = oldest(entry) and has_rule(entry, "WA312", consequence="call")
    return asked and only(entry, links("call", "ok"), rf"_core\.so: WA312 {names} is not reproduced")


def relocations_not_run(entry):
    asked = oldest(entry) and "__wasm_apply_data_relocs" in entry.module["change"]
    return asked and entry.module["kind"] == "synthetic" and loaded(entry) and only(entry, links("load", "call"))


def memory_by_name(entry):
    """Not a function, and the loader looks for one of that name: one of JavaScript that has no address."""
    change = argument(entry)
    asked = entry.release[:5] in ("0.21.", "0.22.") and entry.module["kind"] == "export-added" and change[1] in (1, 2)
    return asked and "reading 'slice'" in message(entry) and only(entry, links("ok", "poison"))


def package_loader_gives(entry):
    names = ("JsvError_Check", "Jsv_GetError_import")
    any_of = "|".join(names)
    there = newest(entry) and entry.module["kind"] == "census-call-only" and argument(entry) in names
    retyped = newest(entry) and entry.module["kind"] == "import-renamed" and argument(entry)[1] in names
    if retyped:
        return only(entry, links("ok", "load|poison"), SILENT,
                    rf"_core\.so, refused: the runtime shows what wheelaudit does not say: ({any_of})")  # fmt: skip
    return there and only(entry, links("poison", "ok"), *invented("WA302", any_of))


def global_address(entry):
    """The loader's own globals as addresses, on a loader that takes a Global for one."""
    names = "__stack_pointer|__table_base|__memory_base"
    kinds = ("corner-address", "address-added", "import-weakness", "import-renamed")
    asked = newest(entry) and entry.module["kind"] in kinds and re.search(names, entry.module["change"])
    return bool(asked) and only(entry, links("poison", "ok|call|load"), *invented("WA302", names))


def own_loader_name(entry):
    """A module's own function under the name of one of the loader's globals."""
    asked = not newest(entry) and entry.module["kind"] == "corner-own" and argument(entry) == ["__table_base"]
    return asked and only(entry, links("poison", "ok"), *invented("WA302", "__table_base"))


def number_constant(entry):
    """Data asked for as a constant f32, f64 or externref."""
    kind, change = entry.module["kind"], argument(entry)
    value = change[1] if kind == "corner-constant" else change[2] if kind == "address-added" else None
    name = re.escape(change[0] if kind == "corner-constant" else change[1]) if value else ""
    return bool(value) and not newest(entry) and value in "fde" and only(
        entry, links("load|poison", "ok|call"), *invented("WA304", name))  # fmt: skip


CAUSES = (
    Cause("stricter: doubled sub-section", "A sub-section of dylink.0 stands twice. The loaders take both, one after the other; no "
          "linker writes it and readers differ in which they take, so it is WA204.", malformed("occurs twice", "dylink-doubled")),
    Cause("stricter: second dylink section", "A second section named dylink or dylink.0 is ignored by the loaders; it is "
          "ambiguous, so it is WA204.", malformed("^(a second dylink section|the dylink section ends within the size of a sub-section)$", "section-custom", "section-doubled")),
    Cause("stricter: alignment", "An alignment above 2^16 is WA204; the loaders ignore the table's and take any of the memory's "
          "that still fits. No linker writes one.", malformed(r"alignment of 2\^", "dylink-memory-info")),
    Cause("stricter: elements beyond the table", "Element segments need more room than the dylink section asks for. It traps, but for a "
          "table size of 0: then the runtime's own functions are overwritten, which no load error tells. WA204 either way.",
          malformed("^an element segment of", "dylink-memory-info", "dylink-dropped")),
    Cause("stricter: damaged sub-section", "A sub-section of dylink.0 that is shorter or longer than its content is WA204; the loaders "
          "read on into the next, or stop, and may load it with sizes of nothing.", malformed("", "dylink-damaged")),
    Cause("stricter: start functions", "`__wasm_call_ctors` or `__wasm_apply_data_relocs` exported as a table or memory: up to 0.29 the loader "
          "loses these before it looks for functions to call. No linker writes it, so it is WA204 on every release.",
          malformed("the loader calls it as a function$", "corner-start", "export-retyped", "export-renamed", "export-added")),
    Cause("damaged sizes", "The memory or table size of dylink.0 is not the module's own. The module writes over others' memory and dies "
          "of it; wheelaudit does not compare the sizes with what the code uses.", wrong_sizes),
    Cause("functions of JavaScript's own objects", "The loader keeps functions as properties of a plain object, so one named toString that nobody "
          "offers is found on Object.prototype: calling it does not die, and does nothing that was meant. wheelaudit calls it "
          "unresolved, which is what is wrong with it.", object_function),
    Cause("memory has grown", "A memory import may ask for more pages than the runtime declares; whether it fits depends on how far the "
          "session's memory has grown by then. wheelaudit goes by what every session has.", memory_grown),
    Cause("init function not called", "An init function of another type dies when Python calls it; the matrix imports most modules under "
          "another name, to link them only.", init_not_called),
    Cause("control offers it", "The control module that is loaded after a failure exports PyInit__core, the very address the derived module "
          "lacks, and so heals the session.", control_heals),
    Cause("fails sooner", "The load fails as said, because of a missing library, the old dylink section, an import module that is not there or a "
          "table too large, before the address that "
          "would spoil the session was made. Each finding speaks for its own fault: with the first fault fixed, the second would be seen.", failed_sooner),
    Cause("start functions run other code", "The module links as said; then a constructor, relocation or start function runs what the change put "
          "in its place, or calls what it renamed, and dies of that: `glUniform4ui`, say, which Pyodide has and which throws where there is "
          "no canvas. No linking is involved.", other_code),
    Cause("other text as JavaScript", "The loader evaluates what lies between the exports `__start_em_asm` and `__stop_em_asm`. The change put one of "
          "them somewhere else, and what lies there is not JavaScript. wheelaudit does not parse JavaScript.", other_text),
    Cause("EM_ASM is not called", "Up to 0.21 a piece of EM_ASM dies when it is to run. The matrix calls nothing; tests/e2e does "
          "(the variant em_asm).", em_asm_not_called),
    Cause("relocations are not run", "The loader of 0.21 does not run `__wasm_apply_data_relocs`, later ones do. What it calls that nobody "
          "offers is called by nobody there. No linker puts a call into it.", relocations_not_run),
    Cause("a memory under a function's name", "Up to 0.22 an exported memory or table makes an entry in the table of addresses, and the loader then "
          "looks for a function of that name. No compiler exports one under the name of a function of Pyodide's.", memory_by_name),
    Cause("needs itself", "A module that names its own file as needed library fails as a plain import; preloaded on 0.27 it finds itself. No linker "
          "writes it, and the import is what wheelaudit speaks of.", needs_itself),
    Cause("data by its mangled name", "Three names of data 0.22 has in Module alone, not among its own imports: as functions they get a stub, which "
          "dies when it is called, where every other release refuses to link. No compiler asks for data as a function; wheelaudit says what "
          "the others do.", mangled_data),
    Cause("given by the package loader", "From 314 on `pyodide.mjs` replaces two functions of the loader script by WebAssembly ones where the "
          "engine has its garbage collection. Profiles are of the loader script, and these are Pyodide's own.", package_loader_gives),
    Cause("globals as addresses", "From 5.0.3 on the loader takes a Global for an address, so the stack pointer has one, and weak bases are "
          "null. No compiler asks for the address of these.", global_address),
    Cause("stricter: loader's names", "From 5.0.3 on a function exported as `__table_base` has no address, earlier it has. No compiler makes "
          "one, so wheelaudit says what the newest do.", own_loader_name),
    Cause("numbers as constants", "Up to 0.29 the loader gives data as plain numbers, which a constant f32, f64 or externref takes too; later as "
          "Globals, which it does not. No compiler imports data so; wheelaudit says what the newest do.", number_constant),
)  # fmt: skip


def cause_of(entry):
    """The name of the first cause that fits; None without one."""
    return next((cause.name for cause in CAUSES if cause.fits(entry)), None)
