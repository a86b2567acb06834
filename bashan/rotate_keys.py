"""New keys for the personal fields, in the order that loses nothing while the services serve.

1. The new key is published beside the old one: both open, the new one seals. Every process looks at the file within a
   second when it seals, and at once when it meets a key that it does not know.
2. Transactions that may have sealed with the old key end.
3. Rows and files are sealed anew, in small batches.
4. When nothing bears the old key it is put by (`bashan.field_keys`).

Killed at any point it is run again with `--resume`: what is left to do is what does not bear the newest key.
"""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bashan.cannot_start import CannotStart
from bashan.environment import Ground, ground
from bashan.field_keys import add_key, bring_back, key_file, retire_old_keys, retired_keys
from bashan.gateway_work import gateway_desk, who_types
from bashan.hand_out import hand_out_again
from bashan.secret_files import FIELD_COLUMNS
from bashan.settings import Settings
from services.cadres.storage import sealed as cadres
from services.gateway.storage import sealed as gateway
from services.gateway.use_cases.check_operator import Shown
from services.gateway.use_cases.rotate_field_keys import begin_rotation, record_retired
from services.households.storage import sealed as households
from shared.clock import Clock
from shared.crypto import LOOK_EVERY_SECONDS, FieldCipher, FieldKeyFile, FieldKeys, KeySource
from shared.db import Database
from shared.files import SealedFiles
from shared.resealing import Resealed, SealedColumn, count_files, count_rows, end_of_older, reseal_column, reseal_files

SERVICES = tuple(FIELD_COLUMNS)
KNOWN_EVERYWHERE_AFTER = LOOK_EVERY_SECONDS + 1.0
OLDER_END_WITHIN = 60.0
LOCK = "rotation.lock"
COLUMNS: Mapping[str, Sequence[SealedColumn]] = {
    "households": households.COLUMNS,
    "cadres": cadres.COLUMNS,
    "credit": (),
    "gateway": gateway.COLUMNS,
}
FOLDERS: Mapping[str, Callable[[Path, KeySource], Sequence[SealedFiles]]] = {
    "households": households.folders,
    "cadres": cadres.folders,
}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Holding:
    """What of one service is sealed with which key: key id → rows, files."""

    keys: tuple[int, ...]
    rows: dict[int, int]
    files: dict[int, int]

    @property
    def newest(self) -> int:
        return max(self.keys)

    @property
    def on_old_keys(self) -> int:
        """Rows and files that do not bear the newest key."""
        counted = [*self.rows.items(), *self.files.items()]
        return sum(number for key_id, number in counted if key_id != self.newest)

    def told(self) -> dict[str, Any]:
        return {
            "keys": list(self.keys),
            "newest": self.newest,
            "rows": {str(key_id): number for key_id, number in sorted(self.rows.items())},
            "files": {str(key_id): number for key_id, number in sorted(self.files.items())},
            "on_old_keys": self.on_old_keys,
        }


async def standing_of_keys(settings: Settings, services: Sequence[str]) -> dict[str, Any]:
    """Service → its keys, and how many rows and files bear each of them."""
    async with ground(settings, begins=False) as on:
        return {service: (await holding(on, service)).told() for service in services}


async def begin_new_keys(
    settings: Settings, services: Sequence[str], shown: Sequence[tuple[str, str, str]]
) -> dict[str, int]:
    """Service → the id of its new key, which seals from now on. Raises CannotStart while a rotation is unfinished,
    OperatorRefused, SameOperator."""
    async with gateway_desk(settings) as (desk, secrets_dir):
        with only_one(secrets_dir):
            unfinished = [name for name in services if len(FieldKeys.load(key_file(secrets_dir, name)).encryption) > 1]
            if unfinished:
                raise CannotStart(
                    f"the rotation before is not finished for {', '.join(unfinished)}",
                    "run `bashan rotate-keys --resume` to its end first",
                )
            operators = [Shown(name, password, code or None) for name, password, code in shown]

            def begin() -> dict[str, int]:
                made = {}
                for service in services:
                    made[service] = max(add_key(secrets_dir, service).encryption)
                    hand_out_again(settings, secrets_dir, service)
                return made

            return await begin_rotation(desk, operators, services, begin, actor=who_types())


async def finish(settings: Settings, services: Sequence[str], say: Say) -> dict[str, Any]:
    """Seals anew whatever bears an old key, and puts the old keys by; service → what was done."""
    done: dict[str, Any] = {}
    async with ground(settings, begins=False) as on:
        with only_one(on.secrets_dir):
            for service in services:
                if used_again := await _bring_back_what_is_used(on, service):
                    say(f"{service}: the retired keys {used_again} are used again; they go when nothing bears them")
                hand_out_again(settings, on.secrets_dir, service)
            since = Clock().now() + timedelta(seconds=KNOWN_EVERYWHERE_AFTER)
            await asyncio.sleep(KNOWN_EVERYWHERE_AFTER)
            for service in services:
                done[service] = await _finish_one(on, service, since, say)
                hand_out_again(settings, on.secrets_dir, service)
    retired = {service: one["retired"] for service, one in done.items() if one["retired"]}
    if retired:
        async with gateway_desk(settings) as (desk, _):
            await record_retired(desk, retired, actor=who_types())
    return done


async def _finish_one(on: Ground, service: str, since: Any, say: Say) -> dict[str, Any]:
    source = FieldKeyFile(key_file(on.secrets_dir, service))
    newest = max(source.current().encryption)
    found = Resealed()
    async with _jobs_database(on, service) as database:
        ended = await end_of_older(database, since, OLDER_END_WITHIN)
        for column in COLUMNS[service]:
            one = await reseal_column(database, FieldCipher(source), column, newest)
            found.add(one)
            say(f"{service}: {column.name}: {one.done} sealed anew")
        for files in _folders(on, service, source):
            found.add(await reseal_files(files, newest))
    left = (await holding(on, service)).on_old_keys
    retired = retire_old_keys(on.secrets_dir, service) if ended and not left else []
    return {
        "newest": newest,
        "sealed_anew": found.done,
        "left": left,
        "unreadable": found.unreadable,
        "retired": retired,
    }


async def holding(on: Ground, service: str) -> Holding:
    source = FieldKeyFile(key_file(on.secrets_dir, service))
    async with _jobs_database(on, service) as database:
        rows = await count_rows(database, COLUMNS[service])
    files = await asyncio.to_thread(count_files, _folders(on, service, source))
    return Holding(tuple(sorted(source.current().encryption)), rows, files)


async def _bring_back_what_is_used(on: Ground, service: str) -> list[int]:
    """A restore from before, or a writer that slept through the rotation, leaves rows on a key that was put by."""
    held = await holding(on, service)
    used = {*held.rows, *held.files} - set(held.keys)
    return bring_back(on.secrets_dir, service) if used & set(retired_keys(on.secrets_dir, service)) else []


def _folders(on: Ground, service: str, source: KeySource) -> Sequence[SealedFiles]:
    made = FOLDERS.get(service)
    return made(on.files_dir, source) if made else ()


@asynccontextmanager
async def _jobs_database(on: Ground, service: str) -> AsyncIterator[Database]:
    database = Database(on.urls[service].jobs, pool_size=1, name="rotate-keys")
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def only_one(secrets_dir: Path) -> Iterator[None]:
    """Raises CannotStart while another command rotates; a command that is killed lets go."""
    with (secrets_dir / LOCK).open("w") as file:
        (secrets_dir / LOCK).chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                "another `bashan rotate-keys` is at work", "wait for its end; `--status` shows how far it is"
            ) from None
        yield
