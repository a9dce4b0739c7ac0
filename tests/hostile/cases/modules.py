"""Modules: sections, indices, counts and bodies (WebAssembly core specification, section 5), and what is no module."""

import wasm_edit as w
from case import Case
from wheel_parts import GOOD, MODULE, wheel

CORE = GOOD[MODULE]
PARTS = w.sections(CORE)
TYPE, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA, DATA_COUNT = 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
CUSTOM, IMPORT = w.CUSTOM, w.IMPORT
HUGE = b"\xff\xff\xff\xff\x0f"  # 2^32 - 1


def module(content):
    return lambda: wheel({MODULE: content() if callable(content) else content})


def payload(kind):
    return next(body for k, body in PARTS if k == kind)


def with_section(kind, body):
    """One section's payload replaced, or the section put where it belongs."""
    if any(k == kind for k, _ in PARTS):
        return module(w.assemble([(k, body if k == kind else b) for k, b in PARTS]))
    return module(w.assemble(w.insert_section(PARTS, kind, body)))


def behind(*more):
    return module(w.assemble([*PARTS, *more]))


def custom(name, body=b""):
    return (CUSTOM, w.text(name) + body)


def body_of(code, local=b"\0"):
    """The code section with its last body replaced by `code`."""
    count, at = w.read_leb(payload(CODE), 0)
    bodies = []
    for _ in range(count):
        size, at = w.read_leb(payload(CODE), at)
        bodies.append(payload(CODE)[at : at + size])
        at += size
    bodies[-1] = local + code + b"\x0b"
    return with_section(CODE, w.leb(count) + b"".join(w.leb(len(b)) + b for b in bodies))


def exports(*added):
    count, at = w.read_leb(payload(EXPORT), 0)
    return with_section(EXPORT, w.leb(count + len(added)) + payload(EXPORT)[at:] + b"".join(added))


def section_size(kind, change):
    """The module with a section header that lies about its size."""
    out = bytearray(w.HEADER)
    for k, body in PARTS:
        out += bytes([k]) + w.leb(max(0, len(body) + (change if k == kind else 0))) + body
    return module(bytes(out))


def malformed():
    return [
        ("a module cut in half", module(CORE[: len(CORE) // 2]), "the code section claims 181 bytes, but the file ends after 17"),
        ("a module without its last byte", module(CORE[:-1]), "the data section claims 122 bytes, but the file ends after 121"),
        ("a byte behind the module", module(CORE + b"\0"), "the module ends within the size of a section"),
        ("a section of an unknown id", behind((15, b"")), "no section has the id 15"),
        ("a section id of 255", behind((255, b"")), "no section has the id 255"),
        ("a section twice", behind((DATA, payload(DATA))), "occurs twice"),
        ("sections out of order", behind((TYPE, payload(TYPE))), "expected before it"),
        ("a section that claims one byte more", section_size(EXPORT, 1), "1 bytes are left over at the end of the export section"),
        ("a section that claims one byte less", section_size(EXPORT, -1), "the export section ends within the index"),
        ("a section that claims 4 GiB", module(CORE + b"\0" + HUGE), "a custom section claims 4294967295 bytes, but the file ends after 0"),
        ("a section size of six bytes", module(CORE + b"\0\x80\x80\x80\x80\x80\0"), "the size of a section is a number of more than 32 bits"),
        ("a count of 2^32 - 1 types", with_section(TYPE, HUGE), "the type count is 4294967295, but only 0 bytes of the type section are left"),
        ("a count of 2^32 - 1 imports", with_section(IMPORT, HUGE), "the import count is 4294967295, but only 0 bytes of the import section are left"),
        ("a count of 2^32 - 1 functions", with_section(FUNCTION, HUGE), "the function count is 4294967295, but only 0 bytes of the function section are left"),
        ("a count of 2^32 - 1 globals", with_section(GLOBAL, HUGE), "the global count is 4294967295, but only 0 bytes of the global section are left"),
        ("a count of 2^32 - 1 exports", with_section(EXPORT, HUGE), "the export count is 4294967295, but only 0 bytes of the export section are left"),
        ("a count of 2^32 - 1 elements", with_section(ELEMENT, HUGE), "invalid elem segment count 4294967295, only 0 bytes left in section"),
        ("a count of 2^32 - 1 bodies", with_section(CODE, HUGE), "the count of function bodies is 4294967295, but only 0 bytes of the code section are left"),
        ("a count of 2^32 - 1 data segments", with_section(DATA, HUGE), "the data segment count is 4294967295, but only 0 bytes of the data section are left"),
        ("a data count that differs", with_section(DATA_COUNT, w.leb(99)), "data segment count does not equal count in DataCount section"),
        ("a type of 2^32 - 1 parameters", with_section(TYPE, b"\1\x60" + HUGE), "the parameter count is 4294967295, but only 0 bytes of the type section are left"),
        ("a type of 1,001 parameters", with_section(TYPE, b"\1\x60" + w.leb(1001) + b"\x7f" * 1001 + b"\0"), "the parameter count of a type is 1001, engines take at most 1000"),
        ("a type of an unknown form", with_section(TYPE, b"\1\x40\0\0"), "a type of the form 0x40, expected 0x60"),
        ("a value type that is none", with_section(TYPE, b"\1\x60\1\x01\0"), "0x1 is not a parameter type"),
        ("a function of a type that is not there", with_section(FUNCTION, payload(FUNCTION)[:1] + b"\x7f" * (
            len(payload(FUNCTION)) - 1)), "type index 127, but there are 4 types"),
        ("functions without bodies", module(w.assemble([p for p in PARTS if p[0] != CODE])), "5 functions are declared, but there is no code section"),
        ("an export of a function that is not there", exports(w.text("ghost") + b"\0\x7f"), "the export `ghost` names function 127, but there are 7"),
        ("an export of an unknown kind", exports(w.text("ghost") + b"\x09\0"), "an export of the kind 0x9, expected 0 to 4"),
        ("two exports of one name", exports(w.text("twin") + b"\0\0", w.text("twin") + b"\0\0"), "the name `twin` is exported twice"),
        ("an export of 100,001 letters", exports(w.leb(100_001) + b"x" * 100_001 + b"\0\0"), "the name of an export is 100001 bytes long, expected at most 100000"),
        ("an export that is not UTF-8", exports(w.leb(3) + b"\xff\xfe\x1b" + b"\0\0"), "the name of an export is not UTF-8"),
        ("100,001 exports", exports(*(w.text(f"e{i}") + b"\0\0" for i in range(100_001))), "the export count is 100004, engines take at most 100000"),
        ("a start function that is not there", with_section(START, b"\x7f"), "function index 127, but there are 7 functions"),
        ("a start function with parameters", with_section(START, b"\0"), "a start function of type (i32, i32) -> i32, expected () -> ()"),
        ("an import of a function type that is not there", with_section(IMPORT, b"\1" + w.text("env") + w.text("f") + b"\0\x7f"), "type index 127, but there are 4 types"),
        ("an import of an unknown kind", with_section(IMPORT, b"\1" + w.text("env") + w.text("f") + b"\x08\0"), "an import of the kind 0x8, expected 0 to 4"),
        ("an import whose name is longer than the section", with_section(IMPORT, b"\1" + w.text("env") + HUGE), "the name of an import is 4294967295 bytes long, but the import section ends after 0"),
        ("a memory of 65,537 pages", with_section(IMPORT, b"\1" + w.text("env") + w.text("memory") + b"\2\0" + w.leb(65_537)), "the minimum of a memory is 65537 pages, expected at most 65536"),
        ("a memory whose maximum is below its minimum", with_section(
            IMPORT, b"\1" + w.text("env") + w.text("memory") + b"\2\1\2\1"), "a maximum of 1 below the minimum of 2"),
        ("a table of ten million and one entries", with_section(
            IMPORT, b"\1" + w.text("env") + w.text("t") + b"\1\x70\0" + w.leb(10_000_001)), "a table of 10000001 entries, engines take at most 10000000"),
        ("a body of unreachable bytes", body_of(b"\xff\xff\xff"), "unexpected opcode: 0xff"),
        ("a body that is not closed", body_of(b"\x02\x40"), "the function body does not end with `end`"),
        ("a body that leaves a value", body_of(b"\x41\0\x41\0\x41\0"), "`end`: 2 values too many on the stack"),
        ("a body that takes from an empty stack", body_of(b"\x1a\x1a"), "`drop`: expected a value, found none"),
        ("a body that calls a function that is not there", body_of(b"\x10\xff\x7f"), "`call`: function 16383, but there are 7"),
        ("a body that reads a local that is not there", body_of(b"\x20\xff\x7f\x1a"), "`local.get`: local 16383, but there are 2"),
        ("a body of 2^32 - 1 locals", body_of(b"", b"\1" + HUGE + b"\x7f"), "more than 50000 locals, engines take no more"),
        ("a body of 50,001 locals", body_of(b"", b"\1" + w.leb(50_001) + b"\x7f"), "more than 50000 locals, engines take no more"),
        ("a body that branches out of all blocks", body_of(b"\x0c\x7f"), "`br`: depth 127, but only 1 blocks are open"),
        ("a body with a jump table of 2^32 - 1", body_of(b"\x41\0\x0e" + HUGE), "the count of `br_table` targets is 4294967295, but only 1 bytes of the function body are left"),
        ("a body of 20,000 blocks that are not closed", body_of(b"\x02\x40" * 20_000), "the function body does not end with `end`"),
        ("a load of an alignment of 2^31", body_of(b"\x41\0\x28\x1f\0\x1a"), "`i32.load`: an alignment of 2^31, expected at most 4"),
        ("a data segment outside any memory", with_section(DATA, b"\1\2\x09\x41\0\x0b\0"), "a data segment for memory 9, but there are 1 memories"),
        ("a data segment of an unknown kind", with_section(DATA, b"\1\x09\0"), "invalid data segment flags: 0x9"),
        ("an element segment of an unknown kind", with_section(ELEMENT, b"\1\x20\0"), "invalid elem segment flags: 0x20"),
        ("a constant expression of a call", with_section(DATA, b"\1\0\x10\0\x0b\0"), "`call` in a constant expression"),
        ("a constant expression without end", with_section(DATA, b"\1\0\x41\0"), "a constant expression does not end"),
        ("a custom section without a name", behind((CUSTOM, b"")), "the custom section ends within the name of a custom section"),
        ("a custom section whose name is longer than it", behind((CUSTOM, b"\x7fabc")), "the name of a custom section is 127 bytes long, but the custom section ends after 3"),
        ("a custom section whose name is not UTF-8", behind((CUSTOM, b"\3\xff\xfe\x1b")), "the name of a custom section is not UTF-8"),
        ("version 2 of the format", module(w.HEADER[:4] + b"\2\0\0\0" + CORE[8:]), "version 0x2 of the format, expected 0x1"),
    ]  # fmt: skip


def of_another_kind():
    """No module at all, or none of this kind: exit 1."""
    return [
        ("an empty file", b"", "WA201"),
        ("one byte", b"\0", "WA201"),
        ("three bytes of the magic", b"\0as", "WA201"),
        ("a text file with ESC", b"\x1b[2J\x1b]0;x\x07", "WA201"),
        ("an ELF file cut short", b"\x7fELF\2\1\1", "WA201"),
        ("a PE file cut short", b"MZ" + bytes(10), "WA201"),
        ("a fat Mach-O of 2^32 - 1 parts", b"\xca\xfe\xba\xbe\xff\xff\xff\xff", "WA201"),
        ("an ar archive cut short", b"!<arch>\n" + b"x" * 20, "WA201"),
        ("LLVM bitcode", b"BC\xc0\xde" + bytes(50), "WA201"),
        ("zeros", bytes(10_000), "WA201"),
    ]


def notes():
    """Engines ignore these sections; what is in them is nothing but bytes."""
    deep = b"\1" + w.leb(5) + w.leb(1) + w.leb(0) + w.leb(100)
    return [
        ("a name section that lies", behind(custom("name", b"\1\x7f\xff\xff"))),
        ("a name section of 2^32 - 1 names", behind(custom("name", b"\1\5" + HUGE))),
        ("a name with ESC and bidi", behind(custom("name", b"\1\x0d\1\0\x0a" + "\x1b[2J\u202e!!!".encode()))),
        ("a producers section of 2^32 - 1 fields", behind(custom("producers", HUGE))),
        ("a target_features section that is cut", behind(custom("target_features", b"\5+\x7f"))),
        ("a linking section that lies", behind(custom("linking", b"\2\x08" + HUGE))),
        ("a name section whose name is cut", behind(custom("name", deep))),
        ("five thousand empty custom sections", behind(*[custom("")] * 5000)),
        ("a custom section with ESC in its name", behind(custom("\x1b[31m"))),
    ]


def with_import(name):
    """The good module, asking `env` for a function of this name as well."""
    def content(kind, body):
        if kind != IMPORT:
            return body
        count, at = w.read_leb(body, 0)
        return w.leb(count + 1) + body[at:] + w.text("env") + w.leb(len(name)) + name + b"\0\0"
    return module(lambda: w.assemble([(kind, content(kind, body)) for kind, body in PARTS]))


def doubling_name(levels):
    """Each template argument names the one before twice (Itanium C++ ABI, 5.1.10)."""
    return b"_Z1fP1aIiiE" + b"".join(b"S_I" + last + last + b"E" for last in
                                     (b"S%c_" % b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i] for i in range(levels)))  # fmt: skip


def cases():
    for what, make, words in malformed():
        yield Case(what, make, "WA512" if "100,001 letters" in what else "WA204", words)
    for what, content, rule in of_another_kind():
        yield Case(f"a module that is {what}", module(content), rule, rule, exit=1)
    for what, make in notes():
        yield Case(what, make, "WA102", "compatible", exit=0)
    yield Case("nothing but the magic", module(CORE[:8]), "WA202", "not a side module", exit=1)
    yield Case("an import named with ESC, CR, LF, NUL and bidi", with_import("\x1b[2J\u202e\r\n\0x".encode()), "WA301",
               "unresolved function", exit=1)  # fmt: skip
    yield Case("an import that libstdc++'s demangler never returns from", with_import(b"_Z1fIXsriVD"), "WA301",
               "unresolved function `_Z1fIXsriVD`", exit=1)  # fmt: skip
    yield Case("an import whose readable name has 2^34 parts", with_import(doubling_name(34)), "WA301",
               "unresolved function", exit=1)  # fmt: skip
    yield Case("20,000 nested blocks", body_of(b"\x02\x40" * 20_000 + b"\x0b" * 20_000 + b"\0"), "WA102", "compatible", exit=0)
