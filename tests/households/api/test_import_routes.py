"""Registers over HTTP: ordered as a job, done in a process of its own, read back by whoever may."""

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.households.main import job_runner
from services.households.storage import tables
from services.households.storage.upload_files import ImportFiles
from services.households.use_cases.order_import import KIND, importer_of
from services.households.use_cases.run_import import import_file
from services.households.use_cases.tidy_imports import tidy_imports
from services.households.worker import register_import
from shared.clock import FixedClock
from shared.ids import new_id
from shared.job_runner import JobRunner
from shared.jobs import Job, Progress
from tests.builders.register import InventedHousehold, invent_household
from tests.households.import_world import NOON, REPORT_KIND, TOWNSHIP, ImportWorld, refused_rows

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old .xls files and files with a password begin."""


async def hand_in(
    client: httpx.AsyncClient, name: str, content: bytes, *, key: str | None = None, kind: str = "register"
) -> httpx.Response:
    return await client.post(
        "/v1/imports",
        files={"file": (name, content)},
        data={"kind": kind},
        headers={"idempotency-key": key or str(new_id())},
    )


async def order(world: ImportWorld, *households: InventedHousehold) -> str:
    content = world.file(households).read_bytes()
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        answer = await hand_in(client, "a.csv", content)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


async def run_in_processes(world: ImportWorld) -> None:
    """As the service does it."""
    while await job_runner(world.jobs, world.settings).run_next():
        pass


async def run_here(world: ImportWorld) -> None:
    """The same work without a process of its own, which takes a second to start."""
    files: ImportFiles = world.app.state.rooms.files

    async def work(job: Job, progress: Progress) -> None:
        use_case = register_import(world.jobs, world.settings, importer_of(job), FixedClock(NOON))
        with files.opened(job.job_id) as path, files.new_report(job.job_id) as report:
            await import_file(use_case, path, job.input["file_name"], report, progress)

    while await JobRunner(world.jobs, tables.jobs, {KIND: work}).run_next():
        pass


async def job_of(world: ImportWorld, job_id: str) -> dict[str, Any]:
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        answer = await client.get(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def uploads(world: ImportWorld) -> list[Path]:
    folder = world.settings.files_dir / "households" / "uploads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_an_official_hands_in_a_register_and_reads_how_it_went(world: ImportWorld) -> None:
    file = world.file([invent_household(1, 3), invent_household(2, 2, size=9)], "xlsx")
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        answer = await hand_in(client, "龙凤场镇.xlsx", file.read_bytes())
        queued = answer.json()
        assert (answer.status_code, queued["state"], queued["kind"]) == (202, "queued", "register_import")
        assert answer.headers["location"] == f"/v1/jobs/{queued['job_id']}"
        assert (await client.get(f"/v1/jobs/{queued['job_id']}/report")).json()["code"] == "import_report_not_ready"
        await run_in_processes(world)
        job = (await client.get(answer.headers["location"])).json()
        assert (job["state"], job["done"], job["total"], job["accepted"], job["refused"]) == ("succeeded", 5, 5, 1, 1)
        assert job["result"]["new"] == 1
        assert job["result"]["refused_rows"] == 2
        report = await client.get(job["errors_url"])
    assert report.headers["content-type"] == REPORT_KIND
    saved = world.folder / f"{job['job_id']}.xlsx"
    saved.write_bytes(report.content)
    assert [row[2] for row in refused_rows(saved)] == ["household_size_differs", "household_refused"]


async def test_the_history_says_who_handed_the_register_in(world: ImportWorld) -> None:
    invented = invent_household(1, 2)
    await order(world, invented)
    await run_here(world)
    (first,) = await world.history((await world.household(invented.number)).household_id)
    assert (first.source, first.actor_name) == ("import", "张三")


async def test_the_same_upload_sent_again_is_the_same_job(world: ImportWorld) -> None:
    content = world.file([invent_household(1, 2)]).read_bytes()
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        first, second = [await hand_in(client, "a.csv", content, key="twice-1") for _ in range(2)]
        other = await hand_in(client, "a.csv", content + b" ", key="twice-1")
    assert first.json()["job_id"] == second.json()["job_id"]
    assert second.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await world.count("jobs") == 1


async def test_an_official_imports_only_into_their_own_place(world: ImportWorld) -> None:
    elsewhere = invent_household(2, 2, county="巴州区", township="", village="莲花山村")
    job_id = await order(world, invent_household(1, 1), elsewhere)
    await run_here(world)
    job = await job_of(world, job_id)
    assert (job["accepted"], job["refused"]) == (1, 1)


async def test_a_job_is_seen_by_who_ordered_it_and_by_officials_of_its_place(world: ImportWorld) -> None:
    job_id = await order(world, invent_household(1, 1))
    await run_here(world)
    for scope, subject, seen in (
        (TOWNSHIP, "official-2", 200),
        ("511921", "official-3", 200),
        ("511902", "official-4", 404),
        ("511921122203", "official-5", 404),
        ("511902", "official-1", 200),
    ):
        async with world.as_official(scope, subject=subject, role="county_official") as client:
            for path in (f"/v1/jobs/{job_id}", f"/v1/jobs/{job_id}/report"):
                answer = await client.get(path)
                assert answer.status_code == seen, (scope, subject, path)
    async with world.as_official("5119", role="city_official") as client:
        assert (await client.get(f"/v1/jobs/{new_id()}")).json()["code"] == "job_not_found"


async def test_only_officials_hand_in_registers(world: ImportWorld) -> None:
    async with world.as_official() as client:
        assert (await hand_in(client, "a.csv", b"x")).status_code == 403


@pytest.mark.parametrize("role", ["village_official", "township_official"])
async def test_a_register_sets_statuses_and_so_nobody_below_the_county_hands_one_in(
    world: ImportWorld, role: str
) -> None:
    async with world.as_official(TOWNSHIP, role=role) as client:
        answer = await hand_in(client, "a.csv", b"x")
    assert (answer.status_code, answer.json()["code"]) == (403, "register_by_county")


async def test_what_is_uploaded_is_sealed_and_goes_when_the_job_has_ended(world: ImportWorld) -> None:
    invented = [invent_household(index, 3) for index in range(20)]
    await order(world, *invented)
    (upload,) = uploads(world)
    at_rest = upload.read_bytes()
    assert upload.stat().st_mode & 0o077 == 0
    for household in invented:
        assert household.phone.encode() not in at_rest
        for person in household.people:
            assert person.id_number.encode() not in at_rest
            assert person.name.encode() not in at_rest
    await tidy_imports(world.jobs, world.app.state.rooms.files)
    assert uploads(world) == [upload]
    await run_here(world)
    await tidy_imports(world.jobs, world.app.state.rooms.files)
    assert uploads(world) == []


async def test_neither_files_nor_tables_hold_an_id_number_in_plain(world: ImportWorld) -> None:
    invented = [invent_household(1, 3), invent_household(2, 3, size=9)]
    numbers = [person.id_number for household in invented for person in household.people]
    await order(world, *invented)
    await run_here(world)
    kept = [path.read_bytes() for path in world.settings.files_dir.rglob("*") if path.is_file()]
    unpacked = [part for path in world.settings.files_dir.rglob("*.xlsx") for part in parts_of(path)]
    tables = []
    async with world.database.transaction() as connection:
        for table in (
            "households",
            "members",
            "persons",
            "household_changes",
            "change_log",
            "jobs",
            "idempotency_keys",
        ):
            rows = await connection.execute(text(f"SELECT t::text FROM {table} t"))  # noqa: S608 - names of our tables
            tables += [row[0].encode() for row in rows]
    for number in numbers:
        assert not any(number.encode() in thing for thing in (*kept, *unpacked, *tables))
        assert not any(number.encode().hex().encode() in thing for thing in tables)


def parts_of(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as package:
        return [package.read(name) for name in package.namelist()]


def bomb() -> bytes:
    """A sheet of 40 MB of blanks in 40 KB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    return packed.getvalue()


async def test_files_that_cannot_be_read_end_their_jobs_in_their_own_words(world: ImportWorld) -> None:
    broken = {
        "sheet_damaged": ("a.xlsx", b"PK\x03\x04" + b"\x01" * 500),
        "sheet_file_too_large": ("a.xlsx", bomb()),
    }
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        ordered = {code: await hand_in(client, *upload) for code, upload in broken.items()}
        await run_in_processes(world)
        for code, answer in ordered.items():
            job = (await client.get(answer.headers["location"])).json()
            assert (job["state"], job["failure"], job["errors_url"]) == ("failed", code, None)
            assert job["result"]["message"].endswith("。")
            assert (await client.get(f"/v1/jobs/{job['job_id']}/report")).status_code == 404
    assert await world.count("households") == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "sheet_empty"),
        ("a.csv", b"", "sheet_empty"),
        ("setup.exe", b"MZ\x90\x00" + bytes(100), "sheet_kind_unknown"),
        ("a.pdf", b"%PDF-1.7", "sheet_kind_unknown"),
        ("a", "户编号,姓名".encode(), "sheet_kind_unknown"),
        ("a.xlsx", "户编号,姓名".encode(), "sheet_damaged"),
        ("a.xls", OLE + bytes(600), "sheet_is_old_xls"),
        ("a.xlsx", OLE + bytes(600), "sheet_is_old_xls"),
        ("a.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "sheet_encrypted"),
    ],
)
async def test_a_file_of_no_use_is_refused_at_once(world: ImportWorld, name: str, content: bytes, code: str) -> None:
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        answer = await hand_in(client, name, content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await world.count("jobs") == 0
    assert uploads(world) == []


async def test_a_form_that_is_none_is_refused_and_never_breaks_the_service(world: ImportWorld) -> None:
    key = {"idempotency-key": str(new_id())}
    multipart = {"content-type": "multipart/form-data; boundary=b", **key}
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\nregister\r\n'
    file, kind = part % (b"file", b'; filename="a.csv"'), part % (b"kind", b"")
    sent: list[tuple[dict[str, str], bytes, int, str]] = [
        ({"content-type": "application/json", **key}, b'{"kind":"register"}', 400, "upload_unreadable"),
        (key, b"", 400, "upload_unreadable"),
        ({"content-type": "multipart/form-data", **key}, b"--b--", 400, "upload_unreadable"),
        (multipart, b"nonsense", 400, "upload_unreadable"),
        (multipart, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400, "upload_unreadable"),
        (
            {**multipart, "content-type": "multipart/form-data; boundary=b; charset=nothing"},
            file,
            422,
            "schema_invalid",
        ),
        (multipart, kind + b"--b--\r\n", 422, "schema_invalid"),
        (multipart, file + b"--b--\r\n", 422, "schema_invalid"),
        (multipart, part % (b"file", b"") + kind + b"--b--\r\n", 422, "schema_invalid"),
        (multipart, file + kind.replace(b"register", b"other") + b"--b--\r\n", 422, "schema_invalid"),
        (multipart, file + kind + kind + b"--b--\r\n", 400, "field_repeated"),
        (multipart, file + kind + part % (b"more", b"") + b"--b--\r\n", 400, "field_unknown"),
        (multipart, file + file + kind + b"--b--\r\n", 400, "field_repeated"),
        (multipart, part % (b"x\xff", b"") + b"--b--\r\n", 400, ""),
    ]
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        for headers, body, status, code in sent:
            answer = await client.post("/v1/imports", content=body, headers=headers)
            assert (answer.status_code, code) == (status, code and answer.json()["code"]), (headers, body, answer.text)
    assert await world.count("jobs") == 0


async def test_a_file_of_more_than_twenty_megabytes_is_refused(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        answer = await hand_in(client, "a.csv", b"x" * 20_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_file_name_with_a_number_or_a_path_in_it_is_not_kept_so(world: ImportWorld) -> None:
    content = world.file([invent_household(1, 1)]).read_bytes()
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        await hand_in(client, "../../513027199001011235李四.csv", content)
    async with world.database.transaction() as connection:
        given = (await connection.execute(text("SELECT input::text FROM jobs"))).scalar_one()
    assert "513027199001011235" not in given
    assert ".." not in given
