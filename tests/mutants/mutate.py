"""Damaged copies of real modules: the same ones on every machine, from a number.

Half of the mutants are changed in the code section. Half of these again keep the sizes of body and
section right when bytes come or go, so that the damage reaches the check of instructions instead of
ending at a size."""

import random
import zipfile

SEED = "wheelaudit mutants 1"
CODE = 10
# bytes that mean something: ends, calls, types, counts, the edges of LEB128
TELLING = [0x00, 0x01, 0x02, 0x0B, 0x0C, 0x10, 0x1A, 0x20, 0x23, 0x40, 0x41, 0x60, 0x6F, 0x70, 0x7B, 0x7C,
           0x7D, 0x7E, 0x7F, 0x80, 0xFC, 0xFD, 0xFE, 0xFF]  # fmt: skip


def modules_of(wheels, smallest, largest):
    """[(name, bytes)] of the modules of wheels, each once."""
    found = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for info in archive.infolist():
                if smallest <= info.file_size <= largest:
                    data = archive.read(info)
                    if data.startswith(b"\0asm\1\0\0\0"):
                        found.setdefault(data, f"{wheel.name}: {info.filename}")
    return sorted((name, data) for data, name in found.items())


def number(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def leb(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def sections(data):
    """[(id, start of the payload, end)]"""
    at, found = 8, []
    while at < len(data):
        kind, (size, start) = data[at], number(data, at + 1)
        found.append((kind, start, start + size))
        at = start + size
    return found


def bodies(data, start):
    """[(start, end)] of the function bodies of a code section, without their sizes."""
    count, at = number(data, start)
    found = []
    for _ in range(count):
        size, at = number(data, at)
        found.append((at, at + size))
        at += size
    return found


def one_change(random_, data):
    """`data` (not empty) with a byte or a few changed, added or taken away."""
    at, kind = random_.randrange(len(data)), random_.randrange(9)
    byte, rest = data[at], data[at + 1 :]
    if kind == 0:
        return data[:at] + bytes([random_.randrange(256)]) + rest
    if kind == 1:
        return data[:at] + bytes([byte ^ 1 << random_.randrange(8)]) + rest
    if kind == 2:
        return data[:at] + bytes([(byte + random_.choice((1, 255))) % 256]) + rest
    if kind in (3, 4):
        return data[:at] + bytes([random_.choice(TELLING)]) + rest
    if kind == 5:
        return data[:at] + bytes([random_.choice(TELLING)]) + data[at:]
    if kind == 6:
        return data[:at] + rest
    length = random_.randrange(1, 9)
    if kind == 7:  # a piece once more
        return data[: at + length] + data[at : at + length] + data[at + length :]
    other = random_.randrange(len(data))  # a piece of elsewhere over this one
    piece = data[other : other + length]
    return data[:at] + piece + data[at + len(piece) :]


def changes(random_, data):
    for _ in range(random_.choice((1, 1, 1, 1, 2, 3))):
        data = one_change(random_, data) if data else data
    return data


def in_code(random_, data, mend):
    """A change in one body; `mend`: with the sizes around the body corrected."""
    start, end = next((s, e) for kind, s, e in sections(data) if kind == CODE)
    all_bodies = bodies(data, start)
    if not all_bodies:
        return changes(random_, data)
    first, last = random_.choice(all_bodies)
    if not mend:
        return data[:start] + changes(random_, data[start:end]) + data[end:]
    head = leb(len(all_bodies)) + b"".join(
        leb(len(body)) + body
        for body in (changes(random_, data[s:e]) if (s, e) == (first, last) else data[s:e] for s, e in all_bodies))
    at = 8
    for kind, s, e in sections(data):
        if s == start:
            return data[:at] + bytes([CODE]) + leb(len(head)) + head + data[end:]
        at = e
    return data


def outside_code(random_, data):
    """A change anywhere but in the code section: in any other section, or in the file's frame."""
    places = [(s, e) for kind, s, e in sections(data) if kind != CODE and e > s]
    if not places or random_.randrange(10) == 0:
        frame = random_.randrange(min(len(data), 64))
        return data[:frame] + changes(random_, data[frame : frame + 16]) + data[frame + 16 :]
    s, e = random_.choice(places)
    return data[:s] + changes(random_, data[s:e]) + data[e:]


def mutant(modules, index):
    """(name of the module, bytes, whether the damage is in the code section)"""
    random_ = random.Random(f"{SEED} {index}")
    name, data = modules[random_.randrange(len(modules))]
    code = index % 2 == 0 and any(kind == CODE for kind, *_ in sections(data))
    changed = in_code(random_, data, mend=index % 4 == 0) if code else outside_code(random_, data)
    return name, changed, code
