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
    for what, make, words in [
        ("an empty file", text(""), "not valid JSON at line 1, column 0"),
        ("not JSON", text("not JSON"), "not valid JSON at line 1, column 2"),
        ("JSON cut in half", lambda: json.dumps(GOOD).encode()[: len(json.dumps(GOOD)) // 2], "not valid JSON at line 1"),
        ("a list", text("[]"), "expected an object, found an array"),
        ("a number", text("1"), "expected an object, found a whole number"),
        ("null", text("null"), "expected an object, found null"),
        ("an empty object", text("{}"), "schema_version: is missing"),
        ("100,000 open brackets", text("[" * 100_000), "nested deeper than 16 levels"),
        ("100,000 open objects", text('{"a":' * 100_000), "nested deeper than 16 levels"),
        ("100,000 closed brackets", text("[" * 100_000 + "]" * 100_000), "nested deeper than 16 levels"),
        ("deep nesting within a member", changed(notes=json.loads("[" * 500 + "]" * 500)), "nested deeper than 16 levels"),
        ("a number of 100,000 digits", lambda: json.dumps(GOOD).replace('"schema_version": 1',
         '"schema_version": 1' + "0" * 100_000, 1).encode(), "not valid JSON at line 1, column 100020"),
        ("a number of a huge exponent", text('{"schema_version": 1e999999999}'), "not valid JSON at line 1, column 30"),
        ("a string that is not UTF-8", text(b'{"id": "\xff\xfe"}'), "not valid JSON at line 1, column 9"),
        ("half a surrogate pair", text('{"id": "\\ud800"}'), "not valid JSON at line 1, column 15"),
        ("a raw line feed in a string", text('{"id": "a\nb"}'), "not valid JSON at line 2, column 0"),
        ("a byte order mark", lambda: b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "a profile of emscripten_3_1_14"),
        ("bytes behind the document", lambda: json.dumps(GOOD).encode() + b"{}", "not valid JSON at line 1"),
        ("a member twice", text(doubled), "the key \"id\" stands twice in one object"),
        ("an unknown member", changed(surprise=1), "surprise: is not a key of this object"),
        ("an unknown member with ESC", changed(**{ESCAPE: 1}), "\\x1b[2J\\u{202e}: is not a key of this object"),
        ("a profile of the future", changed(schema_version=2), "schema_version: expected 1, found 2"),
        ("a schema version that is text", changed(schema_version="1"), "schema_version: expected a whole number, found a string"),
        ("no id", changed(id=None), "id: is missing"),
        ("an empty id", changed(id=""), "id: is empty"),
        ("an id with ESC", changed(id=ESCAPE, schema_version=9), "schema_version: expected 1, found 9"),
        ("no tags", changed(tags=None), "tags: is missing"),
        ("tags that are no list", changed(tags="x"), "tags: expected an array, found a string"),
        ("no releases", changed(releases=[]), "releases: expected 1 to 64 releases, found 0"),
        ("a release that is no object", changed(releases=[1]), "releases[0]: expected an object, found a whole number"),
        ("ten thousand releases", changed(releases=[GOOD["releases"][0]] * 10_000), "expected 1 to 64 releases, found 10000"),
        ("a release twice", changed(releases=[GOOD["releases"][0]] * 2), "releases[1].version: \"0.21.0\" stands twice"),
        ("a release of another form", in_release(memory={"minimum": -1}), "releases[0].memory.minimum: expected a whole number"),
        ("a memory whose maximum is below its minimum", in_release(memory={"minimum": 5, "maximum": 1}), "releases[0].memory.maximum: is below the minimum"),
        ("no loader", changed(loader=[]), "loader: release 0.21.0 has no loader"),
        ("symbols that are a list", changed(symbols=[]), "symbols: expected an object, found an array"),
        ("a symbol of no form", changed(symbols={"x": "(((("}), "symbols.x: \"((((\" is not a symbol"),
        ("a symbol with ESC of no form", changed(symbols={ESCAPE: ESCAPE}), "symbols.\\x1b[2J\\u{202e}: "),
        ("a symbol of 100,001 letters", changed(symbols={"x" * 100_001: "?"}), "symbols: a name of 100001 bytes"),
        ("200,000 symbols of no form", changed(symbols={f"s{i}": "?" for i in range(200_000)}), "symbols.s0: \"?\" is not a symbol"),
    ]:  # fmt: skip
        code = 0 if what == "a byte order mark" else 1
        yield Case(what, make, None, words, exit=code, run=VALIDATE, name="profile.json")
        if what in ("not JSON", "100,000 open brackets", "an unknown member with ESC"):
            yield Case(f"check with a profile: {what}", lambda make=make: {"w-1-py3-none-any.whl": b"", "p.json": make()},
                       None, f"p.json: profile: {words}", exit=2, run=["check", "--profile=./p.json"])  # fmt: skip
