"""Modules compiled from src/ with clang-19, each with the flags of one feature or model: exceptions,
setjmp, threads, memory64, SIMD, BigInt and what else the target has. Nothing is committed but the
sources; without the compiler there are none of these (build.py names the packages)."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import build

SOURCES = Path(__file__).resolve().parent / "src"
JS_EXCEPTIONS = ["-fexceptions", "-mllvm", "-enable-emscripten-cxx-exceptions"]
JS_JUMPS = ["-mllvm", "-enable-emscripten-sjlj"]
WASM_JUMPS = ["-mllvm", "-wasm-enable-sjlj", "-mexception-handling"]
EXNREF = ["-mllvm", "-wasm-enable-exnref"]
WIDE = ["--target=wasm64-unknown-emscripten"]

# name: (source, compiler flags, linker flags)
RECIPES = {
    "plain": ("plain.c", [], []),
    "plain-generic": ("plain.c", ["-mcpu=generic"], []),
    "plain-mvp": ("plain.c", ["-mcpu=mvp"], []),
    "plain-bleeding-edge": ("plain.c", ["-mcpu=bleeding-edge"], []),
    "plain-features-kept": ("plain.c", [], ["--no-strip-all"]),
    "plain-max-memory": ("plain.c", [], ["--max-memory=67108864"]),
    "plain-growable-table": ("plain.c", [], ["--growable-table"]),
    "plain-export-all": ("plain.c", [], ["--export-all"]),
    "calls": ("calls.c", [], []),
    "calls-o0": ("calls.c", ["-O0"], []),
    "wrong-calls": ("wrong_calls.c", ["-Wno-incompatible-library-redeclaration"], []),
    "throws-none": ("throws.cpp", ["-fignore-exceptions"], []),
    "throws-js": ("throws.cpp", JS_EXCEPTIONS, []),
    "throws-js-allowed": ("throws.cpp", [*JS_EXCEPTIONS, "-mllvm", "-emscripten-cxx-exceptions-allowed=may_throw"], []),
    "throws-wasm": ("throws.cpp", ["-fwasm-exceptions"], []),
    "throws-exnref": ("throws.cpp", ["-fwasm-exceptions", *EXNREF], []),
    "rethrows-js": ("rethrows.cpp", JS_EXCEPTIONS, []),
    "rethrows-wasm": ("rethrows.cpp", ["-fwasm-exceptions"], []),
    "rethrows-exnref": ("rethrows.cpp", ["-fwasm-exceptions", *EXNREF], []),
    "throws-and-jumps-js": ("throws.cpp", [*JS_EXCEPTIONS, *JS_JUMPS], []),
    "jumps-none": ("jumps.c", [], []),
    "jumps-js": ("jumps.c", JS_JUMPS, []),
    "jumps-wasm": ("jumps.c", WASM_JUMPS, []),
    "atomics-plain": ("atomics.c", [], []),
    "atomics": ("atomics.c", ["-matomics", "-mbulk-memory"], []),
    "atomics-shared": ("atomics.c", ["-matomics", "-mbulk-memory"], ["--shared-memory", "--max-memory=2147483648"]),
    "locals": ("locals.c", [], []),
    "locals-shared": ("locals.c", ["-matomics", "-mbulk-memory"], ["--shared-memory", "--max-memory=2147483648"]),
    "vectors-plain": ("vectors.c", [], []),
    "vectors": ("vectors.c", ["-msimd128"], []),
    "vectors-relaxed": ("relaxed.c", ["-msimd128", "-mrelaxed-simd"], []),
    "tail-call": ("tail.c", ["-mtail-call"], []),
    "multivalue": ("multivalue.c", ["-mmultivalue", "-Xclang", "-target-abi", "-Xclang", "experimental-mv"], []),
    "references": ("references.c", ["-mreference-types"], []),
    "bulk": ("bulk.c", ["-mbulk-memory", "-mnontrapping-fptoint", "-msign-ext"], []),
    "bulk-mvp": ("bulk.c", ["-mcpu=mvp"], []),
    "data": ("data.c", [], []),
    "data-extended-const": ("data.c", ["-mextended-const"], []),
    "data-symbolic": ("data.c", [], ["-Bsymbolic"]),
    "int128": ("half.c", [], []),
    "memory64": ("memory64.c", WIDE, ["-mwasm64"]),
    "memory64-data": ("data.c", WIDE, ["-mwasm64"]),
}  # fmt: skip


def one(folder, name, source, flags, link):
    """The module's bytes; raises with the compiler's words when it cannot be made."""
    compiler = build.CLANGXX if source.endswith(".cpp") else build.CLANG
    common = ["--target=wasm32-unknown-emscripten", "-fPIC", "-fvisibility=hidden", "-O1", "-fno-builtin", "-fno-ident"]
    object_, module = Path(folder) / f"{name}.o", Path(folder) / f"{name}.so"
    linking = [flag for flag in build.LINK if not (flag == "--strip-all" and "--no-strip-all" in link)]
    for command in (
        [compiler, *common, *flags, "-c", source, "-o", object_],
        [build.WASM_LD, *linking, *(flag for flag in link if flag != "--no-strip-all"), object_, "-o", module],
    ):
        done = subprocess.run(list(map(str, command)), cwd=SOURCES, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(f"{name}: {done.stderr}")
    return module.read_bytes()


def modules():
    """{name: bytes, or None without the compiler}"""
    if not all(map(shutil.which, (build.CLANG, build.CLANGXX, build.WASM_LD))):
        return dict.fromkeys(RECIPES)
    with tempfile.TemporaryDirectory() as folder:
        return {name: one(folder, name, *recipe) for name, recipe in RECIPES.items()}
