"""Our own list: what PyPI takes or does not look at, and what two readers would see differently (docs/design/archive.md#two-lists)."""

from dataclasses import replace

import zip_parts as z
from case import Case
from wheel_parts import INFO, MODULE, SOURCE, archive, index_of, wheel
from zip_parts import DEFLATED, Archive, Entry


def first(**changes):
    return archive().changed(0, **changes).build()


def flagged(flags):
    return lambda: first(both={"flags": flags})


def method(number):
    return lambda: first(both={"method": number})


def overlapping():
    """Two records, two local headers; the second lies in the first one's stored data."""
    inner = Entry("inner.py", b"pass\n")
    outer = Entry("outer.py", inner.local_bytes() + b"tail")
    parts = archive().plus(outer)
    at = parts.build().index(inner.local_bytes())
    return parts.plus(replace(inner, in_file=False, offset=at)).build()


def many_overlapping():
    """800 records that share one kernel of deflated data: 24 KB that inflate to hundreds of megabytes."""
    content = bytes(1_000_000)
    kernel = Entry("kernel", content, DEFLATED)
    parts = Archive([kernel])
    lies = {"size": len(content), "crc": z.zlib.crc32(content), "packed": len(kernel.packed())}
    more = [Entry(f"m{i:03}", b"", DEFLATED, data=b"", both=lies, in_file=False, offset=0) for i in range(800)]
    return parts.plus(*more).build()


def many_end_records():
    """Each end record in the last 64 KiB makes libzip read the directory again."""
    return archive().build()[:-22] + z.end_record(5, 5, 300, 0, 22) * 2900 + archive().build()[-22:]


def swapped():
    """The directory lists the entries in another order than they stand in: a note, nothing else differs."""
    parts, offsets, at = archive(), {}, 0
    for entry in parts.entries:
        offsets[entry.name] = at
        at += len(entry.local_bytes())
    local = b"".join(entry.local_bytes() for entry in parts.entries)
    central = b"".join(entry.central_bytes(offsets[entry.name]) for entry in reversed(parts.entries))
    return local + central + z.end_record(len(parts.entries), len(parts.entries), len(central), at)


def tar_too():
    """A ustar header whose name field begins with a ZIP entry."""
    parts = archive()
    parts = replace(parts, entries=[Entry("a" * 100, b"\0" * 400), *parts.entries])
    data = bytearray(parts.build())
    data[257:265] = b"ustar\x0000"
    data[124:136] = b"00000000000\0"
    data[148:156] = b"        "
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def nul_padded():
    return archive().build() + bytes(1024)


def cut(share):
    return lambda: (data := archive().build())[: int(len(data) * share)]


def counted(**end):
    return lambda: replace(archive(), end=end).build()


def start_of_directory():
    return archive().build().index(b"PK\1\2")


def malformed():
    return [
        ("overlapping entries", overlapping, "there are bytes between two entries"),
        ("800 entries that share their data", many_overlapping, "the entry reaches into what follows it"),
        ("the end record on another disk", counted(disk=1), "disk"),
        ("the directory on another disk", counted(directory_disk=1), "disk"),
        ("an entry on another disk", lambda: first(central={"disk": 1}), "another disk"),
        ("an entry whose offset is behind the file", lambda: first(offset=0x7FFFFFFF),
         "an entry stands where the directory does not say"),
        ("all entries at offset 0", lambda: Archive([replace(e, offset=0) for e in archive().entries]).build(),
         "there are bytes between two entries"),
        ("an encrypted entry", flagged(z.ENCRYPTED), "encrypted"),
        ("a strongly encrypted entry", flagged(0x41), "encrypted"),
        ("masked headers", flagged(0x2000), "encrypted"),
        ("a patch (flag 5)", flagged(0x20), "flags that no reader of wheels knows"),
        ("a local name that differs", lambda: first(local_name="wa_control/__inix__.py"), "name"),
        ("a local name that is longer", lambda: first(local_name=SOURCE + "c"), "name"),
        ("a local method that differs", lambda: first(local={"method": 8}), "method"),
        ("a local CRC that differs", lambda: first(local={"crc": 1}), "CRC"),
        ("local flags that differ", lambda: first(local={"flags": 0x800}), "flags"),
        ("a directory entry with a payload", lambda: archive().plus(Entry("wa_control/d/", b"payload")).build(),
         "a directory entry has content"),
        ("a directory entry with a deflated payload", lambda: archive().plus(
            Entry("wa_control/d/", b"payload" * 9, DEFLATED)).build(), "a directory entry has content"),
        ("a directory entry with hidden compressed bytes", lambda: archive().plus(
            Entry("wa_control/d/", b"", DEFLATED, data=z.deflate(b"") + b"hidden")).build(), "a directory entry has content"),
        ("a stored entry of two sizes", lambda: first(both={"size": 300}), "cannot yield the declared size"),
        ("an entry said to inflate 5,000 : 1", lambda: first(
            method=DEFLATED, both={"size": 5_000_000}), "cannot yield the declared size"),
        ("an empty entry with a checksum", lambda: archive().plus(Entry("e.py", b"", both={"crc": 7})).build(),
         "an empty entry has the checksum of something"),
        ("an extra field twice", lambda: first(central_extra=z.zip64() * 2), "occurs twice"),
        ("an extra field that gives another name", lambda: first(
            local_extra=z.unicode_path("x.py"), central_extra=z.unicode_path("x.py")), "another name"),
        ("an entry that asks for ZIP 6.4", lambda: first(both={"version": 64}), "later ZIP version"),
        ("a local header with an extra field behind the end", lambda: first(local={"extra_length": 60_000}),
         "an entry stands where the directory does not say"),
    ]  # fmt: skip


def of_pypi_too():
    """Refused by PyPI as well, by rules its tests have no archive for."""
    return [
        ("an empty file", lambda: b"", "there is no end record", "_is_valid_dist_file"),
        ("one byte", lambda: b"P", "there is no end record", "_is_valid_dist_file"),
        ("nothing but an end record cut short", lambda: b"PK\5\6" + bytes(10), "cut short", "_is_valid_dist_file"),
        ("a wheel cut in half", cut(0.5), "there is no end record", "_is_valid_dist_file"),
        ("a wheel without its last byte", lambda: archive().build()[:-1], "cut short", "_is_valid_dist_file"),
        ("random bytes", lambda: bytes((i * 7919 >> 3) & 255 for i in range(50_000)),
         "there is no end record", "_is_valid_dist_file"),
        ("an archive of gzip", lambda: b"\x1f\x8b\x08" + bytes(500), "there is no end record", "_is_valid_dist_file"),
        ("an archive of 7-Zip", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(500),
         "there is no end record", "_is_valid_dist_file"),
        ("a gap before the directory", lambda: replace(archive(), before_directory=b"gap!").build(),
         "there are bytes between two entries", "_validate_zipfile"),
        ("bytes between the directory and the end record", lambda: replace(archive(), before_end=b"gap!").build(),
         "the central directory does not end where the end record begins", "_validate_zipfile"),
        ("bytes in front that the offsets count", lambda: replace(archive(), before=b"#!/bin/sh\n").build(),
         "bytes in front of the archive", "_validate_zipfile"),
        ("zeros behind", nul_padded, "bytes behind the end of the archive", "_validate_zipfile"),
        ("two wheels one behind the other", lambda: archive().build() * 2, "bytes in front of the archive", "_validate_zipfile"),
        ("2,900 end records", many_end_records, "end record", "_validate_zipfile"),
        ("an entry count one too low", counted(entries=4, on_disk=4), "another number of entries", "_validate_zipfile"),
        ("an entry count one too high", counted(entries=6, on_disk=6),
         "another number of entries", "_validate_zipfile"),
        ("an entry count of 65,534", counted(entries=0xFFFE, on_disk=0xFFFE),
         "another number of entries", "_validate_zipfile"),
        ("two entry counts that differ", counted(on_disk=4), "numbers of entries", "_handle_eocd"),
        ("a directory one byte too long", counted(size=10_000),
         "the central directory does not end where the end record begins", "_validate_zipfile"),
        ("a directory behind the end of the file", counted(offset=1 << 30),
         "the central directory does not end where the end record begins", "_validate_zipfile"),
        ("a directory at 4 GiB", counted(offset=0xFFFFFFFE),
         "the central directory does not end where the end record begins", "_validate_zipfile"),
        ("an archive comment cut short", lambda: replace(archive(), end={"comment": 10}).build(),
         "comment is cut short", "_validate_zipfile"),
        ("an entry whose local header is elsewhere", lambda: first(offset=7),
         "there are bytes between two entries", "_validate_zipfile"),
        ("a RECORD that is listed twice", lambda: archive().plus(Entry(f"{INFO}/RECORD", b"")).build(),
         "one name", "_validate_zipfile"),
        ("a central record with a name behind the end", lambda: first(central={"name_length": 60_000}),
         "the central directory holds something that is not a record of an entry", "_validate_zipfile"),
        ("a central record cut by the end record", lambda: (data := archive().build())[:-30] + data[-22:], "the central directory does not end where the end record begins", "_validate_zipfile"),
        ("a bzip2 entry", method(12), "bzip2 (12)", "_is_valid_dist_file"),
        ("an lzma entry", method(14), "lzma (14)", "_is_valid_dist_file"),
        ("a zstd entry", method(93), "zstd (93)", "_is_valid_dist_file"),
        ("an unknown method", method(99), "method 99", "_is_valid_dist_file"),
        ("a ZIP that is a tar archive too", tar_too, "a tar archive as well", "_is_valid_dist_file"),
    ]  # fmt: skip


def mended():
    """Read in one way only: exit 1, and `repair` writes it clean."""
    wild = z.extra(0xCAFE, b"data")
    return [
        ("an entry comment", lambda: first(comment=b"hello"),
         "the entry has a comment", "_handle_central_directory_header"),
        ("a stray extra field", lambda: first(local_extra=wild, central_extra=wild), "no reader of wheels needs", ""),
        ("a stray extra field in the local header", lambda: first(local_extra=wild), "no reader of wheels needs", ""),
    ]


def tolerated():
    """Warnings and notes: exit 0."""
    times = z.extra(0x5455, b"\1" + bytes(4))
    return [
        ("an archive comment", lambda: replace(archive(), comment=b"hi \x1b[31m").build(), "comment"),
        ("Info-ZIP's time stamps", lambda: first(local_extra=times, central_extra=times), "times, owners"),
        ("a date that differs", lambda: first(local={"time": 99}), "date"),
    ]


def cases():
    for what, make, words in malformed():
        yield Case(what, make, "WA511" if "directory entry" in what else "WA510", words)
    for what, make, words, function in of_pypi_too():
        yield Case(what, make, "WA510", words, run=["check", "-v"], pypi=function)
    for what, make, words, function in mended():
        yield Case(what, make, "WA510", words, exit=1, repair=0, pypi=function)
    for what, make, words in tolerated():
        yield Case(what, make, "WA510", words, exit=0, run=["check", "-v"])
    yield Case("an archive bomb: 70 MiB in one member", lambda: archive().plus(
        Entry("big.txt", bytes(70 << 20), DEFLATED)).build(), "WA510", "far more than the wheel's size",
        run=["check", "-v"], pypi="_is_valid_dist_file", inflated=70 << 20)  # fmt: skip
