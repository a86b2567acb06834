"""Through the gateway a long answer travels compressed to who can read it; versions, tokens and banks are as before."""

import gzip

from tests.e2e.callers import Caller, good

GZIP, PLAIN = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}
LONG = "/v1/regions/511921/children"


def test_a_long_answer_is_passed_on_as_the_service_compressed_it(county: Caller) -> None:
    plain = county.send("GET", LONG, headers=PLAIN)
    packed = county.send("GET", LONG, headers=GZIP)
    assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 5, mtime=0)) < len(plain.content)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


def test_a_version_is_strong_and_good_for_a_change_though_the_client_takes_gzip(county: Caller, own_id: str) -> None:
    path = f"/v1/households/{own_id}"
    record = county.send("GET", path, headers=GZIP)
    assert record.headers["etag"].startswith('"v')
    assert "content-encoding" not in record.headers
    unread = county.send(
        "POST",
        f"{path}/changes",
        json={},
        headers={"If-Match": record.headers["etag"], "Idempotency-Key": "gzip-and-if-match-1", **GZIP},
    )
    assert unread.status_code != 412, "the version that was read is the version that stands"


def test_tokens_and_banks_answers_are_never_compressed(county: Caller, bank: Caller, anyone: Caller) -> None:
    keys = anyone.send("GET", "/openapi.json", headers=GZIP)
    assert "content-encoding" not in keys.headers, "the gateway's own answers"
    log = bank.send("GET", "/v1/partner/query-log", params={"day": "2026-11-24"}, headers=GZIP)
    good(log)
    assert "content-encoding" not in log.headers
