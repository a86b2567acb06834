"""The files of imports: what was uploaded, sealed, until its job has ended; and the report, for thirty days.

An upload is full of ID numbers: it lies sealed, and who reads it gets it in memory, never in a file on the disk.
"""

import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from services.households.domain.export_errors import ExportGone
from services.households.domain.import_errors import ReportNotReady, UploadGone
from shared.crypto import KeySource
from shared.files import FileGone, SealedFiles

KEPT_SECONDS = 30 * 24 * 3600
SCRATCH_SECONDS = 3600


class ImportFiles:
    """`folder` is the service's own, and private."""

    def __init__(self, folder: Path, keys: KeySource) -> None:
        self._uploads = SealedFiles(folder / "uploads", keys, "uploads")
        self._reports = folder / "reports"
        self._exports = SealedFiles(folder / "exports", keys, "exports")
        self._scratch = folder / "scratch"

    def keep(self, job_id: UUID, content: bytes) -> None:
        """Writes the upload; it is on the disk when this returns, whole."""
        self._uploads.keep(job_id, content)

    @contextmanager
    def opened(self, job_id: UUID) -> Iterator[Path]:
        """The upload as a path that may be opened often while the body runs; it lies in memory. Raises UploadGone."""
        try:
            content = self._uploads.read(job_id)
        except FileGone:
            raise UploadGone from None
        descriptor = os.memfd_create("upload")
        try:
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(content)
            yield Path(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)

    def forget(self, job_id: UUID) -> None:
        """The upload of an ended job goes."""
        self._uploads.forget(job_id)

    @contextmanager
    def new_report(self, job_id: UUID) -> Iterator[Path]:
        """Where the report is written; it is put in place whole when the body ends well."""
        with self.scratch() as folder:
            unfinished = folder / "report.xlsx"
            yield unfinished
            _private_folder(self._reports)
            unfinished.replace(self._reports / f"{job_id}.xlsx")

    def report(self, job_id: UUID) -> bytes:
        """Raises ReportNotReady."""
        try:
            return (self._reports / f"{job_id}.xlsx").read_bytes()
        except FileNotFoundError:
            raise ReportNotReady from None

    def keep_export(self, job_id: UUID, content: bytes) -> None:
        """Seals an export, which stays for an hour."""
        self._exports.keep(job_id, content)

    def export(self, job_id: UUID) -> bytes:
        """Raises ExportGone, also before the job has ended."""
        try:
            return self._exports.read(job_id)
        except FileGone:
            raise ExportGone from None

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder for what is being written; it goes with the body, or with the sweep after a kill."""
        _private_folder(self._scratch)
        with TemporaryDirectory(dir=self._scratch) as folder:
            yield Path(folder)

    def uploads(self) -> list[UUID]:
        """The jobs whose uploads are here."""
        return self._uploads.ids()

    def sweep(self, ended: Collection[UUID], running: Collection[UUID]) -> None:
        """Removes the uploads of ended jobs, what was written for a job that never came to be, and old reports."""
        for job_id in ended:
            self.forget(job_id)
        self._uploads.remove_strays(running)
        self._exports.remove_strays(())
        _remove_older(_files(self._reports), KEPT_SECONDS)
        _remove_older(_files(self._scratch), SCRATCH_SECONDS)


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _remove_older(paths: Iterable[Path], seconds: float) -> None:
    """Files, and folders in which nothing was written for so long."""
    before = time.time() - seconds
    for path in paths:
        with suppress(FileNotFoundError):
            if max(one.stat().st_mtime for one in (path, *path.rglob("*"))) >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
