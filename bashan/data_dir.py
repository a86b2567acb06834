"""Who may use this data directory? One `bashan up` at a time, on a disk that can be written."""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from bashan.cannot_start import CannotStart

LEAST_FREE_BYTES = 200 * 1024 * 1024
"""Below this a new database cluster (about 40 MB) and its write-ahead log would soon stop."""

SECRETS = "secrets"
"""The folder of the key files, which every directory has from its beginning."""

OTHER_DIRECTORY = "choose another directory with BASHAN_DATA_DIR"


def prepare_data_dir(data_dir: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> Path:
    """Create the directory (0700: it holds personal records), prove that it takes files, return its real path.

    Raises CannotStart when it cannot be written or the disk is nearly full.
    """
    probe = data_dir / f".writable-{os.getpid()}"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(data_dir).free
    except (FileExistsError, NotADirectoryError) as error:
        raise CannotStart(f"the data directory {data_dir} is a file or lies in one", OTHER_DIRECTORY) from error
    except OSError as error:
        raise CannotStart(
            f"the data directory {data_dir} cannot be written ({error.strerror})",
            f"give this user the right to write there, or {OTHER_DIRECTORY}",
        ) from error
    if free < least_free_bytes:
        raise CannotStart(
            f"the disk of {data_dir} has only {free // 1024**2} MB free",
            f"free {least_free_bytes // 1024**2} MB, or {OTHER_DIRECTORY}",
        )
    return data_dir.resolve()


def require_begun(data_dir: Path) -> None:
    """For commands that only look or change what is there: a mistyped directory makes nothing.

    Raises CannotStart when no `bashan up`, `migrate` or `import` has begun the directory.
    """
    if not (data_dir / SECRETS).is_dir():
        raise CannotStart(
            f"there is no bashan in the data directory {data_dir}",
            "name the right one with BASHAN_DATA_DIR, or begin one with `bashan up` or `bashan migrate`",
        )


class DataDirClaim:
    """The exclusive right to serve from a data directory; the kernel ends it when the process ends, however.

    Commands that only attach (import, score, status) do not claim; they call `prepare_data_dir`.
    """

    def __init__(self, data_dir: Path) -> None:
        """Claim at once. Raises CannotStart when another process holds it, or as `prepare_data_dir`."""
        self.path = prepare_data_dir(data_dir)
        try:
            self._lock = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._lock, 20).decode("ascii", "replace").strip()
            os.close(self._lock)
            raise CannotStart(
                f"the data directory {self.path} is in use by bashan, process {holder or 'unknown'}",
                f"stop that one first, or {OTHER_DIRECTORY}",
            ) from error
        except OSError as error:
            raise CannotStart(
                f"{self.path / 'up.lock'} cannot be opened ({error.strerror})",
                f"start bashan as its owner, or {OTHER_DIRECTORY}",
            ) from error
        os.ftruncate(self._lock, 0)
        os.write(self._lock, b"%d\n" % os.getpid())

    def release(self) -> None:
        """Give the directory back. Calling it again does nothing."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
