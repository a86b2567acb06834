"""The disk is full: writes are refused with a word that says so, reads go on, and room brings all back (drill R25).

The data directory lies on a small file system of its own, in a mount namespace that ends with the processes in it.
"""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from shared.crypto import FieldKeys
from shared.db import StorageFull
from shared.files import SealedFiles
from shared.ids import new_id
from tests.e2e.callers import good, refused
from tests.e2e.people import new_household
from tests.e2e.running import Bashan, until

TOWNSHIP = "511921122"
MEGABYTES = 400
MOUNTED = "mount -t tmpfs -o size={size}m,mode=0755 tmpfs {folder} && exec {python} -m bashan up"
NOT_HERE = os.geteuid() != 0 or shutil.which("unshare") is None
small_disk = pytest.mark.skipif(NOT_HERE, reason="a file system of its own needs root and unshare (util-linux)")


class SmallDisk(Bashan):
    """`bashan up` on a small file system that only its own processes see."""

    def start(self, *arguments: str) -> None:
        assert not arguments
        folder = self.data_dir.parent
        words = MOUNTED.format(size=MEGABYTES, folder=folder, python=sys.executable)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", "sh", "-c", words],  # noqa: S607 - util-linux's
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def inside(self) -> Path:
        """The small file system, seen from here."""
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/root") / self.data_dir.parent.relative_to("/")

    def fill(self) -> Path:
        """A ballast that leaves nothing."""
        ballast = self.inside / "ballast"
        with ballast.open("wb") as file, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            while True:
                os.write(file.fileno(), b"\0" * 65536)
        return ballast


@pytest.fixture
def bashan(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = SmallDisk(disk / "data")
    made.log = tmp_path / "up.log"
    with made:
        made.start()
        made.wait_ready()
        # Whose path is known inside only.
        credentials = made.inside / "data" / "demo" / "credentials.json"
        (made.data_dir / "demo").mkdir(parents=True)
        shutil.copy(credentials, made.data_dir / "demo" / "credentials.json")
        yield made


@small_disk
def test_a_full_disk_refuses_writes_with_a_word_and_is_back_when_there_is_room(bashan: SmallDisk) -> None:
    county = bashan.logged_in("county_official")
    kept = new_household()
    good(county.post("/v1/households", kept), 201)
    ballast = bashan.fill()
    answers: list[int] = []
    deadline = time.monotonic() + 90
    while not answers or answers[-1] == 201:
        assert time.monotonic() < deadline, "the disk did not get full"
        reply = county.post("/v1/households", new_household())
        answers.append(reply.status_code)
    problem = refused(reply, 503, "storage_full")
    assert "存储空间已满" in problem["message"]
    assert int(reply.headers["retry-after"]) >= 30
    good(county.get("/v1/households", region=TOWNSHIP))
    look = county.get(f"/v1/households/{kept['household_id']}")
    refused(look, 503, "storage_full")  # who looked could not be recorded, so nothing is shown
    assert bashan.is_ready(), "reads are served"
    print(f"full after {len(answers) - 1} registrations")

    ballast.unlink()
    until(lambda: county.post("/v1/households", new_household()).status_code == 201, 15, "writes go on")
    assert good(county.get(f"/v1/households/{kept['household_id']}"))["household_id"] == kept["household_id"]
    inside = ["nsenter", "--mount", "--target", str(bashan._process.pid if bashan._process else 0)]
    for words in (("audit", "verify", "--json"), ("doctor", "--deep", "--json")):
        ran = subprocess.run(
            [*inside, sys.executable, "-m", "bashan", *words],
            env=bashan.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    states = {one["question"]: one["state"] for one in orjson.loads(ran.stdout)["findings"]}
    assert (states["pages"], states["chains"]) == ("ok", "ok"), "nothing is broken"
    assert "Traceback" not in bashan.said()


@small_disk
def test_an_upload_that_finds_no_room_is_refused_with_the_same_word_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(words, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine mounts nothing")
    try:
        files = SealedFiles(folder / "files", FieldKeys.fresh(()), "files")
        first, second = new_id(), new_id()
        files.keep(first, b"x" * 500_000)
        with pytest.raises(StorageFull):
            files.keep(second, b"x" * 900_000)
        assert files.ids() == [first]
        assert [path.name for path in (folder / "files").iterdir()] == [str(first)]
        files.keep(second, b"x" * 100_000)
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 - util-linux's
