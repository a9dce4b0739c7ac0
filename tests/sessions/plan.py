"""Which questions the matrix asks: not every loader and order of every shape on every release, but every one that
the shape can change."""

from asking import TAGS, Question

EVERYWHERE = ("0.27.7", "0.29.5", "314.0.7")  # each of the three kinds of loader that wheels of today meet
SPREAD = tuple(release for release in TAGS if release not in EVERYWHERE)
SPREAD_EVERY = 5  # every such shape of a kind goes to all other releases too
PROBE_EVERY = 30  # every such shape is asked what it should not be able to change, as a proof of that
MICROPIP_EVERY = 24  # every such shape of a kind is installed by the release's micropip too
SLICE_RELEASES = ("0.27.7", "0.29.5", "314.0.7")
SLICE_SIZE = 170  # processes of 3 seconds, two at a time: five minutes with what surrounds them


def older(release):
    """Whether the loader's own search needs the package loader, which a plain import does not have (up to 0.27)."""
    return release.startswith("0.2") and release < "0.28"


def symmetric(shape):
    """Whether the modules differ in nothing but their names, so that the order of imports is one order."""
    modules = [node for node in shape.nodes if node.python]
    return len({(n.folder, n.edges, n.needed, n.run_paths, n.back, n.exports) for n in modules}) == 1


def questions(shape, release, at):
    """`at` is the shape's number in its kind."""
    probe = at % PROBE_EVERY == 0
    several = len(shape.modules()) > 1
    out = [Question(shape, release, "package", False)]
    if several and probe:  # everything is loaded before the first import, which therefore changes nothing
        out.append(Question(shape, release, "package", True))
    if not older(release) or probe or not any(node.needed for node in shape.nodes):
        out.append(Question(shape, release, "import", False))
        if several and (probe or not symmetric(shape)):
            out.append(Question(shape, release, "import", True))
    if at % MICROPIP_EVERY == MICROPIP_EVERY // 2:
        out.append(Question(shape, release, "micropip", False))
    return out


def whole(shapes, releases=None):
    """[question] of the whole matrix, shape by shape."""
    out, numbers = [], {}
    for shape in shapes:
        at = numbers[shape.kind] = numbers.get(shape.kind, -1) + 1
        for release in TAGS:
            wanted = release in releases if releases else release in EVERYWHERE or at % SPREAD_EVERY == 0
            if wanted:
                out += questions(shape, release, at)
    return out


def sliced(shapes):
    """What CI asks: of each kind some shapes, spread evenly, until the time is used."""
    kinds = {}
    for shape in shapes:
        kinds.setdefault(shape.kind, []).append(shape)
    out, rounds = [], 0
    while len(out) < SLICE_SIZE:
        for kind, having in kinds.items():
            step = 7919 * rounds + 13 * len(kind)  # a prime: neighbours in the list are alike
            shape, release = having[step % len(having)], SLICE_RELEASES[(rounds + len(kind)) % len(SLICE_RELEASES)]
            out += [q for q in questions(shape, release, 1) if q not in out]
        rounds += 1
    return out[:SLICE_SIZE]
