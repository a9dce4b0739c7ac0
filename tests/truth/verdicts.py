"""When a report about a bare module and the runtime's answer agree: tests/e2e/compare.py, with what
differs between a plain import and the package loader's preloading, and for a runtime that died."""

import compare


def of_the_dead(answer, member, release):
    """The answer of a process that died while loading: a load that failed."""
    module = {"path": member, "stage": "fatal", "message": answer["broken"], "needed": [],
              "needed_missing": [], "truth": None}  # fmt: skip
    return {"pyodide": release, "mode": "import", "install": [], "runs": [], "then": None, "modules": [module]}


def differences(report, answer, mode, release):
    """Everything in which report and runtime disagree, as sentences."""
    if "broken" in answer:
        answer = of_the_dead(answer, report["modules"][0]["path"] if report["modules"] else "_core.so", release)
    return compare.differences(report, answer)
