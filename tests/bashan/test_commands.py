"""Every command of `bashan` as an operator types it, on one small directory: words for people, JSON for programs."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner, Result

from bashan.cli import app
from bashan.embedded_postgres import EmbeddedPostgres
from migrations.runner import SERVICES, migrate
from services.credit.storage.bulk_files import write_new
from services.credit.storage.tables import directory
from shared.db import Database
from tests.builders.database import Urls, copy_database, drop_database, ensure_template
from tests.builders.register import invent_household, write_register
from tests.builders.worked_cases import H1

pytestmark = pytest.mark.xdist_group("commands")

Bashan = Callable[..., Result]


async def migrate_all(urls: Urls) -> None:
    for service in SERVICES:
        await migrate(service, urls[service].owner)


async def give_facts(urls: Urls) -> None:
    """A credit file to every household that credit knows."""
    database = Database(urls["credit"].runtime, pool_size=1, name="test")
    try:
        async with database.transaction() as connection:
            known = await connection.execute(select(directory.c.household_id, directory.c.village_code))
            file = {"facts": dict(H1), "source": "test", "entered_by": "test", "version": 1}
            await write_new(connection, [row | file for row in map(dict, known.mappings())], [], [], [], [])
    finally:
        await database.close()


@pytest.fixture(scope="module")
def thread() -> Iterator[ThreadPoolExecutor]:
    """Commands run a loop of their own, so they run beside the one of the tests."""
    with ThreadPoolExecutor(1) as made:
        yield made


@pytest.fixture(scope="module")
def urls(postgres: EmbeddedPostgres, thread: ThreadPoolExecutor, worker_id: str) -> Iterator[Urls]:
    name = f"test_{worker_id}_commands"

    async def make() -> Urls:
        return await copy_database(postgres, await ensure_template(postgres, "template_all", migrate_all), name)

    yield thread.submit(asyncio.run, make()).result()
    thread.submit(asyncio.run, drop_database(postgres, name)).result()


@pytest.fixture(scope="module")
def bashan(urls: Urls, thread: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bashan]:
    """A command in this process, on a directory begun by `migrate`, with one household that has a credit file."""
    folder = tmp_path_factory.mktemp("commands")
    settings = {f"BASHAN_{name.upper()}_DATABASE_URL": urls[name].runtime for name in SERVICES}
    owners = {f"BASHAN_{name.upper()}_OWNER_DATABASE_URL": urls[name].owner for name in SERVICES}
    environment = settings | owners | {"BASHAN_DATA_DIR": str(folder / "var")}

    def call(*arguments: str, **changed: str) -> Result:
        return thread.submit(CliRunner().invoke, app, arguments, env=environment | changed).result()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.logs.configure_logs", lambda: None)
        patch.setattr("gc.freeze", lambda: None)
        assert call("migrate").exit_code == 0
        file = write_register(folder / "first.csv", [invent_household(100, 2)])
        assert call("import", str(file), "--kind", "register").exit_code == 0
        assert call("feeds", "rebuild", "credit").exit_code == 0
        thread.submit(asyncio.run, give_facts(urls)).result()
        yield call


def read_json(ended: Result) -> Any:
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)


def read_lines(ended: Result) -> list[str]:
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()


def one_line(ended: Result) -> str:
    """The one line of a command that was refused."""
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def test_migrate_says_that_there_is_nothing_to_do(bashan: Bashan) -> None:
    assert read_json(bashan("migrate", "--json")) == {name: [] for name in SERVICES}
    assert sorted(read_lines(bashan("migrate"))) == sorted(f"{name}: nothing to do" for name in SERVICES)


def test_a_plan_says_what_would_run_and_runs_nothing(bashan: Bashan) -> None:
    assert "credit: nothing to do" in bashan("migrate", "--plan").stdout
    assert set(json.loads(bashan("migrate", "--plan", "--json").stdout)) == set(SERVICES)


def test_import_counts_the_households_and_leaves_a_report(bashan: Bashan, tmp_path: Path) -> None:
    file = write_register(tmp_path / "r.csv", [invent_household(1, 2), invent_household(2, 2, size=9)])
    counted = read_json(bashan("import", str(file), "--kind", "register", "--json"))
    assert (counted["rows"], counted["new"], counted["refused_rows"]) == (4, 1, 2)
    assert Path(counted["report"]).read_bytes().startswith(b"PK")
    again = read_lines(bashan("import", str(file), "--kind", "register", "--report", str(tmp_path / "again.xlsx")))
    assert {"rows: 4", "new: 0", "unchanged: 1", f"report: {tmp_path / 'again.xlsx'}"} <= set(again)


def test_import_of_a_file_of_no_use_is_one_line(bashan: Bashan, tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ")
    refused = bashan("import", str(tmp_path / "a.exe"), "--kind", "register", "--json")
    assert one_line(refused).startswith("bashan: sheet_kind_unknown: ")
    assert bashan("import", str(tmp_path / "a.exe"), "--kind", "weather").exit_code == 2


def test_import_without_a_place_for_its_report_reads_nothing(bashan: Bashan, tmp_path: Path) -> None:
    """As from a folder that a container only reads."""
    file = write_register(tmp_path / "r.csv", [invent_household(7, 2)])
    refused = one_line(bashan("import", str(file), "--kind", "register", "--report", "/proc/nowhere/report.xlsx"))
    assert "no report can be written to /proc/nowhere; name a file for it with --report" in refused
    assert read_json(bashan("import", str(file), "--kind", "register", "--json"))["new"] == 1


def test_score_counts_by_band(bashan: Bashan) -> None:
    assert read_json(bashan("score", "--region", "5119", "--json"))["scored"] == 1
    ended = bashan("score", "--region", "5119")
    assert "scored: 1" in read_lines(ended)
    assert "1/1" in ended.stderr


def test_score_of_no_place_or_with_no_card_is_one_line(bashan: Bashan) -> None:
    assert one_line(bashan("score", "--region", "999999", "--json")).startswith("bashan: ")
    assert one_line(bashan("score", "--region", "511921", "--card", "none", "--json")).startswith("bashan: ")


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_demo_of_an_unknown_township_is_one_line(bashan: Bashan, more: tuple[str, ...]) -> None:
    said = one_line(bashan("demo", "--township", "511999999", *more))
    assert "the demonstration has no township 511999999; " in said


def test_demo_takes_one_township_or_all(bashan: Bashan) -> None:
    for arguments in ((), ("--all", "--township", "511921122")):
        assert bashan("demo", *arguments).exit_code == 2


def test_status_names_the_release_the_schemas_and_the_rows(bashan: Bashan) -> None:
    found = read_json(bashan("status", "--json"))
    assert (found["version"], found["serving"]) == (version("bashan"), False)
    assert set(found["services"]) == set(SERVICES)
    assert all(one["schema"] and one["behind"] == 0 for one in found["services"].values())
    lines = read_lines(bashan("status"))
    assert lines[:2] == [f"bashan {version('bashan')}", "bashan up is not running"]
    for name, one in found["services"].items():
        assert f"{name}: schema {one['schema']}" in lines


def test_audit_verify_counts_what_fits(bashan: Bashan) -> None:
    found = read_json(bashan("audit", "verify", "--json"))
    assert set(found) >= set(SERVICES)
    assert all(one["broken_at"] is None for one in found.values())
    assert f"gateway: {found['gateway']['rows']} rows fit" in read_lines(bashan("audit", "verify"))


@pytest.mark.parametrize("service", ["households", "cadres", "credit"])
def test_feeds_rebuild_says_what_was_rebuilt(bashan: Bashan, service: str) -> None:
    read = {"households": "cadres", "cadres": "households", "credit": "households, cadres"}[service]
    assert read_lines(bashan("feeds", "rebuild", service)) == [f"{service}: rebuilt from {read}"]


def test_feeds_rebuild_of_an_unknown_service_is_one_line(bashan: Bashan) -> None:
    assert "name one of households, cadres, credit" in one_line(bashan("feeds", "rebuild", "weather"))


def test_every_command_that_ends_answers_programs_too() -> None:
    found = dict(leaves(get_command(app)))
    assert {"doctor", "audit checkpoint", "users forget-second-factor", "partners rotate-key"} <= set(found)
    stay = {"up", "serve"}
    assert {
        name for name, one in found.items() if "--json" not in {word for each in one.params for word in each.opts}
    } == stay


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for word, one in command.commands.items():
        yield from leaves(one, f"{name} {word}".strip())


def test_where_the_chains_end_is_told_to_programs_and_to_people(bashan: Bashan) -> None:
    (line,) = read_lines(bashan("audit", "checkpoint"))
    told = read_json(bashan("audit", "checkpoint", "--json"))
    assert told["statement"]["heads"] == json.loads(line)["statement"]["heads"]
    assert read_json(bashan("audit", "key", "--json"))["public_pem"].splitlines() == read_lines(bashan("audit", "key"))


def test_keys_that_always_signed_are_not_said_to_sign_since_1970(bashan: Bashan) -> None:
    assert not [line for line in read_lines(bashan("keys", "list")) if "1970" in line]


def test_a_role_that_is_none_is_refused_with_those_that_are(bashan: Bashan) -> None:
    refused = one_line(bashan("users", "add", "wang", "--role", "county_offical=511921"))
    assert "there is no role county_offical; name one of auditor, cadre, city_official, county_official" in refused


def test_users_and_partners_are_listed(bashan: Bashan) -> None:
    read_json(bashan("users", "add", "admin", "--role", "operator", "--json"))
    users = read_json(bashan("users", "list", "--json"))["users"]
    assert [user["username"] for user in users] == ["admin"]
    assert read_lines(bashan("users", "list")) == ["admin  admin  active  operator"]
    assert read_json(bashan("partners", "list", "--json")) == {"partners": []}
    assert read_lines(bashan("partners", "list")) == []


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "status --json",
        "audit verify",
        "feeds rebuild credit",
        "score --region 511921",
        "users list",
        "users disable admin",
        "partners list",
        "partners disable bank-1",
    ],
)
def test_a_mistyped_directory_is_named_and_not_made(bashan: Bashan, tmp_path: Path, command: str) -> None:
    mistyped = tmp_path / "vra"
    said = one_line(bashan(*command.split(), BASHAN_DATA_DIR=str(mistyped)))
    assert said.startswith(f"bashan: cannot start: there is no bashan in the data directory {mistyped}; ")
    assert not mistyped.exists()


def test_a_recount_finds_nothing_wrong_and_what_somebody_touched_is_named_and_mended(
    bashan: Bashan, urls: Urls, thread: ThreadPoolExecutor
) -> None:
    assert read_json(bashan("recount", "--json")) == {"wrong_figures": 0, "mended": False}
    assert read_lines(bashan("recount")) == ["the kept counts are those of the record"]

    async def touch() -> None:
        database = Database(urls["households"].jobs, pool_size=1, name="test")
        async with database.transaction() as connection:
            await connection.exec_driver_sql("INSERT INTO household_counts VALUES ('5119', 'status', 'lost', 2)")
        await database.close()

    thread.submit(asyncio.run, touch()).result()
    found = bashan("recount")
    assert (found.exit_code, found.stdout) == (1, "1 figures were not those of the record\n")
    assert read_json(bashan("recount", "--mend", "--json")) == {"wrong_figures": 1, "mended": True}
    assert bashan("recount").exit_code == 0
