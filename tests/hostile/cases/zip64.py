"""Zip64: sizes in extra fields, wide end records (APPNOTE 4.3.14, 4.3.15, 4.5.3)."""

from dataclasses import replace

import zip_parts as z
from case import Case
from wheel_parts import archive
from zip_parts import SATURATED


def sized(local=b"", central=b"", **lies):
    """The first entry with these zip64 fields and saturated or lying sizes."""
    return lambda: archive().changed(0, local_extra=local, central_extra=central, both=lies).build()


def wide(**lies):
    return lambda: replace(archive(), zip64=True, **lies).build()


SIZE = len(archive().entries[0].content)


# What PyPI refuses as well, each with its function at case.WAREHOUSE.
OF_PYPI_TOO = {
    "two fields": "_handle_local_file_header",
    "a local field that differs from the central one": "_handle_local_file_header",
    "a wide end record with another count": "_validate_zipfile",
    "a wide end record with another offset": "_validate_zipfile",
    "a wide end record with an offset of 2^64 - 1": "_validate_zipfile",
    "a wide end record with a size of 2^64 - 1": "_validate_zipfile",
    "a wide end record of 2^64 - 1 bytes": "_handle_eocd64",
    "a wide end record of 0 bytes": "_handle_eocd64",
    "a locator of several disks": "_validate_zipfile",
    "a locator that points behind the file": "_validate_zipfile",
    "a saturated end record without a wide one": "_validate_zipfile",
}


def cases():
    for what, make, words in [
        ("sizes wide, and 2^63 bytes in the field", sized(z.zip64(1 << 63, 1 << 63), z.zip64(1 << 63, 1 << 63),
                                                          size=SATURATED, packed=SATURATED), "the entry reaches into what follows it"),
        ("sizes wide, and no field", sized(size=SATURATED, packed=SATURATED), "readers would take different sizes from the zip64 field"),
        ("a field that gives other sizes than the record", sized(z.zip64(7, 7), z.zip64(7, 7)), "zip64"),
        ("a field of five bytes", sized(z.extra(1, b"12345"), z.extra(1, b"12345")), "zip64"),
        ("two fields", sized(z.zip64(SIZE, SIZE) * 2, z.zip64(SIZE, SIZE) * 2, size=SATURATED, packed=SATURATED), "twice"),
        ("a local field that differs from the central one", sized(
            z.zip64(SIZE, SIZE), z.zip64(SIZE, SIZE + 1), size=SATURATED, packed=SATURATED), "the entry reaches into what follows it"),
        ("a wide end record with another count", wide(zip64_end={"entries": 6, "on_disk": 6}), "another number of entries"),
        ("a wide end record with 2^64 - 1 entries", wide(zip64_end={"entries": 2**64 - 1, "on_disk": 2**64 - 1}), "the archive has more entries than are read"),
        ("a wide end record whose two counts differ", wide(zip64_end={"on_disk": 4}), "the zip64 end record and the end record do not say the same"),
        ("a wide end record with another offset", wide(zip64_end={"offset": 3}), "there are bytes in front of the archive"),
        ("a wide end record with an offset of 2^64 - 1", wide(zip64_end={"offset": 2**64 - 1}), "the central directory does not end where the end record begins"),
        ("a wide end record with a size of 2^64 - 1", wide(zip64_end={"size": 2**64 - 1}), "the central directory does not end where the end record begins"),
        ("a wide end record of 2^64 - 1 bytes", wide(zip64_end={"length": 2**64 - 1}), "extensible data"),
        ("a wide end record of 0 bytes", wide(zip64_end={"length": 0}), "extensible data"),
        ("a wide end record on another disk", wide(zip64_end={"disk": 1}), "the zip64 end record and the end record do not say the same"),
        ("a locator of several disks", wide(locator={"disks": 2}), "zip64 locator"),
        ("a locator that points behind the file", wide(locator={"offset": 2**64 - 1}), "zip64 locator"),
        ("a locator that points at itself", wide(locator={"offset": 100}), "zip64 locator"),
        ("a narrow end record that contradicts the wide one", wide(end={"entries": 4, "on_disk": 4}), "the zip64 end record and the end record do not say the same"),
        ("a saturated end record without a wide one", lambda: replace(
            archive(), end={"entries": 0xFFFF, "on_disk": 0xFFFF, "size": SATURATED, "offset": SATURATED}).build(), "the central directory does not end where the end record begins"),
    ]:  # fmt: skip
        rule = "WA512" if "2^64 - 1 entries" in what else "WA510"
        yield Case(what, make, rule, words, pypi=OF_PYPI_TOO.get(what, ""))
