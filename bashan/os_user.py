"""As which operating-system user does the database server run? Never as root: PostgreSQL refuses that."""

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bashan.cannot_start import CannotStart

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that the server's programs get of the environment: no PG* variable of the caller may lead them astray."""


@dataclass(frozen=True, slots=True)
class OsUser:
    """A user and group id; `borrowed` when root runs the server as somebody else."""

    uid: int
    gid: int
    borrowed: bool

    @classmethod
    def for_server(cls, cluster: Path) -> Self:
        """Ourselves, or when we are root: whoever owns the existing files in `cluster`, else `postgres`, else `nobody`.

        Raises CannotStart when the files belong to another user and we are not root.
        """
        me = os.geteuid()
        try:
            facts = cluster.stat()
        except FileNotFoundError:
            facts = None
        except PermissionError:
            raise _not_ours(cluster) from None
        if me != 0:
            if facts and facts.st_uid != me:
                raise _not_ours(cluster)
            return cls(me, os.getegid(), borrowed=False)
        if facts and facts.st_uid:
            return cls(facts.st_uid, facts.st_gid, borrowed=True)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, borrowed=True)
        raise CannotStart(
            "root may not run PostgreSQL and there is neither a user postgres nor nobody",
            "start bashan as an ordinary user",
        )

    def own(self, path: Path) -> None:
        """Hand one folder or file over to this user."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def here(self, folder: Path) -> str:
        """How a program that runs as this user, with `folder` as its working directory, names that folder.

        The folders above may be closed to it (root's data directory is 0700), so its path would not do; Linux lets
        a process reach its own working directory without walking down to it.
        """
        return "/proc/self/cwd" if self.borrowed and sys.platform == "linux" else str(folder)

    def run(self, program: Path | str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this user, out of reach of the terminal's Ctrl-C; it may leave a daemon."""
        command = [str(program), *arguments]
        return subprocess.run(  # noqa: S603 - our own programs with our own arguments, no shell
            command,
            cwd=cwd,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=self.uid if self.borrowed else None,
            group=self.gid if self.borrowed else None,
            extra_groups=[] if self.borrowed else None,
            start_new_session=True,
            umask=0o077,
        )


def _not_ours(cluster: Path) -> CannotStart:
    return CannotStart(
        f"the database files in {cluster} belong to another user",
        "start bashan as that user or as root, or choose another directory with BASHAN_DATA_DIR",
    )
