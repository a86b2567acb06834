"""A front before the usual service, however the way between them is made."""

from collections.abc import AsyncIterator

import pytest

from services.gateway.clients.asgi_upstream import AsgiUpstream
from tests.builders.front import ask, front, over_http, serving
from tests.builders.sibling import service


@pytest.fixture(params=["in process", "over HTTP", "over HTTP on a rested connection"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """The front's port: the same service behind it in the same process, and in another one. Where a connection to it
    rests, a request that has come whole goes the express way."""
    if request.param == "in process":
        with serving(front(AsgiUpstream("households", service()))) as front_port:
            yield front_port
    else:
        with serving(service()) as inner, serving(front(over_http(f"http://127.0.0.1:{inner}"))) as front_port:
            if "rested" in request.param:
                assert (await ask(front_port, "/v1/notices/1", token=None)).status == 200
            yield front_port
