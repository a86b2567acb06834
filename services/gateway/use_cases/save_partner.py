"""An operator or the demonstration saves a bank with its public keys; saving the same again changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.gateway.domain.errors import PartnerIdTaken, PartnerKeyUnfit, PartnerNotFound
from services.gateway.domain.partner import (
    ACTIVE,
    PER_DAY,
    PER_MINUTE,
    UNSIGNED,
    Partner,
    PartnerKey,
    check_client_id,
    check_settings,
)
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.partner_repository import find_partner, put_partner, release_partner
from shared.db import Connection
from shared.key_algorithms import algorithm_of
from shared.tokens import is_key_id


async def save_partner(
    connection: Connection,
    *,
    client_id: str,
    name: str,
    keys: Mapping[str, str],
    now: datetime,
    status: str = ACTIVE,
    signing: str = UNSIGNED,
    contacts: Sequence[str] = (),
    per_minute: int = PER_MINUTE,
    per_day: int = PER_DAY,
    actor: str = "operator",
) -> None:
    """`keys`: key id → public PEM (P-256, Ed25519, SM2); keys not named are withdrawn, one that stands keeps its time.

    Raises PartnerIdUnfit, PartnerKeyUnfit, PartnerSettingUnfit.
    """
    before = await find_partner(connection, client_id)
    held = before.keys if before else {}
    made = {kid: new_key(kid, pem, now) for kid, pem in keys.items()}
    kept = {kid: held[kid] if _same(held.get(kid), key) else key for kid, key in made.items()}
    after = Partner(client_id, name, kept, status, signing, tuple(contacts), per_minute, per_day)
    await write_partner(connection, before, after, now, actor)


async def add_partner(
    connection: Connection, *, client_id: str, now: datetime, actor: str = "operator", **fields: Any
) -> Partner:
    """A partner that is not there yet; `fields` as `save_partner` has them. Raises PartnerIdTaken and what that
    raises."""
    if await find_partner(connection, client_id) is not None:
        raise PartnerIdTaken
    await save_partner(connection, client_id=client_id, now=now, actor=actor, **fields)
    return await get_partner(connection, client_id)


async def change_partner(
    connection: Connection, client_id: str, *, now: datetime, actor: str = "operator", **changes: Any
) -> Partner:
    """Changes what is named: name, status, signing, contacts, per_minute, per_day. Raises PartnerNotFound,
    PartnerSettingUnfit."""
    before = await get_partner(connection, client_id)
    after = replace(before, **changes)
    await write_partner(connection, before, after, now, actor)
    return after


async def rotate_partner_key(
    connection: Connection,
    client_id: str,
    kid: str,
    pem: str,
    *,
    valid_from: datetime,
    old_until: datetime,
    now: datetime,
    actor: str = "operator",
) -> Partner:
    """A new key beside the old ones of its kind, which end at `old_until`: in between either is taken.

    Raises PartnerNotFound, PartnerKeyUnfit; a key id that is taken stays with its key.
    """
    before = await get_partner(connection, client_id)
    key = new_key(kid, pem, valid_from)
    if kid in before.keys:
        raise PartnerKeyUnfit
    kept = {
        name: replace(held, valid_to=min(held.valid_to or old_until, old_until))
        if held.algorithm == key.algorithm
        else held
        for name, held in before.keys.items()
    }
    after = replace(before, keys=kept | {kid: key})
    await write_partner(connection, before, after, now, actor)
    return after


async def unthrottle_partner(
    connection: Connection, client_id: str, *, now: datetime, actor: str = "operator"
) -> Partner:
    """An operator has spoken with the partner: its quota is whole again. Raises PartnerNotFound."""
    partner = await get_partner(connection, client_id)
    if await release_partner(connection, client_id, now):
        await AUDIT.append(connection, at=now, event="partner_released", actor=actor, subject=client_id, facts={})
    return replace(partner, throttled_until=None)


async def get_partner(connection: Connection, client_id: str) -> Partner:
    """Raises PartnerNotFound."""
    partner = await find_partner(connection, client_id)
    if partner is None:
        raise PartnerNotFound
    return partner


def new_key(kid: str, pem: str, valid_from: datetime) -> PartnerKey:
    """Raises PartnerKeyUnfit."""
    algorithm = algorithm_of(pem)
    if not is_key_id(kid) or algorithm is None:
        raise PartnerKeyUnfit
    return PartnerKey(pem, algorithm, valid_from)


def _same(held: PartnerKey | None, key: PartnerKey) -> bool:
    return held is not None and held.public_pem == key.public_pem and held.valid_to is None


async def write_partner(
    connection: Connection, before: Partner | None, after: Partner, now: datetime, actor: str
) -> None:
    """Writes and records what is new; nothing for what stands already."""
    check_client_id(after.client_id)
    check_settings(after)
    if before is not None:
        after = replace(after, throttled_until=before.throttled_until)
    if after == before:
        return
    await put_partner(connection, after)
    facts = {
        "keys": sorted(after.keys),
        "status": after.status,
        "signing": after.signing,
        "per_minute": after.per_minute,
        "per_day": after.per_day,
    }
    await AUDIT.append(connection, at=now, event="partner_saved", actor=actor, subject=after.client_id, facts=facts)
