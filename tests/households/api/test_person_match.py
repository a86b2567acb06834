"""What the gateway asks before it binds a telephone to a person: are these the two numbers of one living member?"""

from datetime import date
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from shared.service_tokens import ServiceIdentity, load_service_key
from tests.builders.register import invented_id_number
from tests.households.api.test_life_routes import happened
from tests.households.import_world import TOWNSHIP, ImportWorld

HEAD = invented_id_number(date(1970, 3, 7), 21, male=True)
WIFE = invented_id_number(date(1972, 4, 9), 22, male=False)
NEIGHBOUR = invented_id_number(date(1968, 1, 5), 23, male=True)
HOUSE_PHONE, WIFES_PHONE, NEIGHBOURS_PHONE = "15400000001", "15400000002", "15400000003"


async def register(client: httpx.AsyncClient, phone: str, *members: dict[str, Any]) -> dict[str, Any]:
    body = {"village_code": f"{TOWNSHIP}202", "phone": phone, "members": list(members)}
    reply = await client.post("/v1/households", json=body, headers={"Idempotency-Key": str(new_id())})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def two_households(world: ImportWorld) -> dict[str, Any]:
    async with world.as_official(TOWNSHIP) as client:
        ours = await register(
            client,
            HOUSE_PHONE,
            {"name": "陈正松", "id_number": HEAD, "relation": "户主"},
            {"name": "何秀兰", "id_number": WIFE, "relation": "配偶", "phone": WIFES_PHONE},
        )
        await register(client, NEIGHBOURS_PHONE, {"name": "王平", "id_number": NEIGHBOUR, "relation": "户主"})
    return ours


async def ask(world: ImportWorld, id_number: str, phone: str, *, sibling: str = "gateway") -> httpx.Response:
    identity = ServiceIdentity(sibling, lambda: load_service_key(sibling, world.settings.secrets_dir), "households")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(world.app), base_url="http://households", auth=identity
    ) as client:
        return await client.post("/internal/persons/match", json={"id_number": id_number, "phone": phone})


@pytest.mark.parametrize(
    ("id_number", "phone", "name"),
    [
        (HEAD, HOUSE_PHONE, "陈**"),
        (WIFE, WIFES_PHONE, "何**"),
        (WIFE, HOUSE_PHONE, "何**"),
        (HEAD.lower(), HOUSE_PHONE, "陈**"),
    ],
)
async def test_a_member_is_found_by_both_numbers(world: ImportWorld, id_number: str, phone: str, name: str) -> None:
    ours = await two_households(world)

    person = (await ask(world, id_number, phone)).json()["person"]

    assert (person["household_id"], person["name"]) == (ours["household_id"], name)


@pytest.mark.parametrize(
    ("id_number", "phone"),
    [
        (HEAD, NEIGHBOURS_PHONE),
        (HEAD, WIFES_PHONE),
        (NEIGHBOUR, HOUSE_PHONE),
        (HEAD, "15499999999"),
        (invented_id_number(date(1990, 1, 1), 9, male=True), HOUSE_PHONE),
        ("511921197003071210", HOUSE_PHONE),
        ("nobody", HOUSE_PHONE),
        (HEAD, "not a phone"),
    ],
)
async def test_numbers_that_do_not_belong_together_find_nobody(world: ImportWorld, id_number: str, phone: str) -> None:
    await two_households(world)

    reply = await ask(world, id_number, phone)

    assert (reply.status_code, reply.json()) == (200, {"person": None})


async def test_who_has_left_the_household_is_not_found(world: ImportWorld) -> None:
    ours = await two_households(world)
    wife = next(one for one in ours["members"] if one["relation"] == "配偶")
    async with world.as_official(TOWNSHIP) as client:
        left = {"member_id": wife["member_id"]}
        reply = await happened(client, ours["household_id"], "marriage_out", ours["version"], **left)
        assert reply.status_code == 201, reply.text

    assert (await ask(world, WIFE, HOUSE_PHONE)).json() == {"person": None}


async def test_nobody_but_the_gateway_may_ask(world: ImportWorld) -> None:
    await two_households(world)

    assert (await ask(world, HEAD, HOUSE_PHONE, sibling="credit")).status_code == 403
    async with world.as_official(TOWNSHIP) as client:
        assert (await client.post("/internal/persons/match", json={})).status_code == 401
