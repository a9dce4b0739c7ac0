"""Run by the environment of tools.py: what junitparser reads in a test report.

    read_junit.py FILE    prints JSON: {suite: [tests, failures, errors]}, counted in the cases themselves
"""

import json
import sys

from junitparser import Error, Failure, JUnitXml

counts = {}
for suite in JUnitXml.fromfile(sys.argv[1]):
    results = [result for case in suite for result in case.result]
    counts[suite.name] = [len(list(suite)), *(sum(isinstance(r, kind) for r in results) for kind in (Failure, Error))]
    if counts[suite.name] != [suite.tests, suite.failures, suite.errors]:
        sys.exit(f"{suite.name} says {suite.tests}, {suite.failures}, {suite.errors}, has {counts[suite.name]}")
print(json.dumps(counts))
