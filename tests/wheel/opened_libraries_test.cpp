// Which calls of `ctypes.CDLL` open a file of the wheel whenever the source runs, and which only
// may.

#include "wheel/opened_libraries.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace wheelaudit::wheel {

namespace {

const std::string all = "import ctypes, os, pathlib\n";

/// "2 p/lib/a.so global first; …" of the source `p/__init__.py`.
std::string opened(const std::string& source, std::string_view path = "p/__init__.py") {
  zip::Archive archive;
  for (const char* name : {"p/__init__.py", "p/_core.so", "p/lib/a.so"}) {
    archive.members.push_back({.name = name});
  }
  const ModuleMap map(archive);
  std::string text;
  for (const OpenedLibrary& library : opened_libraries(map, path, source)) {
    CHECK(library.source == path);
    if (!text.empty()) text += "; ";
    text += fmt::format("{} {}{}{}", library.line, library.library,
                        library.is_global ? " global" : "", library.is_first ? " first" : "");
  }
  return text;
}

}  // namespace

TEST_CASE("paths of literals, __file__, os.path and pathlib are worked out") {
  const std::string a = "2 p/lib/a.so global first";
  for (const char* path : {
           R"(os.path.join(os.path.dirname(__file__), "lib", "a.so"))",
           R"(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib/a.so'))",
           R"(os.path.dirname(__file__) + "/lib/a.so")",
           R"(str(pathlib.Path(__file__).parent / "lib" / "a.so"))",
           R"(pathlib.Path(__file__).resolve().parent.joinpath("lib", "a.so"))",
           R"((pathlib.Path(__file__).parent / "x" / ".." / 'lib' / f"a.so"))",
           R"(os.fspath(pathlib.Path(__file__).parent / ("li" "b/a.so")))",
       }) {
    CAPTURE(path);
    CHECK(opened(all + "ctypes.CDLL(" + path + ", ctypes.RTLD_GLOBAL)\n") == a);
  }
}

TEST_CASE("names that are set to paths are followed, until anything may change them") {
  const std::string set = all + "b = pathlib.Path(__file__).parent / 'lib'\n";
  const std::string open = "x = ctypes.CDLL(str(b / 'a.so'))\n";
  CHECK(opened(set + open) == "3 p/lib/a.so first");
  CHECK(opened(set + "x: str = 'y'\n" + open) == "4 p/lib/a.so first");
  CHECK(opened(set + "b = b / '..' / 'lib'\n" + open) == "4 p/lib/a.so first");
  for (const char* change :
       {"b = other()\n", "b += 'x'\n", "if x:\n    b = c\n", "for b in x: pass\n", "a = b = c\n",
        "import b\n", "from x import y as b\n", "with x as b: pass\n", "f(b := c)\n", "del b\n",
        "def b(): pass\n", "(b) = c\n", "try:\n  pass\nexcept E as b: pass\n"}) {
    CAPTURE(change);
    CHECK(opened(set + change + open) == "");
  }
}

TEST_CASE("the mode tells whether all others see the functions") {
  const std::string begin = all + "ctypes.CDLL(os.path.dirname(__file__) + '/lib/a.so'";
  CHECK(opened(begin + ")\n") == "2 p/lib/a.so first");
  CHECK(opened(begin + ", mode=ctypes.RTLD_GLOBAL)\n") == "2 p/lib/a.so global first");
  CHECK(opened(begin + ", mode=os.RTLD_NOW | os.RTLD_GLOBAL)\n") == "2 p/lib/a.so global first");
  CHECK(opened(begin + ", ctypes.RTLD_LOCAL)\n") == "2 p/lib/a.so first");
  CHECK(opened(begin + ", MODE)\n") == "2 p/lib/a.so first");
  CHECK(opened(begin + ", 256)\n") == "");
  CHECK(opened(begin + ", mode())\n") == "");
  CHECK(opened("from ctypes import CDLL, RTLD_GLOBAL\nimport os\n"
               "CDLL(os.path.dirname(__file__) + '/lib/a.so', RTLD_GLOBAL)\n") ==
        "3 p/lib/a.so global first");
}

TEST_CASE("what may not run, or is not ctypes, is left out") {
  const std::string call = "ctypes.CDLL(os.path.dirname(__file__) + '/lib/a.so')";
  CHECK(opened(all + call + "; x = 1\n") == "2 p/lib/a.so first");
  for (const std::string& source :
       {"if x: " + call + "\n", "if x: pass; " + call + "\n", "if x:\n    " + call + "\n",
        "def f():\n    " + call + "\n", "try:\n  " + call + "\nexcept OSError: pass\n",
        "x = [" + call + "]\n", "f(" + call + ")\n", "os = other\n" + call + "\n",
        "def str(x): pass\n" + call + "\n", "# " + call + "\n", "'''\n" + call + "\n'''\n"}) {
    CAPTURE(source);
    CHECK(opened(all + source) == "");
  }
  CHECK(opened("import os\n" + call + "\n") == "");
  CHECK(opened("import os, my as ctypes\n" + call + "\n") == "");
}

TEST_CASE("paths that depend on anything else are left out") {
  for (const char* path :
       {"'/lib/a.so'", "'a.so'", "name", "os.path.join(os.path.dirname(__file__), name)",
        "os.path.dirname(__file__) + f'/lib/{x}.so'", "os.path.dirname(__file__) + '/lib/\\x61.so'",
        "pathlib.Path(__file__).parent / 'lib' / glob('*')[0]", "find(__file__)",
        "pathlib.Path(__file__).parent.parent.parent.parent / 'a.so'",
        "os.path.dirname(__file__) + '/../../../a.so'"}) {
    CAPTURE(path);
    CHECK(opened(all + "ctypes.CDLL(" + path + ", ctypes.RTLD_GLOBAL)\n") == "");
  }
}

TEST_CASE("a call behind an import from the wheel is not the first") {
  const std::string call =
      "ctypes.CDLL(os.path.dirname(__file__) + '/lib/a.so', ctypes.RTLD_GLOBAL)\n";
  for (const char* import :
       {"from . import _core\n", "from ._core import x\n", "import p._core\n", "import sys, p.x\n",
        "def f():\n    from . import _core\n", "importlib.import_module(x)\n", "exec(x)\n"}) {
    CAPTURE(import);
    CHECK(opened(all + import + call).ends_with("p/lib/a.so global"));
  }
  CHECK(opened(all + "import numpy\nfrom json import x\n" + call).ends_with("global first"));
}

TEST_CASE("sources at the top and in .data folders") {
  const std::string source = all + "ctypes.CDLL(os.path.dirname(__file__) + '/a.so')\n";
  CHECK(opened(source, "p.py") == "2 a.so first");
  CHECK(opened(source, "p-1.0.data/purelib/p/__init__.py") == "2 p/a.so first");
}

TEST_CASE("hostile sources: deep brackets and long statements end the reading of a path") {
  CHECK(opened(all + "ctypes.CDLL(" + std::string(100'000, '(') + "\n") == "");
  std::string sum = "ctypes.CDLL(os.path.dirname(__file__)";
  for (int i = 0; i < 10'000; ++i) sum += " + '/aaaaaaaa'";
  CHECK(opened(all + sum + ")\n") == "");
}

}  // namespace wheelaudit::wheel
