"""Profile files: JSON (RFC 8259) and the profile's own schema (abi-profiles/schema.json)."""

import json
from pathlib import Path

from case import Case

FOLDER = Path(__file__).resolve().parents[3] / "abi-profiles"
GOOD = json.loads((FOLDER / "emscripten_3_1_14.json").read_text())
VALIDATE = ["profile", "validate"]
ESCAPE = "\x1b[2J\u202e"


def changed(**fields):
    """A good profile with members changed; None takes one out."""
    document = {key: value for key, value in {**GOOD, **fields}.items() if value is not None}
    return lambda: json.dumps(document).encode()


def in_release(**fields):
    releases = json.loads(json.dumps(GOOD["releases"]))
    releases[0].update(fields)
    return changed(releases=releases)


def text(content):
    return lambda: content if isinstance(content, bytes) else content.encode()


def cases():
    doubled = json.dumps(GOOD).replace('"id":', '"id": "x", "id":', 1)
    for what, make in [
        ("an empty file", text("")),
        ("not JSON", text("not JSON")),
        ("JSON cut in half", lambda: json.dumps(GOOD).encode()[: len(json.dumps(GOOD)) // 2]),
        ("a list", text("[]")),
        ("a number", text("1")),
        ("null", text("null")),
        ("an empty object", text("{}")),
        ("100,000 open brackets", text("[" * 100_000)),
        ("100,000 open objects", text('{"a":' * 100_000)),
        ("100,000 closed brackets", text("[" * 100_000 + "]" * 100_000)),
        ("deep nesting within a member", changed(notes=json.loads("[" * 500 + "]" * 500))),
        ("a number of 100,000 digits", lambda: json.dumps(GOOD).replace('"schema_version": 1',
         '"schema_version": 1' + "0" * 100_000, 1).encode()),
        ("a number of a huge exponent", text('{"schema_version": 1e999999999}')),
        ("a string that is not UTF-8", text(b'{"id": "\xff\xfe"}')),
        ("half a surrogate pair", text('{"id": "\\ud800"}')),
        ("a raw line feed in a string", text('{"id": "a\nb"}')),
        ("a byte order mark", lambda: b"\xef\xbb\xbf" + json.dumps(GOOD).encode()),
        ("bytes behind the document", lambda: json.dumps(GOOD).encode() + b"{}"),
        ("a member twice", text(doubled)),
        ("an unknown member", changed(surprise=1)),
        ("an unknown member with ESC", changed(**{ESCAPE: 1})),
        ("a profile of the future", changed(schema_version=2)),
        ("a schema version that is text", changed(schema_version="1")),
        ("no id", changed(id=None)),
        ("an empty id", changed(id="")),
        ("an id with ESC", changed(id=ESCAPE, schema_version=9)),
        ("no tags", changed(tags=None)),
        ("tags that are no list", changed(tags="x")),
        ("no releases", changed(releases=[])),
        ("a release that is no object", changed(releases=[1])),
        ("ten thousand releases", changed(releases=[GOOD["releases"][0]] * 10_000)),
        ("a release twice", changed(releases=[GOOD["releases"][0]] * 2)),
        ("a release of another form", in_release(memory={"minimum": -1})),
        ("a memory whose maximum is below its minimum", in_release(memory={"minimum": 5, "maximum": 1})),
        ("no loader", changed(loader=[])),
        ("symbols that are a list", changed(symbols=[])),
        ("a symbol of no form", changed(symbols={"x": "(((("})),
        ("a symbol with ESC of no form", changed(symbols={ESCAPE: ESCAPE})),
        ("a symbol of 100,001 letters", changed(symbols={"x" * 100_001: "?"})),
        ("200,000 symbols of no form", changed(symbols={f"s{i}": "?" for i in range(200_000)})),
    ]:  # fmt: skip
        code = 0 if what == "a byte order mark" else 1
        yield Case(what, make, None, "profile.json: ", exit=code, run=VALIDATE, name="profile.json")
        if what in ("not JSON", "100,000 open brackets", "an unknown member with ESC"):
            yield Case(f"check with a profile: {what}", lambda make=make: {"w-1-py3-none-any.whl": b"", "p.json": make()},
                       None, "p.json", exit=2, run=["check", "--profile=./p.json"])  # fmt: skip
