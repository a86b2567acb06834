"""A bank reads how its loans are used, where the household agreed to that; each look is kept for the household."""

from collections.abc import Sequence
from datetime import date

from services.credit.domain.consent_in_force import Consent, GradeQuery, consent_in_force
from services.credit.domain.use_of_money import FollowUp
from services.credit.storage.consent_repository import StoredConsent, consents_to
from services.credit.storage.use_of_money_repository import Key, follow_ups_for_bank, log_bank_looks
from services.credit.use_cases.answer_grade_queries import Partner
from shared.db import Connection

FIELD = frozenset({"use_of_money"})
PURPOSE = "post_loan"


async def tell_use_of_money(
    connection: Connection, partner: Partner, today: date, after: Key | None, limit: int
) -> tuple[list[FollowUp], FollowUp | None]:
    """Those of a page that the bank may read today, and the last one that was looked at when more are waiting.

    A page may hold fewer than `limit`: households that did not agree are passed over without a trace.
    """
    found = await follow_ups_for_bank(connection, partner.partner_id, after, limit + 1)
    page, more = found[:limit], len(found) > limit
    given = await consents_to(connection, partner.partner_id, {one.household_id for one in page})
    shown = [(one, consent) for one in page if (consent := _consent_for(one, given, partner, today)) is not None]
    await log_bank_looks(connection, partner.partner_id, partner.name, shown)
    return [one for one, _ in shown], page[-1] if more else None


def _consent_for(one: FollowUp, given: Sequence[StoredConsent], partner: Partner, today: date) -> str | None:
    """The id of the consent by which it may be read."""
    asked = GradeQuery(str(one.household_id), partner.partner_id, PURPOSE, FIELD)
    for stored in given:
        consent = Consent(
            str(stored.household_id),
            stored.partner_id,
            frozenset(stored.purposes),
            frozenset(stored.fields),
            stored.valid_from,
            stored.valid_to,
            stored.withdrawn_at is not None,
        )
        if consent_in_force(consent, asked, FIELD, today).allowed:
            return str(stored.consent_id)
    return None
