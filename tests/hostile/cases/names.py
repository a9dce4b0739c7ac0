"""Names and paths: of members, of the file itself; and what of them reaches the terminal."""

import zip_parts as z
from case import Case
from wheel_parts import INFO, MODULE, NAME, SOURCE, archive, wheel
from zip_parts import Entry

ESCAPE = "a\x1b]0;owned\x07\x1b[2J.py"


def entry(name, content=b"", **changes):
    return lambda: archive().plus(Entry(name, content, **changes)).build()


def recorded(name):
    return lambda: wheel({name: b"pass\n"})


def mode(bits):
    return entry("wa_control/x", b"target", both={"external": bits << 16})


def cases():
    for what, make, words in [
        ("a name that leaves the folder", entry("../evil.py"), "the name leaves the directory"),
        ("a name that leaves the folder within", entry("wa_control/../../evil.py"), "the name leaves the directory"),
        ("an absolute name", entry("/etc/evil.py"), "the name is an absolute path"),
        ("a name of a drive", entry("C:/evil.py"), "the name begins with a drive"),
        ("a name with backslashes", entry("wa_control\\..\\evil.py"), "the name holds a backslash"),
        ("a name of UNC form", entry("\\\\host\\share\\evil.py"), "the name holds a backslash"),
        ("a name with an empty component", entry("wa_control//evil.py"), "the name has an empty component"),
        ("a name with a dot component", entry("./evil.py"), "the name has the component '.'"),
        ("an empty name", entry(""), "an entry has no name"),
        ("a name of one slash", entry("/"), "the name is an absolute path"),
        ("a name with ESC and BEL", entry(ESCAPE), "the name holds a control character"),
        ("a name with CR and LF", entry("a\r\nerror[WA000]: fake.py"), "the name holds a control character"),
        ("a name with NUL", entry("evil.py\0.txt"), "the name holds a control character"),
        ("a name with DEL", entry("a\x7f.py"), "the name holds a control character"),
        ("a name with C1 control characters", entry("a\u009b31m.py"), "the name holds a control character"),
        ("a name of 1,025 bytes", entry("/".join(["d" * 200] * 5) + "/" + "n" * 24), "the name is too long"),
        ("a name of 65,535 bytes", entry("n/" * 32767 + "n"), "the name is too long"),
        ("a component of 256 bytes", entry("n" * 256), "a component of the name is too long"),
        ("a name of 65 components", entry("d/" * 64 + "f"), "the name is too deep"),
        ("a file that is a directory too", lambda: archive().plus(Entry("wa_control/x"), Entry("wa_control/x/y")).build(),
         "a file is also the directory of another entry"),
        ("a directory entry of a file's name", entry(SOURCE + "/"), "a file is also the directory of another entry"),
        ("a symbolic link", mode(0o120777), "the entry is a symbolic link"),
        ("a device", mode(0o060644), "the entry is a device"),
        ("a pipe", mode(0o010644), "the entry is a device"),
        ("a socket", mode(0o140644), "the entry is a device"),
        ("a file with the mode of a directory", mode(0o040755), "a file is marked as a directory"),
        ("a file with DOS's mark of a directory", entry("wa_control/x", b"", both={"external": 0x10}),
         "a file is marked as a directory"),
    ]:  # fmt: skip
        yield Case(what, make, "WA511", words)
    for what, make, words in [
        ("a name that is not UTF-8", entry(b"a\xff\xfe.py"), "the name is not valid UTF-8"),
        ("a name of an overlong encoding", entry(b"a\xc0\xaf.py"), "the name is not valid UTF-8"),
        ("a name with half a surrogate pair", entry(b"a\xed\xa0\x80.py"), "the name is not valid UTF-8"),
        ("a name beyond U+10FFFF", entry(b"a\xf5\x80\x80\x80.py"), "the name is not valid UTF-8"),
        ("a name beyond ASCII without the flag", entry("é.py", both={"flags": 0}), "not marked as UTF-8"),
        ("one name twice", lambda: archive().plus(Entry("x.py"), Entry("x.py")).build(), "two entries have one name"),
    ]:  # fmt: skip
        yield Case(what, make, "WA510", words)
    yield from shown()
    yield from of_the_file()


def shown():
    """Strange, but a name: taken, and never raw on a terminal."""
    for what, names in [
        ("bidi overrides in a name", ["wa_control/a\u202egnp.py"]),
        ("bidi isolates in a name", ["wa_control/a\u2066b\u2069.py"]),
        ("line separators in a name", ["wa_control/a\u2028b\u2029.py"]),
    ]:
        yield Case(what, lambda names=names: wheel({SOURCE: None, **dict.fromkeys(names, b"")}, b"x"), "WA502",
                   "RECORD does not list this file", exit=1)  # fmt: skip
    yield Case("two names that differ in case", lambda: wheel({"wa_control/A.py": b"", "wa_control/a.py": b""}),
               "WA511", "case or Unicode form", exit=0)  # fmt: skip
    yield Case("two names that differ in Unicode form", lambda: wheel({"wa_control/\u00e9.py": b"",
               "wa_control/e\u0301.py": b""}), "WA511", "case or Unicode form", exit=0)  # fmt: skip
    yield Case("a module with ESC and bidi in its name that is none", lambda: wheel(
        {"wa_control/\u202eevil.so": b"#!/bin/sh\n"}), "WA201", "\\u{202e}", exit=1)  # fmt: skip
    for what, name, words in [
        ("a name that is a command of GitHub Actions", "::stop-commands::x.so", "\\x3a:stop-commands::x.so"),
        ("a name that is one behind a blank", "\u3000::error::x.so", "\u3000\\x3a:error::x.so"),
        ("a name that is an older one", "x##[error]y.so", "x\\x23#[error]y.so"),
        ("a name that is a command of Azure Pipelines", "x##vso[task.setvariable variable=a]b.so", "x\\x23#vso[task"),
    ]:
        yield Case(what, lambda name=name: wheel({name: b"#!/bin/sh\n"}), "WA201", words, exit=1)  # fmt: skip


def of_the_file():
    tags = "py3-none-pyemscripten_2025_0_wasm32.whl"
    for what, name, words in [
        ("a file name with ESC", f"wa\x1b[31m-1.0-{tags}", "holds '\\\\x1b', which may not stand there"),
        ("a file name with a line feed", f"wa\nx-1.0-{tags}", "holds '\\\\x0a', which may not stand there"),
        ("a file name with a bidi override", f"wa\u202e-1.0-{tags}", "is not named like the file"),
        ("a file name of two parts", "wa-1.0.whl", "has 2 parts between dashes"),
        ("a file name of seven parts", "wa-1.0-1-py3-none-any-more.whl", "has 7 parts between dashes"),
        ("a file name without a name", f"-1.0-{tags}", "the name is empty"),
        ("a file name without a version", f"wa_control--{tags}", "the version is empty"),
        ("a file name whose version is none", f"wa_control-1.0.banana!-{tags}", "the version '1.0.banana!' is not a PEP 440 version"),
        ("a file name with a build tag that is none", f"wa_control-1.0-x1-{tags}", "the build tag 'x1' does not start with a digit"),
        ("a file name with empty tags", f"wa_control-1.0-py3..py2-{tags[4:]}", "the python tag 'py3..py2' has an empty part"),
        ("a file name that begins with a dash", "--help-1.0-py3-none-any.whl", "has 7 parts between dashes"),
        ("a file name that is only the ending", ".whl", "parts between dashes"),
    ]:
        other_project = "bidi" in what or "whose version is none" in what  # than dist-info says: malformed
        yield Case(what, lambda: wheel(), "WA501" if "bidi" in what else "WA504", words,
                   exit=3 if other_project else 1, name=name)  # fmt: skip
    yield Case("a file name of another project", lambda: wheel(), "WA504", "different projects", exit=3,
               name=NAME.replace("control", "other"))  # fmt: skip
