"""An extension module and two libraries in C++, made by Debian's clang-19 and wasm-ld-19 as
testdata/build.py makes its modules: with virtual functions, a static constructor and a template's
static data across the libraries."""

import shutil
import subprocess
import sys
from pathlib import Path

from common import TESTDATA, Skip, write_wheel

sys.path.insert(0, str(TESTDATA))

SHARED = """
#define SHOWN __attribute__((visibility("default")))
namespace wa {
struct SHOWN Number { long value; explicit Number(long v); long twice() const; };
struct SHOWN Shape { virtual long area() const; };
struct SHOWN Square : Shape { Number side; explicit Square(long s); long area() const override; };
SHOWN extern Square unit;
}
"""
NUMBERS = SHARED + """
wa::Number::Number(long v) : value(v) {}
long wa::Number::twice() const { return 2 * value; }
"""
SHAPES = SHARED + """
long wa::Shape::area() const { return 0; }
wa::Square::Square(long s) : side(s) {}
long wa::Square::area() const { return side.twice() * side.value / 2; }
wa::Square wa::unit(1);  // a constructor that runs when the library is loaded
"""
EXTENSION = SHARED + """
extern "C" {
#include "capi.h"
static PyObject* call(PyObject*, PyObject*) {
  const wa::Square square(6);
  const wa::Shape* const shapes[] = {&square, &wa::unit};
  long sum = 0;
  for (const wa::Shape* shape : shapes) sum += shape->area();
  return PyLong_FromLong(sum + wa::Number(2).twice() + wa::unit.side.value);  // 36 + 1 + 4 + 1
}
static PyMethodDef methods[2];
static PyModuleDef definition;
EXPORT PyObject* PyInit__core(void) {
  methods[0].ml_name = "call";
  methods[0].ml_meth = call;
  methods[0].ml_flags = METH_NOARGS;
  definition.ob_base.ob_refcnt = 1;
  definition.m_name = "_core";
  definition.m_size = -1;
  definition.m_methods = methods;
  return PyModule_Create2(&definition, API_VERSION);
}
}
"""


def build(folder):
    """(the extension's bytes); the libraries go into folder/lib."""
    import build as testdata

    if not all(map(shutil.which, (testdata.CLANGXX, testdata.WASM_LD))):
        raise Skip("clang-19 or lld-19 is not installed")
    folder = Path(folder)
    (folder / "lib").mkdir(parents=True, exist_ok=True)
    flags = [*testdata.COMPILE, "-std=c++17", "-fno-exceptions", "-fno-rtti", "-I", TESTDATA / "src"]
    made = {}
    for name, source, needs in (("libwa_numbers.so", NUMBERS, []), ("libwa_shapes.so", SHAPES, ["libwa_numbers.so"]),
                                ("_core.so", EXTENSION, ["libwa_shapes.so", "libwa_numbers.so"])):  # fmt: skip
        (folder / "source.cpp").write_text(source)
        run(testdata.CLANGXX, *flags, "-c", folder / "source.cpp", "-o", folder / "object.o")
        made[name] = (folder if name == "_core.so" else folder / "lib") / name
        run(testdata.WASM_LD, *testdata.LINK, folder / "object.o", *(made[n] for n in needs), "-o", made[name])
    return made["_core.so"].read_bytes()


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


def cpp_wheel(folder):
    info = "wa_cpp-1.0.dist-info"
    return write_wheel(Path(folder) / "wa_cpp-1.0-py3-none-pyemscripten_2025_0_wasm32.whl", {
        "wa_cpp/__init__.py": b"", "wa_cpp/_core.so": build(folder),
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: wa-cpp\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\n"
                         b"Tag: py3-none-pyemscripten_2025_0_wasm32\n"})  # fmt: skip
