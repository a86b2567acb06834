"""A sibling has no rights of a user, and a user none of a sibling (check S27).

What is asked for somebody is asked with their token, which the gateway passes on as it is; the service decides on that.
"""

import re

import httpx
import pytest

from services.gateway.domain.policy import ROWS
from shared.ids import new_id
from shared.service_tokens import ServiceIdentity, load_service_key
from tests.builders.front import TOKEN, ask, front, over_http, say_ok, scripted, serving
from tests.households.import_world import ImportWorld

DOORS = [
    (row.method, re.sub(r"\{\w+\}", str(new_id()), row.template))
    for row in ROWS
    if row.service == "households" and not row.public
]


@pytest.mark.parametrize("sibling", ["cadres", "credit", "gateway"])
async def test_no_sibling_opens_any_door_of_a_user(world: ImportWorld, sibling: str) -> None:
    own = ServiceIdentity(sibling, lambda: load_service_key(sibling, world.settings.secrets_dir), "households")
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://households", auth=own) as client:
        opened = [
            (method, path)
            for method, path in DOORS
            if (await client.request(method, path, headers={"Idempotency-Key": str(new_id())})).status_code != 401
        ]
    assert len(DOORS) > 100
    assert opened == []


async def test_no_user_opens_a_door_of_the_siblings(world: ImportWorld) -> None:
    async with world.as_official("5119", role="city_official") as client:
        for method, path in (
            ("GET", "/internal/changes?topics=household"),
            ("GET", "/internal/openapi.json"),
            ("PUT", "/internal/ended"),
            ("POST", "/internal/head-groups"),
            ("POST", "/internal/persons/match"),
        ):
            assert (await client.request(method, path, json={})).status_code == 401, path


async def test_the_gateway_passes_on_whose_request_it_is() -> None:
    async with scripted(say_ok) as service:
        with serving(front(over_http(service.url))) as port:
            assert (await ask(port, headers={"X-User-Id": "somebody else"})).status == 200
    (seen,) = service.seen
    assert seen.all("Authorization") + seen.all("authorization") == [TOKEN]
    assert not {name.lower() for name, _ in seen.headers} & {"x-user-id"}
