#!/usr/bin/env python3
"""Builds the wheels of testdata/ from testdata/src with clang-19 and wasm-ld-19, always the same.

    build.py            writes testdata/example, testdata/variants and testdata/PROVENANCE.md
    build.py --check    builds into memory and compares with what is committed (exit 1 if it differs)

The example is an ordinary extension package, as a build for Linux would name it. Every variant
differs from the variant `control` in one property; what each does in the real runtimes is recorded
in tests/e2e/expectations. Needs nothing but Python's standard library and Debian's clang-19, lld-19.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import wasm_edit as edit

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
CLANG = os.environ.get("CLANG", "clang-19")
CLANGXX = os.environ.get("CLANGXX", "clang++-19")
WASM_LD = os.environ.get("WASM_LD", "wasm-ld-19")

COMPILE = [
    "--target=wasm32-unknown-emscripten", "-fPIC", "-fvisibility=hidden", "-O1", "-fno-builtin",
    "-Wall", "-Wextra", "-Werror", "-fno-ident",
]  # fmt: skip
LINK = [
    "-shared", "--experimental-pic", "--unresolved-symbols=import-dynamic", "--no-entry",
    "--strip-all", "--export-if-defined=__wasm_call_ctors",
]  # fmt: skip
LIBRARY = "libwheelaudit_answer.so"
PLATFORM = "pyemscripten_2025_0_wasm32"  # of the variants; tests judge them for other ABIs too
VERSION = "1.0"

# --- modules -------------------------------------------------------------------------------------


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


class Compiler:
    """Compiles and links in a folder of its own, each combination once."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.done = {}

    def object(self, source, flags=()):
        key = (source, tuple(flags))
        if key not in self.done:
            out = self.folder / f"{len(self.done)}.o"
            cxx = source.endswith(".cpp")
            standard = "-std=c++17" if cxx else "-std=c17"
            # relative paths only: none ends up in the result
            subprocess.run(
                [CLANGXX if cxx else CLANG, *COMPILE, standard, *flags, "-c", source, "-o", out],
                check=True, cwd=SOURCES,
            )  # fmt: skip
            self.done[key] = out
        return self.done[key]

    def module(self, source, flags=(), link=(), name="module.so"):
        out = self.folder / "linked" / name
        out.parent.mkdir(exist_ok=True)
        run(WASM_LD, *LINK, *link, self.object(source, flags), "-o", out)
        return out.read_bytes()

    def library(self, source):
        """libwheelaudit_answer.so, from one of its sources, as a path to link against."""
        out = self.folder / source.replace("/", "_")
        out.mkdir(exist_ok=True)
        run(WASM_LD, *LINK, self.object(source), "-o", out / LIBRARY)
        return out / LIBRARY


def elf_shared_object():
    """The 64 bytes of an ELF header: x86-64, a shared object, no sections."""
    ident = b"\x7fELF" + bytes([2, 1, 1, 0]) + bytes(8)
    return ident + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 0, 0, 0, 64, 56, 0, 64, 0, 0)


# --- wheels --------------------------------------------------------------------------------------


def record_line(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def wheel_bytes(name, summary, tags, files, compression):
    """A wheel as bytes: `files` is {path: bytes}; `tags` the expanded tags, in order."""
    info = f"{name}-{VERSION}.dist-info"
    members = dict(files)
    members[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {VERSION}\n"
        f"Summary: {summary}\nLicense: MIT\n"
    ).encode()
    members[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: wheelaudit-testdata (1.0)\nRoot-Is-Purelib: false\n"
        + "".join(f"Tag: {tag}\n" for tag in tags)
    ).encode()
    record = "".join(record_line(path, data) for path, data in members.items())
    members[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in members.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (0o100755 if path.endswith(".so") else 0o100644) << 16
            entry.compress_type = compression
            archive.writestr(entry, data)
    return out.getvalue()


EXAMPLE_PYTHONS = ("311", "312", "313", "314")


def example_wheels(compiler):
    """{file name: bytes}: one module under the names that four Pythons for Linux would give it."""
    module = compiler.module("example/_core.c")
    package = (SOURCES / "example/wheelaudit_example/__init__.py").read_bytes()
    out = {}
    for python in EXAMPLE_PYTHONS:
        tag = f"cp{python}-cp{python}-linux_x86_64"
        files = {
            "wheelaudit_example/__init__.py": package,
            f"wheelaudit_example/_core.cpython-{python}-x86_64-linux-gnu.so": module,
        }
        out[f"wheelaudit_example-{VERSION}-{tag}.whl"] = wheel_bytes(
            "wheelaudit_example", "The example of wheelaudit's tests", [tag], files,
            zipfile.ZIP_DEFLATED,
        )  # fmt: skip
    return out


# --- variants ------------------------------------------------------------------------------------


def variants(compiler):
    """{name: (rule or "", what differs, {path below the wheel's root: bytes}, the wheel's tag)}

    A path may hold `{pkg}`, the package of the variant. Each has `{pkg}/_core.so` unless its point
    is another name.
    """
    out = {}

    def add(name, rule, what, module, core="{pkg}/_core.so", **more):
        out[name] = (rule, what, {core: module, **more.pop("files", {})}, more.pop("tag", f"py3-none-{PLATFORM}"))

    def built(source, flags=(), link=()):
        return compiler.module(f"variants/{source}", flags, link)

    control = built("control.c")
    add("control", "", "nothing: the sibling of all others", control)

    # linking: functions, addresses, types
    add("missing_function", "WA301", "calls a function that nobody offers", built("missing_function.c"))
    add("missing_function_constructor", "WA301", "the same from a constructor", built("missing_function_constructor.c"))
    add("missing_function_start", "WA301", "the same from the start function",
        edit.add_start(built("missing_function_start.c"), "at_start"))
    add("methods", "WA301", "one of two Python functions comes to a function that nobody offers, through two calls",
        built("methods.c"))
    add("tables", "WA301", "six functions that nobody offers, each behind another kind of table", built("tables.c"))
    add("import_through_pointer", "WA301", "the import comes to a function that nobody offers by way of CPython",
        built("import_through_pointer.c"))
    add("create_slot", "WA301", "the slot that creates the module comes there directly",
        built("import_through_pointer.c", ["-DCREATE"]))
    add("constructor_through_pointer", "WA301", "a constructor comes there through a pointer",
        built("constructor_through_pointer.c"))
    add("package_calls", "WA301", "the package's own code comes there while it is imported", built("missing_function.c"),
        files={"{pkg}/__init__.py": b"from ._core import call\n\nANSWER = call()\n"})
    add("missing_data", "WA302", "takes the address of data that nobody offers", built("missing_data.c"))
    add("missing_callback", "WA302", "takes the address of a function that nobody offers", built("missing_callback.c"))
    add("weak_function", "", "a weak function that nobody offers", built("weak_function.c"))
    add("weak_data", "", "weak data that nobody offers", built("weak_data.c"))
    weak_three = built("weak_three.c")
    add("weak_three", "", "three weak addresses that nobody offers", weak_three)
    add("miscounted", "WA210", "the same, with the count of import-info that auditwheel-emscripten 0.3.0 writes",
        edit.miscount_import_info(weak_three))
    add("own_exports", "", "imports addresses that it exports itself", built("own_exports.c"))
    add("retyped", "WA303", "a wasm function with one parameter too many", built("retyped.c"))
    add("retyped_own_address", "WA303", "the same, and the address of a function of its own",
        built("retyped_own_address.c"))
    add("underscore", "WA301", "calls `_emscripten_get_now`, with its underscore", built("underscore.c"))
    add("retyped_js", "WA313", "a JavaScript function with another type", built("retyped_js.c"))
    add("time", "WA303", "`time` as i32, right up to 3_1_14", built("time.c"))
    add("time64", "WA303", "`time` as i64, right from 3_1_27 on", built("time64.c"))
    add("data_as_function", "WA304", "data imported as a function", built("data_as_function.c"))
    function_as_data = built("function_as_data.c")
    add("function_as_data", "", "a function's address asked for as data's: addresses are one table", function_as_data)
    add("global_unknown", "WA304", "an unknown global of env",
        edit.rename_global(control, "__memory_base", "__absent_base"))
    add("global_immutable", "WA304", "an address imported as immutable",
        edit.set_global_mutability(function_as_data, "PyLong_AsLong", 0))
    add("foreign_import_module", "WA305", "a function from the module `foreign`", built("foreign_import_module.c"))

    # memory and table
    add("memory_shared", "WA306", "a shared memory", edit.set_memory(control, 1, 65536, shared=True))
    add("memory_64", "WA311", "built for wasm64: memory and table are 64-bit",
        built("control.c", ["--target=wasm64-unknown-emscripten"], ["-mwasm64"]))
    add("memory_maximum", "WA306", "a memory of at most 1,000 pages", edit.set_memory(control, 1, 1000))
    add("memory_minimum", "WA306", "a memory of at least 65,536 pages", edit.set_memory(control, 65536))
    add("memory_roomy", "", "a memory of at most 65,536 pages, as the newer runtimes have",
        edit.set_memory(control, 1, 65536))
    add("memory_own", "WA306", "a memory of its own", edit.own_memory(control))
    add("table_maximum", "WA307", "a table with a maximum", edit.set_table_maximum(control, 100000))

    # exceptions and setjmp
    add("exceptions_js", "WA308", "exceptions by JavaScript (invoke_*)",
        built("exceptions.cpp", ["-fexceptions", "-mllvm", "-enable-emscripten-cxx-exceptions"]))
    add("exceptions_wasm", "WA308", "exceptions by WebAssembly (a tag)", built("exceptions.cpp", ["-fwasm-exceptions"]))
    add("exceptions_own_tag", "WA310", "the same with a tag of its own",
        edit.own_tag(built("exceptions.cpp", ["-fwasm-exceptions"]), "__cpp_exception"))
    add("setjmp_old", "WA309", "setjmp up to 3.1.56: saveSetjmp, testSetjmp", built("setjmp_old.c"))
    add("setjmp_js", "WA309", "setjmp by JavaScript: __wasm_setjmp, emscripten_longjmp",
        built("setjmp.c", ["-mllvm", "-enable-emscripten-sjlj"]))
    add("setjmp_wasm", "WA309", "setjmp by WebAssembly: __wasm_longjmp and a tag",
        built("setjmp.c", ["-mllvm", "-wasm-enable-sjlj", "-mexception-handling"]))
    add("em_js", "WA312", "a function of JavaScript inside the module (EM_JS)", built("em_js.c"))
    add("em_asm", "WA312", "a piece of JavaScript inside the module (EM_ASM)",
        built("em_asm.c", link=["--export=__start_em_asm", "--export=__stop_em_asm"]))
    add("i64_global_export", "WA314", "exports an immutable i64 global",
        edit.add_i64_global_export(control, "wheelaudit_constant", 42))

    # exports that the loader keeps for itself
    add("export_then", "WA321", "a function called `then`: JavaScript takes the exports for a promise",
        edit.add_exports(control, "then"))
    add("export_memory", "WA321", "the imported memory exported again", edit.export_again(control, 2, "memory"))
    add("export_memory_other", "", "the same under another name", edit.export_again(control, 2, "wheelaudit_memory"))
    add("thread", "WA320", "starts a thread, which always fails", built("thread.c"))

    add("relaxed_simd", "WA311", "an instruction of relaxed SIMD", built("relaxed_simd.c", ["-mrelaxed-simd"]))
    add("shadowed", "WA315", "exports a function and a variable that the runtime has too", built("shadowed.c"))
    add("time_struct", "WA318", "a structure with a 64-bit time_t, right from 3_1_27 on", built("time_struct.c"))

    # the dylink section and what is no side module
    add("dylink_legacy", "WA203", "the old dylink section", edit.legacy_dylink(control))
    add("dylink_missing", "WA202", "no dylink section", edit.without_dylink(control))
    add("dylink_second", "WA202", "another custom section before dylink.0", edit.dylink_second(control))
    add("dylink_unknown", "", "an unknown sub-section in dylink.0", edit.add_subsection(control, 99, b"new"))
    add("relocatable", "WA202", "an object file, not linked", compiler.object("variants/control.c").read_bytes())
    add("elf", "WA201", "an ELF header for x86-64", elf_shared_object())
    add("empty", "WA201", "an empty file", b"")

    add("memory_data", "", "24 MiB of data, and as many pages asked for", built("large_data.c"))

    # names and init functions
    add("suffix", "WA205", "the file name of a Linux module", control,
        core="{pkg}/_core.cpython-313-x86_64-linux-gnu.so")
    add("init_missing", "WA206", "the init function of another module", built("init_missing.c"))
    add("init_wrong_type", "WA206", "an init function with a parameter", built("init_wrong_type.c"))

    # needed libraries
    library = compiler.library("variants/answer.c")
    needing = compiler.module("variants/needs_answer.c", link=[library])
    good = library.read_bytes()
    add("needed_missing", "WA401", "needs a library that is nowhere", needing)
    add("needed_beside", "WA402", "the library is in the module's own folder", needing,
        files={f"{{pkg}}/{LIBRARY}": good})
    add("needed_below", "WA402", "the library is in a folder below the module's", needing,
        files={f"{{pkg}}/lib/{LIBRARY}": good})
    add("needed_elsewhere", "WA401", "the library is in another package of the wheel", needing,
        files={f"{{pkg}}_data/{LIBRARY}": good})
    add("needed_top", "", "the library is at the top of site-packages", needing, files={LIBRARY: good})
    add("needed_constructor", "", "the same, called from a constructor, which Pyodide 0.21 binds to nobody",
        built("needs_answer_constructor.c", link=[library]), files={LIBRARY: good})
    add("needed_libs", "WA402", "the library is in <name>.libs, no run path", needing,
        files={f"{{pkg}}.libs/{LIBRARY}": good})
    add("needed_libs_run_path", "", "the library is in <name>.libs, with a run path to it",
        edit.add_runtime_path(needing, "$ORIGIN/../wa_needed_libs_run_path.libs"),
        files={f"{{pkg}}.libs/{LIBRARY}": good})
    add("needed_run_path", "WA403", "the library is in another folder, with a run path to it",
        edit.add_runtime_path(needing, "$ORIGIN/../wa_needed_run_path_data"),
        files={f"{{pkg}}_data/{LIBRARY}": good})
    add("needed_run_path_braces", "WA404", "the same with ${ORIGIN}",
        edit.add_runtime_path(needing, "${ORIGIN}/../wa_needed_run_path_braces_data"),
        files={f"{{pkg}}_data/{LIBRARY}": good})
    add("needed_run_path_inside", "WA404", "the same with $ORIGIN not at the beginning",
        edit.add_runtime_path(needing, "./$ORIGIN/../wa_needed_run_path_inside_data"),
        files={f"{{pkg}}_data/{LIBRARY}": good})
    add("needed_slash", "WA404", "a needed name with a folder, with a run path",
        edit.add_runtime_path(edit.set_needed(needing, f"lib/{LIBRARY}"), "$ORIGIN"),
        files={f"{{pkg}}/lib/{LIBRARY}": good})
    add("needed_lacks_symbol", "WA406", "the library lacks the function", needing,
        files={LIBRARY: compiler.library("variants/answer_empty.c").read_bytes()})
    retyped = compiler.library("variants/answer_retyped.c").read_bytes()
    add("needed_retyped", "WA406", "the library's function has another type: bound late, it may", needing,
        files={LIBRARY: retyped})
    add("needed_wide", "WA406", "the same with a 64-bit integer, which is not converted",
        built("needs_wide.c", link=[compiler.library("variants/answer_wide.c")]), files={LIBRARY: retyped})

    # what the tags promise
    foreign = "_ZNSt3__16vectorIiNS_9allocatorIiEEE5clearB8ne180100Ev"
    add("libcxx_other", "WA108", "a name of another libc++ than the ABI's, which it offers itself",
        edit.add_exports(control, foreign))
    add("several_abis", "WA109", "exceptions by WebAssembly, and the tag of an ABI without them besides",
        built("exceptions.cpp", ["-fwasm-exceptions"]), tag=f"py3-none-emscripten_3_1_45_wasm32.{PLATFORM}")
    add("not_limited", "WA801", "a function outside the limited API that the tag promises", built("not_limited.c"),
        core="{pkg}/_core.abi3.so", tag=f"cp310-abi3-{PLATFORM}")
    add("newer_limited", "WA802", "a function of the limited API that is newer than the tag's floor",
        built("newer_limited.c"), core="{pkg}/_core.abi3.so", tag=f"cp310-abi3-{PLATFORM}")

    # what else is in a wheel, and what is exported
    padded = edit.add_custom(good, "padding", bytes(65536))
    add("duplicate", "WA207", "a large library under two names", needing,
        files={LIBRARY: padded, f"{LIBRARY}.1": padded})
    add("payload", "WA208", "a static archive, and a module there only as the bytecode of CPython 3.9", control,
        files={"{pkg}/libstatic.a": b"!<arch>\n" + bytes(60), "{pkg}/compiled.pyc": b"\x61\r\r\n" + bytes(12)})
    add("native_name", "WA209", "a second module called .dylib", control, files={"{pkg}/extra.dylib": control})
    add("over_exported", "WA316", "exports a thousand names nobody needs",
        edit.add_exports(control, *(f"wheelaudit_unused_{number}" for number in range(1000))))
    add("legalised", "WA317", "exports of a build without BigInt", edit.add_exports(control, "dynCall_jii", "orig$fine"))
    add("init_other", "", "the init function of another module besides, with a parameter",
        built("init_other.c"))
    return out


INIT = '''"""A variant of wheelaudit's test modules: {what}."""


def fine():
    """42 wherever the module loads."""
    from . import _core

    return _core.fine()


def call():
    """What the variant is about; 42 where it works."""
    from . import _core

    return _core.call()
'''


def variant_wheels(compiler):
    out, index = {}, {}
    for name, (rule, what, files, tag) in variants(compiler).items():
        package = f"wa_{name}"
        members = {f"{package}/__init__.py": INIT.format(what=what).encode()}
        members.update({path.format(pkg=package): data for path, data in files.items()})
        file_name = f"{package}-{VERSION}-{tag}.whl"
        python, abi, platforms = tag.split("-")
        tags = [f"{python}-{abi}-{platform}" for platform in platforms.split(".")]
        compression = zipfile.ZIP_DEFLATED if sum(map(len, members.values())) > 65536 else zipfile.ZIP_STORED
        out[file_name] = wheel_bytes(package, f"wheelaudit's tests: {what}", tags, members, compression)
        index[name] = {"wheel": file_name, "rule": rule, "what": what}
    out["index.json"] = (json.dumps(index, indent=1) + "\n").encode()
    return out


# --- provenance ----------------------------------------------------------------------------------

# From PyPI, fetched with: pip download --no-deps --only-binary=:all: --platform … NAME==VERSION
PYPI = {
    "argon2_cffi_bindings-26.2.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl": ("MIT", "ff8b35ca2033049f1d0f70c5b046d7dee7d94bbf8c3987b032692ac0d0620c4d"),
    "argon2_cffi_bindings-26.2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl": ("MIT", "1e61d4840665b8937d4a5a8741c2afd76b56de94319c634f7250b8d19291d32a"),
    "markupsafe-3.0.4-cp313-cp313-macosx_11_0_arm64.whl": ("BSD-3-Clause", "73e77980c7207854f00fc4e71fb1626868d5740ab4012623d55c7a99ad122a72"),
    "markupsafe-3.0.4-cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl": ("BSD-3-Clause", "434139499bb20b502ed3baa1f169e618f924a97e7a777fea1a49446d80106cf6"),
    "markupsafe-3.0.4-cp313-cp313-win_amd64.whl": ("BSD-3-Clause", "1f1f9477e174582b0a1b583d60b66e1f2cf5d3fe12cee985e4aedf44766600e5"),
}  # fmt: skip

PROVENANCE = """# Where the files of testdata/ come from

Written by build.py; `python3 testdata/build.py --check` proves that every file listed here is what
the sources yield, or has the sum that stands here.

## From PyPI, unchanged (pypi/)

| name | version | file | sha256 | licence |
|---|---|---|---|---|
{pypi}
## Made by build.py from src/ (MIT, as the project)

Compiled by {compiler}, linked by {linker} (Debian 12's packages). The example's wheels hold one and the same
module under the names that four Pythons for Linux give it. A variant's module differs from
`control` in the one property named; variants/index.json says it for programs, and which rule it is
about.

| file | what | rule | sha256 |
|---|---|---|---|
{built}"""


def tool_version(command):
    line = subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout
    return line.splitlines()[0].strip()


def provenance(example, variant):
    def sha(data):
        return hashlib.sha256(data).hexdigest()

    index = json.loads(variant["index.json"])
    by_wheel = {entry["wheel"]: entry for entry in index.values()}
    pypi = "".join(
        f"| {name.split('-')[0]} | {name.split('-')[1]} | {name} | {digest} | {licence} |\n"
        for name, (licence, digest) in PYPI.items()
    )
    built = "".join(
        f"| example/{name} | the example package | WA107, WA205 | {sha(data)} |\n"
        for name, data in example.items()
    ) + "".join(
        f"| variants/{name} | {by_wheel[name]['what']} | {by_wheel[name]['rule']} | {sha(data)} |\n"
        for name, data in variant.items()
        if name in by_wheel
    )
    text = PROVENANCE.format(
        pypi=pypi, built=built, compiler=tool_version(CLANG), linker=tool_version(WASM_LD)
    )
    return text.encode()


def everything():
    """{path below testdata/: bytes}"""
    with tempfile.TemporaryDirectory() as folder:
        compiler = Compiler(folder)
        example, variant = example_wheels(compiler), variant_wheels(compiler)
    out = {f"example/{name}": data for name, data in example.items()}
    out.update({f"variants/{name}": data for name, data in variant.items()})
    out["PROVENANCE.md"] = provenance(example, variant)
    return out


def differences(files):
    """What the committed tree has otherwise, as lines."""
    out = []
    for path, data in files.items():
        committed = HERE / path
        if not committed.exists():
            out.append(f"{path}: not there")
        elif committed.read_bytes() != data:
            out.append(f"{path}: differs from what the sources yield")
    for folder in ("example", "variants"):
        for path in sorted((HERE / folder).glob("*")):
            if f"{folder}/{path.name}" not in files:
                out.append(f"{folder}/{path.name}: no source makes it")
    for name, (_, digest) in PYPI.items():
        path = HERE / "pypi" / name
        if not path.exists():
            out.append(f"pypi/{name}: not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            out.append(f"pypi/{name}: has another sha256 than the one recorded")
    for path in sorted((HERE / "pypi").glob("*")):
        if path.name not in PYPI:
            out.append(f"pypi/{path.name}: no provenance")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    for tool in (CLANG, CLANGXX, WASM_LD):
        if not shutil.which(tool):
            sys.exit(f"testdata: {tool} is not installed (Debian: clang-19, lld-19)")
    files = everything()
    if not options.check:
        for folder in ("example", "variants"):
            shutil.rmtree(HERE / folder, ignore_errors=True)
            (HERE / folder).mkdir()
        for path, data in files.items():
            (HERE / path).write_bytes(data)
    wrong = differences(files)
    for line in wrong:
        print(f"testdata: {line}")
    total = len(files) + len(PYPI)
    print(f"testdata: {len(files)} files built, {len(PYPI)} from PyPI")
    print(f"{max(total - len(wrong), 0)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
