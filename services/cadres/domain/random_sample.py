"""Which of all these are looked at? Drawn so that anyone who knows the seed can draw the same again."""

from collections.abc import Iterable
from hashlib import sha256

RECIPE = "SHA-256(seed + ':' + id) in UTF-8, as lower-case hex; ids in the order of these; the first `size` are drawn"


def draw(seed: str, ids: Iterable[str], size: int) -> list[str]:
    """The sample in its order; whatever order the ids come in, and however often each is named, it is the same."""
    return sorted(set(ids), key=lambda one: (sha256(f"{seed}:{one}".encode()).hexdigest(), one))[:size]


def fingerprint(ids: Iterable[str]) -> str:
    """SHA-256 over the sorted ids, one a line: proves that a redraw begins with the same population."""
    return sha256("\n".join(sorted(set(ids))).encode()).hexdigest()
