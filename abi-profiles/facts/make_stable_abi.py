#!/usr/bin/env python3
"""Writes stable_abi.json: every function and data symbol of CPython's stable ABI and the version it came with.

    pip install abi3info
    python3 make_stable_abi.py > stable_abi.json

abi3info carries CPython's own list, Misc/stable_abi.toml, as Python values. Symbols that are part of the
stable ABI alone (`abi_only`: what macros of the limited API expand to) are listed as well: importing them is
right. Needs nothing else.
"""

import json
import sys
from importlib.metadata import version

import abi3info


def main():
    symbols = {
        symbol.name: str(item.added)
        for table in (abi3info.FUNCTIONS, abi3info.DATAS)
        for symbol, item in table.items()
    }
    document = {
        "source": {
            "list": "CPython, Misc/stable_abi.toml (functions and data, `added`)",
            "licence": "PSF-2.0",
            "carried_by": f"abi3info {version('abi3info')} (PyPI, MIT)",
        },
        "symbols": dict(sorted(symbols.items())),
    }
    json.dump(document, sys.stdout, indent=1)
    print()


main()
