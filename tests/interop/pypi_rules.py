"""What PyPI asks of a wheel's file, in words of our own, to check wheelaudit's output against.

Written from pypi/warehouse at 6b62157124ab (warehouse/utils/zipfiles.py, warehouse/utils/wheel.py and the
wheel parts of warehouse/forklift/legacy.py); it shares no code with them nor with wheelaudit. Not here:
malware scanning, sizes granted to a project, what the index already has.

    pypi_rules.py WHEEL…    prints a JSON object: for each file the reasons to refuse it
"""

import configparser
import csv
import json
import re
import struct
import sys
import zlib
from pathlib import Path

from packaging.metadata import Metadata
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

PLATFORMS = [
    r"any|win32|win_arm64|win_amd64|win_ia64|linux_armv[67]l|armv7l|ppc64le|s390x|riscv64",
    r"manylinux1_(x86_64|i686)|manylinux2010_(x86_64|i686)",
    r"manylinux2014_(x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x)",
    r"(many|musl)linux_\d+_\d+_\w+|macosx_\d+_\d+_\w+|ios_\d+_\d+_\w+|android_\d+_\w+",
    r"pyemscripten_\d+_\d+_wasm32",
]


class Refused(Exception):
    pass


def refuse_if(condition, why):
    if condition:
        raise Refused(why)


def take(data, at, size, what):
    refuse_if(at + size > len(data), f"the archive ends inside {what}")
    return data[at : at + size]


def printable(name, where):
    refuse_if(any(byte < 32 or byte == 127 for byte in name), f"a control character in a name of {where}")


def extras(field):
    """[(id, payload)] of an extra field."""
    found, at = [], 0
    while at < len(field):
        refuse_if(at + 4 > len(field), "a torn extra field")
        kind, size = struct.unpack_from("<HH", field, at)
        refuse_if(at + 4 + size > len(field), "a torn extra field")
        found.append((kind, field[at + 4 : at + 4 + size]))
        at += 4 + size
    return found


def local_entry(data, at):
    """(name, method, sizes, flags, offset of the payload)"""
    fields = struct.unpack("<HHHHHIIIHH", take(data, at + 4, 26, "a local header"))
    _, flags, method, _, _, crc, packed, size, name_length, extra_length = fields
    name = take(data, at + 30, name_length, "a name")
    extra = extras(take(data, at + 30 + name_length, extra_length, "an extra field"))
    printable(name, "a local header")
    for kind in (0x0001, 0x7075):
        refuse_if(sum(k == kind for k, _ in extra) > 1, f"extra field {kind:#06x} twice")
    for kind, payload in extra:
        if kind == 0x7075:
            printable(payload[5:], "a Unicode path")
            payload[5:].decode()
        if kind == 0x0001 and packed == 0xFFFFFFFF:
            refuse_if(len(payload) not in (16, 24, 28), "a zip64 field of the wrong size")
            size, packed = struct.unpack_from("<QQ", payload)
    refuse_if(flags & 8, "a data descriptor")
    payload = at + 30 + name_length + extra_length
    return name, (method, packed, size, crc), flags, payload


def central_entry(data, at):
    fields = struct.unpack("<HHHHHHIIIHHHHHII", take(data, at + 4, 42, "the central directory"))
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment, *_, offset = fields
    refuse_if(comment, "a comment in the central directory")
    name = take(data, at + 46, name_length, "the central directory")
    printable(name, "the central directory")
    return name, (method, packed, size, crc), offset, at + 46 + name_length + extra_length


def members(data):
    """{name: content}: front to back, each local entry and each central record once and equal."""
    refuse_if(data[:4] not in (b"PK\3\4", b"PK\5\6"), "something before the first entry")
    at, local, offsets = 0, {}, {}
    while data[at : at + 4] == b"PK\3\4":
        name, facts, flags, payload = local_entry(data, at)
        refuse_if(name in local, "two local entries of one name")
        refuse_if(flags & 1, "an encrypted entry")
        local[name], offsets[name] = (facts, payload), at
        at = payload + facts[1]
    start, central = at, set()
    while data[at : at + 4] == b"PK\1\2":
        name, facts, offset, at = central_entry(data, at)
        refuse_if(name in central, "two central records of one name")
        refuse_if(name not in local, "a central record without a local entry")
        refuse_if(local[name][0] != facts or offsets[name] != offset, "local and central records differ")
        central.add(name)
    refuse_if(central != set(local), "local entries without a central record")
    end_of_directory = at
    if data[at : at + 4] == b"PK\6\6":
        refuse_if(struct.unpack_from("<Q", take(data, at, 56, "a zip64 end record"), 4)[0] != 44, "zip64 extensible data")
        at += 56
        refuse_if(data[at : at + 4] != b"PK\6\7", "a zip64 end record without its locator")
        at += 20
    refuse_if(data[at : at + 4] != b"PK\5\6", "an unknown record")
    on_disk, count, size, offset, comment = struct.unpack("<HHIIH", take(data, at + 8, 14, "the end record"))
    refuse_if((on_disk, count) != (len(central),) * 2, "a wrong count in the end record")
    refuse_if(size != end_of_directory - start or offset != start, "the end record points elsewhere")
    refuse_if(at + 22 + comment != len(data), "bytes after the archive")
    return {name.decode(): inflate(data, *facts, payload) for name, (facts, payload) in local.items()}


def inflate(data, method, packed, size, crc, payload):
    refuse_if(method not in (0, 8), "a compression method other than stored and deflate")
    raw = data[payload : payload + packed]
    content = raw if method == 0 else zlib.decompress(raw, -15)
    refuse_if(len(content) != size or zlib.crc32(content) != crc, "a damaged entry")
    return content


def check_record(files, info, mails):
    refuse_if(f"{info}/RECORD" not in files, "no RECORD")
    lines = csv.reader(files[f"{info}/RECORD"].decode().splitlines())
    listed = {row[0].replace("\\", "/") for row in lines if row}
    there = {name for name in files if not name.endswith("/")}
    there -= {f"{info}/RECORD.jws", f"{info}/RECORD.p7s"}
    if listed != there:
        mails.append(f"RECORD and archive differ in {sorted(listed ^ there)}")


def check_entry_points(files, info):
    if f"{info}/entry_points.txt" not in files:
        return
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str
    parser.read_string(files[f"{info}/entry_points.txt"].decode())
    for section in ("console_scripts", "gui_scripts"):
        for name in parser[section] if section in parser else ():
            refuse_if(not re.fullmatch(r"[\w.-]+", name), f"an entry point named {name!r}")


def check_names(file_name, metadata):
    name, version, _, tags = parse_wheel_filename(file_name)
    for tag in tags:
        refuse_if(not any(re.fullmatch(p, tag.platform) for p in PLATFORMS), f"platform tag {tag.platform}")
    refuse_if(canonicalize_name(metadata.name) != name, "the file name names another project than METADATA")
    written = file_name.split("-")[0]
    refuse_if(written != name.replace("-", "_"), "the project's name is not in its normal form")
    refuse_if(Version(str(metadata.version)) != version, "the file name names another version than METADATA")


def faults(path):
    """(why PyPI refuses the file or None, what it writes its owners a mail about)"""
    path, mails = Path(path), []
    try:
        refuse_if(path.suffix != ".whl" or not path.name.isprintable(), "not a wheel's file name")
        data = path.read_bytes()
        files = members(data)
        total = sum(map(len, files.values()))
        refuse_if(total > 64 << 20 and total / len(data) > 50, "a compression ratio above 50")
        info = "-".join(path.name.split("-")[:2]) + ".dist-info"
        for wanted in ("WHEEL", "METADATA"):
            refuse_if(f"{info}/{wanted}" not in files, f"no {info}/{wanted}")
        metadata = Metadata.from_email(files[f"{info}/METADATA"], validate=True)
        check_names(path.name, metadata)
        for licence in metadata.license_files or ():
            refuse_if(f"{info}/licenses/{licence}" not in files, f"no {info}/licenses/{licence}")
        check_record(files, info, mails)
        check_entry_points(files, info)
    except Exception as error:  # Refused, and whatever a reader throws over a file out of order
        texts = [str(error), *(str(part) for part in getattr(error, "exceptions", ()))]
        return f"{type(error).__name__}: {'; '.join(texts)}", mails
    return None, mails


if __name__ == "__main__":
    print(json.dumps({path: faults(path) for path in sys.argv[1:]}))
