"""The programs of deploy/ that an operator runs, before a stand-in for docker."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.compose import ROOT, example

SERVICES = ("households", "cadres", "credit", "gateway")


class Machine:
    """A folder as it is checked out, and a `docker` on the path that keeps count of containers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._docker = folder / "docker"
        programs = folder / "bin"
        programs.mkdir()
        self._docker.mkdir()
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        for name in (".env.example", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        stand_in = ROOT / "tests" / "deploy" / "stand_in_docker.py"
        (programs / "docker").write_text(f'#!/bin/sh\nexec {sys.executable} {stand_in} "$@"\n')
        (programs / "docker").chmod(0o755)
        callers = {name: value for name, value in os.environ.items() if not name.startswith("DEPLOY_")}
        self._environment = callers | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "FAKE_DOCKER": str(self._docker),
            "NOTICE_SECONDS": "0",
        }
        self.containers = {name: [f"{name}-old-1", f"{name}-old-2"] for name in SERVICES}

    @property
    def containers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads((self._docker / "containers.json").read_text())
        return found

    @containers.setter
    def containers(self, running: dict[str, list[str]]) -> None:
        (self._docker / "containers.json").write_text(json.dumps(running))

    def fall_ill(self, how: str = "ill") -> None:
        (self._docker / how).touch()

    def calls(self) -> list[str]:
        return (self._docker / "calls.txt").read_text().splitlines()

    def run(self, program: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "deploy" / program), *words]
        environment = self._environment | variables
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def write_settings(self, **given: str) -> None:
        (self.folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in (example() | given).items()))

    def setting(self, name: str) -> str:
        lines = (self.folder / ".env").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_release_replaces_every_container_and_stops_none_before_the_new_ones_answer(machine: Machine) -> None:
    machine.write_settings(**{f"DEPLOY_{name.upper()}_REPLICAS": "2" for name in SERVICES})
    done = machine.run("roll")
    assert done.returncode == 0, done.stderr
    assert machine.containers == {name: [f"{name}-new-0", f"{name}-new-1"] for name in SERVICES}
    calls = machine.calls()
    assert calls[:2] == ["compose run --rm init", "compose run --rm migrate"]
    for name in SERVICES:
        (scaled,) = [number for number, call in enumerate(calls) if f"--scale {name}=4" in call]
        assert "--no-recreate" in calls[scaled]
        assert "--wait" in calls[scaled]
        assert calls.index(f"stop {name}-old-1 {name}-old-2") > scaled
    order = [call.split()[-1] for call in calls if "--scale" in call]
    assert order == list(SERVICES), "the gateway last, when those behind it are new"


def test_a_release_that_does_not_answer_is_taken_away_and_the_old_one_serves_on(machine: Machine) -> None:
    before = machine.containers
    machine.fall_ill()
    done = machine.run("roll")
    assert done.returncode == 1
    assert "the new households does not answer" in done.stderr
    assert machine.containers == before
    assert not [call for call in machine.calls() if call.startswith("stop")]


def test_where_no_new_container_could_be_started_it_is_said_as_well(machine: Machine) -> None:
    before = machine.containers
    machine.fall_ill("missing")
    done = machine.run("roll")
    assert done.returncode == 1
    assert "the new households does not answer" in done.stderr
    assert machine.containers == before
    assert not [call for call in machine.calls() if call.startswith("rm")]


@pytest.mark.parametrize(
    "left",
    [
        ["credit-old-1", "credit-old-2", "credit-half-1", "credit-half-2"],
        ["credit-old-1-stopped", "credit-old-2-stopped", "credit-half-1", "credit-half-2"],
        ["credit-old-1"],
    ],
    ids=["cut off before the old ones were stopped", "cut off before they were removed", "one had died"],
)
def test_after_a_roll_as_many_run_as_are_wanted_whatever_ran_before(machine: Machine, left: list[str]) -> None:
    machine.write_settings(DEPLOY_CREDIT_REPLICAS="2")
    machine.containers = machine.containers | {"credit": left}
    assert machine.run("roll", "credit").returncode == 0
    assert machine.containers["credit"] == ["credit-new-0", "credit-new-1"]


@pytest.mark.parametrize("written", ["3", '"3"', "'3'", "3 # P2"])
def test_how_many_are_wanted_is_read_as_compose_reads_it(machine: Machine, written: str) -> None:
    machine.write_settings(DEPLOY_CREDIT_REPLICAS=written)
    assert machine.run("roll", "credit").returncode == 0
    assert len(machine.containers["credit"]) == 3


def test_what_the_shell_has_goes_before_the_file(machine: Machine) -> None:
    machine.write_settings(DEPLOY_CREDIT_REPLICAS="3")
    assert machine.run("roll", "credit", DEPLOY_CREDIT_REPLICAS="1").returncode == 0
    assert len(machine.containers["credit"]) == 1


def test_one_service_may_be_replaced_alone(machine: Machine) -> None:
    machine.write_settings(DEPLOY_CREDIT_REPLICAS="2")
    assert machine.run("roll", "credit").returncode == 0
    assert machine.containers["credit"] == ["credit-new-0", "credit-new-1"]
    assert machine.containers["gateway"] == ["gateway-old-1", "gateway-old-2"]


def test_where_nothing_runs_it_is_said_how_to_start(machine: Machine) -> None:
    machine.containers = {}
    done = machine.run("roll")
    assert done.returncode == 1
    assert "docker compose up -d --wait" in done.stderr


def test_the_image_is_built_as_the_settings_say_and_labelled_with_what_it_is(machine: Machine) -> None:
    machine.write_settings(DEPLOY_IMAGE="bashan:1", DEPLOY_BASE_IMAGE="python@sha256:1")
    done = machine.run("build-image")
    assert done.returncode == 0, done.stderr
    (call,) = machine.calls()
    assert "--build-arg BASE_IMAGE=python@sha256:1" in call
    assert "--build-arg VERSION=0." in call
    assert call.endswith("-t bashan:1 .")


@pytest.mark.parametrize("missing", ["DEPLOY_IMAGE", "DEPLOY_BASE_IMAGE"])
def test_a_build_without_its_names_says_which_is_missing(machine: Machine, missing: str) -> None:
    machine.write_settings(**{"DEPLOY_IMAGE": "bashan:1", "DEPLOY_BASE_IMAGE": "python@sha256:1"} | {missing: ""})
    done = machine.run("build-image")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{missing} is empty in .env: ")


@pytest.mark.parametrize("program", ["pin-images", "build-image"])
def test_without_settings_it_is_said_what_to_copy(machine: Machine, program: str) -> None:
    done = machine.run(program)
    assert (done.returncode, done.stderr) == (1, "copy .env.example to .env first\n")


def test_every_image_of_others_is_pinned_by_its_digest(machine: Machine) -> None:
    machine.write_settings()
    done = machine.run("pin-images")
    assert done.returncode == 0, done.stderr
    for name in ("BASE", "POSTGRES", "NGINX", "PROMETHEUS", "GRAFANA"):
        assert machine.setting(f"DEPLOY_{name}_IMAGE").endswith(f"@sha256:{'7' * 64}")
    assert machine.setting("DEPLOY_IMAGE") == ""
