"""The photos that prove a delivery."""

from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import as_helper, as_household
from tests.households.wish_people import (
    PHOTO,
    as_donor,
    helped,
    open_wish,
    post,
    upload,
)


async def test_a_proof_is_read_by_those_whom_it_concerns_and_by_nobody_else(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    wish = await open_wish(world, household)
    async with (
        as_donor(world, "one") as one,
        as_donor(world, "two") as two,
        as_helper(world, cadre) as helper,
        as_household(world, household) as own,
    ):
        await post(one, f"/v1/wishes/{wish}/claims")
        assert (await upload(two, wish)).status_code == 404
        kept = await upload(one, wish, name="../../etc/passwd")
        assert kept.status_code == 201, kept.text
        path = f"/v1/wishes/{wish}/files/{kept.json()['file_id']}"
        for client in (one, helper, own):
            read = await client.get(path)
            assert (read.status_code, read.headers["content-type"]) == (200, "image/jpeg")
            assert read.headers["content-disposition"] == f'attachment; filename="{kept.json()["file_id"]}.jpg"'
            assert read.headers["x-content-type-options"] == "nosniff"
        assert (await two.get(path)).status_code == 404
        files = sorted((world.settings.files_dir / "households" / "proofs").iterdir())
    assert [file.name for file in files] == [kept.json()["file_id"]]
    assert b"JFIF" not in files[0].read_bytes()


async def test_a_photo_that_is_too_large_is_told_how_large_one_may_be(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor:
        await post(donor, f"/v1/wishes/{wish}/claims")
        for megabytes in (6, 12):
            reply = await upload(donor, wish, PHOTO + bytes(megabytes * 1_000_000))
            assert (reply.status_code, reply.json()["code"]) == (413, "file_too_large")
            assert "5 MB" in reply.json()["message"]
        assert (await upload(donor, wish, PHOTO + bytes(21_000_000))).json()["code"] == "body_too_large"
    assert not (world.settings.files_dir / "households" / "proofs").exists()
