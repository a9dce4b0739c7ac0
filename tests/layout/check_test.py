"""Each check of check.py fails once: a small tree in which all is well, one thing changed per case, and the one
finding that has to come of it."""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check  # noqa: E402

SOURCE = "// What it does, and why.\n\n"
GOOD = {
    "src/CMakeLists.txt": "# wheelaudit_room(NAME)\nfunction(wheelaudit_room name)\nendfunction()\n"
    "wheelaudit_room(base PACKAGES PkgConfig::libcrypto)\nwheelaudit_room(zip USES base PACKAGES\n  PkgConfig::zlib)\n"
    "wheelaudit_room(rules USES zip)\nwheelaudit_room(system USES zip)\n",
    "src/base/text.hpp": "#pragma once\n\nnamespace wheelaudit::inline base {\n\nstruct Text {\n  int size() const;\n};\n"
    "int size_of(const Text& text, char unit = '{');\ntemplate <typename T>\nT twice(T value) {\n  return value + value;\n}\n"
    "inline constexpr int limit = 1'000;\n\n}\n",
    "src/base/text.cpp": SOURCE + '#include "base/text.hpp"\n\n#include <openssl/evp.h>\n\n#include <string>\n\n'
    "namespace wheelaudit::inline base {\nnamespace {\n}\n}\n",
    "src/zip/end.hpp": '#pragma once\n// docs/design/archive.md#the-end-zip64\n#include "base/text.hpp"\n'
    "namespace wheelaudit::zip {\nint size_of(const Text& text);\n}\n",
    "src/zip/end.cpp": SOURCE + '#include "zip/end.hpp"\n#include <zlib.h>\nnamespace wheelaudit::zip {\n}\n',
    "src/rules/tags/tags.cpp": SOURCE + '#include "base/text.hpp"\n#include "zip/end.hpp"\nnamespace wheelaudit::rules {\n}\n',
    "src/system/open.cpp": SOURCE + '#include <unistd.h>\n#include "zip/end.hpp"\nnamespace wheelaudit::system {\n}\n',
    "tests/zip/end_test.cpp": SOURCE + '#include "zip/end.hpp"\n',
    "tools/pack.cpp": SOURCE + '#include "base/text.hpp"\n',
    "include/wheelaudit/wheelaudit.hpp": "#pragma once\n",
    "include/wheelaudit/wheelaudit.h": "#pragma once\n",
    "docs/design/archive.md": "# Archive\n\n## The `end`, zip64\n\nSee [below](#names).\n\n## Names\n\n```\n# not this\n```\n",
    "README.md": "The design: docs/design/archive.md#names; https://example.org/other.md\n",
    "dev": "#!/usr/bin/env bash\n# README.md\n",
}

# name, file, what is replaced, by what ("" and None: the file is new), words of the one finding.
CASES = [
    ("a room above", "src/base/text.cpp", "<string>\n", '<string>\n#include "zip/end.hpp"\n',
     'src/base/text.cpp:8: "zip/end.hpp": the room base may not include zip'),
    ("no room in an include", "src/zip/end.cpp", "<zlib.h>", '<zlib.h>\n#include "end.hpp"',
     'src/zip/end.cpp:5: "end.hpp" does not begin with a room'),
    ("an include that is not there", "src/zip/end.cpp", '"zip/end.hpp"', '"zip/ends.hpp"', "src/zip/end.cpp:3: there is no src/zip/ends.hpp"),
    ("a cycle of rooms", "src/CMakeLists.txt", "wheelaudit_room(base PACK", "wheelaudit_room(base USES system PACK",
     "src/CMakeLists.txt:4: the room base uses system, which does not stand above it in the table"),
    ("a room of the table without folder", "src/CMakeLists.txt", "system USES zip)\n", "system USES zip)\nwheelaudit_room(web)\n",
     "src/CMakeLists.txt:9: there is no src/web/"),
    ("a folder that is no room", "src/web/page.cpp", "", None, "src/CMakeLists.txt:1: src/web/ is not in the table"),
    ("a word that the table does not have", "src/CMakeLists.txt", "rules USES", "rules SEES USES", "the room rules: what is 'SEES'?"),
    ("a package that nobody knows", "src/CMakeLists.txt", "rules USES zip)", "rules USES zip PACKAGES Fresh::fresh)",
     "src/CMakeLists.txt:7: tests/layout/rooms.py does not know the headers of Fresh::fresh"),
    ("a used room that is not used", "src/system/open.cpp", '#include "zip/end.hpp"\n', "",
     "src/CMakeLists.txt:8: the room system uses zip and includes nothing of it"),
    ("a package that is not used", "src/zip/end.cpp", "#include <zlib.h>\n", "",
     "src/CMakeLists.txt:5: the room zip has the package PkgConfig::zlib and includes nothing of it"),
    ("a package of another room", "src/rules/tags/tags.cpp", '"zip/end.hpp"\n', '"zip/end.hpp"\n#include <openssl/evp.h>\n',
     "src/rules/tags/tags.cpp:5: <openssl/evp.h>: the table gives the room rules no PkgConfig::libcrypto"),
    ("a header that nobody knows", "src/zip/end.cpp", "<zlib.h>", "<zlib.h>\n#include <lzma.h>",
     "src/zip/end.cpp:5: <lzma.h>: tests/layout/rooms.py knows no package"),
    ("the outside world", "src/rules/tags/tags.cpp", '"zip/end.hpp"\n', '"zip/end.hpp"\n#include <fstream>\n',
     "src/rules/tags/tags.cpp:5: <fstream>: only the rooms cli and system touch the outside world"),
    ("headers that include each other", "src/base/size.hpp", "", '#include "base/text.hpp"\nnamespace wheelaudit::inline base {}\n', None),
    ("the public surface from below", "src/zip/end.cpp", "<zlib.h>", "<zlib.h>\n#include <wheelaudit/wheelaudit.hpp>",
     "src/zip/end.cpp:5: <wheelaudit/wheelaudit.hpp> is the public surface, which the room zip does not see"),
    ("a file in no room", "src/main.hpp", "", "#pragma once\n", "src/CMakeLists.txt:1: src/main.hpp lies in no room"),
    ("a test of what is not there", "tests/zip/end_test.cpp", "zip/end.hpp", "zip/ends.hpp", 'tests/zip/end_test.cpp:3: there is no "zip/ends.hpp"'),
    ("the namespace of another room", "src/zip/end.cpp", "wheelaudit::zip", "wheelaudit::rules",
     "src/zip/end.cpp:5: namespace wheelaudit::rules: the room is wheelaudit::zip"),
    ("the namespace of a folder", "src/rules/tags/tags.cpp", "wheelaudit::rules", "wheelaudit::rules::tags",
     "src/rules/tags/tags.cpp:5: namespace wheelaudit::rules::tags: the room is wheelaudit::rules"),
    ("base as a namespace to be named", "src/base/text.cpp", "inline base", "base", "namespace wheelaudit::base: the room is wheelaudit::inline base"),
    ("no namespace", "src/system/open.cpp", "namespace wheelaudit::system {\n}\n", "", "src/system/open.cpp:1: nothing in the namespace"),
    ("a source without head comment", "src/zip/end.cpp", SOURCE, "", "src/zip/end.cpp:1: no head comment"),
    ("a test without head comment", "tests/zip/end_test.cpp", SOURCE, "", "tests/zip/end_test.cpp:1: no head comment"),
    ("a tool without head comment", "tools/pack.cpp", SOURCE, "//\n", "tools/pack.cpp:1: no head comment"),
    ("a header far from its source", "src/rules/tags.hpp", "", "namespace wheelaudit::rules {}\n", None),
    ("a header outside of src", "cmake/extra.hpp", "", "#pragma once\n", "cmake/extra.hpp:1: a header lies beside its source in src/"),
    ("a third public header", "include/wheelaudit/more.hpp", "", "#pragma once\n", "include/wheelaudit/more.hpp:1: the public headers are"),
    ("one public header", "include/wheelaudit/wheelaudit.h", None, None, "include/wheelaudit:1: there is no wheelaudit.h"),
    ("a function in two headers", "src/base/more.hpp", "", "namespace wheelaudit::inline base {\nint size_of(\n    const Text& other, char);\n}\n",
     "src/base/text.hpp:8: wheelaudit::base::size_of(const Text &, char) is declared in src/base/more.hpp:2 as well"),
    ("a template in two headers", "src/base/more.hpp", "",
     "namespace wheelaudit {\ninline namespace base {\ntemplate <typename T>\nT twice(T other);\n}\n}\n", None),
    ("a search in a sentence", "src/system/open.cpp", "system {\n}", 'system {\nbool is_own = finding.message.text().find("own");\n}',
     "src/system/open.cpp:6: a search in a sentence of a finding"),
    ("an anchor that is not there", "src/zip/end.hpp", "#the-end-zip64", "#the-end", "src/zip/end.hpp:2: docs/design/archive.md has no heading #the-end"),
    ("a heading in code", "README.md", "#names", "#not-this", "README.md:1: docs/design/archive.md has no heading #not-this"),
    ("a document that is not there", "dev", "README.md", "MANUAL.md", "dev:2: there is no MANUAL.md"),
    ("a path that is not there", "tools/pack.cpp", "What it does", "docs/archive.md", "tools/pack.cpp:1: there is no docs/archive.md"),
    ("a link into the page itself", "docs/design/archive.md", "(#names)", "(#name)", "docs/design/archive.md:5: this page has no heading #name"),
    ("a note of old", "tools/pack.cpp", "What it does", "SAFE" + "TY.md", "tools/pack.cpp:1: SAFE" + "TY.md is not in this repository"),
    ("a folder beside the checkout", "dev", "# README.md", "ls .." + "/shared", "dev:2: .." + "/shared is not in this repository"),
]
# What two changes make: the second file and its text.
ALSO = {
    "headers that include each other": ("src/base/text.hpp", "#pragma once\n", '#pragma once\n#include "base/size.hpp"\n',
                                        "src/base/text.hpp:2: headers include each other: base/size.hpp -> base/text.hpp -> base/size.hpp"),
    "a header far from its source": ("src/rules/tags/tags.cpp", '#include "base/text.hpp"', '#include "rules/tags.hpp"\n#include "base/text.hpp"',
                                     "src/rules/tags.hpp:1: its source lies elsewhere: src/rules/tags/tags.cpp"),
    "a template in two headers": ("src/base/more.hpp", "namespace wheelaudit {\ninline namespace base {", "namespace wheelaudit::inline base {",
                                  "wheelaudit::base::twice(T) is declared in src/base/more.hpp:3 as well"),
}  # fmt: skip


def build(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def changed(files, file, old, new):
    if new is None and old is None:
        return {name: text for name, text in files.items() if name != file}
    if old == "":
        return {**files, file: SOURCE + "namespace wheelaudit::web {}\n" if new is None else new}
    assert files[file].count(old) == 1, f"{file}: {old!r}"
    return {**files, file: files[file].replace(old, new)}


def findings_of(files):
    folder = Path(tempfile.mkdtemp(prefix="wheelaudit-layout-"))
    try:
        build(folder, files)
        return check.check(folder)
    finally:
        shutil.rmtree(folder)


def problem_of(case):
    """Why this case failed, or None."""
    name, file, old, new, expected = case
    files = changed(GOOD, file, old, new)
    if name in ALSO:
        *also, expected = ALSO[name]
        files = changed(files, *also)
    report = findings_of(files)
    if report.failed != 1 or len(report.lines) != 1 or expected not in report.lines[0]:
        return f"{name}: expected the one line '{expected}', found {report.lines}"
    return None


def main():
    good = findings_of(GOOD)
    problems = [f"the good tree: {line}" for line in good.lines + good.notes]
    problems += [problem for problem in map(problem_of, CASES) if problem]
    without = {name: text for name, text in GOOD.items() if not name.startswith("include/")}
    if findings_of(without).notes == []:
        problems.append("without include/wheelaudit there is no note")
    for problem in problems:
        print(problem)
    print(f"{len(CASES) + 2 - len(problems)} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
