"""What docker-compose.yml promises an operator, held without a docker engine."""

import os
import re
import subprocess
import sys
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from bashan import known_environment
from bashan.deployed import settings_of
from bashan.hand_out import hand_out
from bashan.known_environment import DEPLOYMENT, HANDED_ON, refuse_unknown, variables_of
from bashan.settings import Settings
from tests.deploy.compose import EXAMPLE, FILE, GIVEN, ROOT, example, filled, services, variables

ALL = services()
LONG_LIVED = sorted(name for name, one in ALL.items() if one.get("restart") != "no")
OURS = ("households", "cadres", "credit", "gateway")
SLOWEST_REQUEST_SECONDS, DRAIN_SECONDS = 10, 10


@pytest.fixture(autouse=True)
def _as_in_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, nobody's own settings are about (the port of a `make run`, say)."""
    ours = (known_environment.PREFIX, known_environment.DEPLOY_PREFIX)
    for name in [name for name in os.environ if name.startswith(ours)]:
        monkeypatch.delenv(name)


def seconds(duration: str) -> int:
    amount, unit = re.fullmatch(r"(\d+)([sm])", duration).groups()  # type: ignore[union-attr] # a bad one fails here
    return int(amount) * {"s": 1, "m": 60}[unit]


def test_the_file_is_of_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_dockerfile_has_no_finding() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    command = [str(linter), "--ignore", "DL3059", str(ROOT / "Dockerfile")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_container_can_do_no_more_than_it_needs(name: str) -> None:
    one = ALL[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "cap_add" not in one
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in one
    assert int(one["user"].split(":")[0]) > 0
    assert "docker.sock" not in str(one)
    limits = one["deploy"]["resources"]["limits"]
    assert {"cpus", "memory", "pids"} <= set(limits)
    assert one["logging"]["options"].keys() == {"max-size", "max-file"}
    assert all("nosuid" in mount and "size=" in mount for mount in one.get("tmpfs", []))


@pytest.mark.parametrize("name", LONG_LIVED)
def test_what_stays_up_is_asked_for_its_health_and_given_time_to_end(name: str) -> None:
    one = ALL[name]
    assert one["healthcheck"]["test"][0] == "CMD", "no shell is needed to ask"
    assert seconds(one["stop_grace_period"]) > SLOWEST_REQUEST_SECONDS + DRAIN_SECONDS
    assert one["restart"] == "unless-stopped"


def test_the_outside_reaches_nginx_and_nothing_else() -> None:
    assert {name for name, one in ALL.items() if "ports" in one} == {"nginx", "grafana"}
    assert all(port.startswith("127.0.0.1:") for port in ALL["grafana"]["ports"])
    networks = filled(example() | GIVEN)["networks"]
    assert networks["inner"]["internal"] is True
    assert ALL["postgres"]["networks"] == ["inner"]
    assert {name for name, one in ALL.items() if "outward" in one.get("networks", ())} == {"gateway"}


def test_the_database_lies_where_its_image_lets_its_user_write() -> None:
    """Images of PostgreSQL 18 own /var/lib/postgresql; a volume at a folder that they lack would belong to root."""
    one = ALL["postgres"]
    assert "data:/var/lib/postgresql" in one["volumes"]
    assert Path(one["environment"]["PGDATA"]).parent == Path("/var/lib/postgresql")


def test_no_container_takes_the_address_of_the_proxy_that_the_gateway_trusts() -> None:
    (pool,) = filled(example() | GIVEN)["networks"]["inner"]["ipam"]["config"]
    proxy = IPv4Address(ALL["nginx"]["networks"]["inner"]["ipv4_address"])
    assert ALL["gateway"]["environment"]["BASHAN_GATEWAY_TRUSTED_PROXIES"] == f'["{proxy}"]'
    assert proxy in IPv4Network(pool["subnet"])
    assert proxy not in IPv4Network(pool["ip_range"])
    assert IPv4Network(pool["ip_range"]).subnet_of(IPv4Network(pool["subnet"]))
    allowed = (ROOT / "deploy" / "postgres" / "pg_hba.conf").read_text("utf-8")
    assert pool["subnet"] in allowed


def test_nothing_starts_before_what_it_needs() -> None:
    assert ALL["postgres"]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert ALL["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in OURS:
        assert ALL[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for sibling in OURS[:3]:
        assert ALL["gateway"]["depends_on"][sibling]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", OURS)
def test_a_service_holds_its_own_secrets_and_cannot_change_them(name: str) -> None:
    mounts = [mount.split(":") for mount in ALL[name]["volumes"]]
    secrets = [mount for mount in mounts if mount[0].startswith(("secrets", "tls", "operator"))]
    assert secrets == [[f"secrets-{name}", "/run/bashan", "ro"]]


@pytest.mark.parametrize("name", sorted(set(ALL) - set(LONG_LIVED)))
def test_the_commands_have_a_data_directory_that_takes_files(name: str) -> None:
    assert "operator:/var/lib/bashan" in ALL[name]["volumes"]


def test_a_backup_has_every_services_uploads() -> None:
    mounts = {tuple(mount.split(":")[:2]) for mount in ALL["backup"]["volumes"]}
    for name in OURS:
        assert (f"files-{name}", f"/var/lib/bashan/files/{name}") in mounts
        assert f"files-{name}:/var/lib/bashan/files/{name}" in ALL[name]["volumes"]


def test_the_guide_counts_the_containers_of_a_first_start() -> None:
    first = {name for name, one in ALL.items() if "profiles" not in one}
    words = {1: "one", 2: "two", 5: "five", 6: "six", 7: "seven"}
    stay, ended = words[len(first & set(LONG_LIVED))], words[len(first - set(LONG_LIVED))]
    guide = (ROOT / "docs" / "operations" / "install.md").read_text("utf-8")
    assert f"{stay} containers healthy and {ended} that have ended" in guide


def test_no_secret_stands_in_the_file() -> None:
    text = FILE.read_text("utf-8") + EXAMPLE.read_text("utf-8")
    assert not re.search(r"postgresql\+asyncpg://[^@]*:[^@]*@", text)
    assert "POSTGRES_PASSWORD:" not in text


def test_images_come_by_digest() -> None:
    images = {one["image"] for one in ALL.values()}
    assert images == {GIVEN[f"DEPLOY_{name}IMAGE"] for name in ("", "POSTGRES_", "NGINX_", "PROMETHEUS_", "GRAFANA_")}
    assert not any(value for name, value in example().items() if name.endswith("IMAGE")), "nobody's digest is assumed"
    assert "ARG BASE_IMAGE\n" in (ROOT / "Dockerfile").read_text("utf-8")


def test_every_variable_is_known_to_the_example_the_file_and_the_program() -> None:
    assert set(variables()) | {"DEPLOY_BASE_IMAGE"} == set(example())
    assert set(example()) == DEPLOYMENT | HANDED_ON
    assert variables_of("gateway", "bashan") >= HANDED_ON


def test_what_is_left_empty_is_as_if_it_were_not_there() -> None:
    """As the example file is: the service's own defaults hold."""
    given = {name: value for name, value in ALL["gateway"]["environment"].items() if name in variables_of("gateway")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        settings = settings_of("gateway")
    assert (settings.limits_factor, settings.signatures_required) == (None, True)
    assert "operator" in settings.roles_needing_second_factor


@pytest.mark.parametrize("name", sorted(name for name, form in variables().items() if form == "?"))
def test_a_variable_that_is_missing_stops_compose_and_is_named(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        filled(example() | GIVEN | {name: ""})


@pytest.mark.parametrize("name", OURS)
def test_what_a_service_is_given_is_what_it_reads(name: str) -> None:
    given = {key for key in ALL[name]["environment"] if key.startswith(known_environment.PREFIX)}
    assert given <= variables_of(name)


@pytest.mark.parametrize("name", ["migrate", "ops", "backup"])
def test_what_the_commands_are_given_is_what_they_read(name: str) -> None:
    given = {key for key in ALL[name]["environment"] if key.startswith(known_environment.PREFIX)}
    assert given <= variables_of("bashan")


@pytest.mark.parametrize(
    "wrong",
    [
        *("BASHAN_GATEWAY_PUBLIC_ULR", "DEPLOY_CREDIT_REPLICA"),
        # A setting of a service that the file does not hand on would be believed in and never be read.
        *("BASHAN_GATEWAY_TRUSTED_PROXIES", "BASHAN_CREDIT_DATABASE_URL", "BASHAN_HOST"),
    ],
)
def test_a_variable_that_nothing_reads_stops_init_and_is_named(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(wrong, "x")
    with pytest.raises(Exception, match=rf"nothing reads the variables {wrong};"):
        hand_out(Settings(data_dir=tmp_path, service_secrets_dir=tmp_path / "for"))
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_the_program_knows_the_variables_of_this_machine() -> None:
    refuse_unknown(["PATH", "BASHAN_PORT", "BASHAN_GATEWAY_PUBLIC_URL", "DEPLOY_IMAGE"])


def test_a_second_init_overwrites_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", service_secrets_dir=tmp_path / "for")
    first = hand_out(settings)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert first["gateway"]
    assert first["tls"] == ["server.crt", "server.key"]
    (tmp_path / "for" / "tls" / "server.crt").chmod(0o644)
    (tmp_path / "for" / "tls" / "server.crt").write_text("the operator's own")
    again = hand_out(settings)
    assert not any(again.values())
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    changed: list[Any] = [path.name for path, content in after.items() if before[path] != content]
    assert changed == ["server.crt"]


def test_a_service_is_handed_no_others_keys(tmp_path: Path) -> None:
    hand_out(Settings(data_dir=tmp_path / "data", service_secrets_dir=tmp_path / "for"))
    for name in OURS:
        folder = tmp_path / "for" / name
        others = [other for other in OURS if other != name]
        assert not [file.name for file in folder.iterdir() if any(other in file.name for other in others)]
        assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}
        assert (folder / "token-signing.json").exists() == (name == "gateway")
        roles = {line.split(":")[3] for line in (folder / "pgpass").read_text().splitlines()}
        assert roles == {name, f"{name}_jobs"}
