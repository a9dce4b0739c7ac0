"""Faults of the disk and SIGKILL: whatever fails, the input stays as it was, the output is absent,
complete or still the older one, and nothing else is left but, after a kill, a temporary file that
names us. faults.c, preloaded, makes one system call fail; each run fails another one, until there
is none left to fail."""

import functools
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import figures
from common import TESTDATA, Skip, answer_library, expect, read_members, repair, write_wheel
from wheels import variants

HERE = Path(__file__).resolve().parent
TEMPORARY = re.compile(r"\.wheelaudit-\d+-\d+\.tmp")
EXAMPLE = "wheelaudit_example-1.0-cp313-cp313-linux_x86_64.whl"
FAMILIES = ("open", "read", "write", "sync", "rename", "copy", "mkdir")
DATA_SIZE = 400_000  # beyond what is copied through memory, so that the kernel copies it
MOST_CALLS = 2000  # of one family in one run; more would mean that counting never ends


built = []  # the folder of the library, which lives as long as this process
building = threading.Lock()


def preload():
    """The path of the library, built once."""
    with building:
        if not built:
            built.append(build())
        return Path(built[0].name) / "faults.so"


def build():
    compiler = shutil.which("cc")
    if not compiler or os.uname().sysname != "Linux":
        raise Skip("needs Linux and cc")
    folder = tempfile.TemporaryDirectory()
    made = Path(folder.name) / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", HERE / "faults.c", "-o", made],
                   check=True)  # fmt: skip
    return folder


def state(path):
    """What is there: the bytes of a file, {name: bytes} of a directory (None for directories in it)."""
    if path.is_file():
        return path.read_bytes()
    return {str(below.relative_to(path)): below.read_bytes() if below.is_file() else None for below in path.rglob("*")}


def no_sanitizer(program):
    if b"__asan_init" in Path(program).read_bytes():
        raise Skip("a program with a sanitizer in it cannot be preloaded")


class Stage:
    """One repair, run again and again: the input, its folder, what the faultless result is."""

    def __init__(self, context, folder, what):
        no_sanitizer(context.program)
        self.program, self.folder, self.runs = context.program, Path(folder), 0
        self.options, source = ["--plat", "pyemscripten_2025_0"], TESTDATA / "example" / EXAMPLE
        if what == "choosing":
            self.options[1] = "auto"
        if what in DIRECTORIES:
            self.options.append("--unpack")
        if what == "vendoring":
            source = variants()["needed_missing"]["wheel"]
            self.options += ["--libdir", str(answer_library(self.folder / "lib"))]
        self.input = self.folder / source.name
        if what == "copying":
            files = read_members(source)
            data = {"wheelaudit_example/data.bin": random.Random(1).randbytes(DATA_SIZE)}
            write_wheel(self.input, {**data, **files})
        else:
            shutil.copyfile(source, self.input)
        self.before = self.input.read_bytes()
        self.older = None
        done, out, _, _ = self.run("open", 0, "EIO")
        expect(done.returncode == 0, f"without a fault: exit {done.returncode}\n{done.stderr}")
        (made,) = out.iterdir()
        self.name, self.right = made.name, state(made)
        if what == "replacing":
            self.older = b"an older result"
            self.options.append("--force")
        if what == "replacing a directory":
            self.older = {"older.py": b"answer = 41\n", "older-1.0.dist-info": None, "older-1.0.dist-info/WHEEL": b""}
            self.options.append("--force")

    def run(self, family, at, how, stays=False):
        """(the process, the output folder, whether the fault was met, how many calls there were)"""
        self.runs += 1
        out = self.folder / f"out{self.runs}"
        mark, count = self.folder / f"mark{self.runs}", self.folder / f"count{self.runs}"
        if self.older is not None:
            out.mkdir()
            self.put_older(out / self.name)
        env = {**os.environ, "LD_PRELOAD": str(preload()), "FAULT_FAMILY": family, "FAULT_AT": str(at),
               "FAULT_HOW": how, "FAULT_MARK": str(mark), "FAULT_COUNT": str(count)}  # fmt: skip
        if stays:
            env["FAULT_STAYS"] = "1"
        command = [str(self.program), "repair", "-j1", "-w", str(out), *self.options, str(self.input)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
        met = mark.read_text() != ""
        calls = int(count.read_text() or "0") or None
        for file in (mark, count):
            file.unlink(missing_ok=True)
        return done, out, met, calls

    def put_older(self, path):
        if isinstance(self.older, bytes):
            return path.write_bytes(self.older)
        path.mkdir()
        for name, data in self.older.items():
            (path / name).mkdir() if data is None else (path / name).write_bytes(data)

    def holds(self, out, where, litter):
        """The promises, whatever happened; whether the output is there, complete and new."""
        expect(self.input.read_bytes() == self.before, f"{where}: the input changed")
        there = sorted(path.name for path in out.iterdir()) if out.exists() else []
        others = [name for name in there if name != self.name]
        expect(all(litter and TEMPORARY.fullmatch(name) for name in others), f"{where}: left behind {others}")
        expect(self.older is None or self.name in there, f"{where}: the older output is gone")
        if self.name not in there:
            return False
        found = state(out / self.name)
        expect(found in (self.right, self.older), f"{where}: an output that is neither whole nor the older one")
        return found == self.right


def fails_well(context, what, family, how, stays):
    """EIO and ENOSPC: exit 4 with a reason (0 only where a fault of `open` costs a shorter way, and the
    result is right); EINTR and short counts: exit 0, as if nothing had been."""
    harmless = how in ("EINTR", "short")
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(context, folder, what)
        step, at, met_any = (1 if context.all or family != "read" else 5), 1, False
        while True:
            done, out, met, _ = stage.run(family, at, how, stays)
            where = f"{what}, {family} {at} {how}"
            if not met:
                expect(done.returncode == 0, f"{where}: exit {done.returncode} without a fault\n{done.stderr}")
                break
            met_any = True
            # an older directory is removed after the new one has its place; what stays is named
            complete = stage.holds(out, where, litter="could not be removed" in done.stderr)
            figures.count("faults", family, how)
            may_be_done = harmless or family == "open"
            expect(done.returncode in ((0,) if harmless else (0, 4) if may_be_done else (4,)),
                   f"{where}: exit {done.returncode}\n{done.stdout}{done.stderr}")  # fmt: skip
            if done.returncode == 0:
                expect(complete, f"{where}: exit 0 and no complete output")
            else:
                expect("error: " in done.stderr, f"{where}: no reason given: {done.stderr!r}")
            shutil.rmtree(out, ignore_errors=True)
            at += step
            expect(at < MOST_CALLS, f"{where}: it never ends")
        never = {"copy": what != "copying", "mkdir": what.startswith("replacing")}
        expect(met_any or never.get(family), f"{what}: no {family} was ever met")


def kill_points(context, what, how):
    """Every call of a run, or a slice of them."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(context, folder, what)
        done, out, _, calls = stage.run("any", 0, "kill")
        expect(done.returncode == 0 and stage.holds(out, "no kill", litter=False), "without a kill it fails")
        shutil.rmtree(out)
        new = old = litter = 0
        # The end of a run, where the output comes into being, is looked at call by call.
        late = max(1, calls - 20)
        points = range(1, calls + 1) if context.all else [*range(1, late, 9), *range(late, calls + 1)]
        for at in points:
            done, out, met, _ = stage.run("any", at, how)
            where = f"{what}, {how} at call {at} of {calls}"
            expect(met and done.returncode == -signal.SIGKILL, f"{where}: exit {done.returncode}, met: {met}")
            complete = stage.holds(out, where, litter=True)
            new, old = new + complete, old + (not complete)
            left = [path for path in out.iterdir() if path.name != stage.name] if out.exists() else []
            litter += bool(left)
            figures.count("kills", "points")
            figures.count("kills", "the output complete and new" if complete else "the output absent or the older one")
            if left:
                figures.count("kills", "a temporary file or directory left, under our name")
            if left or complete:
                again(stage, out, where)
            shutil.rmtree(out, ignore_errors=True)
        expect(new and old and litter, f"{what}: the kills missed the writing: {new} new, {old} old, {litter} litter")


def again(stage, out, where):
    """After a kill the same command does what it should have done."""
    options = [option for option in stage.options if option != "--force"]
    command = [str(stage.program), "repair", "-j1", "--force", "-w", str(out), *options, str(stage.input)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    expect(done.returncode == 0 and state(out / stage.name) == stage.right,
           f"{where}: afterwards it cannot be repeated: exit {done.returncode}\n{done.stderr}")  # fmt: skip


def right_result_passes(context, what):
    """What `holds` compares with is itself a wheel that `check` lets pass."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(context, folder, what)
        if what in DIRECTORIES:  # packed again
            wheel, _ = repair(context, stage.folder / "out1" / stage.name, stage.folder / "packed")
        else:
            wheel = stage.folder / stage.name
            wheel.write_bytes(stage.right)
        done = subprocess.run([str(context.program), "check", str(wheel)], capture_output=True, text=True)
        expect(done.returncode == 0, done.stdout + done.stderr)


def enough_kill_points(context):
    """Counted, not estimated: calls × ways to die in or around one."""
    total = 0
    for what in KILLED:
        with tempfile.TemporaryDirectory() as folder:
            total += len(WAYS) * Stage(context, folder, what).run("any", 0, "kill")[3]
    expect(total >= 500, f"only {total} points of a kill")


DIRECTORIES = ("unpacking", "replacing a directory")
STAGES = ("vendoring", "copying", "replacing", *DIRECTORIES)
KILLED, WAYS = (*STAGES, "choosing"), ("kill", "kill-half", "kill-after")


def tests(context):
    out = []

    def add(name, test, *arguments):
        out.append((f"faults: {name}", functools.partial(test, context, *arguments)))

    for what in STAGES:
        add(f"the right result of {what} passes the check", right_result_passes, what)
        for family in FAMILIES:
            if what.startswith("replacing") and not context.all and family in ("open", "read", "copy"):
                continue
            if what in DIRECTORIES and family == "copy":  # every file is written out of memory
                continue
            for how in ("EIO", "ENOSPC", "EINTR", "short"):
                if how == "short" and family not in ("read", "write", "copy"):
                    continue
                add(f"{what}: every {family} with {how}", fails_well, what, family, how, False)
        add(f"{what}: a disk that is full and stays so", fails_well, what, "write", "ENOSPC", True)
    for what in KILLED:
        for how in WAYS:
            add(f"{what}: SIGKILL, {how}", kill_points, what, how)
    add("there are 500 points of a kill", enough_kill_points)
    return out
