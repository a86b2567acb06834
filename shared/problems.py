"""Errors as `application/problem+json` (API conventions 4.1): one builder for raw ASGI and for FastAPI's handlers."""

from http import HTTPStatus

import orjson

from shared.errors import Failure

MEDIA_TYPE = b"application/problem+json"
_NOT_SHOWN = frozenset({"errors", "retry_after", "token_given", "rate_limit"})


def problem_body(failure: Failure, request_id: str, instance: str) -> bytes:
    """The body. `instance` is the path without its query; a failure's own data stands beside the fixed members.

    `errors` is a list of {pointer, code, message}, empty unless the failure carries one. `retry_after` (seconds),
    `token_given` (the caller did present a token) and `rate_limit` (name, limit, seconds of the window) go into headers
    only.
    """
    own = {name: value for name, value in failure.data.items() if name not in _NOT_SHOWN}
    sentence = failure.sentence
    return orjson.dumps(
        own
        | {
            "type": f"urn:bashan:error:{failure.code}",
            "title": _title(failure.status),
            "status": failure.status,
            "detail": sentence,
            "instance": instance,
            "code": failure.code,
            "message": sentence,
            "request_id": request_id,
            "retryable": failure.retryable,
            "errors": failure.data.get("errors", []),
        }
    )


def problem_headers(failure: Failure, request_id: str, length: int) -> list[tuple[bytes, bytes]]:
    """The headers that go with a body of `length` bytes; names in lower case, as ASGI wants them."""
    headers = [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", b"%d" % length),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode("latin-1")),
    ]
    if failure.status in {429, 503} or "retry_after" in failure.data:
        headers.append((b"retry-after", b"%d" % max(1, int(failure.data.get("retry_after", 1)))))
        if "rate_limit" in failure.data:
            name, limit, window = failure.data["rate_limit"]
            headers += _limit_headers(name, limit, window, int(failure.data.get("retry_after", 1)))
    elif failure.status == 401:
        challenge = b'Bearer error="invalid_token"' if failure.data.get("token_given") else b"Bearer"
        headers.append((b"www-authenticate", challenge))
    elif failure.status == 405:
        headers.append((b"allow", ", ".join(failure.data.get("allowed", ())).encode("ascii")))
    return headers


def _limit_headers(name: str, limit: int, window: int, seconds_left: int) -> list[tuple[bytes, bytes]]:
    """RateLimit fields as the IETF's draft has them: nothing is left until the window ends."""
    return [
        (b"ratelimit-policy", f'"{name}";q={limit};w={window}'.encode("ascii")),
        (b"ratelimit", f'"{name}";r=0;t={seconds_left}'.encode("ascii")),
    ]


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
