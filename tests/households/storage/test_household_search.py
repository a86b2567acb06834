"""Searches find the same households whether a name is rare or borne by thousands."""

from uuid import UUID

from services.households.storage.household_search import Line, Reach, search_by_index, search_by_name
from shared.db import Connection
from shared.web.assemble import field_cipher
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.plan_callers import VILLAGE, poor_household

CROWD = 2_100
REACH = Reach(scopes=(TOWNSHIP,))
_CROWD = """
    WITH new AS (
        INSERT INTO households (household_id, village_code, status, head_name, people)
        SELECT gen_random_uuid(), $1, 'general', '欧阳' || chr(20000 + n), 1 FROM generate_series(1, $2::int) AS n
        RETURNING household_id, head_name
    )
    INSERT INTO members (household_id, member_id, village_code, is_head, name, id_number, id_number_index, sex,
        birth_date, relation)
    SELECT household_id, gen_random_uuid(), $1, true, head_name, '', sha256(household_id::text::bytea), 'female',
        '1970-01-01', 'head' FROM new
"""


async def pages(connection: Connection, name: str) -> list[Line]:
    found: list[Line] = []
    after: tuple[str, UUID] | None = None
    while page := await search_by_name(connection, name, TOWNSHIP, REACH, after=after, limit=500):
        found += page
        after = (page[-1].village_code, page[-1].household_id)
    return found


async def test_a_name_of_thousands_is_paged_whole_and_a_rare_one_found_among_them(world: ImportWorld) -> None:
    await world.put(_CROWD, (VILLAGE, CROWD))
    async with world.database.transaction() as connection:
        many = await pages(connection, "欧阳")
        rare = await pages(connection, "欧阳" + chr(20007))
        by_its_end = await pages(connection, chr(20007))
    assert len({line.household_id for line in many}) == len(many) == CROWD
    assert many == sorted(many, key=lambda line: (line.village_code, line.household_id))
    assert [line.head_name for line in rare] == ["欧阳" + chr(20007)]
    assert by_its_end == rare


async def test_a_phone_of_the_household_or_of_a_member_and_an_id_number_find_it(world: ImportWorld) -> None:
    household = UUID(await poor_household(world, phone="13800001111"))
    cipher = field_cipher("households", world.settings.secrets_dir)
    async with world.database.transaction() as connection:
        member = (await world.repository.get(connection, household)).members[1]
        await connection.exec_driver_sql(
            "UPDATE members SET phone_index = $1 WHERE member_id = $2",
            (cipher.blind_index("phone", "13800002222"), member.member_id),
        )
        for column, value in (
            ("phone", "13800001111"),
            ("phone", "13800002222"),
            ("id_number", member.id_number),
        ):
            found = await search_by_index(connection, cipher, column, value, TOWNSHIP, REACH, limit=5)
            assert [line.household_id for line in found] == [household]
        assert await search_by_index(connection, cipher, "phone", "13800003333", TOWNSHIP, REACH, limit=5) == []
        elsewhere = Reach(scopes=("511923",))
        hidden = await search_by_index(connection, cipher, "phone", "13800001111", TOWNSHIP, elsewhere, limit=5)
    assert hidden == []
