#!/usr/bin/env python3
"""Can somebody else use the installed library?

    tests/consumer/run.py BUILD

installs what BUILD holds into a temporary folder, builds the two programs beside this file against
that folder as strangers would (find_package, and pkg-config), and runs them. Their reports must be
those of the installed program byte for byte, and so must be the wheels that they repair.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTDATA = HERE.parent.parent / "testdata"
WHEELS = [
    "variants/wa_control-1.0-py3-none-pyemscripten_2025_0_wasm32.whl",
    "variants/wa_missing_function-1.0-py3-none-pyemscripten_2025_0_wasm32.whl",
    "variants/wa_elf-1.0-py3-none-pyemscripten_2025_0_wasm32.whl",
    "example/wheelaudit_example-1.0-cp313-cp313-linux_x86_64.whl",
    "pypi/argon2_cffi_bindings-26.2.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl",
    "pypi/markupsafe-3.0.4-cp313-cp313-win_amd64.whl",
]

passed = 0
failed = 0


def expect(what, condition, detail=""):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}\n{detail}")


def run(*command, cwd=None):
    return subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, timeout=300, check=False)


def must(*command, cwd=None, env=None):
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def installed(build, prefix):
    must("cmake", "--install", build, "--prefix", prefix)
    headers = sorted(str(path.relative_to(prefix / "include")) for path in (prefix / "include").rglob("*.h*"))
    expect("two headers", headers == ["wheelaudit/wheelaudit.h", "wheelaudit/wheelaudit.hpp"], headers)
    for name in ("libwheelaudit.a", "wheelauditConfig.cmake", "wheelauditConfigVersion.cmake", "wheelaudit.pc", "LICENSE"):
        expect(f"{name} is installed", any(prefix.rglob(name)))
    for path in prefix.rglob("*.cmake"):
        expect(f"{path.name} names no folder of the build", str(build) not in path.read_text())
    return prefix / "bin" / "wheelaudit"


def built(language, prefix, folder):
    """The consumer in this language, built by CMake against the installed library."""
    binary = folder / f"build-{language}"
    must("cmake", "-S", HERE / language, "-B", binary, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
    must("cmake", "--build", binary)
    return binary / "consumer"


def built_by_pkg_config(prefix, folder):
    """The consumer in C, built by whichever compiler did not build the others, with pkg-config."""
    path = next(iter(prefix.rglob("wheelaudit.pc"))).parent
    environment = dict(os.environ, PKG_CONFIG_PATH=str(path))
    text = must("pkg-config", "--cflags", "--libs", "wheelaudit", env=environment)
    folders = [os.path.normpath(word[2:]) for word in text.split() if word.startswith("-I")]
    expect("pkg-config leads into the installed folder", str(prefix / "include") in folders, text)
    compiler = next((name for name in ("clang-19", "clang", "cc") if shutil.which(name)), "cc")
    program = folder / "consumer-pkg-config"
    must(compiler, "-std=c99", HERE / "c" / "consumer.c", "-o", program, *text.split())
    return program


def compare(program, consumers, wheel, folder):
    for command in ("show", "check", "repair"):
        there = folder / "there"
        there.mkdir(exist_ok=True)
        shutil.copy(wheel, there / wheel.name)
        shutil.rmtree(there / "wheelhouse", ignore_errors=True)
        expected = run(program, command, "--format", "json", wheel.name, cwd=there)
        written = sorted((there / "wheelhouse").glob("*.whl")) if command == "repair" else []
        for language, arguments in consumers(command, wheel.name):
            what = f"{language} {command} {wheel.name}"
            output = there / "output"
            output.unlink(missing_ok=True)
            got = run(*arguments, cwd=there)
            expect(f"{what}: report", got.stdout == expected.stdout, got.stdout[-600:] + got.stderr)
            expect(f"{what}: exit code", got.returncode == expected.returncode, (got.returncode, expected.returncode))
            if written:
                expect(f"{what}: wheel", output.exists() and output.read_bytes() == written[0].read_bytes())
            else:
                expect(f"{what}: no wheel", not output.exists())


def wrong_calls(c, folder):
    """What a stranger gets wrong is a report with exit code 2."""
    wheel = TESTDATA / WHEELS[0]
    for what, arguments, message in (
        ("command", ["inspect", "{}", wheel], "unknown command inspect"),
        ("key", ["check", '{"ignored": []}', wheel], "the nearest is ignore"),
        ("kind", ["check", '{"ignore": 3}', wheel], "expected a text or a list of texts, found a whole number"),
        ("JSON", ["check", '{"ignore"', wheel], "options"),
        ("depth", ["check", '{"ignore":' + "[" * 5000, wheel], "options"),
        ("no file", ["check", "{}"], "no file to look at was given"),
        ("profile", ["check", '{"profile": "0.27.99"}', wheel], "0.27.99"),
    ):
        got = run(c, *arguments, cwd=folder)
        expect(f"wrong {what}: exit code 2", got.returncode == 2, got)
        report = json.loads(got.stdout)
        expect(f"wrong {what}: message", message in report["error"], report)
        expect(f"wrong {what}: no wheels", report["wheels"] == [] and report["exit_code"] == 2)


def profile_commands(program, c, folder):
    for words, options in (
        (["list"], "{}"),
        (["show", "pyodide_2025_0"], '{"profile": "pyodide_2025_0"}'),
        (["diff", "0.27.7", "0.28.0"], '{"before": "0.27.7", "after": "0.28.0"}'),
    ):
        arguments = ["--format", "json"]
        expected = run(program, "profile", *words, *arguments, cwd=folder)
        got = run(c, f"profile {words[0]}", options, cwd=folder)
        expect(f"profile {words[0]}", got.stdout == expected.stdout and got.returncode == expected.returncode, got)
    list_file = folder / "list"
    wheel = TESTDATA / "main_modules" / "main-legal.json"
    got = run(c, "profile link-list", json.dumps({"profile": str(wheel)}), wheel, list_file, cwd=folder)
    expected = run(program, "profile", "link-list", wheel, cwd=folder)
    expect("profile link-list", got.returncode == 0 and list_file.read_bytes() == expected.stdout, got)
    got = run(c, "profile validate", "{}", wheel, cwd=folder)
    expect("profile validate", got.returncode == 0 and json.loads(got.stdout)["problems"] == [], got)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="wheelaudit-consumer-") as name:
        folder = pathlib.Path(name)
        prefix = folder / "installed"
        program = installed(build, prefix)
        cpp = built("cpp", prefix, folder)
        c = built("c", prefix, folder)
        by_pkg_config = built_by_pkg_config(prefix, folder)

        def consumers(command, wheel):
            output = ["--output", "output"] if command == "repair" else []
            yield "C++", [cpp, command, wheel, *output]
            yield "C", [c, command, "{}", wheel, "output"]
            yield "C by pkg-config", [by_pkg_config, command, "", wheel, "output"]

        not_a_wheel = folder / "broken-1.0-py3-none-any.whl"
        not_a_wheel.write_bytes(b"PK\x05\x06 but nothing more")
        for wheel in [TESTDATA / name for name in WHEELS] + [not_a_wheel]:
            compare(program, consumers, wheel, folder)
        wrong_calls(c, folder)
        profile_commands(program, c, folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
