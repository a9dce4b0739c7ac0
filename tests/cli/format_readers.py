"""Reads what `--format sarif|github|junit` writes as its consumers do, and says what is wrong with it.

faults_of(text): a list of sentences, empty when all is well; the format is told by the text's beginning. Nothing of a
wheel may get out of its place: a viewer must not see a link, a placeholder, a second command, another element, nor a
control character. The whole of SARIF's own schema is not here; docs/assurance.md says how it was asked.
"""

import json
import re
import unicodedata
import xml.etree.ElementTree

SEVERITIES = {"error", "warning", "note"}
URI = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+")
BRACE = re.compile(r"\{+|\}+")
# Controls, formats, line and paragraph ends, private and half characters: obeyed or invisible where they are shown.
HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def hidden_in(text):
    return sorted({f"U+{ord(c):04X}" for c in text if c != "\n" and unicodedata.category(c) in HIDDEN})


def text_faults(where, text):
    return [f"{where}: holds {', '.join(found)}"] if (found := hidden_in(text)) else []


def sarif_message_faults(text):
    """SARIF 3.11.5 and 3.11.6: braces doubled, brackets escaped."""
    faults = text_faults("message", text)
    if any(len(run) % 2 for run in BRACE.findall(text)):
        faults.append(f"message: a brace that is a placeholder: {text[:80]!r}")
    if re.search(r"(?<!\\)(?:\\\\)*[\[\]]", text.replace("\\\\", "")):
        faults.append(f"message: a bracket that may be a link: {text[:80]!r}")
    return faults


def sarif_faults(text):
    faults = [] if text.isascii() else ["holds bytes beyond ASCII"]
    document = json.loads(text)
    if set(document) != {"$schema", "version", "runs"} or document["version"] != "2.1.0" or len(document["runs"]) != 1:
        return [*faults, "is no log of one run"]
    run = document["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    results = run["results"]
    levels = [result["level"] for result in results]
    if levels != sorted(levels, key=["error", "warning", "note"].index):
        faults.append("errors do not stand first")
    if len(results) > 5000:
        faults.append(f"has {len(results)} results")
    for result in results:
        if result.get("ruleId", "WA101") not in rules:
            faults.append(f"rule {result['ruleId']} is not described")
        faults += sarif_message_faults(result["message"]["text"])
        for location in result["locations"]:
            if not URI.fullmatch(location["physicalLocation"]["artifactLocation"]["uri"]):
                faults.append(f"no URI: {location['physicalLocation']['artifactLocation']['uri']!r}")
            for logical in location.get("logicalLocations", []):
                faults += text_faults("logical location", logical["fullyQualifiedName"])
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        faults += sarif_message_faults(notification["message"]["text"])
    return faults


def github_command(line):
    """What the runner makes of a line of output (ActionCommand.cs): name, properties, data; None: no command."""
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    properties = {}
    for pair in rest.strip().split(","):
        key, equals, value = pair.partition("=")
        if equals:
            for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
                value = value.replace(escape, character)
            properties[key.strip()] = value
    data = line[end + 2 :]
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        data = data.replace(escape, character)
    return name, properties, data


def github_faults(text):
    faults = []
    for line in text.removesuffix("\n").split("\n") if text else []:
        command = github_command(line)
        if command is None or command[0] not in {"error", "warning", "notice"}:
            faults.append(f"a line that is no annotation: {line[:80]!r}")
            continue
        _, properties, data = command
        if set(properties) != {"file", "line", "title"}:
            faults.append(f"properties are {sorted(properties)}: {line[:80]!r}")
        faults += text_faults("annotation", data + "".join(properties.values()))
    return faults


def junit_faults(text):
    root = xml.etree.ElementTree.fromstring(text.encode())
    faults = text_faults("XML", text) + ([] if root.tag == "testsuites" else [f"the root is {root.tag}"])
    for suite in root:
        tests = suite.findall("testcase")
        if suite.tag != "testsuite" or not tests:
            faults.append(f"{suite.tag} {suite.get('name')!r} has {len(tests)} tests")
        counted = {"tests": len(tests), "failures": len(suite.findall("*/failure")), "errors": len(suite.findall("*/error"))}
        faults += [f"says {suite.get(what)} {what}, has {count}" for what, count in counted.items()
                   if suite.get(what) != str(count)]  # fmt: skip
        known = {"testcase", "system-out", "failure", "error"}
        faults += [f"element {node.tag}" for node in suite.iter() if node is not suite and node.tag not in known]
    return faults


def faults_of(text):
    for beginning, reader in (('{\n"$schema"', sarif_faults), ("<?xml", junit_faults), ("::", github_faults)):
        if text.startswith(beginning):
            try:
                return [f"{reader.__name__.removesuffix('_faults')}: {fault}" for fault in reader(text)]
            except (ValueError, KeyError, xml.etree.ElementTree.ParseError) as error:
                return [f"{reader.__name__}: {type(error).__name__}: {error}"]
    return []
