"""Citations of documents in comments, docs and scripts (see check.py)."""

import re

# A citation is a path that ends in .md, with an anchor or without one.
CITATION = re.compile(r"(?<![\w./:@-])((?:\.{1,2}/)?(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.md)(?:#([\w-]+))?(?![\w/])")
URL = re.compile(r"\b[a-z]+://\S+")
# Documents of other projects (WebAssembly's tool-conventions), and the example of docs/design/README.md.
FOREIGN = {"DynamicLinking.md", "Linking.md", "ProducersSection.md", "FILE.md"}
# Notes that never were in this repository; what they said stands in docs/design.
GONE = re.compile(r"\b(?:ABI|SAFETY|RULES|CLI|DESIGN|SPEED|FAILURES|HOUSE|PORTABLE)\.md\b|\.\./shared\b")


def anchors_of(markdown):
    """The anchors that GitHub gives the headings: lower case, punctuation left out, a hyphen per blank; a heading
    that is there already gets -1, -2 …"""
    anchors, seen, fenced = set(), {}, False
    for line in markdown.splitlines():
        if re.match(r" {0,3}(```|~~~)", line):
            fenced = not fenced
            continue
        heading = None if fenced else re.match(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", line)
        if not heading:
            continue
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])
        anchor = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def without_urls(text):
    return URL.sub(lambda url: " " * len(url[0]), text)


def citations_of(text):
    """[(line, path, anchor or None)]"""
    text = without_urls(text)
    return [(text.count("\n", 0, one.start()) + 1, one[1], one[2]) for one in CITATION.finditer(text)]


def gone_words_of(text):
    """[(line, word)]"""
    return [(text.count("\n", 0, one.start()) + 1, one[0]) for one in GONE.finditer(text)]


def own_anchors_of(markdown):
    """[(line, anchor)] of links into the same page, `](#anchor)`."""
    return [(markdown.count("\n", 0, one.start()) + 1, one[1]) for one in re.finditer(r"\]\(#([^)\s]+)\)", markdown)]
