"""Which policy row answers for this method and path?

The rows are data (`policy.py`); everything that no row names is denied. A literal segment beats a parameter, also for
a method that only the parameter's rows have; a parameter is one non-empty segment, HEAD has the rights of GET. The trie
is made deterministic when it is built, so that a match costs one dictionary look-up a segment, whatever the rows are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Row:
    """One door of the gateway.

    `template` has `{name}` segments; `service` names the upstream; `allow` holds roles, or `ANYONE` for a public
    door; `quota` is the class by which limits and load shedding treat it; `upload` doors take large bodies,
    `step_up` ones ask for a second factor that was shown lately.
    """

    method: str
    template: str
    service: str
    allow: frozenset[str]
    quota: str = "ordinary"
    upload: bool = False
    step_up: bool = False

    @property
    def public(self) -> bool:
        return ANYONE in self.allow


@dataclass(frozen=True, slots=True)
class Match:
    """The row that answers, and its place in the table."""

    row: Row
    index: int


@dataclass(frozen=True, slots=True)
class MethodNotAllowed:
    """The path is known, the method is not; `allowed` is sorted and never empty."""

    allowed: tuple[str, ...]


class RouteTable:
    """All rows, ready to be asked. Two rows of one method that take exactly the same paths raise ValueError."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        root = _Branch()
        for index, row in enumerate(self.rows):
            root.plant(Match(row, index))
        self._root = _settle((root,))

    def match(self, method: str, path: str) -> Match | MethodNotAllowed | None:
        """The row for a canonical, decoded path such as `/v1/households/018f…`; None when no row knows the path."""
        segments = path.split("/")
        if segments[0]:
            return None
        state = self._root
        for position in range(1, len(segments)):
            segment = segments[position]
            following = state.literals.get(segment) or (state.parameter if segment else None)
            if following is None:
                return None
            state = following
        if state.refusal is None:
            return None
        return state.methods.get(method, state.refusal)


class _Branch:
    """A node of the trie as the rows spell it."""

    __slots__ = ("literals", "methods", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Branch] = {}
        self.parameter: _Branch | None = None
        self.methods: dict[str, Match] = {}

    def plant(self, match: Match) -> None:
        template = match.row.template
        if not template.startswith("/"):
            raise ValueError(f"a template begins with a slash: {template!r}")
        branch = self
        for segment in template.split("/")[1:]:
            if segment.startswith("{") and segment.endswith("}"):
                branch.parameter = branch.parameter or _Branch()
                branch = branch.parameter
            elif "{" in segment or "}" in segment:
                raise ValueError(f"a parameter is a whole segment: {template!r}")
            else:
                branch = branch.literals.setdefault(segment, _Branch())
        if match.row.method in branch.methods:
            raise ValueError(f"two rows for {match.row.method} {template}")
        branch.methods[match.row.method] = match


class _State:
    """A node of the settled trie: at most one successor a segment."""

    __slots__ = ("literals", "methods", "parameter", "refusal")

    def __init__(self, methods: dict[str, Match]) -> None:
        self.literals: dict[str, _State] = {}
        self.parameter: _State | None = None
        self.methods = methods
        self.refusal = MethodNotAllowed(tuple(sorted(methods))) if methods else None


def _settle(branches: tuple[_Branch, ...]) -> _State:
    """One state for all branches that a path may stand on, the most literal first."""
    methods = next((dict(branch.methods) for branch in branches if branch.methods), {})
    if "GET" in methods:
        methods.setdefault("HEAD", methods["GET"])
    state = _State(methods)
    for segment in {literal for branch in branches for literal in branch.literals}:
        state.literals[segment] = _settle(_after(branches, segment))
    parameters = _after(branches, None)
    state.parameter = _settle(parameters) if parameters else None
    return state


def _after(branches: tuple[_Branch, ...], segment: str | None) -> tuple[_Branch, ...]:
    following: list[_Branch] = []
    for branch in branches:
        if segment is not None and segment in branch.literals:
            following.append(branch.literals[segment])
        if branch.parameter is not None and segment != "":
            following.append(branch.parameter)
    return tuple(following)
