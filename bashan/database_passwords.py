"""The passwords of the database roles: made once, kept in `secrets/postgres.json`, handed out as pgpass files."""

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bashan import database_roles
from bashan.cannot_start import CannotStart
from bashan.postgres_cluster import SUPERUSER
from bashan.private_file import write_private

FILE = "postgres.json"


def ensure_passwords(secrets_dir: Path, *, server_exists: bool) -> dict[str, str]:
    """Passwords by role; made the first time, completed when a service has joined.

    Raises CannotStart when a server is there that was made with a password which the file has lost.
    """
    file = secrets_dir / FILE
    try:
        passwords: dict[str, str] = json.loads(file.read_text("ascii")) if file.exists() else {}
    except ValueError:
        passwords = {}
    if SUPERUSER not in passwords and server_exists:
        raise CannotStart(
            f"{file} is missing or damaged, and the database files need its password",
            "put it back from the safe",
        )
    wanted = (SUPERUSER, *database_roles.LIMITS)
    missing = {role: secrets.token_urlsafe(24) for role in wanted if role not in passwords}
    if missing:
        passwords |= missing
        secrets_dir.mkdir(mode=0o700, exist_ok=True)
        write_private(file, json.dumps(passwords, indent=1))
    return passwords


def pgpass(passwords: Mapping[str, str], roles: Sequence[str]) -> str:
    """The text of a password file for these roles, on any server and database (our passwords need no escapes)."""
    return "".join(f"*:*:*:{role}:{passwords[role]}\n" for role in roles)
