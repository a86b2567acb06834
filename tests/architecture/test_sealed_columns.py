"""A rotation of field keys seals anew what `storage/sealed.py` of each service names: is every sealed column named?"""

import pytest
from sqlalchemy import LargeBinary, MetaData

from bashan.rotate_keys import COLUMNS
from services.cadres.storage import tables as cadres
from services.credit.storage import tables as credit
from services.gateway.storage import tables as gateway
from services.households.storage import tables as households

METADATA: dict[str, MetaData] = {
    "households": households.metadata,
    "cadres": cadres.metadata,
    "credit": credit.metadata,
    "gateway": gateway.metadata,
}
# Digests, blind indexes, hashes of chains, and replies under a key of their own (`shared.idempotency`).
NOT_SEALED = {
    "audit_events.hash",
    "audit_events.previous",
    "idempotency_keys.asked",
    "idempotency_keys.body",
    "households.content_digest",
    "notice_objections.receipt",
    "refresh_tokens.rotated_by",
    "refresh_tokens.successor_nonce",
}
ENDINGS = ("_index", "_sha256", "_digest", ".hash", ".previous", ".identity")


@pytest.mark.parametrize("service", METADATA)
def test_every_sealed_column_is_sealed_anew_by_a_rotation(service: str) -> None:
    binary = {
        f"{table.name}.{column.name}"
        for table in METADATA[service].tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    sealed = {column.name for column in COLUMNS[service]}
    assert sealed <= binary
    unnamed = {name for name in binary - sealed - NOT_SEALED if not name.endswith(ENDINGS)}
    assert not unnamed, f"name them in services/{service}/storage/sealed.py, or in NOT_SEALED here"
