"""What is typed: unknown words, values out of range, and hostile text in all of them (exit 2, nothing on the terminal raw)."""

from case import Case
from wheel_parts import wheel

ESCAPE = "\x1b[2J\x1b]0;x\x07\u202e"
SHOWN = "\\x1b[2J\\x1b]0;x\\x07\\u{202e}"
UNKNOWN = "is not a profile, tag or release known here"


def typed(what, *arguments, words="error: ", code=2):
    return Case(what, lambda: {}, None, words, exit=code, run=list(arguments))


def on_a_wheel(what, *arguments, words="error: ", code=2):
    return Case(what, wheel, None, words, exit=code, run=list(arguments))


def cases():
    yield from [
        typed("an unknown command", "frobnicate", words="unknown command frobnicate"),
        typed("an unknown command of ESC", ESCAPE, words=f"unknown command {SHOWN}"),
        typed("an unknown option of ESC", "check", "x.whl", f"--{ESCAPE}", words=f"unknown option --{SHOWN}"),
        typed("an option without its value", "check", "--profile", words="error: --profile: 1 required"),
        typed("no input", "check", words="error: INPUT is required"),
        typed("a command of 100,000 letters", "x" * 100_000, words="unknown command xxx"),
        typed("a file that is not there", "check", "no-such.whl", words="No such file", code=4),
        typed("a file of ESC that is not there", "check", f"{ESCAPE}.whl", words="No such file", code=4),
        typed("a file name of 5,000 letters", "check", "x" * 5000 + ".whl", words="File name too long", code=4),
        typed("an empty file name", "check", "", words="No such file", code=4),
        typed("ten thousand files that are not there", "check", *(f"{i}.whl" for i in range(10_000)),
              words="10000 wheels: 10000 unreadable", code=4),
        typed("a profile that is not there", "profile", "show", "no_such_profile", words=f"`no_such_profile` {UNKNOWN}"),
        typed("a profile of ESC", "profile", "show", ESCAPE, words=f"`{SHOWN}` {UNKNOWN}"),
        typed("a link list of ESC", "profile", "link-list", ESCAPE, words=f"`{SHOWN}` {UNKNOWN}"),
        typed("a diff of a profile with nothing", "profile", "diff", "pyodide_2024_0", words="error: AFTER is required"),
        typed("a generated profile of a folder that is not there", "profile", "generate", "no-such", "-o", "p.json",
              words="no-such: expected a directory"),
    ]
    size, count = "is not a size; expected a number", "is not a number from 0 on"
    for option, value, words in [
        ("--profile", ESCAPE, f"`{SHOWN}` {UNKNOWN}"), ("--profile", "", UNKNOWN),
        ("--format", ESCAPE, f"--format: {SHOWN} not in {{text,json,sarif,github,junit}}"), ("--format", "xml", "--format: xml not in"),
        ("--color", "mauve", "--color: mauve not in"),
        ("--jobs", "-1", "--jobs: Value -1 not in range 1 to 1024"),
        ("--jobs", "99999999999999999999", "not in range 1 to 1024"), ("--jobs", ESCAPE, f"--jobs: Value {SHOWN} not in range"),
        ("--validate", "half", "--validate: half not in"), ("--index", "testpypi", "--index: testpypi not in"),
        ("--fail-on", "never", "--fail-on: never not in"),
        ("--ignore", ESCAPE, f"unknown rule {SHOWN}"), ("--ignore", "WA999", "unknown rule WA999"),
        ("--select", "WA0", "unknown rule WA0"), ("--select", "", "unknown rule"),
        ("--max-entries", "-1", f"-1 {count}"), ("--max-entries", "1e9", f"1e9 {count}"),
        ("--max-entries", "99999999999999999999", count),
        ("--max-wheel-size", "1XB", f"1XB {size}"), ("--max-wheel-size", "99999999999GiB", size),
        ("--max-wheel-size", ESCAPE, f"{SHOWN} {size}"), ("--max-wheel-size", "", size),
        ("--max-tags", "many", f"many {count}"),
    ]:  # fmt: skip
        yield on_a_wheel(f"check {option} {value!r}", "check", f"{option}={value}", words=words)
    for option, value, words in [
        ("--plat", ESCAPE, f"`{SHOWN}` {UNKNOWN}"), ("--plat", "linux_x86_64", f"`linux_x86_64` {UNKNOWN}"),
        ("--add-tag", ESCAPE, "refused"), ("--lib-sdir", "/etc", "--lib-sdir: it ends the name of a folder"),
        ("--libdir", ESCAPE, f"--libdir {SHOWN}: no such directory"),
    ]:  # fmt: skip
        refused = option == "--add-tag"  # the wheel's ABI decides which tags are its aliases
        yield on_a_wheel(f"repair {option} {value!r}", "repair", f"{option}={value}", "--dry-run", words=words,
                         code=1 if refused else 2)  # fmt: skip
