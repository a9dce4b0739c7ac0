"""dist-info: METADATA, WHEEL, entry points, licences (PEP 427, core metadata)."""

from case import Case
from wheel_parts import ENTRY_POINTS, GOOD, INFO, METADATA, MODULE, RECORD, WHEEL, lines, wheel


def files(changes, record=None):
    return lambda: wheel(changes, record)


def metadata(**changes):
    return files({METADATA: lines(METADATA, **changes)})


def wheel_file(**changes):
    return files({WHEEL: lines(WHEEL, **changes)})


def entry_points(text):
    return files({ENTRY_POINTS: text if isinstance(text, bytes) else text.encode()})


def moved(directory):
    """dist-info under another name."""
    return files({name.replace(INFO, directory): content for name, content in GOOD.items() if INFO in name}
                 | {METADATA: None, WHEEL: None, RECORD: None})  # fmt: skip


def malformed():
    """Verdict malformed: exit 3."""
    return [
        ("no dist-info", files({METADATA: None, WHEEL: None, RECORD: None}), "no .dist-info directory"),
        ("no METADATA", files({METADATA: None}), "METADATA is missing"),
        ("no WHEEL", files({WHEEL: None}), "WHEEL is missing"),
        ("no RECORD", files({RECORD: None}), "RECORD is missing"),
        ("two dist-infos", files({"other-1.0.dist-info/METADATA": b""}), "2 .dist-info directories"),
        ("a thousand dist-infos", files({f"p{i}-1.0.dist-info/METADATA": b"" for i in range(1000)}),
         "1001 .dist-info directories"),
        ("a dist-info of another project", moved("other-1.0.dist-info"), "is not named like the file"),
        ("a dist-info of another version", moved("wa_control-2.0.dist-info"), "is not named like the file"),
        ("a dist-info with ESC in its name", moved("wa\x1b[1m-1.0.dist-info"), ""),
    ]  # fmt: skip


def refused():
    """Verdict incompatible: exit 1."""
    return [
        ("an empty METADATA", files({METADATA: b""}), "METADATA"),
        ("METADATA that is not UTF-8", files({METADATA: GOOD[METADATA] + b"Author: \xff\xfe\n"}), "it is not UTF-8"),
        ("METADATA of NUL bytes", files({METADATA: bytes(5000)}), "METADATA"),
        ("METADATA without a name", metadata(Name=None), "Name"),
        ("METADATA with two names", metadata(Name=["wa-control", "wa-control"]), "Name"),
        ("METADATA with a name that is none", metadata(Name="-wa-"), "Name"),
        ("METADATA without a version", metadata(Version=None), "Version"),
        ("METADATA with a version that is none", metadata(Version="one.o"), "Version"),
        ("METADATA with ESC in the version", metadata(Version="1.0\x1b[31m"), "Version"),
        ("METADATA without Metadata-Version", metadata(Metadata_Version=None), "Metadata-Version"),
        ("METADATA of the future", metadata(Metadata_Version="9.9"), "Metadata-Version"),
        ("a WHEEL file that is empty", files({WHEEL: b""}), "WHEEL"),
        ("a WHEEL file of binary", files({WHEEL: bytes(range(256)) * 16}), "WHEEL"),
        ("a WHEEL file without Wheel-Version", wheel_file(Wheel_Version=None), "Wheel-Version"),
        ("a Wheel-Version of the future", wheel_file(Wheel_Version="2.0"), "Wheel-Version"),
        ("a Wheel-Version that is none", wheel_file(Wheel_Version="x\x1b[0m"), "Wheel-Version"),
        ("entry points that are no INI file", entry_points("not an ini file\n"), "entry_points.txt"),
        ("entry points that are not UTF-8", entry_points(b"[console_scripts]\n\xff = a:b\n"), "entry_points.txt"),
        ("an entry point with a path", entry_points("[console_scripts]\n../../evil = wa_control:main\n"), "entry_points.txt"),
        ("an entry point without a callable", entry_points("[console_scripts]\ntool = wa_control\n"), "entry_points.txt"),
        ("an entry point with ESC", entry_points("[console_scripts]\ntool\x1b[2J = wa_control:main\n"), "entry_points.txt"),
        ("100,000 bad entry points", entry_points("[console_scripts]\n" + "".join(f"{i}\n" for i in range(100_000))),
         "entry_points.txt"),
    ]  # fmt: skip


def other_rules():
    return [
        Case("METADATA of another project", metadata(Name="other"), "WA504", "different projects", exit=1),
        Case("METADATA of another version", metadata(Version="2.0"), "WA504", "different versions", exit=1),
        Case("a WHEEL file without tags", wheel_file(Tag=None), "WA105", "WA105", exit=0),
        Case("a WHEEL file of another tag", wheel_file(Tag="py2-none-any"), "WA105", "different tags", exit=0),
        Case("a WHEEL file with a tag of one part", wheel_file(Tag="py3"), "WA105", "WA105", exit=0),
        Case("a WHEEL file with a tag of ESC", wheel_file(Tag="py3-none-\x1b[31many"), "WA105", "WA105", exit=0),
        Case("Root-Is-Purelib true with native code", wheel_file(Root_Is_Purelib="true"), "WA503",
             "Root-Is-Purelib is true", exit=0, repair=0),
        Case("a licence file that is missing", metadata(Metadata_Version="2.4", License_File="../../etc/passwd"),
             "WA505", "licence file", exit=1, run=["check", "--index", "pypi"], repair=0),
        Case("WHEEL tags 30 × 30 × 30", wheel_file(Tag="-".join(".".join(f"{p}{i}" for i in range(30)) for p in (
            "py", "cp", "linux"))), "WA512", "27000 tags", exit=3),
        Case("a file name of 20 × 20 × 20 tags", lambda: wheel(), "WA512", "8000 combinations", name="a-1-" + "-".join(
            [".".join("abcdefghijklmnopqrst")] * 3) + ".whl"),
    ]  # fmt: skip


def cases():
    for what, make, words in malformed():
        yield Case(what, make, "WA511" if "ESC" in what else "WA501", words)
    for what, make, words in refused():
        yield Case(what, make, "WA505", words, exit=1)
    yield from other_rules()
