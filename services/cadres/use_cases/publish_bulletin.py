"""A bulletin (通报) is published: frozen as it stands, and corrected only by another one under the next number."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.cadres.domain.bulletin import SeenBulletin, may_publish
from services.cadres.domain.inspection_errors import BulletinNotFound
from services.cadres.domain.inspection_policy import InspectionPolicy
from services.cadres.storage.published_bulletins import PublishedLine, add_bulletin, get_bulletin, times_published
from services.cadres.use_cases.see_bulletin import see_bulletin
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail
from shared.ids import new_id


async def publish_bulletin(
    connection: Connection,
    policies: Sequence[InspectionPolicy],
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    *,
    region: str,
    cycle: str,
    within: date,
    correction: str | None,
) -> tuple[PublishedLine, SeenBulletin]:
    """Of the period that holds `within`, with all its findings as they stand today.

    Raises OutsideScope, CycleUnknown, BulletinNumberTaken and the reasons of `may_publish`.
    """
    today = clock.today()
    seen = await see_bulletin(
        connection, policies, who, region=region, cycle=cycle, day=within, today=today, with_findings=True
    )
    published = await times_published(connection, region, cycle, seen.bulletin.begins)
    if (refusal := may_publish(seen.bulletin, published, correction, today)) is not None:
        raise refusal
    line = await add_bulletin(connection, new_id(), seen, published + 1, correction, (who.subject, who.name))
    facts = {"cycle": cycle, "begins": str(line.begins), "number": line.number, "sha256": line.sha256}
    await audit.append(
        connection, at=clock.now(), event="bulletin_published", actor=who.subject, subject=region, facts=facts
    )
    return line, seen


async def see_published_bulletin(
    connection: Connection, who: Principal, bulletin_id: UUID
) -> tuple[PublishedLine, SeenBulletin]:
    """Raises BulletinNotFound, BulletinChanged."""
    line, seen = await get_bulletin(connection, bulletin_id)
    if not who.official_for(line.region_code):
        raise BulletinNotFound
    return line, seen
