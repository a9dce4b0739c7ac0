"""Edits of WebAssembly modules that no compiler or linker makes: functions from bytes to bytes.

Used by build.py to change one property of a good module (an import's limits, the dylink section, a
start function). Nothing is validated here; the runtime's answer is what the tests are about.
"""

HEADER = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, MEMORY, GLOBAL, EXPORT, START, TAG = 0, 2, 5, 6, 7, 8, 13
# The order of sections in a module: memory 5, tag 13, global 6, export 7, start 8 …
ORDER = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 13: 6, 6: 7, 7: 8, 8: 9, 9: 10, 12: 11, 10: 12, 11: 13}


def leb(value):
    """An unsigned LEB128 number."""
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def read_leb(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def text(string):
    encoded = string.encode()
    return leb(len(encoded)) + encoded


def read_text(data, at):
    size, at = read_leb(data, at)
    return data[at : at + size].decode(), at + size


def sections(module):
    """[(id, payload)]; a custom section's payload begins with its name."""
    assert module[:8] == HEADER
    out, at = [], 8
    while at < len(module):
        kind = module[at]
        size, at = read_leb(module, at + 1)
        out.append((kind, module[at : at + size]))
        at += size
    return out


def assemble(parts):
    return HEADER + b"".join(bytes([kind]) + leb(len(payload)) + payload for kind, payload in parts)


def is_custom(part, name):
    return part[0] == CUSTOM and read_text(part[1], 0)[0] == name


def insert_section(parts, kind, payload):
    """Adds a section that the module does not have, where it belongs."""
    at = len(parts)
    for index, (other, _) in enumerate(parts):
        if other != CUSTOM and ORDER[other] > ORDER[kind]:
            at = index
            break
    return parts[:at] + [(kind, payload)] + parts[at:]


def map_section(module, kind, change):
    return assemble([(k, change(p)) if k == kind else (k, p) for k, p in sections(module)])


# --- imports -----------------------------------------------------------------------------------


def read_imports(payload):
    """[(module, name, kind byte and description)]"""
    count, at = read_leb(payload, 0)
    out = []
    for _ in range(count):
        module, at = read_text(payload, at)
        name, at = read_text(payload, at)
        start = at
        kind = payload[at]
        at += 1
        if kind == 0:  # function: type index
            _, at = read_leb(payload, at)
        elif kind in (1, 2):  # table: element type, limits; memory: limits
            at += 1 if kind == 1 else 0
            flags = payload[at]
            at += 1
            _, at = read_leb(payload, at)
            if flags & 1:
                _, at = read_leb(payload, at)
        elif kind == 3:  # global: type, mutability
            at += 2
        elif kind == 4:  # tag: attribute, type index
            _, at = read_leb(payload, at + 1)
        out.append((module, name, payload[start:at]))
    return out


def write_imports(imports):
    return leb(len(imports)) + b"".join(text(m) + text(n) + d for m, n, d in imports)


def map_imports(module, change):
    """`change` takes and returns the list of imports."""
    return map_section(module, IMPORT, lambda payload: write_imports(change(read_imports(payload))))


def limits(minimum, maximum=None, shared=False, wide=False):
    flags = (1 if maximum is not None else 0) | (2 if shared else 0) | (4 if wide else 0)
    return bytes([flags]) + leb(minimum) + (leb(maximum) if maximum is not None else b"")


def set_memory(module, minimum, maximum=None, shared=False, wide=False):
    new = b"\x02" + limits(minimum, maximum, shared, wide)
    return map_imports(module, lambda all_: [(m, n, new if d[0] == 2 else d) for m, n, d in all_])


def set_table_maximum(module, maximum):
    def change(imports):
        out = []
        for module_name, name, description in imports:
            if description[0] == 1:
                minimum, _ = read_leb(description, 3)
                description = description[:2] + limits(minimum, maximum)
            out.append((module_name, name, description))
        return out

    return map_imports(module, change)


def set_global_mutability(module, name, mutable):
    def change(imports):
        return [
            (m, n, d[:2] + bytes([mutable]) if d[0] == 3 and n == name else d)
            for m, n, d in imports
        ]

    return map_imports(module, change)


def rename_global(module, old, new):
    def change(imports):
        return [(m, new if d[0] == 3 and n == old else n, d) for m, n, d in imports]

    return map_imports(module, change)


def own_memory(module):
    """The memory import becomes a memory of the module's own."""
    module = map_imports(module, lambda all_: [i for i in all_ if i[2][0] != 2])
    return assemble(insert_section(sections(module), MEMORY, b"\x01" + limits(1)))


def own_tag(module, name):
    """The import of a tag (the only one) becomes a tag of the module's own, of the same type."""
    taken = [i for i in read_imports(dict(sections(module))[IMPORT]) if i[2][0] == 4]
    assert [i[1] for i in taken] == [name]
    module = map_imports(module, lambda all_: [i for i in all_ if i[2][0] != 4])
    return assemble(insert_section(sections(module), TAG, b"\x01" + taken[0][2][1:]))


# --- exports and the start function -------------------------------------------------------------


def read_exports(payload):
    count, at = read_leb(payload, 0)
    out = []
    for _ in range(count):
        name, at = read_text(payload, at)
        kind = payload[at]
        index, at = read_leb(payload, at + 1)
        out.append((name, kind, index))
    return out


def add_start(module, exported_function):
    """A start section that names an exported function; the export goes."""
    parts = sections(module)
    exports = read_exports(dict(parts)[EXPORT])
    index = next(i for n, k, i in exports if n == exported_function and k == 0)
    rest = [e for e in exports if e[0] != exported_function]
    payload = leb(len(rest)) + b"".join(text(n) + bytes([k]) + leb(i) for n, k, i in rest)
    parts = [(k, payload) if k == EXPORT else (k, p) for k, p in parts]
    return assemble(insert_section(parts, START, leb(index)))


def add_i64_global_export(module, name, value):
    """An immutable i64 global of the module's own, exported."""
    parts = sections(module)
    have = dict((k, p) for k, p in parts if k != CUSTOM)
    imported = sum(1 for _, _, d in read_imports(have[IMPORT]) if d[0] == 3)
    entry = b"\x7e\x00\x42" + leb(value) + b"\x0b"  # value < 64: one byte, sign bit clear
    count, at = read_leb(have[GLOBAL], 0) if GLOBAL in have else (0, 0)
    payload = leb(count + 1) + (have[GLOBAL][at:] if GLOBAL in have else b"") + entry
    exports, at = read_leb(have[EXPORT], 0)
    export = leb(exports + 1) + have[EXPORT][at:] + text(name) + b"\x03" + leb(imported + count)
    if GLOBAL in have:
        parts = [(k, payload) if k == GLOBAL else (k, p) for k, p in parts]
    else:
        parts = insert_section(parts, GLOBAL, payload)
    return assemble([(k, export) if k == EXPORT else (k, p) for k, p in parts])


# --- the dylink section --------------------------------------------------------------------------

MEM_INFO, NEEDED, EXPORT_INFO, IMPORT_INFO, RUNTIME_PATH = 1, 2, 3, 4, 5


def read_dylink(module):
    """[(sub-section id, payload)] of dylink.0"""
    payload = next(p for k, p in sections(module) if is_custom((k, p), "dylink.0"))
    _, at = read_text(payload, 0)
    out = []
    while at < len(payload):
        kind = payload[at]
        size, at = read_leb(payload, at + 1)
        out.append((kind, payload[at : at + size]))
        at += size
    return out


def write_dylink(module, subsections):
    body = b"".join(bytes([k]) + leb(len(p)) + p for k, p in subsections)
    new = (CUSTOM, text("dylink.0") + body)
    return assemble([new if is_custom(p, "dylink.0") else p for p in sections(module)])


def add_subsection(module, kind, payload):
    return write_dylink(module, read_dylink(module) + [(kind, payload)])


def add_runtime_path(module, *paths):
    return add_subsection(module, RUNTIME_PATH, leb(len(paths)) + b"".join(map(text, paths)))


def set_needed(module, *names):
    payload = leb(len(names)) + b"".join(map(text, names))
    rest = [(k, p) for k, p in read_dylink(module) if k != NEEDED]
    return write_dylink(module, rest[:1] + [(NEEDED, payload)] + rest[1:])


def legacy_dylink(module):
    """The section as it was before dylink.0: sizes, alignments, needed libraries, no more."""
    subsections = dict(read_dylink(module))
    old = text("dylink") + subsections[MEM_INFO] + subsections.get(NEEDED, b"\0")
    return assemble([(CUSTOM, old) if is_custom(p, "dylink.0") else p for p in sections(module)])


def without_dylink(module):
    return assemble([p for p in sections(module) if not is_custom(p, "dylink.0")])


def dylink_second(module):
    """A custom section comes before dylink.0."""
    return assemble([(CUSTOM, text("first") + b"!")] + sections(module))


def drop_subsection(module, kind):
    return write_dylink(module, [(k, p) for k, p in read_dylink(module) if k != kind])


# --- dylink.0's import-info: which imports are weak ------------------------------------------------

WEAK = 1


def read_import_info(module):
    """[(import module, name, flags)] of sub-section 4"""
    payload = dict(read_dylink(module)).get(IMPORT_INFO)
    out = []
    if payload is not None:
        count, at = read_leb(payload, 0)
        for _ in range(count):
            module_name, at = read_text(payload, at)
            name, at = read_text(payload, at)
            flags, at = read_leb(payload, at)
            out.append((module_name, name, flags))
    return out


def write_import_info(module, entries):
    payload = leb(len(entries)) + b"".join(text(m) + text(n) + leb(f) for m, n, f in entries)
    module = drop_subsection(module, IMPORT_INFO)
    return add_subsection(module, IMPORT_INFO, payload) if entries else module


def miscount_import_info(module):
    """The count as auditwheel-emscripten 0.3.0 writes it: of module names instead of entries."""
    entries = read_import_info(module)
    names = len({module_name for module_name, _, _ in entries})
    out = []
    for kind, payload in read_dylink(module):
        if kind == IMPORT_INFO:
            _, at = read_leb(payload, 0)
            payload = leb(names) + payload[at:]
        out.append((kind, payload))
    return write_dylink(module, out)


# --- function types, further imports and exports ---------------------------------------------------

TYPE = 1
VALUE_TYPES = {"i": 0x7F, "j": 0x7E, "f": 0x7D, "d": 0x7C, "v": 0x7B, "F": 0x70, "e": 0x6F}


def value_types(letters):
    return leb(len(letters)) + bytes(VALUE_TYPES[letter] for letter in letters)


def function_type(params, results):
    return b"\x60" + value_types(params) + value_types(results)


def add_type(module, params, results):
    """(the module with one more type at the end of its type section, that type's index)"""
    parts = sections(module)
    have = dict((k, p) for k, p in parts if k != CUSTOM)
    count, at = read_leb(have.get(TYPE, b"\0"), 0)
    payload = leb(count + 1) + have.get(TYPE, b"\0")[at:] + function_type(params, results)
    if TYPE in have:
        parts = [(k, payload) if k == TYPE else (k, p) for k, p in parts]
    else:
        parts = insert_section(parts, TYPE, payload)
    return assemble(parts), count


def write_exports(exports):
    return leb(len(exports)) + b"".join(text(n) + bytes([k]) + leb(i) for n, k, i in exports)


def map_exports(module, change):
    return map_section(module, EXPORT, lambda payload: write_exports(change(read_exports(payload))))


def add_exports(module, *names):
    """The first exported function under further names."""

    def change(exports):
        first = next(index for _, kind, index in exports if kind == 0)
        return [*exports, *((name, 0, first) for name in names)]

    return map_exports(module, change)


def export_again(module, kind, name):
    """The imported memory (kind 2) or table (kind 1) exported again."""
    return map_exports(module, lambda exports: [*exports, (name, kind, 0)])


def add_custom(module, name, payload):
    """One more custom section, at the end."""
    return assemble(sections(module) + [(CUSTOM, text(name) + payload)])


def add_global_import(module, import_module, name, value="i", mutable=True):
    """One more imported global, the last; exported globals of the module's own move up by one. (Code
    that reads globals of the module's own would read others: no lld makes such code.)"""
    have = dict((k, p) for k, p in sections(module) if k != CUSTOM)
    imported = sum(1 for _, _, d in read_imports(have[IMPORT]) if d[0] == 3)
    description = b"\x03" + bytes([VALUE_TYPES[value], mutable])
    module = map_imports(module, lambda all_: all_ + [(import_module, name, description)])
    if EXPORT not in have:
        return module
    return map_exports(
        module, lambda all_: [(n, k, i + 1 if k == 3 and i >= imported else i) for n, k, i in all_]
    )


def add_tag_import(module, import_module, name, params, results):
    module, index = add_type(module, params, results)
    return map_imports(module, lambda all_: all_ + [(import_module, name, b"\x04\x00" + leb(index))])


# --- modules of nothing but imports and exports ------------------------------------------------------


def side_module(imports, exports=(), subsections=(), memory_size=0, table_size=0):
    """A side module without code: `imports` are (module, name, description), where a function's or
    tag's description is ("function" | "tag", params, results); `exports` as read_exports has them."""
    types, described = [], []
    for module, name, description in imports:
        if not isinstance(description, bytes):
            kind, params, results = description
            wanted = function_type(params, results)
            if wanted not in types:
                types.append(wanted)
            description = (b"\x00" if kind == "function" else b"\x04\x00") + leb(types.index(wanted))
        described.append((module, name, description))
    info = leb(memory_size) + leb(0) + leb(table_size) + leb(0)
    parts = [(CUSTOM, text("dylink.0")), (TYPE, leb(len(types)) + b"".join(types)),
             (IMPORT, write_imports(described)), (EXPORT, write_exports(list(exports)))]  # fmt: skip
    return write_dylink(assemble(parts), [(MEM_INFO, info), *subsections])
