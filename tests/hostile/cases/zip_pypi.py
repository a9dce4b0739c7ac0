"""PyPI's own list: the archives that pypi/warehouse's tests reject (tests/unit/utils/zipdata/reject at case.WAREHOUSE),
each fault put into a wheel by a generator of ours that makes what the name says; and two that PyPI still accepts.

`pypi` names the function that refuses it. Where `says_pypi` is False, PyPI refuses it for what CPython's zipfile
makes of it, and our message gives our own reason.
"""

from dataclasses import replace

import zip_parts as z
from case import Case
from wheel_parts import INFO, SOURCE, archive, index_of
from zip_parts import DEFLATED, SATURATED, Archive, Entry

FILE = "_handle_local_file_header"
CENTRAL = "_handle_central_directory_header"
WALK = "_validate_zipfile"


def first(**changes):
    """The good wheel with its first entry, a source file, changed."""
    return archive().changed(0, **changes)


def one(change, method=DEFLATED):
    """The good wheel with its first entry changed by `change`."""
    parts = archive()
    entry = change(replace(parts.entries[0], method=method))
    return Archive([entry, *parts.entries[1:]]).build()


def source():
    return replace(archive().entries[0], method=DEFLATED)


def both_extra(extra):
    return lambda entry: replace(entry, local_extra=extra, central_extra=extra)


def doubled_end():
    good = archive().build()
    return replace(archive(), before_end=good[-22:], end={"size": len(good) - 22 - good.index(b"PK\1\2") + 22}).build()


def bad_crc_0(entry):
    f = entry.fields({})
    sizes = z.struct.pack("<III", 0, f["packed"], f["size"])
    return replace(entry, descriptor=sizes, both={"flags": z.DESCRIPTOR, "crc": 0}, local={"packed": 0, "size": 0})


def zip64_parts(*records):
    return archive().build()[:-22] + b"".join(records) + z.end_record(0xFFFF, 0xFFFF, SATURATED, SATURATED)


def wide_end(size=44):
    good = archive()
    start = len(good.build()) - 22 - sum(len(entry.central_bytes(0)) for entry in good.entries)
    count = len(good.entries)
    return z.struct.pack("<IQHHIIQQQQ", 0x06064B50, size, 45, 45, 0, 0, count, count,
                         len(good.build()) - 22 - start, start)  # fmt: skip


def confusion():
    inner = replace(archive({SOURCE: b"import other\n"}), zip64=True).build()
    return replace(archive(), zip64=True, extensible=inner).build()


def missing_local_file():
    parts = archive()
    parts = parts.changed(index_of(parts, f"{INFO}/WHEEL"), in_file=False)
    return parts.build()


def rejected():
    content = source().content
    size, packed = len(content), len(source().packed())
    describe = lambda **lies: lambda: one(lambda entry: z.with_descriptor(entry, **lies))  # noqa: E731
    return [
        ("8bitcomment.zip: an end record inside the archive comment", FILE, False,
         lambda: replace(archive(), comment=z.end_record() + bytes(65)).build(),
         "the signature of an end record stands in the archive comment"),
        ("cd_comment.zip: an entry with a comment that the end record does not count", WALK, True,
         lambda: replace(first(comment=b"\xff"), end={"size": len(archive().build()) - 22 - archive().build().index(b"PK\1\2")}).build(),
         "the central directory"),
        ("cd_extra_entry.zip: two records of one local entry", WALK, True,
         lambda: archive().plus(replace(archive().entries[0], in_file=False, offset=0)).build(), "two entries have one name"),
        ("cd_missing_entry.zip: a local entry without a record", FILE, True,
         lambda: archive().plus(Entry("two", b"hello", in_directory=False)).build(), "not in the central directory"),
        ("data_descriptor_bad_crc.zip: a descriptor with a wrong CRC", FILE, True, describe(crc=1), "data descriptor"),
        ("data_descriptor_bad_crc_0.zip: every CRC zero", FILE, True, lambda: one(bad_crc_0), "another checksum than declared"),
        ("data_descriptor_bad_csize.zip: a descriptor with a wrong compressed size", FILE, True, describe(packed=1), "data descriptor"),
        ("data_descriptor_bad_usize.zip: a descriptor with a wrong size", FILE, True, describe(size=1), "data descriptor"),
        ("data_descriptor_bad_usize_no_sig.zip: the same without signature", FILE, True,
         describe(size=1, signature=False), "data descriptor"),
        ("data_descriptor_zip64_csize.zip: a wide descriptor with a wrong compressed size", FILE, True,
         describe(packed=1, wide=True), "data descriptor"),
        ("data_descriptor_zip64_usize.zip: a wide descriptor with a wrong size", FILE, True,
         describe(size=1, wide=True), "data descriptor"),
        ("dupe_eocd.zip: two end records", WALK, True, doubled_end, "end record"),
        ("eocd64_locator_mismatch.zip: the locator names another place", WALK, False,
         lambda: replace(archive(), zip64=True, locator={"offset": 1}).build(), "zip64 locator"),
        ("eocd64_non_locator.zip: two zip64 end records, the locator names the first", WALK, True,
         lambda: zip64_parts(wide_end(), wide_end(), z.locator(len(archive().build()) - 22)), "zip64 locator"),
        ("eocd64_without_eocd.zip: two locators", WALK, False,
         lambda: zip64_parts(wide_end(), z.locator(len(archive().build()) - 22), z.locator(len(archive().build()) - 22)),
         "zip64 locator"),
        ("eocd64_without_locator.zip: a zip64 end record without locator", WALK, True,
         lambda: replace(archive(), zip64=True, with_locator=False).build(), "the central directory does not end where the end record begins"),
        ("extra3byte.zip: three bytes of extra field", FILE, True,
         lambda: first(local_extra=b"   ", central_extra=b"   ").build(), "the extra field is not a sequence of whole fields"),
        ("missing_local_file.zip: a record without a local entry", WALK, False, missing_local_file, "the entry reaches into what follows it"),
        ("non_ascii_original_name.zip: a name in a code page, the real one in an extra field", FILE, True,
         lambda: archive().plus(Entry(b"\x82.py", b"", both={"flags": 0}, central_extra=z.unicode_path("é"))).build(),
         "the name is not valid UTF-8"),
        ("not.zip: no archive at all", "_is_valid_dist_file", True, lambda: b"Hello, world!\n", "there is no end record"),
        ("prefix.zip: bytes in front", WALK, True, lambda: b"XXXX" + archive().build(), "bytes in front of the archive"),
        ("second_unicode_extra.zip: two Unicode paths", FILE, True,
         lambda: one(both_extra(z.unicode_path("first") + z.unicode_path("second"))), "0x7075 occurs twice"),
        ("shortextra.zip: an extra field longer than what is left", "validate_zipfile", True,
         lambda: first(central_extra=z.struct.pack("<HH", 0x7075, 32) + bytes(8)).build(), "the extra field is not a sequence"),
        ("suffix_not_comment.zip: bytes behind", WALK, True, lambda: archive().build() + b"    ",
         "bytes behind the end of the archive"),
        ("unicode_extra_chain.zip: three Unicode paths", FILE, True,
         lambda: one(both_extra(z.unicode_path("a") + z.unicode_path("b", 4) + z.unicode_path("c"))), "0x7075 occurs twice"),
        ("wheel-1.0-py3-none-any.whl: a file of dist-info twice", WALK, True,
         lambda: archive().plus(Entry(f"{INFO}/WHEEL", b"")).build(), "two entries have one name"),
        ("zip64_eocd_confusion.zip: another archive's end as extensible data", "_handle_eocd64", True, confusion,
         "the zip64 end record carries extensible data"),
        ("zip64_eocd_extensible_data.zip: extensible data", "_handle_eocd64", True,
         lambda: replace(archive(), zip64=True, extensible=b"z" * 20).build(), "the zip64 end record carries extensible data"),
        ("zip64_extra_csize.zip: the compressed size wide and eight bytes for it", FILE, False,
         lambda: one(lambda e: replace(both_extra(z.zip64(packed + 1))(e), both={"packed": SATURATED})), "zip64"),
        ("zip64_extra_usize.zip: the size wide and eight bytes for it", FILE, False,
         lambda: one(lambda e: replace(both_extra(z.zip64(size + 1))(e), both={"size": SATURATED})), "zip64"),
        ("zip64_extra_too_long.zip: the size wide and two numbers for it", FILE, False,
         lambda: one(lambda e: replace(both_extra(z.zip64(size, 0))(e), both={"size": SATURATED})), "zip64"),
        ("zip64_extra_too_short.zip: both sizes wide and one number", FILE, False,
         lambda: one(lambda e: replace(both_extra(z.zip64(size))(e), both={"size": SATURATED, "packed": SATURATED})), "zip64"),
        ("zipinzip.zip: an archive as the comment of another", WALK, True,
         lambda: replace(archive(), comment=archive().build()).build(), "there are bytes in front of the archive"),
    ]  # fmt: skip


def accepted_by_pypi():
    short = b"# benign\n"
    whole = short + b"print('other')\n"
    lies = {"size": len(short), "crc": z.zlib.crc32(short)}
    wide = z.zip64(len(whole), len(whole))
    return [
        Case("short_usize.zip (PyPI accepts it): a member that inflates to more than declared", lambda: one(
            lambda e: replace(e, content=whole, both=lies)), "WA510", "inflates to more than its declared size"),
        Case("short_usize_zip64.zip (PyPI accepts it): a zip64 field gives other sizes", lambda: one(
            lambda e: replace(e, content=whole, both=lies, local_extra=wide, central_extra=wide), z.STORED),
            "WA510", "zip64"),
    ]  # fmt: skip


def mended():
    """What PyPI refuses and all readers read alike: repair writes it clean."""
    describe = lambda **lies: lambda: one(lambda entry: z.with_descriptor(entry, **lies))  # noqa: E731
    return [
        ("data_descriptor.zip: a descriptor that agrees", describe()),
        ("data_descriptor_zip64.zip: a wide descriptor that agrees", describe(wide=True)),
    ]


def cases():
    for what, function, says, make, words in rejected():
        yield Case(what, make, "WA510", words, run=["check", "-v"], pypi=function, says_pypi=says)
    for what, make in mended():
        yield Case(what, make, "WA510", "data descriptor", exit=1, repair=0, pypi=FILE)
    yield from accepted_by_pypi()
