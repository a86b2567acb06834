"""The files of imports: what was uploaded, sealed, until its job has ended; and the report, for thirty days.

An upload is full of ID numbers. At rest it is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM(content)`, bound to its job;
who reads it gets it in memory, never in a file on the disk.
"""

import os
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.households.domain.import_errors import ReportNotReady, UploadGone
from shared.crypto import NONCE_BYTES, CannotDecrypt, FieldKeys

KEPT_SECONDS = 30 * 24 * 3600
_JUST_WRITTEN_SECONDS = 3600


class ImportFiles:
    """`folder` is the service's own, and private."""

    def __init__(self, folder: Path, keys: FieldKeys) -> None:
        self._uploads = folder / "uploads"
        self._reports = folder / "reports"
        self._keys = keys.encryption

    def keep(self, job_id: UUID, content: bytes) -> None:
        """Writes the upload; it is on the disk when this returns, whole."""
        _private_folder(self._uploads)
        key_id, nonce = max(self._keys), secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._keys[key_id]).encrypt(nonce, content, _place(job_id))
        unfinished = self._uploads / f".{job_id}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes([key_id]) + nonce)
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._uploads / str(job_id))

    @contextmanager
    def opened(self, job_id: UUID) -> Iterator[Path]:
        """The upload as a path that may be opened often while the body runs; it lies in memory. Raises UploadGone."""
        try:
            sealed = (self._uploads / str(job_id)).read_bytes()
        except FileNotFoundError:
            raise UploadGone from None
        descriptor = os.memfd_create("upload")
        try:
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(self._unsealed(sealed, job_id))
            yield Path(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)

    def forget(self, job_id: UUID) -> None:
        """The upload of an ended job goes."""
        (self._uploads / str(job_id)).unlink(missing_ok=True)

    def report_path(self, job_id: UUID) -> Path:
        """Where the report is written."""
        _private_folder(self._reports)
        return self._reports / f"{job_id}.xlsx"

    def report(self, job_id: UUID) -> bytes:
        """Raises ReportNotReady."""
        try:
            return (self._reports / f"{job_id}.xlsx").read_bytes()
        except FileNotFoundError:
            raise ReportNotReady from None

    def uploads(self) -> list[UUID]:
        """The jobs whose uploads are here."""
        return [UUID(path.name) for path in _files(self._uploads) if not path.name.startswith(".")]

    def sweep(self, ended: Collection[UUID], running: Collection[UUID]) -> None:
        """Removes the uploads of ended jobs, what was written for a job that never came to be, and old reports."""
        spared = {str(job_id) for job_id in running}
        for job_id in ended:
            self.forget(job_id)
        _remove_older([path for path in _files(self._uploads) if path.name not in spared], _JUST_WRITTEN_SECONDS)
        _remove_older(_files(self._reports), KEPT_SECONDS)

    def _unsealed(self, sealed: bytes, job_id: UUID) -> bytes:
        key = self._keys.get(sealed[0]) if sealed else None
        if key is None:
            raise CannotDecrypt("the key of this upload is not there")
        nonce, content = sealed[1 : 1 + NONCE_BYTES], memoryview(sealed)[1 + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, content, _place(job_id))
        except InvalidTag:
            raise CannotDecrypt("an upload does not belong to its job") from None


def _place(job_id: UUID) -> bytes:
    return b"uploads:" + job_id.bytes


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _remove_older(files: Iterable[Path], seconds: float) -> None:
    before = time.time() - seconds
    for path in files:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
