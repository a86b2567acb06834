"""Partners, their public keys, and the assertions and nonces they have used."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.partner import Partner, PartnerKey
from services.gateway.storage.tables import partner_keys, partners, used_assertions, used_nonces
from shared.db import Connection, Database, HotStatement


async def find_partner(connection: Connection, client_id: str) -> Partner | None:
    found = await _partners(connection, [client_id])
    return found[0] if found else None


async def all_partners(connection: Connection) -> Sequence[Partner]:
    """Every partner with all its keys, by client id."""
    return await _partners(connection, None)


async def _partners(connection: Connection, client_ids: Sequence[str] | None) -> Sequence[Partner]:
    rows, key_rows = select(partners).order_by(partners.c.client_id), select(partner_keys)
    if client_ids is not None:
        rows = rows.where(partners.c.client_id.in_(client_ids))
        key_rows = key_rows.where(partner_keys.c.client_id.in_(client_ids))
    keys: dict[str, dict[str, PartnerKey]] = {}
    for key in await connection.execute(key_rows):
        held = PartnerKey(key.public_pem, key.algorithm, key.valid_from, key.valid_to)
        keys.setdefault(key.client_id, {})[key.kid] = held
    return [_partner(row, keys.get(row.client_id, {})) for row in await connection.execute(rows)]


def _partner(row: Any, keys: Mapping[str, PartnerKey]) -> Partner:
    return Partner(
        client_id=row.client_id,
        name=row.name,
        keys=keys,
        status=row.status,
        signing=row.signing,
        contacts=tuple(row.contacts),
        per_minute=row.per_minute,
        per_day=row.per_day,
        throttled_until=row.throttled_until,
    )


async def put_partner(connection: Connection, partner: Partner) -> None:
    """Writes the partner whole; keys that it names no more are gone. A throttle stays as it stands."""
    fields: Mapping[str, Any] = {
        "name": partner.name,
        "status": partner.status,
        "signing": partner.signing,
        "contacts": list(partner.contacts),
        "per_minute": partner.per_minute,
        "per_day": partner.per_day,
    }
    await connection.execute(
        insert(partners)
        .values(client_id=partner.client_id, **fields)
        .on_conflict_do_update(index_elements=["client_id"], set_={**fields, "updated_at": func.now()})
    )
    await connection.execute(delete(partner_keys).where(partner_keys.c.client_id == partner.client_id))
    if partner.keys:
        rows = [
            {
                "client_id": partner.client_id,
                "kid": kid,
                "public_pem": key.public_pem,
                "algorithm": key.algorithm,
                "valid_from": key.valid_from,
                "valid_to": key.valid_to,
            }
            for kid, key in partner.keys.items()
        ]
        await connection.execute(partner_keys.insert(), rows)


async def throttle_partner(connection: Connection, client_id: str, until: datetime, now: datetime) -> bool:
    """True for the one who throttled it: one that is throttled already is left as it is."""
    t = partners.c
    throttled = await connection.execute(
        update(partners)
        .where(t.client_id == client_id, or_(t.throttled_until.is_(None), t.throttled_until <= now))
        .values(throttled_until=until)
    )
    return throttled.rowcount == 1


async def release_partner(connection: Connection, client_id: str, now: datetime) -> bool:
    """True when it was throttled."""
    released = await connection.execute(
        update(partners)
        .where(partners.c.client_id == client_id, partners.c.throttled_until > now)
        .values(throttled_until=None)
    )
    return released.rowcount == 1


async def stopped_partners(connection: Connection) -> Iterable[str]:
    found = await connection.execute(select(partners.c.client_id).where(partners.c.status == "disabled"))
    return found.scalars().all()


async def use_assertion(connection: Connection, client_id: str, jti: str, expires_at: datetime) -> bool:
    """False when it was used before: the database decides, also between processes."""
    first = await connection.execute(
        insert(used_assertions)
        .values(client_id=client_id, jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(used_assertions.c.jti)
    )
    return first.scalar_one_or_none() is not None


class Nonces:
    """Nonces of signed requests: each counts once for its partner, in all processes."""

    def __init__(self, database: Database) -> None:
        names = ("client_id", "nonce", "expires_at")
        values = {name: bindparam(name, required=True, type_=used_nonces.c[name].type) for name in names}
        statement = insert(used_nonces).values(values).on_conflict_do_nothing().returning(used_nonces.c.nonce)
        self._use = HotStatement(database, statement)

    async def use(self, client_id: str, nonce: str, expires_at: datetime) -> bool:
        """False when it was used before. Committed when this returns."""
        return bool(await self._use.rows(client_id=client_id, nonce=nonce, expires_at=expires_at))


async def forget_used(connection: Connection, now: datetime) -> None:
    """Assertions and nonces that are too old to count again."""
    await connection.execute(delete(used_assertions).where(used_assertions.c.expires_at < now))
    await connection.execute(delete(used_nonces).where(used_nonces.c.expires_at < now))
