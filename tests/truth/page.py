"""docs/truth.md as a page of sections: one matrix writes its own and leaves the other's alone."""

SESSIONS = "## Sessions of several modules"


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def sections(text):
    """[text of a section], each beginning with its title, `## …`; the first is what stands before them."""
    first, *rest = text.split("\n## ")
    return [first.rstrip("\n") + "\n", *("## " + part.rstrip("\n") + "\n" for part in rest)]


def of_sessions(file):
    """The page's section on sessions; empty without one."""
    having = sections(file.read_text()) if file.exists() else []
    return next((part for part in having if part.startswith(SESSIONS + "\n")), "")


def put_sessions(file, text):
    """Writes the section on sessions anew, at the end of the page."""
    rest = [part for part in sections(file.read_text()) if not part.startswith(SESSIONS + "\n")]
    file.write_text("\n".join([*rest, text]))
