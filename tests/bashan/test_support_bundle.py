"""What is sent to whoever is to help holds what he needs, and no canary that lies about comes out."""

import json
import os
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bashan.cannot_start import CannotStart
from bashan.redaction import clean, safe_lines
from bashan.support_bundle import refuse_secrets, secrets_of
from tests.builders.data_place import Place
from tests.builders.register import invent_household, write_register

ID_NUMBER, PHONE, NAME, TYPED = "511921199001011235", "13800138000", "李建国", "lijianguo-hunter2"
SECRET = "canary0secret0of0wechat"
REQUEST = "0198c0de-0000-7000-8000-00000000beef"
LOG = "\n".join(
    (
        (
            f'gateway-1  | {{"event":"request","request_id":"{REQUEST}","route":"/v1/me",'
            '"status":500,"ms":12.5,"who":"ab12"}'
        ),
        json.dumps({"event": "feed_failed", "source": "cadres", "note": f"{NAME} {PHONE}", "level": "error"}),
        json.dumps({"event": f"could not save {TYPED}", "logger": "uvicorn.error", "level": "error"}),
        json.dumps(
            {"event": "jobs_failed", "reason": f"{NAME} {ID_NUMBER} {ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"}
        ),
        json.dumps(
            {
                "event": "unexpected_error",
                "exception": "Traceback (most recent call last):\n"
                '  File "/app/services/households/api/routes_households.py", line 12, in register\n'
                f'    save("{TYPED}")\n'
                f"asyncpg.exceptions.UniqueViolationError: {TYPED}\n"
                f"DETAIL:  Key (name, phone)=({TYPED}, {PHONE}) already exists.",
            }
        ),
        f'2026-11-24 12:29:40.875 UTC [11619] ERROR:  invalid input syntax for type integer: "{TYPED}"',
        '2026-11-24 12:29:40.875 UTC [11619] ERROR:  duplicate key value violates unique constraint "persons_pkey"',
        f"2026-11-24 12:29:40.875 UTC [11619] DETAIL:  Key (name)=({TYPED}) already exists.",
        f"2026-11-24 12:29:40.875 UTC [11619] STATEMENT:  SELECT '{TYPED}'",
        f"\tcontinued {TYPED}",
        f"{NAME} said {TYPED}",
    )
)
CANARIES = (ID_NUMBER, ID_NUMBER[6:14], PHONE, NAME, TYPED, SECRET, "hunter2")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With a household in the database."""
    folder = tmp_path_factory.mktemp("support")
    made = Place(folder)
    made.begin()
    try:
        made.answer("migrate")
        register = write_register(folder / "r.csv", [invent_household(1, 2)])
        made.answer("import", str(register), "--kind", "register")
        (folder / "service.log").write_text(LOG, "utf-8")
        yield made
    finally:
        made.server.stop()


def bundle(place: Place, archive: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bashan", "support-bundle", "--to", str(archive), *words],
        env=os.environ | {"BASHAN_DATA_DIR": str(place.data)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def entries(archive: Path) -> dict[str, str]:
    with tarfile.open(archive) as opened:
        read = {one.name.removeprefix("bashan-support/"): opened.extractfile(one) for one in opened.getmembers()}
        return {name: file.read().decode() for name, file in read.items() if file is not None}


@pytest.fixture(scope="module")
def found(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One bundle with everything: a log, metrics that nobody serves, a secret in the environment."""
    archive = tmp_path_factory.mktemp("out") / "bundle.tar.gz"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = str(nobody.getsockname()[1])
        done = bundle(
            place,
            archive,
            *("--log", str(place.data.parent / "service.log"), "--json"),
            BASHAN_OPERATOR_PORT=port,
            BASHAN_GATEWAY_WECHAT_SECRET=SECRET,
            BASHAN_GATEWAY_WECHAT_APPID="wx-canary-appid",
        )
    assert done.returncode == 0, done.stderr
    assert archive.stat().st_mode & 0o077 == 0
    told = entries(archive)
    assert json.loads(done.stdout) == {"archive": str(archive), "entries": sorted(told)}
    return told


def test_no_canary_and_no_secret_comes_out(place: Place, found: dict[str, str]) -> None:
    everything = "\n".join(found.values())
    people = place.ask("SELECT string_agg(name, '|') FROM households.members").split("|")
    assert len(people) > 0
    secrets = secrets_of(place.data / "secrets", {})
    assert len(secrets) > 15, "the key files were read"
    hits = [canary for canary in (*CANARIES, *people, *secrets, "wx-canary-appid") if canary in everything]
    assert not hits


def test_what_helps_is_there(found: dict[str, str]) -> None:
    about, status = json.loads(found["about.json"]), json.loads(found["status.json"])
    assert about["packages"]["fastapi"]
    assert about["release"] == status["version"]
    assert all(one["schema"] and one["behind"] == 0 for one in status["services"].values())
    assert status["services"]["households"]["rows"]["households"] == 1
    assert {one["question"] for one in json.loads(found["doctor.json"])} >= {"disk", "keys", "schema of credit"}
    settings = json.loads(found["settings.json"])
    assert settings["BASHAN_GATEWAY_WECHAT_SECRET"] == "set"
    assert settings["BASHAN_OPERATOR_PORT"].isdigit()
    households = json.loads(found["database.json"])["households"]
    assert {"members", "change_log"} <= {table["name"] for table in households["tables"]}
    assert households["settings"]["max_connections"] == "60"
    assert found["metrics/1.txt"] == "not read: ConnectError\n"
    assert "database system is ready" in found["log/postgres.txt"]


def test_of_a_log_stays_what_happened_and_where(found: dict[str, str]) -> None:
    lines = found["log/1.txt"].splitlines()
    assert json.loads(lines[0]) == {
        "event": "request",
        "request_id": REQUEST,
        "route": "/v1/me",
        "status": 500,
        "ms": 12.5,
    }
    assert json.loads(lines[1]) == {"event": "feed_failed", "source": "cadres", "level": "error"}
    assert json.loads(lines[2])["event"] == "…"
    assert json.loads(lines[4])["exception"] == [
        "services/households/api/routes_households.py:12 register",
        "asyncpg.exceptions.UniqueViolationError",
    ]
    assert 'constraint "persons_pkey"' in lines[6]
    assert lines[-1] == "4 lines of another form were left out"


def test_an_archive_is_made_when_the_database_is_away(place: Place, tmp_path: Path) -> None:
    away = {
        f"BASHAN_{name}_DATABASE_URL": f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:1/x"
        for name in ("HOUSEHOLDS", "CADRES", "CREDIT", "GATEWAY")
    }
    done = bundle(place, tmp_path / "b.tar.gz", **away)
    assert done.returncode == 0, done.stderr
    told = entries(tmp_path / "b.tar.gz")
    assert "not_made" in json.loads(told["status.json"])
    assert SECRET not in "".join(told.values())


def test_nothing_is_written_over_anything(place: Place, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    refused = bundle(place, tmp_path / "mine")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "name another file with --to" in refused.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_log_that_is_not_there_is_named(place: Place, tmp_path: Path) -> None:
    refused = bundle(place, tmp_path / "b", "--log", str(tmp_path / "none"))
    assert (refused.returncode, str(tmp_path / "none") in refused.stderr, (tmp_path / "b").exists()) == (1, True, False)


def test_one_secret_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "refresh.key").write_text("0123456789abcdef0123456789abcdef")
    (tmp_path / "pgpass").write_text("localhost:5432:*:credit:pass-of-the-credit-role\n")
    environment = {"BASHAN_X_DATABASE_URL": "postgresql+asyncpg://u:password-in-a-url@h/d", "BASHAN_PORT": "8000"}
    secrets = secrets_of(tmp_path, environment)
    refuse_secrets({"about.json": "all is well on port 8000"}, secrets)
    for secret in ("0123456789abcdef0123456789abcdef", "pass-of-the-credit-role", "password-in-a-url"):
        with pytest.raises(CannotStart, match=r"^log/1.txt would have held a secret"):
            refuse_secrets({"log/1.txt": f"so {secret} it was"}, secrets)


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("138-0013-8000", "…"),
        ("51192119900101123X", "…"),
        ("6222 0211 1111 1111", "…"),
        (f"at 2026-11-24T08:00:00.123456Z {REQUEST}", f"at 2026-11-24T08:00:00.123456Z {REQUEST}"),
        ("postgresql://u:pw@host/db", "…"),
        ("巴山 bashan", "… bashan"),
        ("column does not exist after 30 s", "column does not exist after 30 s"),
        ("x" * 400, "x" * 300),
    ],
)
def test_what_may_be_a_persons_is_hidden(said: str, safe: str) -> None:
    assert clean(said) == safe


def test_lines_of_a_terminal_are_counted_and_left_out() -> None:
    assert list(safe_lines(["{", "[1]", '{"a": 1}', "plain"])) == ["4 lines of another form were left out"]
