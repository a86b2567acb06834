"""Replies that every service gives in one way: problems, versions, jobs."""

import re

from fastapi import Request, Response

from shared.errors import Failure
from shared.problems import problem_body, problem_headers
from shared.web.request_id import request_id_of

# At most what a version can be: an int4 of the database.
_ETAG = re.compile(r'"v([0-9]{1,9})"')


def problem_reply(request: Request, failure: Failure) -> Response:
    request_id = request_id_of(request.scope)
    body = problem_body(failure, request_id, request.url.path)
    reply = Response(body, failure.status)
    reply.raw_headers = problem_headers(failure, request_id, len(body))
    return reply


def etag(version: int) -> str:
    return f'"v{version}"'
