"""Wheels with one fault each, made of a good one. What a fault needs is said in its name."""

import base64
import hashlib
import io
import struct
import warnings
import zipfile
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def recorded(files):
    """The same files with a RECORD that lists them."""
    (path,) = [name for name in files if name.endswith(".dist-info/RECORD")]
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}" if name != path else f"{name},,")
    return {**files, path: ("\n".join(lines) + "\n").encode()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr, info.create_system, info.compress_type = 0o100644 << 16, 3, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def described(wheel, folder):
    """A copy of a wheel with a description, so that strict checkers of metadata have nothing to say."""
    files = contents(wheel)
    (path,) = [name for name in files if name.endswith(".dist-info/METADATA")]
    head = files[path].decode().rstrip("\n")
    files[path] = (head + "\nDescription-Content-Type: text/plain\n\nA wheel of wheelaudit's tests.\n").encode()
    result = Path(folder) / Path(wheel).name
    result.write_bytes(zipped(recorded(files)))
    return result


def renamed(files, old, new):
    return {name.replace(old, new): data for name, data in files.items()}


def changed(files, suffix, old, new):
    (path,) = [name for name in files if name.endswith(suffix)]
    data = files[path].replace(old.encode(), new.encode() if isinstance(new, str) else new)
    assert data != files[path], f"nothing to change in {suffix}"
    return {**files, path: data}


def without(files, suffix):
    return {name: data for name, data in files.items() if not name.endswith(suffix)}


def patched(data, at, new):
    return data[:at] + new + data[at + len(new) :]


def central_directory(data):
    return struct.unpack_from("<I", data, data.rindex(b"PK\5\6") + 16)[0]


def with_descriptor(data):
    """The first entry's sizes moved behind its payload."""
    crc, packed, size, name, extra = struct.unpack_from("<IIIHH", data, 14)
    end = 30 + name + extra + packed
    descriptor = b"PK\7\x08" + struct.pack("<III", crc, packed, size)
    moved = patched(patched(data, 6, b"\x08\0"), 14, bytes(12))
    moved = moved[:end] + descriptor + moved[end:]
    at = central_directory(data) + len(descriptor)
    moved = patched(moved, moved.rindex(b"PK\5\6") + 16, struct.pack("<I", at))
    first = True
    while moved[at : at + 4] == b"PK\1\2":
        name, extra, comment = struct.unpack_from("<HHH", moved, at + 28)
        if first:
            moved = patched(moved, at + 8, b"\x08\0")
        else:
            offset = struct.unpack_from("<I", moved, at + 42)[0]
            moved = patched(moved, at + 42, struct.pack("<I", offset + len(descriptor)))
        first, at = False, at + 46 + name + extra + comment
    return moved


def duplicated(files, again):
    out = io.BytesIO(zipped(files))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # that the name is there twice is the point
        archive.writestr(zipfile.ZipInfo(again, DATE), b"another\n")
    return out.getvalue()


def bad_wheels(good):
    """[(what is wrong, file name, bytes)]"""
    name, files = Path(good).name, contents(good)
    data = zipped(files)
    info = "-".join(name.split("-")[:2]) + ".dist-info"
    source = next(n for n in files if n.endswith(".py"))
    added = {f"{info}/entry_points.txt": b"", **files}
    entry = lambda text: recorded({**added, f"{info}/entry_points.txt": text.encode()})  # noqa: E731
    meta = lambda old, new: recorded(changed(files, "METADATA", old, new))  # noqa: E731
    central, end = central_directory(data), data.rindex(b"PK\5\6")
    of_files = [
        ("no RECORD", without(files, "/RECORD")),
        ("no WHEEL", recorded(without(files, "/WHEEL"))),
        ("no METADATA", recorded(without(files, "/METADATA"))),
        ("a Wheel-Version of the future", recorded(changed(files, "/WHEEL", "Wheel-Version: 1.0", "Wheel-Version: 2.0"))),
        ("a wrong hash in RECORD", {**files, source: files[source] + b"# more\n"}),
        ("a file that RECORD lacks", {**files, source.replace("__init__", "stray"): b"pass\n"}),
        ("a file of RECORD that is not there", without(files, source)),
        ("a dist-info of another name", recorded(renamed(files, info, info.replace("wheelaudit", "other")))),
        ("a dist-info of another version", recorded(renamed(files, info, info.replace("-1.0", "-2.0")))),
        ("two dist-infos", recorded({**files, "other-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\n"})),
        ("METADATA of another project", meta("Name: wheelaudit", "Name: other")),
        ("METADATA of another version", meta("Version: 1.0\n", "Version: 2.0\n")),
        ("METADATA without a name", meta("Name: ", "X-Name: ")),
        ("METADATA with a version that is none", meta("\nVersion: 1.0\n", "\nVersion: one.o\n")),
        ("METADATA that is not UTF-8", meta("Name: ", b"Author: \xff\xfe\nName: ")),
        ("an unknown Metadata-Version", meta("Metadata-Version: 2.1", "Metadata-Version: 9.9")),
        ("a requirement that is none", meta("Name: ", "Requires-Dist: one two three\nName: ")),
        ("a Requires-Python that is none", meta("Name: ", "Requires-Python: banana\nName: ")),
        ("a licence file that is not there", meta("Metadata-Version: 2.1\n", "Metadata-Version: 2.4\nLicense-File: LICENSE\n")),
        ("entry points that are no INI file", entry("not an ini file\n")),
        ("an entry point with a path", entry("[console_scripts]\n../../evil = wheelaudit_example:main\n")),
        ("an entry point without a callable", entry("[console_scripts]\ntool = wheelaudit_example\n")),
        ("a name that leaves the folder", recorded({**files, "../evil.py": b""})),
        ("an absolute name", recorded({**files, "/evil.py": b""})),
    ]  # fmt: skip
    head, tail = name.split("-", 2)[0], name.split("-", 2)[2]
    of_names = [
        ("a file name without an ABI tag", "-".join(name.split("-")[:3]) + "-any.whl"),
        ("a file name whose version is none", f"{head}-one.o-{tail}"),
        ("a file name of another version", f"{head}-2.0-{tail}"),
        ("a file name of another project", f"other-1.0-{tail}"),
        ("a file name in capitals", f"{head.upper()}-1.0-{tail}"),
        ("a build tag that is none", f"{head}-1.0-x1-{tail}"),
    ]
    crc = struct.unpack_from("<I", data, 14)[0]
    length = struct.unpack_from("<H", data, 26)[0]
    of_bytes = [
        ("an empty file", b""),
        ("half a file", data[: len(data) // 2]),
        ("bytes after the archive", data + b"more"),
        ("bytes before the archive", b"#!/bin/sh\n" + data),
        ("two archives in one", data + data),
        ("data descriptors", with_descriptor(data)),
        ("a wrong checksum", patched(patched(data, 14, struct.pack("<I", crc ^ 1)), central + 16, struct.pack("<I", crc ^ 1))),
        ("a damaged payload", patched(data, 30 + length + 2, b"\xff\xff\xff\xff")),
        ("an unknown compression method", patched(patched(data, 8, b"\x63\0"), central + 10, b"\x63\0")),
        ("an encrypted entry", patched(patched(data, 6, b"\1\0"), central + 8, b"\1\0")),
        ("a local name of its own", patched(data, 30, b"X")),
        ("a wrong count of entries", patched(data, end + 8, b"\1\0\1\0")),
        ("one entry twice", duplicated(files, source)),
        ("a comment on an entry", commented(files)),
    ]  # fmt: skip
    return ([(what, name, zipped(changed_files)) for what, changed_files in of_files]
            + [(what, other, data) for what, other in of_names] + [(what, name, raw) for what, raw in of_bytes])  # fmt: skip


def commented(files):
    out = io.BytesIO(zipped(files))
    with zipfile.ZipFile(out, "a") as archive:
        archive.infolist()[0].comment = b"hello"
        archive._didModify = True
    return out.getvalue()
