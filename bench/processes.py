"""Starting, watching and ending the processes of a measurement."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "PostgreSQL"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of the process and its children, in user and kernel."""
        return sum(_cpu_of(pid) for pid in (self.pid, *children(self.pid)))


class Window:
    """From its making until `others` is asked: what share of all processors did processes that are not ours use?"""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._busy = _busy_seconds()
        self._ours = _own_seconds()

    def others(self) -> float:
        elapsed = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        busy = _busy_seconds() - self._busy
        return min(1.0, max(0.0, busy - (_own_seconds() - self._ours)) / max(elapsed, 1e-9))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: Sequence[str], *, port: int = 0, path: Path | None = None) -> Iterator[Running]:
    """Run until the block ends, which begins once the port or socket path answers. Raises RuntimeError if it dies."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        _until_it_listens(process, port, path)
        yield Running(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def python(module: str, *arguments: str) -> list[str]:
    """The command for a module of ours, with the interpreter that runs the bench."""
    return [sys.executable, "-m", module, *arguments]


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, path: Path | None) -> None:
    give_up = time.monotonic() + 30
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        family = socket.AF_UNIX if path else socket.AF_INET
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.connect(str(path) if path else ("127.0.0.1", port))
            return
        if time.monotonic() > give_up:
            raise RuntimeError(f"{process.args!r} does not listen")
        time.sleep(0.05)


def _busy_seconds() -> float:
    """Time that all processors together were not idle, stolen time included."""
    with contextlib.suppress(OSError):
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / _TICK
    return 0.0


def _own_seconds() -> float:
    """Processor time of this process, of its living descendants, and of those it has waited for."""
    times = os.times()
    living = sum(_cpu_of(pid) for pid in children(os.getpid()))
    return times.user + times.system + times.children_user + times.children_system + living


def children(pid: int) -> list[int]:
    """All descendants."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        direct = [int(child) for child in text.split()]
        return [descendant for child in direct for descendant in (child, *children(child))]
    return []


def of_product(pid: int, folder: Path) -> dict[str, list[int]]:
    """Name → processes: that of `up`, its services, and every server process that works in the data directory."""
    found: dict[str, list[int]] = {}
    ours = set(children(pid))
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().decode()
            if int(process.name) == pid:
                name = "gateway, or everything"
            elif (process / "cwd").resolve().is_relative_to(folder / "postgres") or str(folder / "postgres") in words:
                name = DATABASE
            elif int(process.name) in ours:
                name = words.partition("serve\0")[2].partition("\0")[0]
            else:
                continue
            found.setdefault(name, []).append(int(process.name))
    return found


def resident_mib(pid: int) -> float:
    """What the process has in memory. Raises OSError when it is gone."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_of(pid: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK
    return 0.0
