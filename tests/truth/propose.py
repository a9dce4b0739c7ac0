"""Chooses what to derive (derive.py --write): from a fixed seed, the profiles and the bases."""

import json
import random

import derive
import wasm_edit as edit
from pyodide_runs import ROOT, TESTDATA, corpus_folder
import zipfile

SEED = 20261121
LARGEST = 130_000  # bytes of a base: loading must be quick
VARIANTS = ("control", "missing_function_constructor", "own_exports", "weak_function", "weak_data", "em_js",
            "exceptions_js", "exceptions_wasm", "setjmp_wasm", "retyped_js", "em_asm")  # fmt: skip
# Names with a meaning of their own to some loader, to JavaScript, or to nobody.
ODD = ("main", "open64", "memory", "__memory_base", "__table_base", "__stack_pointer", "__indirect_function_table",
       "invoke_", "invoke_vii", "invoke_iiiiiiiiiiiij", "__cxa_find_matching_catch", "__cxa_find_matching_catch_2",
       "__cxa_find_matching_catch_99", "toString", "constructor", "__proto__", "hasOwnProperty", "valueOf",
       "_emscripten_get_now", "emscripten_get_now", "llvm_eh_typeid_for", "dynCall_vii", "orig$f", "__wasm_call_ctors",
       "__heap_base", "__dso_handle", "__cpp_exception", "__c_longjmp", "stackSave", "", "é", "a b", "0", "_",
       "emscripten_longjmp", "saveSetjmp", "testSetjmp", "__wasm_setjmp", "__wasm_longjmp", "getTempRet0",
       "setTempRet0", "__resumeException", "__cxa_throw", "pthread_create", "emscripten_asm_const_int",
       "__assert_fail", "time", "mmap", "_mmap_js", "fd_write", "proc_exit", "sigprocmask", "_PyLong_AsByteArray",
       "__main_argc_argv", "__lsan_ignore_object", "x" * 300)  # fmt: skip
ODD_SIGNATURES = ("", "i", "j", "d", "ii", "ij", "iii", "iiiiiiiiiiii", "e", "F", "v")


def symbols():
    """Every name of every profile, by what it is somewhere: {"wasm": …, "js": …, "data": …}."""
    out = {"wasm": set(), "js": set(), "data": set()}
    for file in sorted((ROOT / "abi-profiles").glob("*.json")):
        if file.name == "schema.json":
            continue
        for name, form in json.loads(file.read_text())["symbols"].items():
            for one in [form] if isinstance(form, str) else form:
                out["js" if one.startswith("js") else "data" if one.startswith("data") else "wasm"].add(name)
    return {what: sorted(names) for what, names in out.items()}


def real_bases():
    for file in sorted((TESTDATA / "pypi").glob("*wasm32.whl")):
        yield from members(file, "pypi")
    if corpus_folder():
        for file in sorted((corpus_folder() / "emscripten").glob("*.whl")):
            if not (TESTDATA / "pypi" / file.name).exists():
                yield from members(file, "corpus")


def members(file, place):
    with zipfile.ZipFile(file) as archive:
        small = [i for i in archive.infolist() if i.filename.endswith(".so") and i.file_size <= LARGEST]
        for info in sorted(small, key=lambda i: i.filename)[:3]:
            yield f"{place}/{file.name}:{info.filename}"


class Proposer:
    def __init__(self):
        self.random = random.Random(SEED)
        self.symbols = symbols()
        self.small = [f"variants/{name}" for name in VARIANTS]
        self.real = list(real_bases())
        self.bases = self.small + self.real
        self.seen, self.out, self.absent = set(), [], 0

    # --- choosing ---

    def base(self):
        """Real modules twice as often as ours, and those of the tree as often as the corpus's."""
        tree = [b for b in self.real if b.startswith("pypi/")]
        return self.random.choice(self.random.choice([self.small, tree, self.real, self.real]))

    def imports(self, base, number=None, module=None):
        """(place, name) of imports, of one kind or import module if asked."""
        found = edit.read_imports(dict(edit.sections(derive.base_bytes(base)))[edit.IMPORT])
        return [(i, n) for i, (m, n, d) in enumerate(found)
                if (number is None or d[0] == number) and (module is None or m.startswith(module))]  # fmt: skip

    def exports(self, base):
        return edit.read_exports(dict(edit.sections(derive.base_bytes(base)))[edit.EXPORT])

    def name(self, base):
        """A name to ask for: known to some release, odd, the module's own, or nobody's."""
        pick = self.random.random()
        if pick < 0.35:
            return self.random.choice(self.symbols["wasm"])
        if pick < 0.50:
            return self.random.choice(self.symbols["js"])
        if pick < 0.60:
            return self.random.choice(self.symbols["data"])
        if pick < 0.75:
            return self.random.choice(ODD)
        if pick < 0.85:
            return self.random.choice([n for n, _, _ in self.exports(base)] or ["nothing"])
        self.absent += 1
        return f"wheelaudit_absent_{self.absent}"

    def add(self, kind, base, *argument):
        """Adds a line unless the module is there already."""
        try:
            module = derive.derive(kind, base, argument)
        except (StopIteration, IndexError, KeyError):
            return  # the base has nothing of the sort
        sum_ = derive.digest(module)
        if sum_ not in self.seen and module != derive.base_bytes(base):
            self.seen.add(sum_)
            self.out.append((kind, base, json.dumps(list(argument), ensure_ascii=False), sum_))

    # --- the kinds ---

    def import_kinds(self, count):
        choice = self.random.choice
        for _ in range(count):
            base = self.base()
            functions, addresses = self.imports(base, 0), self.imports(base, module="GOT")
            if functions:
                self.add("import-renamed", base, choice(functions)[0], self.name(base))
                if self.random.random() < 0.3:
                    where = choice(["wasi_snapshot_preview1", "GOT.mem", "GOT.func", "foreign", "", "ENV", "env.env"])
                    self.add("import-moved", base, choice(functions)[0], where)
                if self.random.random() < 0.3:
                    self.add("import-retyped", base, choice(functions)[0], choice(ODD_SIGNATURES), choice(["", "i", "j"]))
                if self.random.random() < 0.5:
                    self.add("import-weakness", base, choice(functions)[0], choice([0, 1, 1, 2, 0x10, 0x11]), self.name(base))
            if addresses:
                self.add("import-renamed", base, choice(addresses)[0], self.name(base))
                self.add("import-weakness", base, choice(addresses)[0], choice([0, 1, 1, 2, 0x10, 0x11]), self.name(base))
                if self.random.random() < 0.3:
                    self.add("import-moved", base, choice(addresses)[0], choice(["GOT.mem", "GOT.func", "env", "GOT.data"]))

    def global_kinds(self, count):
        choice = self.random.choice
        for _ in range(count):
            base = self.base()
            flags = choice([None, None, 0, 1, 0x11])
            self.add("address-added", base, choice(["GOT.mem", "GOT.func"]), self.name(base), "i", 1, flags)
            if self.random.random() < 0.25:
                self.add("address-added", base, choice(["GOT.mem", "GOT.func", "env", "env", "wasi_snapshot_preview1", "GOT"]),
                         choice([*ODD[:8], self.name(base)]), choice("iijfdeF"), choice([0, 1]), None)
            if self.random.random() < 0.25:
                self.add("tag-added", base, choice(["env", "env", "GOT.mem", "foreign"]),
                         choice(["__cpp_exception", "__c_longjmp", self.name(base)]), choice(["i", "i", "", "j", "ii"]),
                         choice(["", "", "i"]))
            if self.random.random() < 0.25:
                self.add("global-typed", base, choice(["__memory_base", "__table_base", "__stack_pointer"]),
                         choice("ijfde"), choice([0, 1]))

    def memory_kinds(self):
        for base in self.random.sample(self.bases, 12):
            for minimum, maximum in [(0, None), (1, None), (319, None), (320, None), (321, None), (480, None), (481, None),
                                     (1, 1), (1, 32767), (1, 32768), (1, 65535), (1, 65536), (0, 0), (65536, 65536)]:
                if self.random.random() < 0.4:
                    self.add("memory", base, minimum, maximum)
            self.add("memory", base, 1, 65536, True)
            if self.random.random() < 0.5:
                self.add("memory", base, 1, None, False, True)
                self.add("memory-own", base)
            for element, minimum, maximum in [("F", 0, None), ("F", 1, None), ("F", 5000, None), ("F", 1_000_000, None),
                                              ("F", 1, 10_000_000), ("F", 0, 4294967295), ("e", 1, None)]:
                if self.random.random() < 0.5:
                    self.add("table", base, element, minimum, maximum)
            if self.random.random() < 0.3:
                self.add("table", base, "F", 1, None, True)

    def dylink_kinds(self, count):
        choice = self.random.choice
        for _ in range(count):
            base = self.base()
            self.add("dylink-unknown", base, choice([0, 6, 7, 8, 42, 99, 127]), choice(["", "00", "ffff", "80"]), choice([0, 1, 2]))
            self.add("dylink-turned", base, choice([1, 2, 3]))
            self.add("dylink-doubled", base, choice([1, 2, 3, 4]))
            self.add("dylink-needed", base, *choice([[""], ["libnothing.so"], ["a/b.so"], ["../x.so"], ["/usr/lib/x.so"], ["libc.so"],
                     ["libm.so", "libnothing.so"], [], [], ["_core.so"], ["libnothing.so", "libnothing.so"], ["é.so"], ["x" * 200]]))
            self.add("dylink-run-path", base, *choice([["$ORIGIN"], ["${ORIGIN}/x"], ["/usr/lib"], [""], ["a:b"], [], ["é"], ["$ORIGIN/../y", "z"]]))
            self.add("dylink-memory-info", base, choice([0, 1, 1000, 100_000_000]), choice([0, 1, 4, 16, 31, 32]),
                     choice([0, 1, 1000, 10_000_000]), choice([0, 0, 1, 31]))
            self.add("dylink-dropped", base, choice([1, 2, 3, 4]))
            self.add("dylink-export-info", base, choice([n for n, _, _ in self.exports(base)] or ["x"]), choice([0, 1, 2, 4, 0x100, 0x101]))
            self.add("dylink-damaged", base, choice([1, 2, 3, 4]), choice([1, 2, 5, -1, -3]))
        for base in self.random.sample(self.bases, 15):
            self.add("dylink-legacy", base)

    def export_kinds(self, count):
        choice = self.random.choice
        for _ in range(count):
            base = self.base()
            exports = self.exports(base)
            if not exports:
                continue
            one = choice(exports)[0]
            self.add("export-removed", base, one)
            self.add("export-retyped", base, one, choice([0, 0, 1, 2, 3]), choice([0, 0, 1, 5, 999_999]))
            self.add("export-renamed", base, one, choice([self.name(base), one + "_", "PyInit_nothing", "__em_js__nothing",
                     "__wasm_call_ctors", "__wasm_apply_data_relocs", "__start_em_asm", "__stop_em_asm", "_initialize", "_start", "memory"]))
            self.add("export-added", base, self.name(base), choice([0, 0, 1, 2, 3]), choice([0, 1, 2]))

    def section_kinds(self, count):
        for _ in range(count):
            base = self.base()
            have = len(edit.sections(derive.base_bytes(base)))
            spot = self.random.randrange
            self.add("section-swapped", base, spot(have), spot(have))
            self.add("section-custom", base, spot(have + 1), self.random.choice(["name", "producers", "dylink.0", "dylink", "", "é", "target_features"]))
            self.add("section-removed", base, spot(have))
            self.add("section-doubled", base, spot(have))
            self.add("bytes-cut", base, self.random.choice([1, 2, 10, 100]))
            functions = [n for n, k, _ in self.exports(base) if k == 0 and not n.startswith("PyInit")]
            if functions and base in self.small:
                self.add("started", base, self.random.choice(functions))

    def synthetic_kinds(self, count):
        """Several imports at once: what one leaves behind, the others meet."""
        choice = self.random.choice
        for _ in range(count):
            imports = []
            for _ in range(self.random.randint(1, 12)):
                what = choice(["function"] * 4 + ["global"] * 3 + ["tag", "memory", "table", "env"])
                name = self.name("variants/control")
                if what == "function":
                    imports.append([choice(["env", "env", "wasi_snapshot_preview1"]), name, what, choice(ODD_SIGNATURES), choice(["", "i"])])
                elif what == "global":
                    imports.append([choice(["GOT.mem", "GOT.func"]), name, what, "i", 1])
                elif what == "env":
                    imports.append(["env", choice(["__memory_base", "__table_base", "__stack_pointer"]), "global", "i", choice([0, 1])])
                elif what == "tag" and self.random.random() < 0.4:
                    imports.append(["env", choice(["__cpp_exception", "__c_longjmp"]), what, "i", ""])
                elif what == "memory" and not any(i[2] == "memory" for i in imports):
                    imports.append(["env", "memory", what, choice([0, 1, 1]), None])
                elif what == "table":
                    imports.append(["env", "__indirect_function_table", what, "F", choice([0, 1]), None])
            info = [[m, n, 1] for m, n, w, *_ in imports if w in ("function", "global") and self.random.random() < 0.1]
            functions = sum(i[2] == "function" for i in imports)
            exports = [[self.name("variants/control"), 0, self.random.randrange(functions)]] if functions and self.random.random() < 0.4 else []
            self.add("synthetic", "-", imports, exports, info)


def lines():
    """The list, sorted by kind."""
    proposer = Proposer()
    proposer.import_kinds(420)
    proposer.global_kinds(300)
    proposer.memory_kinds()
    proposer.dylink_kinds(60)
    proposer.export_kinds(100)
    proposer.section_kinds(50)
    proposer.synthetic_kinds(300)
    return sorted(proposer.out)
