"""A few lines of test running: tests are callables with a sentence for a name; they return None,
raise Failure with the reason, or Skip. Several at a time; one line each, in order of finishing."""

import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed


class Failure(Exception):
    """What is wrong, as text; several lines are fine."""


class Skip(Exception):
    """Why a test could not be run here."""


def run_one(name, test, print_lock):
    start = time.monotonic()
    detail = ""
    try:
        test()
        word = "ok"
    except Skip as skip:
        word, detail = "skip", str(skip)
    except Failure as failure:
        word, detail = "FAIL", str(failure)
    except Exception:  # a fault of the test itself is a failure like any other
        word, detail = "FAIL", traceback.format_exc()
    seconds = time.monotonic() - start
    with print_lock:
        first, *rest = detail.splitlines() or [""]
        inline = word == "skip" or not rest
        print(f"{word:4} {name}{': ' + first if first and inline else ''} ({seconds:.1f} s)")
        if not inline:
            print("".join(f"       {line}\n" for line in [first, *rest]), end="")
        sys.stdout.flush()
    return word


def run_all(tests, jobs):
    """Runs [(name, callable)]; prints the summary line last; the exit code: 1 when any failed."""
    lock = threading.Lock()
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(run_one, name, test, lock) for name, test in tests]
        for future in as_completed(futures):
            counts[future.result()] += 1
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    return 1 if counts["FAIL"] else 0
