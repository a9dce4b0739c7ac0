"""ZIP archives put together record by record, so that each field can lie (PKWARE's APPNOTE 4.3).

A good archive is a list of `Entry`; a bad one is a good one with one part or field changed. Lengths, offsets and
counts are worked out when the parts are put together, so that a change somewhere leaves everything else right.
"""

import struct
import zlib
from dataclasses import dataclass, field, replace

SATURATED = 0xFFFFFFFF
UTF8, DESCRIPTOR, ENCRYPTED = 0x800, 0x8, 0x1
STORED, DEFLATED = 0, 8


def deflate(content, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def raw(name):
    return name if isinstance(name, bytes) else name.encode()


def extra(kind, payload):
    return struct.pack("<HH", kind, len(payload)) + payload


def zip64(*values):
    return extra(1, b"".join(struct.pack("<Q", value) for value in values))


def unicode_path(name, crc=1):
    return extra(0x7075, b"\1" + struct.pack("<I", crc) + raw(name))


@dataclass
class Entry:
    """A member: local header, data, central record. `both`, `local` and `central` name fields that lie."""

    name: str | bytes
    content: bytes = b""
    method: int = STORED
    data: bytes | None = None  # as it stands in the file, when it is not what `content` gives
    both: dict = field(default_factory=dict)
    local: dict = field(default_factory=dict)
    central: dict = field(default_factory=dict)
    local_name: str | bytes | None = None
    local_extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    descriptor: bytes = b""
    offset: int | None = None  # where the directory says it is
    in_file: bool = True
    in_directory: bool = True

    def packed(self):
        if self.data is not None:
            return self.data
        return deflate(self.content) if self.method == DEFLATED else self.content

    def fields(self, lies):
        ascii_name = all(byte < 128 for byte in raw(self.name))
        return {
            "version": 20, "flags": 0 if ascii_name else UTF8, "method": self.method, "time": 0, "date": 33,
            "crc": zlib.crc32(self.content), "packed": len(self.packed()), "size": len(self.content),
            "made_by": 0x0314, "disk": 0, "internal": 0, "external": 0o100644 << 16, **self.both, **lies,
        }  # fmt: skip

    def local_bytes(self):
        f, name = self.fields(self.local), raw(self.name if self.local_name is None else self.local_name)
        head = struct.pack("<IHHHHHIIIHH", 0x04034B50, f["version"], f["flags"], f["method"], f["time"], f["date"],
                           f["crc"], f["packed"], f["size"], f.get("name_length", len(name)),
                           f.get("extra_length", len(self.local_extra)))  # fmt: skip
        return head + name + self.local_extra + self.packed() + self.descriptor

    def central_bytes(self, offset):
        f, name = self.fields(self.central), raw(self.name)
        offset = self.offset if self.offset is not None else offset
        head = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, f["made_by"], f["version"], f["flags"], f["method"],
                           f["time"], f["date"], f["crc"], f["packed"], f["size"], f.get("name_length", len(name)),
                           f.get("extra_length", len(self.central_extra)), len(self.comment), f["disk"],
                           f["internal"], f["external"], offset)  # fmt: skip
        return head + name + self.central_extra + self.comment


@dataclass
class Archive:
    """Entries and what stands around them. `end`, `zip64_end` and `locator` name fields that lie."""

    entries: list[Entry]
    before: bytes = b""  # offsets count it
    before_directory: bytes = b""
    before_end: bytes = b""
    comment: bytes = b""
    behind: bytes = b""
    end: dict = field(default_factory=dict)
    zip64: bool = False
    zip64_end: dict = field(default_factory=dict)
    extensible: bytes = b""
    locator: dict = field(default_factory=dict)
    with_locator: bool = True
    with_end: bool = True

    def changed(self, index, **changes):
        """The same archive with fields of one entry changed."""
        entries = list(self.entries)
        entries[index] = replace(entries[index], **changes)
        return replace(self, entries=entries)

    def plus(self, *entries):
        return replace(self, entries=[*self.entries, *entries])

    def build(self):
        out, offsets = bytearray(self.before), []
        for entry in self.entries:
            offsets.append(len(out))
            if entry.in_file:
                out += entry.local_bytes()
        out += self.before_directory
        start = len(out)
        for entry, offset in zip(self.entries, offsets):
            if entry.in_directory:
                out += entry.central_bytes(offset)
        count, size = sum(entry.in_directory for entry in self.entries), len(out) - start
        if self.zip64:
            out += self.zip64_tail(count, size, start, len(out))
        out += self.before_end
        if self.with_end:
            wide = self.zip64 and {"entries": 0xFFFF, "on_disk": 0xFFFF, "size": SATURATED, "offset": SATURATED}
            out += end_record(**{"entries": count, "on_disk": count, "size": size, "offset": start,
                                 "comment": len(self.comment), **(wide or {}), **self.end})  # fmt: skip
        return bytes(out + self.comment + self.behind)

    def zip64_tail(self, count, size, start, at):
        end = {"length": 44 + len(self.extensible), "disk": 0, "directory_disk": 0, "on_disk": count,
               "entries": count, "size": size, "offset": start, **self.zip64_end}  # fmt: skip
        out = struct.pack("<IQHHIIQQQQ", 0x06064B50, end["length"], 45, 45, end["disk"], end["directory_disk"],
                          end["on_disk"], end["entries"], end["size"], end["offset"]) + self.extensible  # fmt: skip
        if self.with_locator:
            out += locator(**{"offset": at, **self.locator})
        return out


def locator(offset=0, disk=0, disks=1):
    return struct.pack("<IIQI", 0x07064B50, disk, offset, disks)


def end_record(entries=0, on_disk=0, size=0, offset=0, comment=0, disk=0, directory_disk=0):
    return struct.pack("<IHHHHIIH", 0x06054B50, disk, directory_disk, on_disk, entries, size, offset, comment)


def with_descriptor(entry, crc=0, packed=0, size=0, wide=False, signature=True):
    """The entry with its sizes behind its data, each wrong by so much."""
    f = entry.fields({})
    numbers = struct.pack("<IQQ" if wide else "<III", f["crc"] + crc, f["packed"] + packed, f["size"] + size)
    return replace(
        entry,
        descriptor=(b"PK\7\x08" if signature else b"") + numbers,
        both={**entry.both, "flags": f["flags"] | DESCRIPTOR},
        local={**entry.local, "crc": 0, "packed": 0, "size": 0},
        local_extra=entry.local_extra + (zip64() if wide else b""),
    )
