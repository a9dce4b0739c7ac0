"""When a report about a bare module and the runtime's answer agree: tests/e2e/compare.py, with what
differs between a plain import and the package loader's preloading, and for a runtime that died."""

import compare


def of_the_dead(answer, member, release):
    """The answer of a process that died while loading: a load that failed."""
    module = {"path": member, "stage": "fatal", "message": answer["broken"], "needed": [],
              "needed_missing": [], "truth": None}  # fmt: skip
    return {"pyodide": release, "mode": "import", "install": [], "runs": [], "then": None, "modules": [module]}


def answered(answer, release):
    """The answer, or what stands for it when the process died."""
    return of_the_dead(answer, "_core.so", release) if "broken" in answer else answer


def differences(report, answer, mode):
    """Everything in which report and runtime disagree, as sentences."""
    # modules are imported under other names than their own, so what is said of init functions is not quoted
    found = [line for line in compare.differences(report, answer) if ": WA206 quotes " not in line]
    if nulls_addresses(report, answer, mode):
        found = [line for line in found if not line.startswith("links: ")]
    return found


def nulls_addresses(report, answer, mode):
    """Up to 0.27 the package loader's preloading sets addresses nobody offers to null, silently
    (docs/design/linking.md#addresses); wheelaudit speaks of the plain import, which fails on them."""
    return (
        mode == "preload"
        and answer["pyodide"].startswith("0.2")
        and answer["pyodide"] < "0.28"
        and any(m["truth"] and m["truth"]["unresolved_addresses"] for m in answer["modules"])
        and compare.said_links(report, answer["pyodide"]) == "poison"
        and compare.true_links(answer) in ("ok", "call")
    )
