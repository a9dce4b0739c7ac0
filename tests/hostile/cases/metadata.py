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
        ("a dist-info with ESC in its name", moved("wa\x1b[1m-1.0.dist-info"), "the name holds a control character"),
    ]  # fmt: skip


def refused():
    """Verdict incompatible: exit 1."""
    return [
        ("an empty METADATA", files({METADATA: b""}), "METADATA: there is no Metadata-Version"),
        ("METADATA that is not UTF-8", files({METADATA: GOOD[METADATA] + b"Author: \xff\xfe\n"}), "it is not UTF-8"),
        ("METADATA of NUL bytes", files({METADATA: bytes(5000)}), "METADATA: there is no Metadata-Version"),
        ("METADATA without a name", metadata(Name=None), "METADATA: there is no Name"),
        ("METADATA with two names", metadata(Name=["wa-control", "wa-control"]), "METADATA: there are 2 Name lines, expected one: readers differ in which they take"),
        ("METADATA with a name that is none", metadata(Name="-wa-"), "the Name '-wa-' is"),
        ("METADATA without a version", metadata(Version=None), "METADATA: there is no Version"),
        ("METADATA with a version that is none", metadata(Version="one.o"), "METADATA: the Version 'one.o' is not a PEP 440 version, expected one such as 1.0.post1"),
        ("METADATA with ESC in the version", metadata(Version="1.0\x1b[31m"), "METADATA: the Version '1.0\\\\x1b[31m' is not a PEP 440 version, expected one such as 1.0.post1"),
        ("METADATA without Metadata-Version", metadata(Metadata_Version=None), "METADATA: there is no Metadata-Version"),
        ("METADATA of the future", metadata(Metadata_Version="9.9"), "METADATA: the Metadata-Version '9.9' is of a series that installers refuse, expected 1.0 to 2.x"),
        ("a WHEEL file that is empty", files({WHEEL: b""}), "WHEEL: there is no Wheel-Version"),
        ("a WHEEL file of binary", files({WHEEL: bytes(range(256)) * 16}), "WHEEL: there is no Wheel-Version"),
        ("a WHEEL file without Wheel-Version", wheel_file(Wheel_Version=None), "WHEEL: there is no Wheel-Version"),
        ("a Wheel-Version of the future", wheel_file(Wheel_Version="2.0"), "WHEEL: the Wheel-Version '2.0' is of a series that installers refuse, expected 1.0"),
        ("a Wheel-Version that is none", wheel_file(Wheel_Version="x\x1b[0m"), "WHEEL: the Wheel-Version 'x\\\\x1b[0m' is not of the form 1.0"),
        ("entry points that are no INI file", entry_points("not an ini file\n"), "entry_points.txt: line 'not an ini file' stands before the first [group]"),
        ("entry points that are not UTF-8", entry_points(b"[console_scripts]\n\xff = a:b\n"), "entry_points.txt: it is not UTF-8"),
        ("an entry point with a path", entry_points("[console_scripts]\n../../evil = wa_control:main\n"), "entry_points.txt: the script '../../evil' has a name that PyPI refuses, and pip when it leads out of the folde"),
        ("an entry point without a callable", entry_points("[console_scripts]\ntool = wa_control\n"), "entry_points.txt: the script 'tool' names 'wa_control' without a callable, which pip refuses; expected module:"),
        ("an entry point with ESC", entry_points("[console_scripts]\ntool\x1b[2J = wa_control:main\n"), "entry_points.txt: the script 'tool\\\\x1b[2J' has a name that PyPI refuses, and pip when it leads out of the fol"),
        ("100,000 bad entry points", entry_points("[console_scripts]\n" + "".join(f"{i}\n" for i in range(100_000))),
         "entry_points.txt: 99900 more lines that do not parse"),
    ]  # fmt: skip


def other_rules():
    return [
        Case("METADATA of another project", metadata(Name="other"), "WA504", "different projects", exit=1),
        Case("METADATA of another version", metadata(Version="2.0"), "WA504", "different versions", exit=1),
        Case("a WHEEL file without tags", wheel_file(Tag=None), "WA105", "the WHEEL file has no readable tag", exit=0),
        Case("a WHEEL file of another tag", wheel_file(Tag="py2-none-any"), "WA105", "different tags", exit=0),
        Case("a WHEEL file with a tag of one part", wheel_file(Tag="py3"), "WA105", "the WHEEL file has no readable tag", exit=0),
        Case("a WHEEL file with a tag of ESC", wheel_file(Tag="py3-none-\x1b[31many"), "WA105", "the WHEEL file has no readable tag", exit=0),
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
