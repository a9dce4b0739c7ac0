"""Runs a command and says what it cost: user and system seconds, peak memory, exit code.

As a program, `measured.py FILE COMMAND…` writes "exit user+system peak-in-KiB" to FILE; a signal is a negative exit code.
It is a process of its own, small, because a child begins with the peak of the one that starts it.
"""

import os
import sys


def measured(command, folder, note, timeout=60, **streams):
    """(exit code, seconds, peak in bytes); the exit code is None when it took too long. `note`: a file to be written."""
    import subprocess  # the small process does without

    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    try:
        subprocess.run([sys.executable, "-I", "-S", __file__, note, *command], cwd=folder, stdin=subprocess.DEVNULL,
                       timeout=timeout, env=environment, **streams)  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, timeout, 0
    with open(note) as file:
        code, seconds, peak = file.read().split()
    return int(code), float(seconds), int(peak) * 1024


if __name__ == "__main__":
    child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
    _, status, usage = os.wait4(child, 0)
    with open(sys.argv[1], "w") as out:
        out.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
