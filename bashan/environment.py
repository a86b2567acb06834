"""The ground under every command: data directory, key files, databases, whether `up` runs or not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bashan.cannot_start import CannotStart
from bashan.data_dir import SECRETS, prepare_data_dir, require_begun
from bashan.database_roles import SERVICES
from bashan.embedded_postgres import EmbeddedPostgres, ServiceUrls
from bashan.preflight import probe_database
from bashan.secret_files import ensure_secrets
from bashan.settings import Settings
from migrations.runner import Standing, migrate, standing


@dataclass(frozen=True, slots=True)
class Ground:
    """What a command stands on. `embedded` is None when every service has a server of the operator's own."""

    settings: Settings
    data_dir: Path
    secrets_dir: Path
    files_dir: Path
    urls: dict[str, ServiceUrls]
    embedded: EmbeddedPostgres | None

    def service_settings(self, service: str) -> dict[str, object]:
        """The settings that a service's `Settings` takes here."""
        return {
            "database_url": self.urls[service].runtime,
            "jobs_database_url": self.urls[service].jobs,
            "secrets_dir": self.secrets_dir,
            "files_dir": self.files_dir,
            "demonstration": self.settings.demonstration,
            "traces_endpoint": self.settings.traces_endpoint,
            "traces_share": self.settings.traces_share,
        }


@asynccontextmanager
async def ground(settings: Settings, *, begins: bool = True) -> AsyncIterator[Ground]:
    """Everything in its place: the keys there or made, the servers answering.

    Only a command that `begins` may be the first one in a data directory.
    Raises CannotStart with cause and cure.
    """
    if not begins:
        require_begun(settings.data_dir)
    data_dir = prepare_data_dir(settings.data_dir)
    ensure_secrets(data_dir)
    for service in SERVICES:
        if url := settings.own_database(service):
            await probe_database(f"BASHAN_{service.upper()}_DATABASE_URL", url)
    async with ground_as_found(settings, data_dir) as on:
        yield on


@asynccontextmanager
async def ground_as_found(settings: Settings, data_dir: Path) -> AsyncIterator[Ground]:
    """For whoever looks at what is wrong: keys may be missing, and a server of the operator's own need not answer.

    Starts or joins the embedded server unless all four services have servers of their own.
    Raises CannotStart where that cannot be.
    """
    secrets_dir, files_dir = data_dir / SECRETS, data_dir / "files"
    files_dir.mkdir(mode=0o700, exist_ok=True)
    embedded = None if all(map(settings.own_database, SERVICES)) else EmbeddedPostgres(data_dir)
    if embedded is not None:
        embedded.start()
    try:
        urls = await _urls(settings, embedded)
        yield Ground(settings, data_dir, secrets_dir, files_dir, urls, embedded)
    finally:
        if embedded is not None:
            embedded.stop()


async def _urls(settings: Settings, embedded: EmbeddedPostgres | None) -> dict[str, ServiceUrls]:
    urls: dict[str, ServiceUrls] = {}
    if embedded is not None:
        await embedded.ensure_database()
        urls = embedded.database_urls()
    for service in SERVICES:
        runtime, owner = settings.own_database(service), settings.owner_database(service)
        jobs = settings.jobs_database(service)
        if runtime and owner and jobs:
            urls[service] = ServiceUrls(owner, runtime, jobs)
    return urls


async def migrate_everything(on: Ground) -> dict[str, list[str]]:
    """Brings every schema to the newest revision; service → revisions that ran. A newer schema that this release runs
    on stays as it is; another one stops it."""
    ran = {}
    for service in SERVICES:
        stands = await require_known(service, on.urls[service].owner)
        ran[service] = [] if stands.unknown else await migrate(service, on.urls[service].owner)
    return ran


async def require_known(service: str, url: str) -> Standing:
    """A newer schema stops us, unless the release that made it left word that we run on it."""
    stands = await standing(service, url)
    if stands.unknown and not stands.runs:
        raise CannotStart(
            f"the database of {service} was migrated by a newer release of bashan",
            "run that release, or restore a backup from before it",
        )
    return stands


async def require_newest(service: str, url: str) -> None:
    """Stops a service that stands before a schema it does not know, or one that is behind."""
    if behind := (await require_known(service, url)).behind:
        raise CannotStart(
            f"the database of {service} is {behind} migration(s) behind", "run `bashan migrate` first, then start again"
        )
