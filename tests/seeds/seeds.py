#!/usr/bin/env python3
"""The people this began with: one test for each sentence they wrote, the sentence as its name.

    seeds.py [--program FILE] [--jobs N] [--only TEXT]… [--table]

--table prints the table of the README instead of running anything.

Real wheels come from the corpus (skipped, saying so, where there is none) and from PyPI, by pip, into
the cache; the runtimes are npm's Pyodide packages under Node (tests/e2e/oracle.mjs).
"""

import argparse
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

import compare  # noqa: E402
import program as tool  # noqa: E402
import wheels  # noqa: E402
from pyodide_runs import CONTROL, ROOT, TESTDATA, ask, cache_folder, corpus_folder, find_node  # noqa: E402
from runner import Failure, Skip, run_all  # noqa: E402

THEN = TESTDATA / "variants" / CONTROL


# --- material ------------------------------------------------------------------------------------


def corpus(pattern):
    folder = corpus_folder()
    found = sorted((folder / "emscripten").glob(pattern)) if folder else []
    if not found:
        raise Skip("no corpus (set WHEELAUDIT_CORPUS)")
    return found[0]


def from_pypi(requirement, *pip_options):
    """A wheel fetched by pip into the cache, once."""
    folder = cache_folder() / "pypi" / requirement
    found = sorted(folder.glob("*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary=:all:", *pip_options, "--dest", str(folder), requirement]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        found = sorted(folder.glob("*.whl"))
        if not found:
            raise Skip(f"pip could not fetch {requirement}: {done.stderr.strip()[-200:]}")
    return found[0]


def findings(said, rule):
    return [f for f in said["findings"] if f["rule"] == rule]


def expect(condition, message):
    if not condition:
        raise Failure(message)


def linking_errors(said, release):
    return [f"{f['rule']} {f['member']} {f['symbol'] or ''} {f['message']}"
            for f in compare.linking_findings(said, release) if f["severity"] == "error"]  # fmt: skip


# --- the sentences -------------------------------------------------------------------------------

# Loads the compiled module by itself: tiktoken's package imports regex and requests, which are not
# there. The vocabulary is small; "hello" merges step by step and "!" is a token of its own.
TIKTOKEN = """
import glob, importlib.machinery, importlib.util, site
path, = glob.glob(site.getsitepackages()[0] + '/tiktoken/_tiktoken.cpython-312-wasm32-emscripten.so')
loader = importlib.machinery.ExtensionFileLoader('tiktoken._tiktoken', path)
spec = importlib.util.spec_from_file_location('tiktoken._tiktoken', path, loader=loader)
module = importlib.util.module_from_spec(spec)
loader.exec_module(module)
words = [b'h', b'e', b'l', b'o', b' ', b'!', b'he', b'll', b'hell', b'hello']
bpe = module.CoreBPE({word: rank for rank, word in enumerate(words)}, {'<|end|>': 100}, r'\\w+|\\s+|!')
str(bpe.encode_ordinary('hello hell!')) + str(bpe.encode('he<|end|>', {'<|end|>'}))
"""


def tiktoken_is_repaired(context):
    original = corpus("tiktoken-*-pyodide_2024_0_wasm32.whl")
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(
            original, folder, "linux_x86_64",
            lambda name: name.replace("-wasm32-emscripten.so", "-x86_64-linux-gnu.so"),
        )  # fmt: skip
        said = tool.report(context.program, "check", wheel, expect=(1,))
        expect(said["verdict"] == "repairable", f"the verdict is {said['verdict']}")
        expect(findings(said, "WA107"), "no WA107 for linux_x86_64")
        fixed = Path(folder) / "fixed"
        tool.run(context.program, "repair", "--plat", "pyodide_2024_0", "-w", fixed, wheel, expect=(0,))
        repaired = fixed / original.name
        expect(repaired.is_file(), f"repair wrote {[p.name for p in fixed.iterdir()]}")
        answer = ask(context.node, "0.27.7", repaired, "install", [TIKTOKEN])
        expect("broken" not in answer, answer.get("broken"))
        expect(not answer["install"], f"the installer says {answer['install']}")
        run = answer["runs"][-1]
        expect(run.get("value") == "[9, 4, 8, 5][6, 100]", f"CoreBPE gives {run}")


def native_tiktoken_is_refused(context):
    native = from_pypi("tiktoken==0.8.0", "--platform", "manylinux2014_x86_64", "--platform",
                       "manylinux_2_17_x86_64", "--python-version", "312")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(native, folder, "pyodide_2024_0_wasm32")
        said = tool.report(context.program, "check", wheel, expect=(1,))
        found = findings(said, "WA201")
        expect(len(found) == 1, f"WA201 {len(found)} times")
        text = " ".join(filter(None, (found[0]["message"], found[0]["found"]))).lower()
        expect("elf" in text and "x86-64" in text, f"neither format nor CPU: {text}")
        expect(found[0]["help"], "no way out")
        fixed = Path(folder) / "fixed"
        tool.run(context.program, "repair", "-w", fixed, wheel, expect=(1,))
        expect(not fixed.exists() or not any(fixed.iterdir()), "repair wrote something")


def judged_as_the_runtime_does(context, pattern, release):
    wheel = corpus(pattern)
    said = tool.report(context.program, "check", wheel)
    mode = "install" if wheels.needs_libraries(wheel) else "import"
    answer = ask(context.node, release, wheel, mode, then=THEN)
    different = compare.differences(said, answer)
    expect(not different, "\n".join(["", *different]))


def cryptography_names_the_package(context):
    said = tool.report(context.program, "check", corpus("cryptography-42*.whl"))
    missing = sorted({f["symbol"] for f in findings(said, "WA401")})
    expect(len(missing) == 2, f"WA401 names {missing}, not two libraries")
    named = {f["symbol"]: f["message"] for f in findings(said, "WA405")}
    expect(sorted(named) == missing, f"WA405 names {sorted(named)}, not {missing}")
    for library, message in named.items():
        expect("openssl" in message.lower(), f"{library}: no package is named: {message}")


def green(context, pattern, release):
    wheel = corpus(pattern)
    said = tool.report(context.program, "check", wheel)
    errors = linking_errors(said, release)
    expect(not errors, "\n".join(["", *errors]))
    expect(compare.said_links(said, release) == "ok", f"links: {compare.said_links(said, release)}")
    answer = ask(context.node, release, wheel, "install", then=THEN)
    different = compare.differences(said, answer)
    expect(not different, "\n".join(["", *different]))


def pydantic_core_is_red(context):
    wheel = corpus("pydantic_core-2.27.2-*.whl")
    said = tool.report(context.program, "check", wheel, "--profile", "0.29.5", expect=(1,))
    found = [f for f in findings(said, "WA303") if f["symbol"] == "_PyLong_AsByteArray"]
    expect(len(found) == 1, f"WA303 for _PyLong_AsByteArray {len(found)} times")
    types = (found[0]["expected"], found[0]["found"])
    wanted = ("(i32, i32, i32, i32, i32, i32) -> i32", "(i32, i32, i32, i32, i32) -> i32")
    expect(types == wanted, f"its types are {types}")
    expect(found[0]["severity"] == "error", found[0]["severity"])
    answer = ask(context.node, "0.29.5", wheel, "import", then=THEN)
    refused = {r["name"] for m in answer["modules"] for r in m["truth"]["refused"]}
    expect("_PyLong_AsByteArray" in refused, f"the runtime refuses {sorted(refused)}")


def time_changed(context):
    wheel = wheels.variants()["time"]["wheel"]
    for release, links in (("0.21.3", "ok"), ("0.22.1", "load")):
        said = tool.report(context.program, "check", wheel, "--profile", release)
        expect(compare.said_links(said, release) == links,
               f"{release}: links is {compare.said_links(said, release)}, not {links}")  # fmt: skip
        named = [f["symbol"] for f in findings(said, "WA303")]
        expect(named == (["time"] if links == "load" else []), f"{release}: WA303 names {named}")
        answer = ask(context.node, release, wheel, "import", ["import wa_time; wa_time.call()"], THEN)
        true = compare.true_links(answer)
        expect(true == links, f"{release} itself: {true}, not {links}")
        if links == "ok":
            expect(answer["runs"][0].get("value") == "42", f"{release}: {answer['runs']}")


SENTENCES = [
    ("tiktoken's wheel, retagged to linux_x86_64 and its module named for Linux, is repaired, loads "
     "in 0.27.7, and CoreBPE encodes a known string", tiktoken_is_repaired, ()),
    ("a native tiktoken (ELF) under an Emscripten tag is refused, and the way out is told",
     native_tiktoken_is_refused, ()),
    ("tokenizers for 3_1_14 is judged as 0.21.3 does", judged_as_the_runtime_does,
     ("tokenizers_python-*.whl", "0.21.3")),
    ("cryptography's two missing libraries are named as another package's",
     cryptography_names_the_package, ()),
    ("bcrypt is green on 0.27.7", green, ("bcrypt-*.whl", "0.27.7")),
    ("pydantic-core is green on 0.27.7", green, ("pydantic_core-2.27.2-*.whl", "0.27.7")),
    ("sourmash is green on 0.27.7", green, ("sourmash-*.whl", "0.27.7")),
    ("pydantic-core for 0.27 is red on 0.29.5: `_PyLong_AsByteArray`, with its two types",
     pydantic_core_is_red, ()),
    ("a module importing `time` as i32 links on 0.21.3 and fails on 0.22.1, as told", time_changed, ()),
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if options.table:
        print("| what people said | test |\n|---|---|")
        for sentence, test, _ in SENTENCES:
            print(f"| {sentence} | `{test.__name__}` |")
        return 0
    context = argparse.Namespace(program=tool.find_program(options.program), node=find_node())
    missing = [] if context.program else ["no program to test: build it (./dev build) or name it with --program"]
    if not context.node:
        missing.append("no Node 20 or newer: set NODE")
    support = ROOT / "tests" / "support" / "pyodide.sh"
    if not missing and subprocess.run([str(support), "0.21.3", "0.22.1", "0.27.7", "0.29.5"]).returncode:
        missing.append("the npm packages of Pyodide are not all there")
    if missing:
        print("".join(f"FAIL {line}\n" for line in missing) + f"0 passed, {len(missing)} failed, 0 skipped")
        return 1
    tests = [(sentence, functools.partial(test, context, *arguments))
             for sentence, test, arguments in SENTENCES
             if all(text in sentence for text in options.only)]  # fmt: skip
    print(f"seeds: {len(tests)} sentences, {context.program}")
    return run_all(tests, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
