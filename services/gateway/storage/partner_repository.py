"""Partners, their public keys, and the assertions they have used."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.gateway.domain.partner import Partner
from services.gateway.storage.tables import partner_keys, partners, used_assertions
from shared.db import Connection


async def find_partner(connection: Connection, client_id: str) -> Partner | None:
    row = (await connection.execute(select(partners).where(partners.c.client_id == client_id))).one_or_none()
    if row is None:
        return None
    keys = await connection.execute(
        select(partner_keys.c.kid, partner_keys.c.public_pem).where(partner_keys.c.client_id == client_id)
    )
    return Partner(row.client_id, row.name, {key.kid: key.public_pem for key in keys}, row.status)


async def put_partner(connection: Connection, partner: Partner) -> None:
    """Writes the partner whole; keys that it names no more are gone."""
    fields: Mapping[str, str] = {"name": partner.name, "status": partner.status}
    await connection.execute(
        insert(partners)
        .values(client_id=partner.client_id, **fields)
        .on_conflict_do_update(index_elements=["client_id"], set_={**fields, "updated_at": func.now()})
    )
    await connection.execute(delete(partner_keys).where(partner_keys.c.client_id == partner.client_id))
    if partner.keys:
        rows = [{"client_id": partner.client_id, "kid": kid, "public_pem": pem} for kid, pem in partner.keys.items()]
        await connection.execute(partner_keys.insert(), rows)


async def use_assertion(connection: Connection, client_id: str, jti: str, expires_at: datetime) -> bool:
    """False when it was used before: the database decides, also between processes."""
    first = await connection.execute(
        insert(used_assertions)
        .values(client_id=client_id, jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(used_assertions.c.jti)
    )
    return first.scalar_one_or_none() is not None


async def forget_assertions(connection: Connection, now: datetime) -> None:
    await connection.execute(delete(used_assertions).where(used_assertions.c.expires_at < now))
