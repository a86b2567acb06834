"""What Prometheus reads of the backups: how old the newest base is, and how much of the log is in none."""

from collections.abc import Sequence

import asyncpg
from prometheus_client.core import Metric

from bashan.backup.source import Source
from bashan.backup.store import Store, moment_of
from shared.clock import Clock
from shared.web.metrics import as_text, gauge

_UNRECEIVED = """
SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)
FROM pg_replication_slots WHERE slot_name = $1
"""


class BackupMetrics:
    def __init__(self, source: Source, store: Store, slot: str) -> None:
        self._source = source
        self._store = store
        self._slot = slot

    async def read(self) -> bytes:
        """While the server is away only the age is told; the services say that it is away."""
        return as_text([*self._age(), *await self._unreceived()])

    def _age(self) -> Sequence[Metric]:
        bases = self._store.bases()
        if not bases:
            return ()
        age = (Clock().now() - moment_of(bases[-1])).total_seconds()
        return (gauge("backup_age_seconds", "Since the newest base backup began.", (), ((), age)),)

    async def _unreceived(self) -> Sequence[Metric]:
        try:
            connection = await self._source.connect()
        except (asyncpg.PostgresError, OSError, TimeoutError):
            return ()
        try:
            waiting = await connection.fetchval(_UNRECEIVED, self._slot)
        finally:
            await connection.close()
        says = "Bytes of the log that are in no backup."
        return (gauge("backup_log_unreceived_bytes", says, (), ((), float(waiting))),)
