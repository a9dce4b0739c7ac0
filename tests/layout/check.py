"""How the tree is laid out: check.py [ROOT]. CONTRIBUTING.md ("The house") says the rules, this program says where
one is broken: `file:line: what`. The last line counts one check per file and kind.

The table of rooms is that of src/CMakeLists.txt. The compiler holds most of it as well, as each room sees only the
folders below it; here the message says which room may include what, and the table itself is checked."""

import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import citations  # noqa: E402
import declarations  # noqa: E402
import rooms as table  # noqa: E402

SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".cache", "node_modules", "wheelhouse"}
TEXT = {".cpp", ".hpp", ".c", ".h", ".py", ".mjs", ".sh", ".md", ".cmake", ".txt", ""}
# Strings of Python and expected outputs hold names of members; a citation there is in a comment or a docstring.
CITING = {".cpp", ".hpp", ".h", ".py", ".mjs", ".sh", ".md", ".cmake", ".txt", ".c"}
PUBLIC_HEADERS = {"wheelaudit.hpp", "wheelaudit.h"}
NAMESPACES = {"base": {"wheelaudit::inline base"}, "api": {"wheelaudit::api", "wheelaudit"}}


class Report:
    def __init__(self):
        self.lines, self.passed, self.failed, self.notes = [], 0, 0, []

    def check(self, file, problems):
        """One check of one kind on one file: `problems` are (line, what)."""
        problems = list(problems)
        if problems:
            self.failed += 1
            self.lines += [f"{file}:{line}: {what}" for line, what in problems]
        else:
            self.passed += 1


class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.files = sorted(self.walk(self.root))
        self.names = defaultdict(set)
        for file in self.files:
            self.names[file.rsplit("/", 1)[-1]].add(file)

    def walk(self, folder):
        for entry in folder.iterdir():
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED_FOLDERS:
                    yield from self.walk(entry)
            else:
                yield entry.relative_to(self.root).as_posix()

    @cache
    def text(self, file):
        try:
            return (self.root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return None

    def has(self, file):
        return file in self.names[file.rsplit("/", 1)[-1]]

    def under(self, folder, *suffixes):
        return [file for file in self.files if file.startswith(folder + "/") and file.endswith(suffixes)]


def suffix_of(file):
    name = file.rsplit("/", 1)[-1]
    return "." + name.rsplit(".", 1)[1] if "." in name.lstrip(".") else ""


def check_table(tree, report, rooms, problems):
    for file in tree.files:
        if file.startswith("src/") and file.count("/") == 1 and file != "src/CMakeLists.txt":
            problems.append((1, f"{file} lies in no room"))
    folders = {file.split("/")[1] for file in tree.files if file.startswith("src/") and file.count("/") > 1}
    problems += [(1, f"src/{folder}/ is not in the table") for folder in sorted(folders - rooms.keys())]
    problems += [(rooms[name].line, f"there is no src/{name}/") for name in sorted(rooms.keys() - folders)]
    report.check("src/CMakeLists.txt", problems)


def check_includes(tree, report, rooms):
    by_room, by_file = defaultdict(list), {}
    for file in tree.under("src", ".cpp", ".hpp"):
        name = file.split("/")[1]
        if name not in rooms:
            continue  # check_table tells
        includes = table.includes_of(tree.text(file))
        by_room[name] += includes
        by_file[file.removeprefix("src/")] = includes
        report.check(file, table.include_problems(rooms[name], rooms, includes, lambda own: tree.has(f"src/{own}")))
    for file, cycles in table.include_cycles(by_file).items():
        report.check(f"src/{file}", [(line, f"headers include each other: {cycle}") for line, cycle in cycles])
    for room in rooms.values():
        report.check("src/CMakeLists.txt", table.unused_problems(room, by_room[room.name]))


def check_includes_of_others(tree, report):
    """Tests and tools: what they include of this project is there."""
    for file in tree.under("tests", ".cpp", ".hpp") + tree.under("tools", ".cpp", ".hpp"):
        if is_data(file):
            continue
        here = file.rsplit("/", 1)[0]
        places = [here, "src", "tests", "tests/fuzz", "include"]
        problems = [(line, f'there is no "{name}"') for line, mark, name in table.includes_of(tree.text(file))
                    if mark == '"' and not any(tree.has(f"{place}/{name}") for place in places)]  # fmt: skip
        report.check(file, problems)


def check_namespaces(tree, report, rooms):
    for file in tree.under("src", ".cpp", ".hpp"):
        room = file.split("/")[1]
        if room not in rooms:
            continue
        allowed = NAMESPACES.get(room, {f"wheelaudit::{room}"})
        text = declarations.without_noise(tree.text(file))
        opened = [(text.count("\n", 0, one.start()) + 1, " ".join(one[1].split()))
                  for one in re.finditer(r"\bnamespace\s+(wheelaudit[\w:\s]*?)\s*\{", text)]  # fmt: skip
        problems = [(line, f"namespace {name}: the room is {' or '.join(sorted(allowed))}")
                    for line, name in opened if name not in allowed]  # fmt: skip
        if not opened and file != "src/cli/main.cpp":  # which holds main() alone
            problems.append((1, f"nothing in the namespace {' or '.join(sorted(allowed))}"))
        report.check(file, problems)


def is_data(file):
    """Sources of the small modules that tests read: compiled for WebAssembly, no part of the program."""
    return file.startswith("tests/truth/src/")


def check_head_comments(tree, report):
    for folder in ("src", "tests", "tools"):
        for file in tree.under(folder, ".cpp"):
            if is_data(file):
                continue
            good = tree.text(file).startswith("//") and len(tree.text(file).split("\n", 1)[0]) > 4
            report.check(file, [] if good else [(1, "no head comment: what the part does, and why this way")])


def check_headers(tree, report):
    """A header lies beside its source, and nothing is public but the two headers."""
    for file in tree.files:
        if not file.endswith((".hpp", ".h")) or file.startswith(("testdata/", "tests/", "bench/", "python/", "web/")):
            continue
        problems = []
        if file.startswith("src/"):
            problems = misplaced_source(tree, file)
        elif file.startswith("include/wheelaudit/"):
            if file.removeprefix("include/wheelaudit/") not in PUBLIC_HEADERS:
                problems = [(1, f"the public headers are {' and '.join(sorted(PUBLIC_HEADERS))}")]
        elif not file.startswith("tools/"):
            problems = [(1, "a header lies beside its source in src/")]
        report.check(file, problems)
    public = {file.removeprefix("include/wheelaudit/") for file in tree.under("include", "")}
    if not public:
        report.notes.append("note: there is no include/wheelaudit yet, so the public headers are not checked")
        return
    report.check("include/wheelaudit", [(1, f"there is no {name}") for name in sorted(PUBLIC_HEADERS - public)])


def misplaced_source(tree, header):
    stem = header.removesuffix(".hpp").removesuffix(".h")
    if tree.has(stem + ".cpp"):
        return []
    own = header.removeprefix("src/")
    for source in tree.names[stem.rsplit("/", 1)[-1] + ".cpp"]:
        if source.startswith("src/"):
            includes = table.includes_of(tree.text(source))
            if includes and includes[0][2] == own:
                return [(1, f"its source lies elsewhere: {source}")]
    return []


def check_declarations(tree, report):
    first = {}
    for file in tree.under("src", ".hpp", ".h") + tree.under("include", ".hpp", ".h"):
        problems = []
        for line, function in declarations.functions_of(tree.text(file)):
            other, other_line = first.setdefault(function, (file, line))
            if other != file:
                problems.append((line, f"{function} is declared in {other}:{other_line} as well"))
        report.check(file, problems)


SEARCH_IN_SENTENCE = re.compile(r"\btext\(\)\s*\.\s*(?:r?find|contains|starts_with|ends_with)\w*\(")


def check_sentences(tree, report):
    """Who reads a finding goes by the marks of its sentences (docs/design/output.md#sentences)."""
    for file in tree.files:
        if file.startswith("src/") and suffix_of(file) in (".cpp", ".hpp"):
            lines = enumerate(tree.text(file).splitlines(), 1)
            found = [number for number, line in lines if SEARCH_IN_SENTENCE.search(line)]
            report.check(file, [(number, "a search in a sentence of a finding: ask its marks") for number in found])


def check_citations(tree, report):
    anchors = cache(lambda file: citations.anchors_of(tree.text(file)))
    for file in tree.files:
        if suffix_of(file) not in TEXT or file.startswith(("testdata/pypi/", "tests/layout/", "tests/fuzz/corpus/")):
            continue
        text = tree.text(file)
        if text is None:
            continue
        problems = []
        if file != ".ci/run":  # it may know what lies beside a checkout
            problems = [(line, f"{word} is not in this repository") for line, word in citations.gone_words_of(text)]
        if suffix_of(file) in CITING or file in ("dev", ".clang-tidy") or file.startswith(".ci/"):
            problems += citation_problems(tree, file, text, anchors)
        report.check(file, problems)


def citation_problems(tree, file, text, anchors):
    problems = []
    for line, path, anchor in citations.citations_of(prose_of(file, text)):
        if path.rsplit("/", 1)[-1] in citations.FOREIGN or re.search(citations.GONE, path):
            continue
        target = cited_file(tree, file, path)
        if target is None:
            problems.append((line, f"there is no {path}"))
        elif anchor and anchor not in anchors(target):
            problems.append((line, f"{target} has no heading #{anchor}"))
    if file.endswith(".md"):
        for line, anchor in citations.own_anchors_of(text):
            if anchor not in anchors(file):
                problems.append((line, f"this page has no heading #{anchor}"))
    return problems


def cited_file(tree, file, path):
    """A path is meant from the citing file's folder or from the root; a bare name may lie anywhere."""
    here = file.rsplit("/", 1)[0] if "/" in file else ""
    for start in (here, ""):
        parts = [part for part in start.split("/") if part]
        for part in path.split("/"):
            if part == "..":
                if not parts:
                    break
                parts.pop()
            elif part != ".":
                parts.append(part)
        else:
            if tree.has("/".join(parts)):
                return "/".join(parts)
    if "/" not in path:
        return next(iter(sorted(tree.names[path])), None)
    return None


def prose_of(file, text):
    """Of sources the comments, in their lines; of all else the text."""
    suffix = suffix_of(file)
    if suffix in (".cpp", ".hpp", ".h", ".c", ".mjs"):
        return "\n".join(line[line.index("//"):] if "//" in line else "" for line in text.split("\n"))
    if suffix == ".py":
        doc = re.match(r'\s*(?:#.*\n)*\s*""".*?"""', text, re.S)
        head = doc[0] if doc else ""
        rest = text[len(head):]
        return head + "\n".join(re.sub(r"^[^#]*", "", line) if re.match(r"\s*#", line) else "" for line in rest.split("\n"))
    return text


def check(root):
    tree, report = Tree(root), Report()
    rooms, problems = table.read_table(tree.text("src/CMakeLists.txt"))
    check_table(tree, report, rooms, problems)
    check_includes(tree, report, rooms)
    check_includes_of_others(tree, report)
    check_namespaces(tree, report, rooms)
    check_head_comments(tree, report)
    check_headers(tree, report)
    check_declarations(tree, report)
    check_sentences(tree, report)
    check_citations(tree, report)
    return report


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    report = check(root)
    for line in report.lines + report.notes:
        print(line)
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
