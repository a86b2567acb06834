"""The process that one import, department list or export runs in: `python -m services.households.worker`.

It reads one line of JSON from its standard input, {settings, job}, and answers as `run_import` says. It knows of the
service what these jobs need and no more: no routes, no settings model, nothing that would make its start cost more than
a small file's import.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import orjson
import structlog

from services.households.domain.monitoring_policy import MonitoringRules
from services.households.storage import tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.import_store import ImportStore
from services.households.storage.monitoring_policy_file import load_monitoring_rules
from services.households.storage.upload_files import ImportFiles
from services.households.use_cases.bring_in_households import Importer
from services.households.use_cases.export_register import ExportAsked, RegisterExport
from services.households.use_cases.import_department_list import DepartmentList
from services.households.use_cases.import_register import RegisterImport
from services.households.use_cases.run_import import BringIn, Work, import_file, work_in_process
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.crypto import FieldCipher, FieldKeyFile
from shared.db import Database
from shared.jobs import Progress
from shared.logs import configure_logs
from shared.sheets.reading import confine_memory

NAME = "households"
BROKE = 1
"""Exit status of a process whose job is to run again."""

log = structlog.get_logger("worker")


class Ground(Protocol):
    """What these jobs need of the service's settings."""

    @property
    def jobs_database_url(self) -> str: ...
    @property
    def secrets_dir(self) -> Path: ...
    @property
    def files_dir(self) -> Path: ...
    @property
    def monitoring_policy(self) -> Path | None: ...
    @property
    def working_days(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class ToldGround:
    """The settings as the service told them, which has checked them."""

    jobs_database_url: str
    secrets_dir: Path
    files_dir: Path
    monitoring_policy: Path | None
    working_days: Path | None

    @staticmethod
    def of(settings: Mapping[str, Any]) -> "ToldGround":
        told = {field.name: settings[field.name] for field in fields(ToldGround)}
        paths = {name: Path(value) for name, value in told.items() if name != "jobs_database_url" and value is not None}
        return ToldGround(**(told | paths))


def field_keys(ground: Ground) -> FieldKeyFile:
    return FieldKeyFile(ground.secrets_dir / f"field-keys-{NAME}.json")


def monitoring_rules(ground: Ground) -> MonitoringRules:
    return load_monitoring_rules(ground.monitoring_policy, ground.working_days)


def import_files(ground: Ground) -> ImportFiles:
    return ImportFiles(ground.files_dir / NAME, field_keys(ground))


def register_import(
    database: Database, ground: Ground, importer: Importer, clock: Clock | None = None
) -> RegisterImport:
    """The use case with its parts; `database` is that of the jobs role."""
    cipher = FieldCipher(field_keys(ground))
    store = ImportStore(HouseholdRepository(cipher), ChangeLog(tables.change_log))
    return RegisterImport(database, store, cipher, importer, clock or Clock())


def department_list(
    database: Database, ground: Ground, importer: Importer, department: str, clock: Clock | None = None
) -> BringIn:
    """The use case with its parts; `database` is that of the jobs role."""
    repository = HouseholdRepository(FieldCipher(field_keys(ground)))
    log = ChangeLog(tables.change_log)
    return DepartmentList(
        database, repository, log, monitoring_rules(ground), importer, department, clock or Clock()
    ).run


def register_export(database: Database, ground: Ground) -> RegisterExport:
    """The use case with its parts; `database` is that of the jobs role."""
    return RegisterExport(database, HouseholdRepository(FieldCipher(field_keys(ground))))


async def run_job(ground: Ground, job: Mapping[str, Any]) -> int:
    """The work of this process; its exit status."""
    database = Database(ground.jobs_database_url, pool_size=1, name=f"{NAME}-import")
    try:
        return await work_in_process(work_of(database, ground, job), _answer)
    finally:
        await database.close()


def work_of(database: Database, ground: Ground, job: Mapping[str, Any]) -> Work:
    files, job_id = import_files(ground), UUID(job["job_id"])
    if "export" in job:
        asked = ExportAsked(**job["export"], subject=job["subject"], name=job["actor_name"])
        return partial(register_export(database, ground).run, files, job_id, asked)
    importer = Importer(job["subject"], job["actor_name"], tuple(job["scope"]), bool(job.get("dry_run")))
    if "department" in job:
        return _upload(department_list(database, ground, importer, job["department"]), files, job_id, job["file_name"])
    bring_in = partial(import_file, register_import(database, ground, importer))
    return _upload(bring_in, files, job_id, job["file_name"])


def _upload(bring_in: BringIn, files: ImportFiles, job_id: UUID, file_name: str) -> Work:
    async def work(progress: Progress) -> None:
        with files.opened(job_id) as path, files.new_report(job_id) as report:
            await bring_in(path, file_name, report, progress)

    return work


def _answer(said: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def _stop_with_parent() -> None:
    """Standard input stays open as long as the service lives."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> int:
    with open(0, "rb", buffering=0, closefd=False) as standard_input:
        given = orjson.loads(standard_input.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    # Ctrl-C at a terminal reaches this process too; it stops when its service has put the job down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs()
    confine_memory()
    try:
        return asyncio.run(run_job(ToldGround.of(given["settings"]), given["job"]))
    except Exception:
        log.exception("job_process_failed", job_id=given["job"]["job_id"])
        return BROKE


if __name__ == "__main__":
    sys.exit(main())
