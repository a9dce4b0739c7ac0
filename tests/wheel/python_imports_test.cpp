// Which statements are imports that must succeed, and which texts only look like such imports.

#include "wheel/python_imports.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace wheelaudit::wheel {

namespace {

/// "1 ._ext: A, B; 3 pkg: C", with the lines of the statements.
std::string imports_of(std::string_view source) {
  std::string text;
  for (const NamedImports& import : top_level_imports(source)) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{} {}{}:", import.line, std::string(import.level, '.'), import.module);
    for (const std::string& name : import.names) text += " " + name;
  }
  return text;
}

}  // namespace

TEST_CASE("top-level imports in every spelling") {
  CHECK(imports_of("from ._ext import A\n") == "1 ._ext: A");
  CHECK(imports_of("from ._ext import A, B as C,D") == "1 ._ext: A B D");
  CHECK(
      imports_of("import os\nfrom pkg . _ext import (  # why\n    A,\n    B as\n C, # two\n)\n") ==
      "2 pkg._ext: A B");
  CHECK(imports_of("from . import a, b\nfrom ...up.er import c\n") == "1 .: a b; 2 ...up.er: c");
  CHECK(imports_of("from .ext \\\n  import A, \\\n  B\n") == "1 .ext: A B");
  CHECK(imports_of("from .importlib_ext import importer, asset\n") ==
        "1 .importlib_ext: importer asset");
  CHECK(imports_of("\xef\xbb\xbf"
                   "from .a import B\r\nfrom .c import D; x = 1\r\n") == "1 .a: B; 2 .c: D");
  CHECK(imports_of("from.a import(B)") == "1 .a: B");
}

TEST_CASE("what may never run, or may fail, is left out") {
  CHECK(imports_of("try:\n    from ._ext import A\nexcept ImportError:\n    A = None\n") == "");
  CHECK(imports_of("if TYPE_CHECKING:\n    from ._ext import A\n") == "");
  CHECK(imports_of("if TYPE_CHECKING: from ._ext import A\n") == "");
  CHECK(imports_of("def f():\n\tfrom ._ext import A\n") == "");
  CHECK(imports_of("from ._ext import *\n") == "");
}

TEST_CASE("text in strings, comments and brackets is not a statement") {
  CHECK(imports_of("\"\"\"\nfrom ._ext import A\n\"\"\"\nfrom .b import C\n") == "4 .b: C");
  CHECK(imports_of("x = r'''\\'''' + '''\nfrom ._ext import A\n'''\n") == "");
  CHECK(imports_of("# \"\"\"\nfrom .b import C\n") == "2 .b: C");
  CHECK(imports_of("x = (\nfrom_here,\n'(',\n)\nfrom .b import C\n") == "5 .b: C");
  CHECK(imports_of("x = 'unterminated\nfrom .b import C\n") == "2 .b: C");
  CHECK(imports_of("x = 'joined \\\nfrom .a import B'\nfrom .b import C\n") == "3 .b: C");
  CHECK(imports_of("x = 1 \\\nfrom .a import B\nfrom .b import C\n") == "3 .b: C");
}

TEST_CASE("what is not understood is passed over") {
  for (const char* source : {"",
                             "from",
                             "from ",
                             "from .",
                             "from . import",
                             "from .a import",
                             "from .a import (",
                             "from .a import (B",
                             "from .a import B C\n",
                             "from .a import B as\n",
                             "from .a import (B;)\n",
                             "from a..b import C\n",
                             "from .a imports C\n",
                             "fromage = 1\n",
                             "from 1 import 2\n",
                             "from .a import B,\n",
                             "'",
                             "\"\"\"",
                             "\\",
                             "x = (((((\nfrom .a import B\n"}) {
    CAPTURE(source);
    CHECK(imports_of(source) == "");
  }
  CHECK(imports_of("from .a import B C\nfrom .d import E\n") == "2 .d: E");
}

TEST_CASE("statements behind a semicolon are statements, those behind a block's colon are nested") {
  CHECK(imports_of("x = 1; from ._core import A; y = 2\n") == "1 ._core: A");
  CHECK(imports_of("x = ';'; from ._core import A # ; from .b import C\n") == "1 ._core: A");
  CHECK(imports_of("x = (1,\n 2); from ._core import A\n") == "2 ._core: A");
  CHECK(imports_of("if x: pass; from ._core import A\n").empty());
  CHECK(imports_of("try: from ._core import A\nexcept E: pass\n").empty());
  CHECK(imports_of("match x:\n  case 1: from ._core import A\n").empty());
  CHECK(imports_of("match = 1; from ._core import A\n") == "1 ._core: A");
  const auto nested = read_python("def f():\n  from ._core import A\nimport a.b as c, d\n").imports;
  REQUIRE(nested.size() == 3);
  CHECK_FALSE(nested[0].top_level);
  CHECK(nested[1].module == "a.b");
  CHECK(nested[1].names.empty());
  CHECK(nested[1].top_level);
  CHECK(nested[2].module == "d");
}

namespace {

/// "_core.extra _core.*": `*` for any name, `?` for any object.
std::string settings_of(std::string_view source) {
  std::string text;
  for (const AttributeSetting& setting : read_python(source).settings) {
    if (!text.empty()) text += ' ';
    text += (setting.object.empty() ? "?" : setting.object) + '.' +
            (setting.name.empty() ? "*" : setting.name);
  }
  return text;
}

}  // namespace

TEST_CASE("attributes that a source sets") {
  CHECK(settings_of("_core.extra = 1\n") == "_core.extra");
  CHECK(settings_of("def f():\n  pkg._core.extra: int = 1\n") == "_core.extra");
  CHECK(settings_of("_core.a, _core.b = 1, 2\n") == "_core.a _core.b");
  CHECK(settings_of("_core.a = _core.b = 1\n") == "_core.a _core.b");
  CHECK(settings_of("setattr(_core, 'extra', f(1, 2))\n") == "_core.extra");
  CHECK(settings_of("for n in names: setattr(_core, n, 1)\n") == "_core.*");
  CHECK(settings_of("vars(_core)['x'] = 1\n") == "_core.*");
  CHECK(settings_of("_core.__dict__.update(x=1)\n") == "_core.*");
  CHECK(settings_of("_core.__class__ = Lazy\n") == "_core.*");
  CHECK(settings_of("import pkg._core as c\nc.extra = 1\n") == "_core.extra c.extra");
  CHECK(settings_of("from pkg import _core as c\nc.extra = 1\n") == "_core.extra c.extra");
  CHECK(settings_of("c = import_module('pkg._core')\nc.extra = 1\n").find("_core.extra") !=
        std::string::npos);
  CHECK(settings_of("sys.modules['pkg._core'] = Other()\n") == "_core.*");
  CHECK(settings_of("sys.modules[__name__ + '._core'] = Other()\n") == "_core.*");
  CHECK(settings_of("sys.modules[key] = Other()\n") == "?.*");
  CHECK(settings_of("sys.modules.setdefault('_core', x)\n") == "_core.*");
}

TEST_CASE("what sets no attribute of a module") {
  CHECK(settings_of("self.extra = 1\nsetattr(self, n, 1)\n").empty());
  CHECK(settings_of("_core.extra == 1\n_core.extra += 1\nf(_core.extra)\n").empty());
  CHECK(settings_of("# _core.extra = 1\n\"\"\"\n_core.extra = 1\n\"\"\"\n").empty());
  CHECK(settings_of("sys.modules[__name__] = Module()\n").empty());
  CHECK(settings_of("if _core.extra <= 1: pass\n").empty());
}

TEST_CASE("hostile sources are read in linear time") {
  std::string source;
  for (int i = 0; i < 20'000; ++i) source += "setattr(";
  CHECK(read_python(source).settings.empty());
  source = "x";
  for (int i = 0; i < 20'000; ++i) source += "[modules[a.b=";
  static_cast<void>(read_python(source));
  source.clear();
  for (int i = 0; i < 10'000; ++i) source += "a.b=";
  CHECK(read_python(source + "1\n").settings.size() == 1);
}

TEST_CASE("only so many names are kept") {
  const auto imports = top_level_imports("from .a import B, C\nfrom .d import E, F\n", 3);
  REQUIRE(imports.size() == 2);
  CHECK(imports[0].names.size() == 2);
  CHECK(imports[1].names == std::vector<std::string>{"E"});
}

TEST_CASE("a source that only declares runs nothing but its imports") {
  const auto imports = imports_of_declarations(
      "# comment\n\"\"\"Text\nof two lines.\"\"\"\nfrom ._core import call, fine as f\n"
      "import os.path, re as r\n__version__ = \"1.0\"\n__all__ = [\n    \"call\",\n]\n\n"
      "def g(a, b=1):\n    return call(a)\n\n    # still in g\n");
  REQUIRE(imports);
  REQUIRE(imports->size() == 3);
  CHECK((*imports)[0].module == "_core");
  CHECK((*imports)[0].names == std::vector<std::string>{"call", "fine"});
  CHECK((*imports)[1].module == "os.path");
  CHECK((*imports)[2].module == "re");
  CHECK(imports_of_declarations("")->empty());
}

TEST_CASE("a source that runs anything else, or is not understood, is not only declarations") {
  for (const char* source :
       {"call()\n", "x = call()\n", "x = y\n", "x = [][0].y\n", "def f(a=call()):\n    pass\n",
        "@call\ndef f():\n    pass\n", "class T:\n    x = call()\n", "if x:\n    call()\n",
        "from ._core import *\n", "import x; call()\n", "from x import y; call()\n",
        "\"text\"; call()\n", "\"text\".join(x)\n", "    call()\n", "def f(): call()\n",
        "x = 1; call()\n", "x += 1\n", "for x in y:\n    pass\n", "x = (yield)\n"}) {
    CAPTURE(source);
    CHECK_FALSE(imports_of_declarations(source));
  }
}

}  // namespace wheelaudit::wheel
