"""From the compose file's first container to the first login, with its own commands, variables and secrets."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from tests.conftest import FreshDatabase
from tests.deploy.compose import ROOT
from tests.deploy.installation import BEHIND, Installation, answer_of, log_in
from tests.deploy.sight import BACKUP_METRICS, metrics_read
from tests.e2e.running import free_port, until


@pytest.fixture(scope="module")
def installation(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installation]:
    """Everything up, its siblings started after the gateway: in the wrong order."""
    made = Installation(tmp_path_factory.mktemp("installed"), postgres, f"installed_{worker_id}")
    try:
        assert made.command("init").returncode == 0
        ran = made.command("migrate")
        assert ran.returncode == 0, ran.stderr
        for name in ("gateway", *BEHIND):
            made.start(name)
        made.wait_until_ready()
        yield made
    finally:
        made.kill_everything()


def test_a_second_migrate_finds_nothing_to_do(installation: Installation) -> None:
    ran = answer_of(installation.command("migrate", "migrate", "--json"))
    assert set(ran) == {"households", "cadres", "credit", "gateway"}
    assert not any(ran.values())


def test_the_first_administrator_and_an_official_log_in_with_a_second_factor(installation: Installation) -> None:
    for name, role in (("root", "operator"), ("wang", "county_official=511921")):
        made = answer_of(installation.command("ops", "users", "add", name, "--role", role, "--json"))
        headers = log_in(installation.url, name, made["password"])
    place = httpx.get(f"{installation.url}/v1/regions/511921", headers=headers)
    assert place.json()["name"] == "通江县"
    coverage = httpx.get(f"{installation.url}/v1/cadres/coverage", params={"region": "511921"}, headers=headers)
    assert coverage.status_code == 200, coverage.text
    cards = httpx.get(f"{installation.url}/v1/credit/cards", headers=headers)
    assert [card["card_id"] for card in cards.json()["items"]] == ["rural-household"]


def test_outside_the_demonstration_there_is_little_to_see(installation: Installation) -> None:
    for path in ("/docs", "/openapi.json", "/metrics", "/"):
        assert httpx.get(f"{installation.url}{path}").status_code == 404, path
    assert "server" not in httpx.get(f"{installation.url}/livez").headers


def test_a_service_refuses_who_comes_without_a_token(installation: Installation) -> None:
    for name in BEHIND:
        own = f"http://127.0.0.1:{installation.ports[name]}"
        for path in ("/v1/households/summary?region=5119", "/internal/changes?topics=household"):
            assert httpx.get(f"{own}{path}").status_code in {401, 404}


def test_the_status_is_told_beside_the_running_services(installation: Installation) -> None:
    found = answer_of(installation.command("ops", "status", "--json"))
    assert {name: one["behind"] for name, one in found["services"].items()} == dict.fromkeys(found["services"], 0)


def test_the_health_command_says_yes_and_no(installation: Installation) -> None:
    command = installation.services["households"]["healthcheck"]["test"][1:]
    port = installation.ports["households"]
    asked = [word.replace(":8000", f":{port}") for word in command]
    assert subprocess.run(asked, check=False, env=os.environ).returncode == 0
    asked[-1] = asked[-1].replace(f":{port}", f":{free_port()}")
    assert subprocess.run(asked, check=False, env=os.environ).returncode == 1


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"BASHAN_CREDIT_DATABASE_URL": "mysql://x"}, "BASHAN_CREDIT_DATABASE_URL names the driver 'mysql'"),
        ({"BASHAN_CREDIT_DATABASE_URL": "postgresql+asyncpg://x@127.0.0.1:1/x"}, "no database server answers at"),
        ({"PGPASSFILE": "/nowhere"}, "credit"),
        ({"BASHAN_CREDIT_HOUSEHOLDS_URL": ""}, "BASHAN_CREDIT_HOUSEHOLDS_URL are missing"),
        ({"BASHAN_CREDIT_HOUSEHOLD_URL": "x"}, "did you mean BASHAN_CREDIT_HOUSEHOLDS_URL?"),
        ({"BASHAN_CREDIT_DEMONSTRATION": "perhaps"}, "the values of BASHAN_CREDIT_DEMONSTRATION are not usable"),
    ],
)
def test_a_service_that_cannot_start_says_why_in_one_line(
    installation: Installation, changed: dict[str, str], line: str
) -> None:
    done = installation.command("credit", *installation.serve_words("credit"), **changed)
    assert done.returncode == 1
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_missing_secret_is_named_and_its_neighbours_value_is_not(installation: Installation) -> None:
    weak = {"BASHAN_GATEWAY_WECHAT_APPID": "wx1", "BASHAN_GATEWAY_WECHAT_SECRET": "changeme"}
    done = installation.command("gateway", *installation.serve_words("gateway"), **weak)
    assert done.returncode == 1
    assert "BASHAN_GATEWAY_WECHAT_SECRET is missing, too short or a placeholder" in done.stderr
    assert "changeme" not in done.stderr


async def test_before_the_migration_a_service_says_what_to_run(
    installation: Installation, fresh_database: FreshDatabase
) -> None:
    empty = (await fresh_database())["credit"].runtime
    done = installation.command("credit", *installation.serve_words("credit"), BASHAN_CREDIT_DATABASE_URL=empty)
    assert done.returncode == 1
    assert "migration(s) behind; run `bashan migrate` first, then start again" in done.stderr


def test_nginx_takes_its_file_and_hands_requests_through(installation: Installation, tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("no nginx on this machine: install the package nginx to run this test")
    port = free_port()
    file = tmp_path / "nginx.conf"
    text = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text("utf-8")
    for there, here in (
        ("/tmp/", f"{tmp_path}/"),  # noqa: S108 - what stands in the file
        ("/etc/bashan/tls", str(installation.folder / "for" / "tls")),
        ("listen 8443", f"listen 127.0.0.1:{port}"),
        ("http://gateway:8000", installation.url),
        ("/dev/stderr", str(tmp_path / "error.log")),
    ):
        assert there in text
        text = text.replace(there, here)
    file.write_text(f"daemon off;\n{text}")
    checked = subprocess.run([nginx, "-t", "-q", "-c", str(file)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([nginx, "-c", str(file)], stderr=subprocess.DEVNULL) as running:
        try:
            with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False) as outside:  # noqa: S501 - signed by nobody
                until(lambda: _answers(outside), 10, "nginx answers")
                assert outside.get("/livez").status_code == 200
                assert outside.get("/v1/me").json()["code"] == "not_identified"
        finally:
            running.terminate()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


def test_every_number_that_a_panel_or_an_alarm_reads_is_told(installation: Installation) -> None:
    """The backup's own two are scraped where backups are tested."""
    assert httpx.get(f"{installation.url}/v1/me").status_code == 401
    told = set(BACKUP_METRICS) | {"up"}
    for name, port in installation.metrics.items():
        scraped = httpx.get(f"http://127.0.0.1:{port}/metrics")
        assert scraped.status_code == 200, name
        told |= {line.partition("{")[0].partition(" ")[0] for line in scraped.text.splitlines() if line[:1] != "#"}
    assert metrics_read() - told == set()
    assert httpx.get(f"{installation.url}/metrics").status_code == 404, "not on the port that callers reach"


def test_told_to_stop_a_service_ends_well(installation: Installation) -> None:
    for name in ("gateway", *BEHIND):
        assert installation.stop(name) == 0
        installation.start(name)
    installation.wait_until_ready()
