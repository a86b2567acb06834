"""An operator or the demonstration saves a bank with its public keys; saving the same again changes nothing."""

from collections.abc import Mapping
from datetime import datetime

from services.gateway.domain.errors import PartnerKeyUnfit
from services.gateway.domain.partner import ACTIVE, Partner, check_client_id
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.partner_repository import find_partner, put_partner
from shared.db import Connection
from shared.tokens import is_key_id, is_p256_public_pem


async def save_partner(
    connection: Connection,
    *,
    client_id: str,
    name: str,
    keys: Mapping[str, str],
    now: datetime,
    status: str = ACTIVE,
    actor: str = "operator",
) -> None:
    """`keys`: key id → public PEM on P-256; keys not named are withdrawn. Raises PartnerIdUnfit, PartnerKeyUnfit."""
    check_client_id(client_id)
    for kid, pem in keys.items():
        if not is_key_id(kid) or not is_p256_public_pem(pem):
            raise PartnerKeyUnfit
    after = Partner(client_id, name, dict(keys), status)
    if after == await find_partner(connection, client_id):
        return
    await put_partner(connection, after)
    await AUDIT.append(
        connection,
        at=now,
        event="partner_saved",
        actor=actor,
        subject=client_id,
        facts={"keys": sorted(keys), "status": status},
    )
