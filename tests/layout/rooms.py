"""The table of rooms, and what the files of each room include (see check.py)."""

import re
from dataclasses import dataclass, field

# What a package of the table offers: patterns of the names in `#include <...>`. fmt and tl::expected are for all.
PACKAGES = {
    "PkgConfig::libcrypto": r"openssl/.*",
    "PkgConfig::libzip": r"zip\.h",
    "PkgConfig::libdeflate": r"libdeflate\.h",
    "PkgConfig::zlib": r"zlib\.h",
    "PkgConfig::bzip2": r"bzlib\.h",
    "PkgConfig::libzstd": r"zstd.*\.h",
    "BZip2::BZip2": r"bzlib\.h",
    "wheelaudit_wabt": r"wabt/.*",
    "nlohmann_json::nlohmann_json": r"nlohmann/.*",
    "CLI11::CLI11": r"CLI/.*",
    "tomlplusplus::tomlplusplus": r"toml(\+\+|plusplus)?[./].*",
    "PkgConfig::tomlplusplus": r"toml(\+\+|plusplus)?[./].*",
    "Threads::Threads": r"thread|mutex|condition_variable|future",
}
FOR_ALL = r"fmt/.*|tl/expected\.hpp|[a-z_]+|c[a-z]+"
# Files, arguments, the environment and streams: docs/design/README.md#the-flow.
OUTSIDE_WORLD = r"filesystem|fstream|iostream|csignal|(unistd|fcntl|sched|malloc)\.h|(sys|linux)/.*"
OUTSIDE_ROOMS = {"system", "cli"}
PURE_C = r"cxxabi\.h"  # names of the compiler's own library, without the outside world


@dataclass
class Room:
    name: str
    line: int
    uses: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    sees: set[str] = field(default_factory=set)


def read_table(text):
    """(rooms by name, problems) from src/CMakeLists.txt; a room sees what the rooms it uses see."""
    rooms, problems = {}, []
    text = re.sub(r"#.*", "", text)
    for call in re.finditer(r"^\s*wheelaudit_room\(([^)]*)\)", text, re.M):
        line = text.count("\n", 0, call.start(1)) + 1
        name, *words = call[1].split()
        room = Room(name, line, sees={name})
        target = None
        for word in words:
            if word in ("USES", "PACKAGES"):
                target = room.uses if word == "USES" else room.packages
            elif target is None:
                problems.append((line, f"the room {name}: what is '{word}'?"))
            else:
                target.append(word)
        for used in room.uses:
            if used in rooms:
                room.sees |= rooms[used].sees
            else:
                problems.append((line, f"the room {name} uses {used}, which does not stand above it in the table: "
                                       "the lowest room comes first, so that there is no cycle"))  # fmt: skip
        for package in room.packages:
            if package not in PACKAGES:
                problems.append((line, f"tests/layout/rooms.py does not know the headers of {package}"))
        rooms[name] = room
    return rooms, problems


def includes_of(text):
    """[(line, "<" or '"', name)] of a C++ source."""
    found = re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', text, re.M)
    return [(text.count("\n", 0, one.start(1)) + 1, one[1], one[2]) for one in found]


def include_problems(room, rooms, includes, exists):
    """What is wrong with the includes of one file of `room`; `exists` answers for paths under src/."""
    problems = []
    for line, mark, name in includes:
        if name.startswith("wheelaudit/"):
            if "api" not in room.sees:
                problems.append((line, f"<{name}> is the public surface, which the room {room.name} does not see"))
        elif mark == '"':
            problem = own_include_problem(room, rooms, name, exists)
            if problem:
                problems.append((line, problem))
        else:
            problem = package_problem(room, name)
            if problem:
                problems.append((line, problem))
    return problems


def own_include_problem(room, rooms, name, exists):
    other = name.split("/")[0]
    if "/" not in name or other not in rooms:
        return f'"{name}" does not begin with a room'
    if not exists(name):
        return f'there is no src/{name}'
    if other not in room.sees:
        return f'"{name}": the room {room.name} may not include {other}; it may include {", ".join(sorted(room.sees))}'
    return None


def package_problem(room, name):
    if re.fullmatch(OUTSIDE_WORLD, name) and room.name not in OUTSIDE_ROOMS:
        return f"<{name}>: only the rooms {' and '.join(sorted(OUTSIDE_ROOMS))} touch the outside world"
    owners = [package for package, pattern in PACKAGES.items() if re.fullmatch(pattern, name)]
    if owners:
        if any(owner in room.packages for owner in owners):
            return None
        return f"<{name}>: the table gives the room {room.name} no {' and no '.join(owners)}"
    if re.fullmatch(FOR_ALL, name) or re.fullmatch(PURE_C, name) or re.fullmatch(OUTSIDE_WORLD, name):
        return None
    return f"<{name}>: tests/layout/rooms.py knows no package that has this header"


def unused_problems(room, includes):
    """What the table grants and no file of the room includes, so that the table stays tight."""
    problems = []
    for used in room.uses:
        if used in room.sees and not any(mark == '"' and name.split("/")[0] == used for _, mark, name in includes):
            problems.append((room.line, f"the room {room.name} uses {used} and includes nothing of it"))
    for package in room.packages:
        pattern = PACKAGES.get(package)
        if pattern and not any(mark == "<" and re.fullmatch(pattern, name) for _, mark, name in includes):
            problems.append((room.line, f"the room {room.name} has the package {package} and includes nothing of it"))
    return problems


def include_cycles(includes_by_file):
    """file -> [(line, "a -> b -> a")]: every file, and the cycles of includes that close in it."""
    cycles = {}

    def visit(name, trail):
        cycles[name] = []
        for line, mark, other in includes_by_file[name]:
            if mark == '"' and other in trail:
                cycles[name].append((line, " -> ".join([*trail[trail.index(other):], other])))
            elif mark == '"' and other in includes_by_file and other not in cycles:
                visit(other, [*trail, other])

    for name in sorted(includes_by_file):
        if name not in cycles:
            visit(name, [name])
    return cycles
