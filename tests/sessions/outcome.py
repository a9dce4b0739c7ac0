"""What an answer amounts to: everything that a user of the wheel would call broken, in words and in one word."""

import hashlib
import re

import nodes

# From good to bad; an answer's word is the worst of its problems.
WORDS = ("ok", "twice", "split", "value", "call", "load", "install", "poison")
ANY_VALUE = ("data called",)  # kinds whose calls have no right value


def instances_of(question, answer):
    """{path in the wheel: instances}"""
    return {node.path: answer["instances"].get(hashlib.sha256(nodes.bytes_of(node)).hexdigest(), 0) for node in question.shape.nodes}


def problems(question, answer):
    """[(word, what happened)]"""
    out = []
    expected = question.shape.modules()
    if answer["install"] is not None:
        out.append(("install", short(answer["install"])))
    for name, stage in answer["imports"].items():
        if stage != "ok":
            out.append(("load", f"{tail(name)}: {short(stage)}"))
    for when in ("calls", "again"):
        for name, call in answer[when].items():
            if "value" not in call:
                out.append(("call", f"{tail(name)}: {short(call.get('fatal') or call.get('error'))}"))
            elif int(call["value"]) != expected[name] and question.shape.kind not in ANY_VALUE:
                out.append(("value", f"{tail(name)} gives {call['value']}, not {expected[name]}"))
    state = answer["state"]
    if state is not None:
        if "value" not in state:
            out.append(("call", f"state: {short(state.get('fatal') or state.get('error'))}"))
        elif set(state["value"]) - {7}:
            out.append(("split", f"state {state['value']}"))
    for path, count in instances_of(question, answer).items():
        if count > 1:
            out.append(("twice", f"{path.rsplit('/', 1)[-1]}×{count}"))
    if answer["then"] is not None and answer["then"].get("value") != "42":
        out.append(("poison", f"poison: {short(answer['then'].get('error') or answer['then'].get('fatal'))}"))
    return list(dict.fromkeys(out))


def word(found):
    return max((w for w, _ in found), key=WORDS.index, default="ok")


def told(found):
    return "; ".join(text for _, text in found) or "ok"


def tail(name):
    return name.rsplit("_", 1)[-1]


def short(message):
    """The one line of an error that says why."""
    message = str(message)
    for pattern in (r"cannot resolve symbol \S+", r"bad export type for '[^']+': \w+", r"undefined symbol '[^']+'", r"Didn't expect to load any more",
                    r"Failed to find dynamic library: \S+|find dynamic library[^;|]*", r"LinkError[^;|]*", r"ModuleNotFoundError[^;|]*",
                    r"never returned"):  # fmt: skip
        if found := re.search(pattern, message):
            return re.sub(r"/lib/python3\.\d+/site-packages/", "", found[0])[:110]
    return re.sub(r"\s+", " ", message)[-120:]
