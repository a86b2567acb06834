"""Which headers pass the gateway (checks S25, S42)."""

import pytest

from services.gateway.api.header_rules import InwardHeaders, outward_headers
from services.gateway.domain.forwarding_errors import HeaderRefused

ID = b"0190a0b0-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    "name",
    [
        b"x-user-id", b"x-user-roles", b"x-scope-region", b"x-forwarded-for", b"x-forwarded-proto", b"forwarded",
        b"x-real-ip", b"x-client-cert", b"x-client-cert-dn", b"x-ssl-client-verify", b"x-internal-token",
        b"x-deadline-ms", b"x-original-url", b"x-rewrite-url", b"x-http-method-override", b"x-remote-user", b"via",
        b"x_user_id", b"x_forwarded_for", b"content_length", b"connection", b"keep-alive", b"te", b"trailer",
        b"transfer-encoding", b"upgrade", b"expect", b"proxy-authorization", b"proxy-connection",
    ],
)  # fmt: skip
def test_nobody_outside_says_who_they_are_or_speaks_for_the_next_connection(name: bytes) -> None:
    assert InwardHeaders([(b"host", b"gateway"), (name, b"forged")]).kept == [(b"host", b"gateway")]


@pytest.mark.parametrize(
    "name", [b"accept", b"traceparent", b"idempotency-key", b"if-match", b"authorization", b"x-device-id"]
)
def test_what_services_need_goes_on(name: bytes) -> None:
    assert InwardHeaders([(name, b"value")]).kept == [(name, b"value")]


@pytest.mark.parametrize("name", [b"host", b"authorization", b"content-length"])
def test_a_header_that_decides_something_may_not_come_twice(name: bytes) -> None:
    with pytest.raises(HeaderRefused):
        InwardHeaders([(name, b"1"), (name, b"2")])


@pytest.mark.parametrize("length", [b"", b"-1", b"+5", b"1e3", b"0x10", b"5, 5", "５".encode(), b"9" * 19])
def test_a_length_that_is_no_plain_number_is_refused(length: bytes) -> None:
    with pytest.raises(HeaderRefused):
        InwardHeaders([(b"content-length", length)])


@pytest.mark.parametrize("given", [b"", b"short", b"a" * 65, b"a b c d e f", b"id\x1b[31m-escape", b"-leading-dash"])
def test_a_request_id_that_could_upset_a_log_is_not_taken_over(given: bytes) -> None:
    assert InwardHeaders([(b"x-request-id", given)]).request_id is None


def test_a_sane_request_id_is_taken_over() -> None:
    assert InwardHeaders([(b"x-request-id", ID)]).request_id == ID


def test_an_answer_says_nothing_of_the_servers_behind_and_is_not_cached() -> None:
    inner = [(b"server", b"uvicorn"), (b"date", b"x"), (b"connection", b"close"), (b"etag", b'"v1"')]
    assert outward_headers(inner, ID) == [(b"etag", b'"v1"'), (b"x-request-id", ID), (b"cache-control", b"no-store")]


def test_a_service_that_allows_caching_is_believed() -> None:
    inner = [(b"cache-control", b"public, max-age=60")]
    assert outward_headers(inner, ID) == [(b"cache-control", b"public, max-age=60"), (b"x-request-id", ID)]
