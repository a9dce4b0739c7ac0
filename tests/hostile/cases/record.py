"""RECORD: hashes, sizes, rows, and CSV as Python's module reads it (PEP 376, PEP 427, PEP 627)."""

import base64
import hashlib

from case import Case
from wheel_parts import GOOD, METADATA, MODULE, RECORD, SOURCE, digest, record_of, wheel, wheel_files

FILES = wheel_files()
TEXT = record_of(FILES).decode()
LINE = TEXT.splitlines()[0]


def text(record):
    return lambda: wheel(record=record if isinstance(record, bytes) else record.encode())


def changed(old, new, count=1):
    assert old in TEXT, old
    return text(TEXT.replace(old, new, count))


def plus(line):
    return text(TEXT + line)


HASH = digest(GOOD[SOURCE])


def refused():
    """(what, record, words, exit code of repair)"""
    return [
        ("another hash", changed(HASH, digest(b"other")), "the hash in RECORD is not the file's", 1),
        ("another hash of the module", changed(digest(GOOD[MODULE]), HASH), "the hash in RECORD is not the file's", 1),
        ("another hash of METADATA", changed(digest(GOOD[METADATA]), HASH), "the hash in RECORD is not the file's", 1),
        ("a hash of one letter", changed(HASH, "A"), "the hash in RECORD is not the file's", 1),
        ("a hash of 64 hexadecimal digits", changed(HASH, "ab" * 32), "the hash in RECORD is not the file's", 1),
        ("a hash with padding", changed(HASH, HASH + "="), "the hash in RECORD is the file's, in another encoding", 0),
        ("an unknown hash algorithm", changed("sha256", "sha3000"), "hash algorithm that is not known", 1),
        ("an algorithm with ESC", changed("sha256=", "\x1b[31msha=", 1), "RECORD names a hash algorithm that is not known", 1),
        ("another size", changed(",304", ",305"), "the size in RECORD is not the file's", 0),
        ("a size of 2^64", changed(",304", ",18446744073709551616"), "is not a number of bytes", 1),
        ("a negative size", changed(",304", ",-1"), "is not a number of bytes", 1),
        ("a size of hexadecimal digits", changed(",304", ",0x130"), "is not a number of bytes", 1),
        ("a file that is not listed", text("\n".join(TEXT.splitlines()[1:]) + "\n"), "RECORD does not list this file", 0),
        ("a file that is not there", plus("wa_control/gone.py,sha256=AAAA,1\n"), "a file that is not in the wheel", 0),
        ("a file outside", plus("../../../etc/passwd,,\n"), "a file that is not in the wheel", 0),
        ("an absolute file", plus("/etc/passwd,,\n"), "a file that is not in the wheel", 0),
        ("an empty RECORD", text(""), "RECORD does not list this file", 0),
        ("a RECORD of line feeds", text("\n" * 1000), "it is empty", 1),
        ("a RECORD that is not UTF-8", text(TEXT.encode() + b"\xff\xfe,,\n"), "it is not UTF-8", 1),
        ("a NUL byte", plus("a\0b,,\n"), "it holds a NUL byte", 1),
        ("a quote that is never closed", plus('"a,,\n'), "a quote is opened and never closed", 1),
        ("a row of two fields", plus("a,b\n"), "2 fields, expected 3", 1),
        ("a row of a million fields", plus("," * 1_000_000 + "\n"), "fields, expected 3", 1),
        ("an empty path", plus(",sha256=AAAA,1\n"), "the path is empty", 1),
        ("a hash without an algorithm", changed("sha256=", ""), "is not of the form algorithm=digest", 1),
        ("a path with ESC, CR and a bidi override", plus("a\x1b[2J\u202e,sha256=AAAA,1\n"),
         "a file that is not in the wheel", 0),
        ("a quoted path with a line feed", plus('"a\nerror[WA000]: fake",sha256=AAAA,1\n'),
         "a file that is not in the wheel", 0),
        ("a field longer than Python's csv takes", plus("x" * 131_073 + ",,\n"), "longer than 131072 characters", 1),
        ("a path of 100,000 quotes", plus('"' + '""' * 60_000 + '",,\n'), "a file that is not in the wheel", 0),
        ("60,000 bad rows", plus("x\n" * 60_000), "1 field, expected 3", 1),
        ("60,000 files that are not there", plus("".join(f"gone/{i}.py,,\n" for i in range(60_000))),
         "a file that is not in the wheel", 0),
    ]  # fmt: skip


def cases():
    for what, make, words, repair in refused():
        yield Case(what, make, "WA502", words, exit=1, repair=repair)
    yield Case("70,000 rows", plus("x,,\n" * 70_000), "WA512", "rows", exit=3)
    yield Case("a weak hash", changed("sha256=" + HASH, "md5=1B2M2Y8AsgTpgAmY7PhCfg"), "WA502", "the hash in RECORD is not the file's", exit=1)
    yield Case("a file without a hash", changed(f"sha256={HASH},304", ","), "WA502", "without a hash", exit=0)
    yield Case("a file twice", plus(LINE + "\n"), "WA502", "more than once", exit=0)
    yield Case("a member whose hash is of another member's content", lambda: wheel(
        {SOURCE: GOOD[SOURCE] + b"import evil\n"}, record_of(FILES)), "WA502", "the hash in RECORD", exit=1)  # fmt: skip
    line = lambda: plus("x" * 100_000_000 + ",,\n")()  # noqa: E731
    yield Case("a line of 100 MB", line, "WA512", "--max-record-size", inflated=100_000_000)
    yield Case("a line of 100 MB, the limit raised", line, "WA502", "longer than 131072 characters", exit=1,
               run=["check", "--max-record-size=200MiB"], inflated=100_000_000)  # fmt: skip
