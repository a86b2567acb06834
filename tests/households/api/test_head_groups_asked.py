"""The credit service asks how many heads are of which sex and age, and learns nothing else."""

from datetime import date

import httpx

from shared.ids import new_id
from shared.service_tokens import ServiceIdentity, load_service_key
from tests.builders.register import invented_id_number
from tests.households.import_world import TOWNSHIP, ImportWorld


async def registered(world: ImportWorld, number: int, born: date, *, male: bool) -> str:
    member = {"name": "陈正松", "id_number": invented_id_number(born, number, male=male), "relation": "户主"}
    body = {"village_code": f"{TOWNSHIP}202", "phone": "15400000009", "members": [member]}
    async with world.as_official(TOWNSHIP) as client:
        reply = await client.post("/v1/households", json=body, headers={"Idempotency-Key": str(new_id())})
    assert reply.status_code == 201, reply.text
    made: str = reply.json()["household_id"]
    return made


async def ask(world: ImportWorld, groups: list[dict[str, object]], *, sibling: str = "credit") -> httpx.Response:
    identity = ServiceIdentity(sibling, lambda: load_service_key(sibling, world.settings.secrets_dir), "households")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(world.app), base_url="http://households", auth=identity
    ) as client:
        return await client.post("/internal/head-groups", json={"day": "2026-11-24", "groups": groups})


async def test_the_heads_of_each_group_are_counted(world: ImportWorld) -> None:
    man = await registered(world, 61, date(1960, 3, 7), male=True)
    woman = await registered(world, 62, date(1995, 3, 7), male=False)
    reply = await ask(
        world,
        [
            {"name": "A/AA", "households": [man, woman, str(new_id())]},
            {"name": "AA/AA", "households": [woman]},
            {"name": "none/A", "households": []},
        ],
    )
    assert reply.status_code == 200, reply.text
    assert reply.json()["items"] == [
        {"name": "A/AA", "by_sex": {"female": 1, "male": 1}, "by_age": {"65_and_over": 1, "under_35": 1}},
        {"name": "AA/AA", "by_sex": {"female": 1}, "by_age": {"under_35": 1}},
        {"name": "none/A", "by_sex": {}, "by_age": {}},
    ]
    assert man not in reply.text


async def test_no_other_service_asks(world: ImportWorld) -> None:
    assert (await ask(world, [], sibling="cadres")).status_code == 403
