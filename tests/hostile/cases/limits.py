"""Limits: each is met by a small option and names the option that raises it (docs/design/limits.md#default-limits)."""

from dataclasses import replace

import wasm_edit as w
from case import Case
from wheel_parts import ENTRY_POINTS, GOOD, METADATA, MODULE, WHEEL, archive, wheel, wheel_files
from zip_parts import DEFLATED, Archive, Entry


def big(name, content):
    return lambda: wheel({name: GOOD.get(name, b"") + content})


def many_entries(count):
    empty = [Entry(f"wa_control/{i}", b"") for i in range(count)]
    return lambda: replace(archive().plus(*empty), zip64=True).build()


def deflated_metadata():
    """9 MiB of METADATA in 10 KB."""
    files = wheel_files({METADATA: GOOD[METADATA] + b"Classifier: x\n" * 700_000})
    return Archive([Entry(name, content, DEFLATED) for name, content in files.items()]).build()


def empty_custom_sections(count):
    parts = w.sections(GOOD[MODULE])
    return lambda: wheel({MODULE: w.assemble(parts) + b"\0\1\0" * count})


def more(kind, count, members):
    """The good module with so many members more in a section."""
    parts = []
    assert any(section == kind for section, _ in w.sections(GOOD[MODULE])), "the good module has no such section"
    for section, body in w.sections(GOOD[MODULE]):
        if section == kind:
            there, at = w.read_leb(body, 0)
            body = w.leb(there + count) + body[at:] + members
        parts.append((section, body))
    return w.assemble(parts)


def exports(count):
    return more(w.EXPORT, count, b"".join(w.text(f"e{i}") + b"\0\0" for i in range(count)))


def imports(count):
    return more(w.IMPORT, count, b"".join(w.text("env") + w.text(f"missing_{i}") + b"\0\0" for i in range(count)))


def cases():
    yield Case("200,001 exports of three modules", lambda: wheel({f"wa_control/m{i}.so": exports(66_700) for i in range(3)}),
               "WA512", "have more than 200000 imports, exports and types together", inflated=1_100_000)  # fmt: skip
    yield Case("25,000 imports that nobody offers", lambda: wheel({MODULE: imports(25_000)}), "WA301",
               "more findings of this rule, which are not listed one by one", exit=1)  # fmt: skip
    yield Case("a small --max-findings", lambda: wheel({MODULE: imports(300)}), "WA301",
               "200 more findings of this rule, which are not listed one by one", exit=1,
               run=["check", "-v", "--max-findings=1"])  # fmt: skip
    yield Case("200,001 types", lambda: wheel({MODULE: more(1, 200_001, b"\x60\0\0" * 200_001)}), "WA512",
               "the type count is 200", inflated=1 << 20)
    yield Case("a central directory of 7 MiB and a bit", lambda: archive().plus(*[
        Entry(f"{i:05}" + ("/" + "x" * 196) * 5, b"") for i in range(7_120)]).build(), "WA512",
        "the central directory is larger than what is read", inflated=10 << 20)  # fmt: skip
    yield Case("10,001 modules", lambda: archive().plus(*[Entry(f"m{i}.so", b"") for i in range(10_000)]).build(), "WA512",
               "10001 members look like modules, more than 10000")
    yield Case("a small --max-modules", wheel, "WA512", "--max-modules", run=["check", "--max-modules=0"])
    yield Case("a small --max-symbols", wheel, "WA512", "--max-symbols", run=["check", "--max-symbols=2"])
    for option, value, make in [
        ("--max-wheel-size", "1KiB", wheel),
        ("--max-entries", "4", wheel),
        ("--max-directory-size", "100", wheel),
        ("--max-inflated", "1KiB", wheel),
        ("--max-module-size", "100", wheel),
        ("--max-record-size", "100", wheel),
        ("--max-metadata-size", "100", wheel),
        ("--max-wheel-file-size", "100", wheel),
        ("--max-entry-points-size", "10", lambda: wheel({ENTRY_POINTS: b"[console_scripts]\na = b:c\n"})),
        ("--max-tags", "1", lambda: wheel({WHEEL: GOOD[WHEEL].replace(b"py3-", b"py2.py3-")})),
    ]:
        yield Case(f"a small {option}", make, "WA512", option, run=["check", f"{option}={value}"])
    for what, make, option, size in [
        ("a WHEEL file of 65 KiB", big(WHEEL, b"X: y\n" * 14_000), "--max-wheel-file-size", 0),
        ("entry points of 1 MiB and a bit", big(ENTRY_POINTS, b"# comment\n" * 110_000), "--max-entry-points-size", 2 << 20),
        ("METADATA of 9 MiB", deflated_metadata, "--max-metadata-size", 10 << 20),
        ("65,536 entries", many_entries(65_531), "--max-entries", 12 << 20),
    ]:  # fmt: skip
        yield Case(what, make, "WA512", option, inflated=size)
    yield Case("10,001 empty custom sections", empty_custom_sections(10_001), "WA512", "--max-custom-sections")
    yield Case("a million empty custom sections", empty_custom_sections(1_000_000), "WA512", "--max-custom-sections")
