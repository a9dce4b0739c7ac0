"""Running the program under test, and reading what it says."""

import json
import os
import subprocess
from pathlib import Path

from pyodide_runs import ROOT
from runner import Failure

TIMEOUT = 120


def find_program(option=None):
    """The program: the option, $WHEELAUDIT, or the release or dev build; None when there is none."""
    named = option or os.environ.get("WHEELAUDIT")
    builds = [ROOT / "build" / preset / "wheelaudit" for preset in ("release", "dev")]
    for candidate in [Path(named)] if named else builds:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.resolve()
    return None


def run(program, *arguments, expect=None):
    """(exit code, standard output); `expect`: the exit codes that are right."""
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode < 0:
        raise Failure(f"{' '.join(command)} died of signal {-done.returncode}\n{done.stderr[-2000:]}")
    if expect is not None and done.returncode not in expect:
        shown = (done.stdout + done.stderr)[-3000:]
        raise Failure(f"{' '.join(command)} exited {done.returncode}, not {expect}\n{shown}")
    return done.returncode, done.stdout


def report(program, command, wheel, *options, expect=(0, 1, 3)):
    """The entry of `wheels` that a command's JSON holds for one wheel."""
    _, output = run(program, command, "--format", "json", *options, wheel, expect=expect)
    try:
        wheels = json.loads(output)["wheels"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise Failure(f"{command} {wheel}: not the JSON of docs/report.schema.json: {error}\n{output[:500]}") from error
    if len(wheels) != 1:
        raise Failure(f"{command} {wheel}: {len(wheels)} entries in wheels, not one")
    return wheels[0]
