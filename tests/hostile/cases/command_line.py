"""What is typed: unknown words, values out of range, and hostile text in all of them (exit 2, nothing on the terminal raw)."""

from case import Case
from wheel_parts import wheel

ESCAPE = "\x1b[2J\x1b]0;x\x07\u202e"


def typed(what, *arguments, words="error: ", code=2):
    return Case(what, lambda: {}, None, words, exit=code, run=list(arguments))


def on_a_wheel(what, *arguments, words="error: ", code=2):
    return Case(what, wheel, None, words, exit=code, run=list(arguments))


def cases():
    yield from [
        typed("an unknown command", "frobnicate"),
        typed("an unknown command of ESC", ESCAPE),
        typed("an unknown option of ESC", "check", f"--{ESCAPE}"),
        typed("an option without its value", "check", "--profile"),
        typed("no input", "check"),
        typed("a command of 100,000 letters", "x" * 100_000),
        typed("a file that is not there", "check", "no-such.whl", words="No such file", code=4),
        typed("a file of ESC that is not there", "check", f"{ESCAPE}.whl", words="No such file", code=4),
        typed("a file name of 5,000 letters", "check", "x" * 5000 + ".whl", words="File name too long", code=4),
        typed("an empty file name", "check", "", code=4),
        typed("ten thousand files that are not there", "check", *(f"{i}.whl" for i in range(10_000)), code=4),
        typed("a profile that is not there", "profile", "show", "no_such_profile"),
        typed("a profile of ESC", "profile", "show", ESCAPE),
        typed("a link list of ESC", "profile", "link-list", ESCAPE),
        typed("a diff of a profile with nothing", "profile", "diff", "pyodide_2024_0"),
        typed("a generated profile of a folder that is not there", "profile", "generate", "no-such", "-o", "p.json"),
    ]
    for option, value in [
        ("--profile", ESCAPE), ("--profile", ""), ("--format", ESCAPE), ("--format", "xml"), ("--color", "mauve"),
        ("--jobs", "-1"), ("--jobs", "99999999999999999999"), ("--jobs", ESCAPE), ("--validate", "half"),
        ("--index", "testpypi"), ("--fail-on", "never"), ("--ignore", ESCAPE), ("--ignore", "WA999"), ("--select", "WA0"),
        ("--select", ""), ("--max-entries", "-1"), ("--max-entries", "1e9"), ("--max-entries", "99999999999999999999"),
        ("--max-wheel-size", "1XB"), ("--max-wheel-size", "99999999999GiB"), ("--max-wheel-size", ESCAPE),
        ("--max-wheel-size", ""), ("--max-tags", "many"),
    ]:  # fmt: skip
        yield on_a_wheel(f"check {option} {value!r}", "check", f"{option}={value}")
    for option, value in [("--plat", ESCAPE), ("--plat", "linux_x86_64"), ("--add-tag", ESCAPE), ("--lib-sdir", "/etc"),
                          ("--libdir", ESCAPE)]:  # fmt: skip
        refused = option == "--add-tag"  # the wheel's ABI decides which tags are its aliases
        yield on_a_wheel(f"repair {option} {value!r}", "repair", f"{option}={value}", "--dry-run",
                         words="refused" if refused else "error: ", code=1 if refused else 2)  # fmt: skip
