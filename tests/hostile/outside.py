"""The outside world: outputs that fail, inputs that are not files or change while they are read, places without permission.

What tests/cli already holds as golden tests is not here: /dev/full, a closed and a broken standard output, a FIFO and
a device as input, an output over its input by path and by symlink, an existing output.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from case import Case
from wheel_parts import NAME, TESTDATA, archive
from zip_parts import DEFLATED, Entry

ROOT = TESTDATA.parent
REPAIRABLE = TESTDATA / "example" / "wheelaudit_example-1.0-cp313-cp313-linux_x86_64.whl"
NEEDY = "wa_needed_missing-1.0-py3-none-pyemscripten_2025_0_wasm32.whl"
REPAIRED = "wheelaudit_example-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl"


class World:
    """A folder with a good wheel and one to repair, and the program."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        (self.folder / NAME).write_bytes(archive().build())
        shutil.copy(REPAIRABLE, self.folder / REPAIRABLE.name)

    def run(self, *arguments, unprivileged=False, **options):
        """(exit code, all that was said)"""
        if unprivileged and os.getuid() == 0:
            options.update(user=65534, group=65534, extra_groups=[])
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        done = subprocess.run([self.program, *arguments], cwd=self.folder, timeout=60, **{**streams, **options})
        return done.returncode, ((done.stdout or b"") + (done.stderr or b"")).decode("utf-8", "replace")

    def start(self, *arguments):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip

    def left(self, folder):
        return sorted(path.name for path in (self.folder / folder).iterdir()) if (self.folder / folder).is_dir() else []


def expect(found, wanted, *texts):
    code, text = found
    if code != wanted:
        yield f"exit {code}, expected {wanted}: {text[:300]}"
    for one in texts:
        if one not in text:
            yield f"says nothing of {one!r}: {text[:300]}"


def symlink_loop(world):
    (world.folder / "a.whl").symlink_to("b.whl")
    (world.folder / "b.whl").symlink_to("a.whl")
    yield from expect(world.run("check", "a.whl"), 4, "Too many levels of symbolic links")


def folder_with_loops(world):
    """A folder that holds a link to itself: walked once, for links to folders are not followed."""
    inner = world.folder / "dist"
    inner.mkdir()
    shutil.copy(world.folder / NAME, inner)
    (inner / "again").symlink_to(".")
    (inner / "up").symlink_to("..")
    (inner / "gone.whl").symlink_to("nowhere")
    yield from expect(world.run("check", "dist"), 4, "compatible", "gone.whl")


def unreadable_file(world):
    (world.folder / NAME).chmod(0)
    world.folder.chmod(0o755)
    yield from expect(world.run("check", NAME, unprivileged=True), 4, "Permission denied")


def unreadable_folder(world):
    (world.folder / "dist").mkdir(mode=0)
    world.folder.chmod(0o755)
    yield from expect(world.run("check", "dist", unprivileged=True), 4, "Permission denied")


def read_only_place(world):
    (world.folder / "out").mkdir(mode=0o555)
    world.folder.chmod(0o755)
    yield from expect(world.run("repair", "-w", "out", REPAIRABLE.name, unprivileged=True), 4, "ermission denied")
    if world.left("out"):
        yield f"left {world.left('out')}"


def output_folder_is_a_file(world):
    (world.folder / "out").write_text("mine")
    yield from expect(world.run("repair", "-w", "out", REPAIRABLE.name), 4)
    if (world.folder / "out").read_text() != "mine":
        yield "the file was changed"


def output_is_a_folder(world):
    (world.folder / "out" / REPAIRED).mkdir(parents=True)
    for force in ([], ["--force"]):
        yield from expect(world.run("repair", *force, "-w", "out", REPAIRABLE.name), 4)
    if world.left("out") != [REPAIRED]:
        yield f"left {world.left('out')}"


def output_is_a_link(world):
    """A link at the output's place is refused: neither followed nor replaced."""
    (world.folder / "out").mkdir()
    (world.folder / "precious").write_text("mine")
    (world.folder / "out" / REPAIRED).symlink_to("../precious")
    for force in ([], ["--force"]):
        yield from expect(world.run("repair", *force, "-w", "out", REPAIRABLE.name), 4)
    if (world.folder / "precious").read_text() != "mine" or not (world.folder / "out" / REPAIRED).is_symlink():
        yield "the link or its target was changed"


def output_is_the_input_by_hard_link(world):
    (world.folder / "out").mkdir()
    before = (world.folder / NAME).read_bytes()
    os.link(world.folder / NAME, world.folder / "out" / NAME)
    yield from expect(world.run("repair", "--force", "-w", "out", NAME), 2, "never changed")
    if (world.folder / NAME).read_bytes() != before:
        yield "the input was changed"


def report_over_the_input_by_hard_link(world):
    os.link(world.folder / NAME, world.folder / "report")
    before = (world.folder / NAME).read_bytes()
    yield from expect(world.run("check", "-o", "report", NAME), 2, "would overwrite the input")
    if (world.folder / NAME).read_bytes() != before:
        yield "the input was changed"


def report_over_what_is_read(world):
    """Standard input redirected from the file, and a profile, are inputs as well."""
    before, profile = (world.folder / NAME).read_bytes(), ROOT / "abi-profiles" / "emscripten_3_1_14.json"
    shutil.copy(profile, world.folder / "p.json")
    with (world.folder / NAME).open("rb") as stdin:
        yield from expect(world.run("check", "-o", NAME, "-", stdin=stdin), 2, "would overwrite the input -")
    for command in (["check", "--profile", "./p.json", NAME], ["profile", "link-list", "./p.json"],
                    ["profile", "diff", "./p.json", "0.29.5"], ["profile", "diff", "0.29.5", "./p.json"]):  # fmt: skip
        yield from expect(world.run(*command, "-o", "p.json"), 2, "would overwrite the input ./p.json")
    if (world.folder / NAME).read_bytes() != before or (world.folder / "p.json").read_bytes() != profile.read_bytes():
        yield "the input or the profile was changed"


def generated_profile_over_its_runtime(world):
    (world.folder / "runtime").mkdir()
    for name in ("pyodide.asm.wasm", "pyodide.asm.js", "pyodide-lock.json", "package.json"):
        (world.folder / "runtime" / name).write_text(name)
        (world.folder / "link").unlink(missing_ok=True)
        (world.folder / "link").symlink_to(f"runtime/{name}")
        if name == "pyodide.asm.wasm":
            continue  # alone it is not a runtime
        for out in (f"runtime/{name}", "link"):
            yield from expect(world.run("profile", "generate", "runtime", "-o", out), 2, "would overwrite the input runtime/")
    if any(path.read_text() != path.name for path in (world.folder / "runtime").iterdir()):
        yield "the runtime was changed"


def output_is_the_input_by_link(world):
    before = (world.folder / NAME).read_bytes()
    (world.folder / "out").mkdir()
    (world.folder / "out" / NAME).symlink_to(f"../{NAME}")
    (world.folder / "here").symlink_to(".")
    for out in ("out", "here", ".", "out/.."):
        yield from expect(world.run("repair", "--force", "-w", out, NAME), 2, "never changed")
    if (world.folder / NAME).read_bytes() != before:
        yield "the input was changed"


def disk_full(world):
    """RLIMIT_FSIZE: writing fails in the middle of the output (EFBIG), and nothing is left."""
    limit = lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),  # noqa: E731
                     resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))  # fmt: skip
    yield from expect(world.run("repair", "-w", "out", REPAIRABLE.name, preexec_fn=limit), 4)
    if world.left("out"):
        yield f"left {world.left('out')}"


def too_few_descriptors(world):
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))  # noqa: E731
    yield from expect(world.run("repair", "-w", "out", REPAIRABLE.name, preexec_fn=limit), 4, "oo many open files")
    if world.left("out"):
        yield f"left {world.left('out')}"


def two_writers(world):
    """Without --force one of them writes the file, the other one finds it there; whole in any case."""
    for round_ in range(5):
        out = f"out{round_}"
        runs = [world.start("repair", "-w", out, REPAIRABLE.name) for _ in range(2)]
        codes = sorted(run.wait(30) for run in runs)
        for run in runs:
            run.stderr.close()
        if codes not in ([0, 4], [0, 0]) or codes == [0, 0]:
            yield f"two writers end with {codes}, expected [0, 4]"
        if world.left(out) != [REPAIRED]:
            yield f"left {world.left(out)}"
        yield from expect(world.run("check", f"{out}/{REPAIRED}"), 0)


def two_writers_by_force(world):
    for _ in range(5):
        runs = [world.start("repair", "--force", "-w", "out", REPAIRABLE.name) for _ in range(2)]
        codes = [run.wait(30) for run in runs]
        for run in runs:
            run.stderr.close()
        if codes != [0, 0]:
            yield f"two writers end with {codes}, expected [0, 0]"
        if world.left("out") != [REPAIRED]:
            yield f"left {world.left('out')}"
        yield from expect(world.run("check", f"out/{REPAIRED}"), 0)


def killed(world):
    """SIGKILL at any moment: the output is there whole or not at all, the input as it was."""
    before = (world.folder / REPAIRABLE.name).read_bytes()
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        run = world.start("repair", "--force", "-w", "out", REPAIRABLE.name)
        time.sleep(delay)
        run.kill()
        run.wait(30)
        run.stderr.close()
        if (world.folder / "out" / REPAIRED).exists():
            yield from expect(world.run("check", f"out/{REPAIRED}"), 0)
    if (world.folder / REPAIRABLE.name).read_bytes() != before:
        yield "the input was changed"


def changing(world, change):
    """Runs `check` over a wheel of 40 MB while `change` works on it: an exit code of ours, never a signal."""
    noise = random.Random(1).randbytes(40_000_000)
    big = archive().plus(Entry("big.bin", noise), Entry("text", bytes(4_000_000), DEFLATED)).build()
    path = world.folder / NAME
    for delay in (0.0, 0.01, 0.03, 0.06):
        path.write_bytes(big)
        run = world.start("check", NAME)
        worker = threading.Thread(target=lambda: (time.sleep(delay), change(path, big)))
        worker.start()
        code = run.wait(60)
        worker.join()
        run.stderr.close()
        if code not in (0, 1, 3, 4):
            yield f"exit {code} when it changes after {delay} s"


def truncated_while_read(world):
    yield from changing(world, lambda path, big: os.truncate(path, len(big) // 2))


def emptied_while_read(world):
    yield from changing(world, lambda path, big: os.truncate(path, 0))


def overwritten_while_read(world):
    def overwrite(path, big):
        with open(path, "r+b") as file:
            file.write(b"\xff" * len(big))

    yield from changing(world, overwrite)


def replaced_while_read(world):
    def swap(path, big):
        other = path.with_name("other")
        other.write_bytes(b"no wheel")
        other.rename(path)

    yield from changing(world, swap)


def closed_streams(world):
    """All three standard streams closed: the result is not written into an input that got descriptor 1."""
    before = (world.folder / NAME).read_bytes()
    code, _ = world.run("check", NAME, stdin=None, stdout=None, stderr=None, preexec_fn=lambda: os.closerange(0, 3))
    if code != 4:
        yield f"exit {code}, expected 4"
    if (world.folder / NAME).read_bytes() != before:
        yield "the input was written into"


def a_reader_that_goes_away(world):
    """The reader of a pipe goes away amid a long report: exit 4, no signal."""
    read, write = os.pipe()
    run = subprocess.Popen([world.program, "profile", "show", "pyodide_2024_0", "-v"], stdout=write,
                           stderr=subprocess.DEVNULL)  # fmt: skip
    os.close(write)
    os.read(read, 10)
    os.close(read)
    code = run.wait(30)
    if code not in (0, 4):
        yield f"exit {code}, expected 0 or 4"


def proc_file(world):
    """A file whose size is said to be 0 and that yields bytes."""
    yield from expect(world.run("check", "/proc/self/maps"), 3, "there is no end record")


def socket_input(world):
    import socket

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(world.folder / "s.whl"))
        yield from expect(world.run("check", "s.whl"), 4)


def confined(world):
    """While the program waits for its input it is confined already: seccomp filters, no new privileges, one thread."""
    run = subprocess.Popen([world.program, "check", "-v", "-"], cwd=world.folder, stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    status, end = {}, time.monotonic() + 10
    # Reading standard input is what its worker waits in, and that starts when all is given up.
    while time.monotonic() < end and status.get("Threads") != "2":
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{run.pid}/status").read_text().splitlines() if ":\t" in line)
        time.sleep(0.01)
    told = run.communicate((world.folder / NAME).read_bytes(), timeout=30)[1].decode()
    expected = {"NoNewPrivs": "1", "Seccomp": "2"}
    found = {key: status.get(key) for key in expected}
    if "does not confine itself" not in told and found != expected:
        yield f"is not confined and does not say so: {found}"
    if found == expected and "any system call" in told:
        yield f"says that it is not confined: {told}"
    if run.returncode != 0:
        yield f"exit {run.returncode}, expected 0"


def more_inputs_than_are_opened_at_once(world):
    """300 wheels, links to a folder elsewhere among them: the first 128 are opened at once, the others by permission."""
    (world.folder / "dist").mkdir(), (world.folder / "elsewhere").mkdir()
    shutil.copy(world.folder / NAME, world.folder / "elsewhere")
    for i in range(300):
        link = world.folder / "dist" / NAME.replace("-py3", f"-{i}a-py3")
        if i % 2:
            link.symlink_to(f"../elsewhere/{NAME}")
        else:
            shutil.copy(world.folder / NAME, link)
    yield from expect(world.run("check", "-q", "dist"), 0, "300 wheels")
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))  # noqa: E731
    yield from expect(world.run("check", "-q", "dist", preexec_fn=few), 0, "300 wheels")


def libraries_behind_links(world):
    """--libdir: what its links lead to can be read, for that was the wish; the library is found broken, not forbidden."""
    (world.folder / "libs").mkdir(), (world.folder / "elsewhere").mkdir()
    (world.folder / "elsewhere" / "real").write_bytes(b"no module")
    shutil.copy(TESTDATA / "variants" / NEEDY, world.folder)
    (world.folder / "libs" / "libwheelaudit_answer.so").symlink_to("../elsewhere/real")
    code, text = world.run("repair", "--libdir", "libs", "-w", "out", NEEDY)
    if "ermission" in text or code != 1:
        yield f"exit {code}, expected 1: {text[:400]}"


def folder_made_for_nothing(world):
    """A folder made for results that do not come is gone again, with those above it; one that was there stays."""
    (world.folder / "bad.whl").write_bytes(b"no wheel")
    (world.folder / "there").mkdir()
    for out in ("new", "new/deep/er", "there/new"):
        yield from expect(world.run("repair", "-w", out, "bad.whl"), 3)
        yield from expect(world.run("repair", "-w", out, "--plat", "nonsense", REPAIRABLE.name), 2)
    yield from expect(world.run("repair", "-w", "there", "bad.whl"), 3)
    yield from expect(world.run("repair", "-w", "dry", "--dry-run", REPAIRABLE.name), 0)
    if sorted(path.name for path in world.folder.iterdir() if path.is_dir()) != ["there"] or world.left("there"):
        yield f"left {sorted(path.name for path in world.folder.iterdir())} {world.left('there')}"


def report_that_does_not_come(world):
    """An older report stays until there is a new one; a profile that is not known makes none."""
    (world.folder / "report").write_text("older")
    (world.folder / "broken.json").write_text("{")
    yield from expect(world.run("check", "-o", "new", "--profile", "nonsense", NAME), 2)
    yield from expect(world.run("check", "-o", "report", "--profile", "broken.json", NAME), 2)
    if (world.folder / "new").exists() or (world.folder / "report").read_text() != "older":
        yield "a report was made or emptied"
    yield from expect(world.run("check", "-q", "-o", "report", NAME), 0)
    if "compatible" not in (world.folder / "report").read_text():
        yield "the report was not written"


def report_place_missing(world):
    yield from expect(world.run("check", "-o", "nowhere/report", NAME), 4, "cannot write nowhere/report")
    yield from expect(world.run("check", "-o", "/dev/full", NAME), 4, "cannot write /dev/full")


WORLDS = [confined, more_inputs_than_are_opened_at_once, libraries_behind_links, folder_made_for_nothing,
          report_that_does_not_come, report_place_missing, symlink_loop, folder_with_loops, unreadable_file, unreadable_folder, read_only_place, output_folder_is_a_file,
          output_is_a_folder, output_is_a_link, output_is_the_input_by_hard_link, report_over_the_input_by_hard_link, report_over_what_is_read, generated_profile_over_its_runtime,
          output_is_the_input_by_link,
          disk_full, too_few_descriptors, two_writers, two_writers_by_force, killed, truncated_while_read,
          emptied_while_read, overwritten_while_read, replaced_while_read, closed_streams, a_reader_that_goes_away,
          proc_file, socket_input]  # fmt: skip


def results(program):
    """As run.py's own: (case, faults, seconds, peak, text); cost is not measured here."""
    for world in WORLDS:
        case = Case(world.__name__.replace("_", " "), dict, None, "", family="outside")
        with tempfile.TemporaryDirectory(prefix="wheelaudit-outside-") as folder:
            try:
                faults = list(world(World(program, folder)))
            except Exception as error:  # a case that cannot be made is a failure like any other
                faults = [f"{type(error).__name__}: {error}"]
            subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
        yield case, faults, 0.0, 0, ""


if __name__ == "__main__":
    for case_, faults_, *_ in results(sys.argv[1]):
        print("FAILED" if faults_ else "ok", case_.what, *faults_, sep="\n    " if faults_ else " ")
