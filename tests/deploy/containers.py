"""The containers of docker-compose.yml run by podman and runc, with the flags that the file itself asks for."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.deploy.compose import GIVEN, ROOT, example, filled

PODMAN = ("podman", "--storage-driver", "vfs", "--runtime", "/usr/sbin/runc", "--cgroup-manager", "cgroupfs")
BUILD = ("buildah", "--storage-driver", "vfs", "bud", "--isolation", "chroot", "--network", "host")
IMAGE = "localhost/bashan:drill"
NEEDED = ("podman", "buildah", "runc")


def missing() -> list[str]:
    """What this machine lacks for the drill."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    lacking = [name for name in NEEDED if shutil.which(name, path=path) is None]
    return lacking + ([] if os.environ.get("DRILL_BASE_IMAGE") else ["DRILL_BASE_IMAGE, the base to build on"])


def build() -> None:
    base = f"BASE_IMAGE={os.environ['DRILL_BASE_IMAGE']}"
    command = [
        *BUILD,
        "--build-arg",
        base,
        "--build-arg",
        "REVISION=drill",
        "--format",
        "docker",
        "-t",
        IMAGE,
        str(ROOT),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]


class Containers:
    """`folder` stands for the volumes, one folder each; names of containers become ports of this machine."""

    def __init__(self, folder: Path, ports: Mapping[str, int]) -> None:
        self._folder = folder
        self._ports = ports
        given = GIVEN | {"BASHAN_GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{ports['gateway']}"}
        self.services: dict[str, dict[str, Any]] = filled(example() | given)["services"]

    def flags(self, name: str, **changed: str) -> list[str]:
        """What the file says of a container, as podman is told it."""
        one = self.services[name]
        limits = one["deploy"]["resources"]["limits"]
        flags = ["--network", "host", "--user", one["user"], "--memory", changed.get("memory", limits["memory"])]
        flags += ["--pids-limit", str(limits["pids"]), "--read-only=true", "--read-only-tmpfs=false"]
        flags += [f"--cap-drop={capability}" for capability in one["cap_drop"]]
        flags += ["--security-opt", one["security_opt"][0].removesuffix(":true")]
        # This machine's runc sets no higher limits than its own.
        flags += ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]
        flags += [f"--tmpfs={mount}" for mount in one.get("tmpfs", ())]
        flags += [f"--volume={self._volume(mount)}" for mount in one.get("volumes", ())]
        flags += [f"--env={key}={self._here(value)}" for key, value in one.get("environment", {}).items()]
        return flags

    def words(self, name: str) -> list[str]:
        words: list[str] = self.services[name]["command"]
        here = {"0.0.0.0:8000": self._ports.get(name, 0), "0.0.0.0:9000": self._ports.get(f"{name}-metrics", 0)}
        return [f"127.0.0.1:{here[word]}" if word in here else word for word in words]

    def run(self, name: str, *words: str, entrypoint: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
        """A container that ends."""
        instead = [f"--entrypoint={entrypoint}"] if entrypoint else []
        command = [*PODMAN, "run", "--rm", *instead, *self.flags(name, **changed), IMAGE, *(words or self.words(name))]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def start(self, name: str) -> None:
        subprocess.run([*PODMAN, "rm", "-f", f"drill-{name}"], capture_output=True, check=False)
        command = [*PODMAN, "run", "--detach", "--name", f"drill-{name}", *self.flags(name), IMAGE, *self.words(name)]
        started = subprocess.run(command, capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr

    def stop(self, name: str) -> tuple[int, str]:
        """SIGTERM; the exit status and what the container said."""
        grace = self.services[name]["stop_grace_period"].removesuffix("s")
        subprocess.run([*PODMAN, "stop", "-t", grace, f"drill-{name}"], capture_output=True, check=True)
        asked = [*PODMAN, "inspect", "--format", "{{.State.ExitCode}}", f"drill-{name}"]
        code = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        said = subprocess.run([*PODMAN, "logs", f"drill-{name}"], capture_output=True, text=True, check=True)
        return int(code), said.stdout + said.stderr

    def healthy(self, name: str) -> bool:
        health = self.services[name]["healthcheck"]["test"][1:]
        asked = [word.replace(":8000", f":{self._ports[name]}") for word in health]
        return (
            subprocess.run([*PODMAN, "exec", f"drill-{name}", *asked], capture_output=True, check=False).returncode == 0
        )

    def remove_everything(self) -> None:
        for name in self.services:
            subprocess.run([*PODMAN, "rm", "-f", f"drill-{name}"], capture_output=True, check=False)

    def _volume(self, mount: str) -> str:
        source, target, *mode = mount.split(":")
        folder = self._folder / source
        folder.mkdir(exist_ok=True)
        os.chown(folder, 10001, 10001)
        return ":".join([str(folder), target, *mode])

    def _here(self, value: str) -> str:
        for sibling, port in self._ports.items():
            value = value.replace(f"http://{sibling}:8000", f"http://127.0.0.1:{port}")
        return value.replace("@postgres:5432", f"@127.0.0.1:{self._ports['postgres']}")
