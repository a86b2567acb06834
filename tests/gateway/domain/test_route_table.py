"""Which policy row answers: literals, parameters, methods, and nothing by default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.route_table import ANYONE, Match, MethodNotAllowed, RouteTable, Row

ROLES = frozenset({"cadre"})


def row(method: str, template: str) -> Row:
    return Row(method, template, "households", ROLES)


TABLE = RouteTable(
    [
        row("GET", "/v1/households"),
        row("POST", "/v1/households"),
        row("GET", "/v1/households/{id}"),
        row("PUT", "/v1/households/{id}"),
        row("GET", "/v1/households/summary"),
        row("GET", "/v1/households/{id}/members/{member}"),
        row("GET", "/v1/households/summary/notes"),
        row("GET", "/.well-known/jwks.json"),
    ]
)


def template_of(method: str, path: str) -> str | None:
    match = TABLE.match(method, path)
    return match.row.template if isinstance(match, Match) else None


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/households", "/v1/households"),
        ("/v1/households/018f", "/v1/households/{id}"),
        ("/v1/households/summary", "/v1/households/summary"),
        ("/v1/households/018f/members/2", "/v1/households/{id}/members/{member}"),
        ("/.well-known/jwks.json", "/.well-known/jwks.json"),
    ],
)
def test_a_path_finds_its_row_and_a_literal_beats_a_parameter(path: str, template: str) -> None:
    assert template_of("GET", path) == template


def test_a_literal_that_leads_nowhere_does_not_hide_the_parameter_beside_it() -> None:
    assert template_of("GET", "/v1/households/summary/members/2") == "/v1/households/{id}/members/{member}"


def test_a_literal_hides_the_parameter_beside_it_also_for_methods_that_it_has_not() -> None:
    assert TABLE.match("PUT", "/v1/households/summary") == MethodNotAllowed(("GET", "HEAD"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "v1/households",
        "x/v1/households",
        "/v1",
        "/v1/",
        "/v1/households/",
        "/V1/households",
        "/internal/changes",
        "/v1/x",
    ],
)
def test_what_no_row_names_is_unknown(path: str) -> None:
    assert TABLE.match("GET", path) is None


def test_an_empty_segment_is_no_parameter() -> None:
    assert TABLE.match("GET", "/v1/households//members/2") is None


def test_a_known_path_says_which_methods_it_has() -> None:
    assert TABLE.match("DELETE", "/v1/households/018f") == MethodNotAllowed(("GET", "HEAD", "PUT"))


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PATCH", "OPTIONS", "get"])
def test_methods_without_a_row_are_not_allowed(method: str) -> None:
    assert isinstance(TABLE.match(method, "/v1/households"), MethodNotAllowed)


def test_head_has_the_row_of_get() -> None:
    assert TABLE.match("HEAD", "/v1/households/018f") == TABLE.match("GET", "/v1/households/018f")


def test_a_match_knows_its_place_in_the_table() -> None:
    match = TABLE.match("PUT", "/v1/households/018f")
    assert isinstance(match, Match)
    assert TABLE.rows[match.index] is match.row


@pytest.mark.parametrize("template", ["v1/households", "/v1/{id}.json", "/v1/x{id}"])
def test_a_template_that_cannot_be_meant_is_refused_when_the_table_is_built(template: str) -> None:
    with pytest.raises(ValueError, match=r"template|parameter"):
        RouteTable([row("GET", template)])


def test_two_rows_for_the_same_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        RouteTable([row("GET", "/v1/households/{id}"), row("GET", "/v1/households/{household_id}")])


def test_a_door_for_anyone_is_public() -> None:
    assert Row("GET", "/livez", "gateway", frozenset({ANYONE})).public
    assert not row("GET", "/v1/households").public


SEGMENTS = st.lists(st.sampled_from(["v1", "households", "summary", "notes", "members", "7", ""]), max_size=6)


def naive(method: str, path: str) -> str | None:
    """The most literal template that fits, found one by one; None where it has no row of that method."""
    fitting = []
    for candidate in TABLE.rows:
        wanted, given_ = candidate.template.split("/"), path.split("/")
        same = len(wanted) == len(given_) and all(
            w == g or (w.startswith("{") and g) for w, g in zip(wanted, given_, strict=True)
        )
        if same:
            fitting.append(([w.startswith("{") for w in wanted], candidate.template))
    best = min(fitting)[1] if fitting else None
    return best if any(one.method == method and one.template == best for one in TABLE.rows) else None


@given(st.sampled_from(["GET", "PUT", "POST"]), SEGMENTS)
def test_the_trie_finds_a_row_exactly_when_trying_them_all_does(method: str, segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    assert template_of(method, path) == naive(method, path)
