"""How the program was built, read in its ELF file (System V ABI): what a fault in a parser meets.

    hardening.py PROGRAM
"""

import re
import struct
import sys
from pathlib import Path

from case import Case

LOAD, DYNAMIC, INTERPRETER, GNU_STACK, GNU_RELRO = 1, 2, 3, 0x6474E551, 0x6474E552
EXECUTE, WRITE = 1, 2
NEEDED, STRTAB, STRSZ, RPATH, TEXTREL, FLAGS, RUNPATH, FLAGS_1, SYMTAB = 1, 5, 10, 15, 22, 30, 29, 0x6FFFFFFB, 6
X86_64, AARCH64 = 62, 183


class Elf:
    def __init__(self, path):
        self.data = Path(path).read_bytes()
        if self.data[:6] != b"\x7fELF\2\1":
            raise ValueError("no little-endian ELF of 64 bits")
        self.type, self.machine = struct.unpack_from("<HH", self.data, 16)
        self.entry, start = struct.unpack_from("<QQ", self.data, 24)
        size, count = struct.unpack_from("<HH", self.data, 54)
        # type, flags, offset, address, physical address, size in the file, in memory, alignment
        self.segments = [struct.unpack_from("<IIQQQQQQ", self.data, start + i * size) for i in range(count)]
        self.dynamic = {}
        for _, _, offset, _, _, length, *_ in self.of(DYNAMIC):
            for tag, value in struct.iter_unpack("<QQ", self.data[offset : offset + length]):
                self.dynamic.setdefault(tag, value)
        at = self.offset(self.dynamic[STRTAB])
        self.names = set(self.data[at : at + self.dynamic[STRSZ]].split(b"\0"))

    def of(self, kind):
        return [segment for segment in self.segments if segment[0] == kind]

    def offset(self, address):
        for _, _, offset, start, _, length, *_ in self.of(LOAD):
            if start <= address < start + length:
                return offset + address - start
        raise ValueError(f"{address:#x} lies in no segment")


def position_independent(elf):
    if elf.type != 3 or not elf.of(INTERPRETER) or not elf.dynamic.get(FLAGS_1, 0) & 0x08000000:
        yield "it is no position-independent executable (-fPIE -pie): it lies at one address always"


def relocations_read_only(elf):
    if not elf.of(GNU_RELRO):
        yield "tables of addresses stay writable (-z relro)"
    if not (elf.dynamic.get(FLAGS, 0) & 8 or elf.dynamic.get(FLAGS_1, 0) & 1):
        yield "addresses of functions are filled in lazily, so their table stays writable (-z now)"


def nothing_writable_runs(elf):
    if not elf.of(GNU_STACK) or elf.of(GNU_STACK)[0][1] & EXECUTE:
        yield "the stack is executable"
    for segment in elf.of(LOAD):
        if segment[1] & EXECUTE and segment[1] & WRITE:
            yield f"the segment at {segment[3]:#x} is writable and executable"
    if TEXTREL in elf.dynamic or elf.dynamic.get(FLAGS, 0) & 4:
        yield "code is relocated"


def stack_protected(elf):
    looks = len(re.findall(rb"\x64[\x48\x4c][\x2b\x33].\x25\x28\0\0\0", elf.data)) if elf.machine == X86_64 else None
    # Debian's libwabt alone has some dozens.
    if b"__stack_chk_fail" not in elf.names or looks is not None and looks < 300:
        yield f"only {looks or 0} functions look whether their return address was overwritten (-fstack-protector-strong)"


def fortified(elf):
    # Those of printf are libwabt's.
    if not any(re.fullmatch(rb"__(mem|str|p?read|get).*_chk", name) for name in elf.names):
        yield "no call of the C library has its bounds checked (-D_FORTIFY_SOURCE)"


def containers_checked(elf):
    if not any(b"__glibcxx_assert_fail" in name for name in elf.names):
        yield "containers are not checked (-D_GLIBCXX_ASSERTIONS)"


def jumps_marked(elf):
    landing = {X86_64: b"\xf3\x0f\x1e\xfa", AARCH64: b"\x3f\x23\x03\xd5"}.get(elf.machine)  # endbr64; paciasp
    marks = 0 if landing is None else sum(
        elf.data.count(landing, offset, offset + length) for _, flags, offset, _, _, length, *_ in elf.of(LOAD) if flags & EXECUTE)
    if marks < 50:  # functions that are only called by name need none
        yield f"only {marks} places are marked as where jumps may land (-fcf-protection, -mbranch-protection)"


def libraries_from_the_system(elf):
    if RPATH in elf.dynamic or RUNPATH in elf.dynamic:
        yield "it looks for libraries in a folder of its own"


CHECKS = [position_independent, relocations_read_only, nothing_writable_runs, stack_protected, fortified, containers_checked,
          jumps_marked, libraries_from_the_system]  # fmt: skip


def results(program):
    """As run.py's own: (case, faults, seconds, peak, text)."""
    elf = Elf(program)
    for check in CHECKS:
        yield Case(check.__name__.replace("_", " "), dict, None, "", family="build"), list(check(elf)), 0.0, 0, ""


if __name__ == "__main__":
    for case_, faults_, *_ in results(sys.argv[1]):
        print("FAILED" if faults_ else "ok", case_.what, *faults_, sep="\n    " if faults_ else " ")
