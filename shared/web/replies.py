"""Replies that every service gives in one way: problems, versions, jobs."""

from fastapi import Request, Response

from shared.errors import Failure, VersionMissing
from shared.problems import problem_body, problem_headers
from shared.web.request_id import request_id_of


def problem_reply(request: Request, failure: Failure) -> Response:
    request_id = request_id_of(request.scope)
    body = problem_body(failure, request_id, request.url.path)
    reply = Response(body, failure.status)
    reply.raw_headers = problem_headers(failure, request_id, len(body))
    return reply


def etag(version: int) -> str:
    return f'"v{version}"'


def version_of(if_match: str | None) -> int:
    """The version that a write expects. Raises VersionMissing for an absent or unreadable one."""
    text = (if_match or "").strip()
    if not (text.startswith('"v') and text.endswith('"') and text[2:-1].isdigit() and len(text) < 20):
        raise VersionMissing
    return int(text[2:-1])
