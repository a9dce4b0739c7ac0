"""The dylink section (tool-conventions, DynamicLinking.md)."""

import wasm_edit as w
from case import Case
from wheel_parts import GOOD, MODULE, wheel

PARTS = w.sections(GOOD[MODULE])
HUGE = b"\xff\xff\xff\xff\x0f"
MEMORY = b"\1\4\x74\4\2\0"  # 116 bytes aligned to 16, 2 table entries
MEM_INFO, NEEDED, EXPORT_INFO, IMPORT_INFO, RUNTIME_PATH = 1, 2, 3, 4, 5


def dylink(*subsections, name="dylink.0", rest=b""):
    """The module with this dylink section first."""
    body = w.text(name) + b"".join(bytes([kind]) + w.leb(len(data)) + data for kind, data in subsections) + rest
    others = [part for part in PARTS if not w.is_custom(part, "dylink.0")]
    return lambda: wheel({MODULE: w.assemble([(w.CUSTOM, body), *others])})


def memory(size=w.leb(116), align=w.leb(4), table=w.leb(2), table_align=w.leb(0)):
    return (MEM_INFO, size + align + table + table_align)


def names(*texts):
    return w.leb(len(texts)) + b"".join(text if isinstance(text, bytes) else w.text(text) for text in texts)


def malformed():
    return [
        ("an empty dylink section: nothing in it, and bytes behind", dylink(rest=b"\1"), "the dylink section ends within the size of a sub-section"),
        ("a sub-section cut short", dylink(rest=b"\1\x7f\0"), "the sub-section takes 127 bytes, but only 1 bytes of the dylink section are left"),
        ("a sub-section of 4 GiB", dylink(rest=b"\1" + HUGE), "the sub-section takes 4294967295 bytes, but only 0 bytes of the dylink section are left"),
        ("a sub-section twice", dylink(memory(), memory()), "occurs twice"),
        ("bytes left over in a sub-section", dylink((MEM_INFO, MEMORY[2:] + b"\0")), "left over"),
        ("a memory of 4 GiB", dylink(memory(size=HUGE)), "no runtime can give more"),
        ("a table of ten million and one", dylink(memory(table=w.leb(10_000_001))), "no engine gives more"),
        ("an alignment of 2^17", dylink(memory(align=w.leb(17))), "expected at most 2^16"),
        ("an alignment of 2^(2^32 - 1)", dylink(memory(align=HUGE)), "expected at most 2^16"),
        ("a table alignment of 2^31", dylink(memory(table_align=w.leb(31))), "expected at most 2^16"),
        ("a number of six bytes", dylink(memory(size=b"\x80\x80\x80\x80\x80\0")), "the memory size is a number of more than 32 bits"),
        ("a number beyond 32 bits", dylink(memory(size=b"\xff\xff\xff\xff\x7f")), "the memory size is a number of more than 32 bits"),
        ("2^32 - 1 needed libraries", dylink(memory(), (NEEDED, HUGE)), "the count of needed library names is 4294967295, but only 0 bytes of the dylink sub-section 2 are left"),
        ("100,001 needed libraries", dylink(memory(), (NEEDED, w.leb(100_001) + b"\1a" * 100_001)), "expected at most 100000"),
        ("a needed name cut short", dylink(memory(), (NEEDED, b"\1\x7fabc")), "the needed library is 127 bytes long, but the dylink sub-section 2 ends after 3"),
        ("a needed name that is not UTF-8", dylink(memory(), (NEEDED, names(b"\2\xff\xfe"))), "the needed library is not UTF-8"),
        ("2^32 - 1 entries of export info", dylink(memory(), (EXPORT_INFO, HUGE)), "the count of export-info is 4294967295, but only 0 bytes of the dylink sub-section 3 are left"),
        ("2^32 - 1 entries of import info", dylink(memory(), (IMPORT_INFO, HUGE)), "the count of import-info is 4294967295, but only 0 bytes of the dylink sub-section 4 are left"),
        ("an import info cut short", dylink(memory(), (IMPORT_INFO, b"\1\3env\1a")), "the dylink sub-section 4 ends within the flags of an entry"),
        ("2^32 - 1 run paths", dylink(memory(), (RUNTIME_PATH, HUGE)), "the count of run path entry names is 4294967295, but only 0 bytes of the dylink sub-section 5 are left"),
        ("a run path cut short", dylink(memory(), (RUNTIME_PATH, b"\1\x7f/")), "the run path entry is 127 bytes long, but the dylink sub-section 5 ends after 1"),
        ("the old section cut short", dylink(name="dylink", rest=b"\x74"), "the dylink section ends within the memory alignment"),
        ("the old section with bytes left over", dylink(name="dylink", rest=MEMORY[2:] + b"\0\0\0\0"), "left over"),
    ]  # fmt: skip


def judged():
    """Well-formed, and wrong: (what, module, rule, words, exit code)."""
    return [
        ("two dylink sections", lambda: wheel({MODULE: w.assemble([PARTS[0], *PARTS])}), "WA204", "a second dylink section", 3),
        ("a dylink section that is not first", lambda: wheel({MODULE: w.assemble([*PARTS[1:], PARTS[0]])}), "WA202", "a module whose dylink section is not the first, not a side module", 1),
        ("a needed name with a slash", dylink(memory(), (NEEDED, names("../../libevil.so"))), "WA401", "is not in this wheel", 1),
        ("an absolute needed name", dylink(memory(), (NEEDED, names("/lib/libevil.so"))), "WA401", "is not in this wheel", 1),
        ("a needed name with ESC, NUL and bidi", dylink(memory(), (NEEDED, names("lib\x1b[2J\0\u202e.so"))), "WA401", "needed library `lib\\x1b[2J\\x00\\u{202e}.so` is not in this wheel", 1),
        ("an empty needed name", dylink(memory(), (NEEDED, names(""))), "WA401", "needed library `` is not in this wheel", 1),
        ("25,000 needed libraries", dylink(memory(), (NEEDED, names(*(f"lib{i}.so" for i in range(25_000))))),
         "WA401", "needed library `lib0.so` is not in this wheel", 1),
        ("a thousand needed libraries", dylink(memory(), (NEEDED, names(*(f"lib{i}.so" for i in range(1000))))),
         "WA401", "needed library `lib0.so` is not in this wheel", 1),
        ("a run path outside", dylink(memory(), (NEEDED, names("libx.so")), (RUNTIME_PATH, names("$ORIGIN/../../../etc"))),
         "WA401", "is not in this wheel", 1),
        ("an absolute run path", dylink(memory(), (NEEDED, names("libx.so")), (RUNTIME_PATH, names("/usr/lib"))),
         "WA404", "run path `/usr/lib` leads nowhere on a user's machine: an absolute path is the build machine's", 1),
        ("a run path with ESC", dylink(memory(), (NEEDED, names("libx.so")), (RUNTIME_PATH, names("\x1b[31m"))), "WA401", "libx.so", 1),
    ]  # fmt: skip


def cases():
    for what, make, words in malformed():
        yield Case(what, make, "WA512" if "100,001" in what else "WA204", words)
    for what, make, rule, words, code in judged():
        yield Case(what, make, rule, words, exit=code)
    yield Case("an empty sub-section of an unknown kind", dylink(memory(), (99, b"\x1b")), "WA102", "compatible", exit=0)
