"""Runs a command and says what it cost: user and system seconds, peak memory in KiB, exit code.

A process of its own, small, because a child begins with the peak of the one that starts it.

    measured.py FILE COMMAND…    writes "exit user+system peak" to FILE; a signal is a negative exit code
"""

import os
import sys

child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as out:
    out.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
