"""Paths that two programs could read in two ways are refused (check S28)."""

import pytest

from services.gateway.api.canonical_path import LONGEST_PATH, LONGEST_QUERY, is_canonical


@pytest.mark.parametrize(
    "path",
    [
        b"/",
        b"/livez",
        b"/v1/households/018f0000-0000-7000-8000-000000000000",
        b"/.well-known/jwks.json",
        b"/v1/credit/cards/rural-household@1",
        b"/v1/credit/cards/rural-household%401/approve",
        b"/docs/swagger-ui.css",
        b"/v1/regions/",
    ],
)
def test_ordinary_paths_are_canonical(path: bytes) -> None:
    assert is_canonical(path)


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"v1/households",
        b"*",
        b"http://gateway/v1/households",
        b"//v1/households",
        b"/v1//households",
        b"/v1/./households",
        b"/v1/../internal/changes",
        b"/v1/..",
        b"/v1/.",
        b"/..",
        b"/v1/...",
        b"/v1/%2e%2e/internal",
        b"/v1/%2E/households",
        b"/v1%2fhouseholds",
        b"/v1/%2Fhouseholds",
        b"/v1/%252e%252e/x",
        b"/v1/households;x=1",
        b"/v1/households%3bx",
        b"/v1/households%00",
        b"/v1/households\x00",
        b"/v1/households\t",
        b"/v1/house holds",
        b"/v1\\households",
        b"/v1/households#top",
        b"/v1/\xe6\x9d\x8e",
        b"/v1/%E6%9D%8E",
        b"/v1/households%",
        b"/v1/households%4",
        b"/" + b"a" * LONGEST_PATH,
    ],
)
def test_paths_with_a_second_reading_are_not(path: bytes) -> None:
    assert not is_canonical(path)


@pytest.mark.parametrize("query", [b"a=\x00", b"a=\xe6", b"a= b", b"a\r\nb", b"x" * (LONGEST_QUERY + 1)])
def test_a_query_with_bytes_that_do_not_belong_there_is_refused(query: bytes) -> None:
    assert not is_canonical(b"/v1/households", query)


def test_an_ordinary_query_passes() -> None:
    assert is_canonical(b"/v1/households", b"region=511921&name=%E6%9D%8E&cursor=a.b-c_d~")
