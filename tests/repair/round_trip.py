"""Every real wheel and every variant: its tags and suffixes made those of a build for Linux, it comes
back as it was. With the tag of the original: the modules' bytes, the names, the tags and RECORD are
the original's; what has errors on its own ABI is refused. With `--plat auto` the original ABI is
chosen, or listed among those that fit."""

import base64
import functools
import hashlib
import re
import tempfile
import zipfile
from pathlib import Path

import figures
import program as tool
import wheels
from common import TESTDATA, expect, read_members, repair

NATIVE = "linux_x86_64"
SUFFIX = re.compile(r"\.cpython-(\d+)-wasm32-emscripten\.so$")


def kind_of(wheel):
    return "variant" if wheel.parent.name == "variants" else "real"


def native_name(member):
    return SUFFIX.sub(r".cpython-\1-x86_64-linux-gnu.so", member)


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def as_native(wheel, folder):
    """The wheel as a build for Linux would have named it: the platform in the file name and in WHEEL,
    the suffixes, and in RECORD's lines just what follows from these. Every other byte stays."""
    head, platforms = wheel.stem.rsplit("-", 1)
    with zipfile.ZipFile(wheel) as source:
        members = [(info, source.read(info)) for info in source.infolist()]
    changed = {}
    for info, data in members:
        if re.fullmatch(r"[^/]+\.dist-info/WHEEL", info.filename):
            for platform in platforms.split("."):
                data = data.replace(f"-{platform}".encode(), f"-{NATIVE}".encode())
            seen = set()  # of several aliases one line is left
            lines = [x for x in data.splitlines(True) if not x.startswith(b"Tag:") or not (x in seen or seen.add(x))]
            changed[info.filename] = b"".join(lines)
    out = Path(folder) / f"{head}-{NATIVE}.whl"
    with zipfile.ZipFile(out, "w") as target:
        for info, data in members:
            data = changed.get(info.filename, data)
            if re.fullmatch(r"[^/]+\.dist-info/RECORD", info.filename):
                data = native_record(data, changed)
            entry = zipfile.ZipInfo(native_name(info.filename), info.date_time)
            entry.create_system, entry.external_attr = 3, info.external_attr
            entry.compress_type = info.compress_type
            target.writestr(entry, data)
    return out


def native_record(text, changed):
    lines = []
    for line in text.decode().splitlines(True):
        end = line[len(line.rstrip("\r\n")):]  # fmt: skip
        path, *rest = line.rstrip("\r\n").rsplit(",", 2)
        if path in changed:
            rest = [digest(changed[path]), str(len(changed[path]))]
        lines.append(",".join([native_name(path), *rest]) + end)
    return "".join(lines).encode()


def record_of(members):
    (text,) = (data for name, data in members.items() if re.fullmatch(r"[^/]+\.dist-info/RECORD", name))
    return dict(line.split(",", 1) for line in text.decode().splitlines() if line)


def tags_of(members):
    (text,) = (data for name, data in members.items() if re.fullmatch(r"[^/]+\.dist-info/WHEEL", name))
    return sorted(line for line in text.decode().splitlines() if line.startswith("Tag:"))


def same_as_original(original, written):
    expect(written.name == original.name, f"the name is {written.name}")
    before, after = read_members(original), read_members(written)
    expect(list(after) == list(before), f"other members or order: {sorted(set(after) ^ set(before))}")
    for name, data in before.items():
        if name.endswith(".dist-info/RECORD") or name.endswith(".dist-info/WHEEL"):
            continue
        expect(after[name] == data, f"{name} has other bytes")
    expect(tags_of(after) == tags_of(before), f"the tags are {tags_of(after)}, not {tags_of(before)}")
    same_wheel_file = [n for n in before if n.endswith(".dist-info/WHEEL") and before[n] == after[n]]
    ours, theirs = record_of(after), record_of(before)
    if not same_wheel_file:  # lines in another order: then its hash differs, and nothing else
        for record in (ours, theirs):
            record.pop(next(n for n in record if n.endswith(".dist-info/WHEEL")))
    expect(ours == theirs, f"RECORD differs: {sorted(set(ours.items()) ^ set(theirs.items()))[:4]}")


def errors_of(context, wheel):
    said = tool.report(context.program, "check", wheel, expect=(0, 1))
    return sorted({finding["rule"] for finding in said["findings"] if finding["severity"] == "error"}), said


def comes_back(context, wheel):
    """With the tag of the original."""
    platforms = wheel.stem.rsplit("-", 1)[1].split(".")
    errors, said = errors_of(context, wheel)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        native = as_native(wheel, folder)
        options = ["--plat", platforms[0], *(part for tag in platforms[1:] for part in ("--add-tag", tag))]
        if platforms[0] not in wheels.NEWEST:
            tool.run(context.program, "repair", "-w", folder / "out", *options, native, expect=(2,))
            return figures.count("round trip", "its tag belongs to no ABI, and wheelaudit says so", kind_of(wheel))
        written, plan = repair(context, native, folder / "out", *options, expect_exit=(0, 1, 3))
        absent = sorted({f["symbol"] for f in said["findings"] if f["rule"] == "WA401" and not f["found"]})
        if written is None and errors == ["WA401"] and absent:
            excludes = [part for name in absent for part in ("--exclude", name)]
            written, _ = repair(context, native, folder / "out", *options, *excludes)
            same_as_original(wheel, written)
            return figures.count("round trip", "came back with --exclude: it needs another package's libraries",
                                 kind_of(wheel))  # fmt: skip
        fit = not errors or said["verdict"] == "repairable"
        expect((written is not None) == fit, f"{errors}, {said['verdict']}, and it came to {plan}")
        if written is None:
            return figures.count("round trip", "refused, because it has errors on its own ABI", kind_of(wheel))
        if errors:  # what else was wrong was repaired as well: then the original's repair is the same
            own, _ = repair(context, wheel, folder / "own")
            same_as_original(own, written)
            return figures.count("round trip", "came back as its own repair, because it needs one", kind_of(wheel))
        same_as_original(wheel, written)
        figures.count("round trip", "came back", kind_of(wheel))


def is_chosen(context, wheel):
    """With `--plat auto`."""
    platform = wheel.stem.rsplit("-", 1)[1].split(".")[0]
    errors, said = errors_of(context, wheel)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        native = as_native(wheel, folder)
        written, plan = repair(context, native, folder / "out", "--plat", "auto", expect_exit=(0, 1, 3))
        own, fit = said["judged"], not errors or said["verdict"] == "repairable"
        if written:
            chosen = tool.report(context.program, "check", written, expect=(0,))["judged"]
            if chosen == own:
                expect(fit, f"its own ABI was chosen although it has {errors} there")
                return figures.count("auto", "chosen" if not errors else "chosen, and repaired besides", kind_of(wheel))
            expect(not fit, f"{chosen} was chosen, not {own}")
            return figures.count("auto", "red on its own ABI, fit for one other", kind_of(wheel))
        candidates = {candidate["profile"]: candidate["against"] for candidate in plan["candidates"]}
        if platform not in wheels.NEWEST:
            return figures.count("auto", "of an ABI that has no profile", kind_of(wheel))
        if fit:
            expect(candidates.get(own[0]) == [], f"{own[0]} is not listed as fit: {candidates}")
            return figures.count("auto", "listed among several that fit", kind_of(wheel))
        expect(candidates.get(own[0]) != [], f"listed as fit for {own[0]}, where it has {errors}")
        return figures.count("auto", "red on its own ABI, and that is said", kind_of(wheel))


def tests(context):
    real = sorted((TESTDATA / "pypi").glob("*wasm32.whl")) + wheels.corpus()
    variants = [entry["wheel"] for entry in wheels.variants().values()]
    out = []
    for wheel in real + variants:
        name = f"{wheel.parent.name}/{wheel.name}"
        out.append((f"round trip: {name} comes back", functools.partial(comes_back, context, wheel)))
        out.append((f"round trip: auto for {name}", functools.partial(is_chosen, context, wheel)))
    return out
