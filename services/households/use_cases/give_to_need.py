"""Somebody gives money or goods for a need; the household's side says that it came."""

from datetime import date
from uuid import UUID

from services.households.domain.need import Donation
from services.households.domain.need_errors import DonorNameNeeded, NeedNotFound
from services.households.domain.need_life import receipt_number, received, require_donation, with_donation
from services.households.domain.wish import DONOR, HOUSEHOLD, OFFICIAL
from services.households.storage.need_repository import add_donation, get_donation, save_receipt
from services.households.use_cases.write_need import NeedDesk, near_need, need_actor
from shared.auth import Principal
from shared.clock import day_of
from shared.ids import new_id


async def give_to_need(
    desk: NeedDesk,
    who: Principal,
    need_id: UUID,
    *,
    amount_cents: int,
    goods: str | None,
    donor_name: str | None,
    anonymous: bool,
    given_on: date,
) -> Donation:
    """A donor in its own name, or an official for one that came to the office.

    Raises NeedNotFound, NeedClosed, DonationSaysNothing, DonationTooMuch, DonorNameNeeded.
    """
    placed = await desk.begin(need_id)
    actor = await need_actor(desk.connection, who, placed)
    if actor.role not in {DONOR, OFFICIAL}:
        raise NeedNotFound
    require_donation(placed.need, amount_cents, goods)
    if actor.role == OFFICIAL and donor_name is None:
        raise DonorNameNeeded
    donation_id = new_id()
    donation = Donation(
        donation_id=donation_id,
        need_id=need_id,
        donor_name=donor_name if actor.role == OFFICIAL and donor_name else who.name,
        anonymous=anonymous,
        amount_cents=amount_cents,
        goods=goods,
        given_on=given_on,
        receipt_number=receipt_number(str(donation_id), day_of(desk.now).year),
        recorded_by=who.subject,
        recorded_by_name=who.name,
        recorded_at=desk.now,
    )
    await add_donation(desk.connection, placed.need, donation)
    await desk.end(with_donation(placed.need, donation), placed.village_code, "given", actor, donation.receipt_number)
    return donation


async def confirm_receipt(desk: NeedDesk, who: Principal, need_id: UUID, donation_id: UUID) -> Donation:
    """By the household or an official who did not record it.

    Raises NeedNotFound, DonationNotFound, ReceiptAlreadyGiven, RecorderCannotReceive.
    """
    placed = await desk.begin(need_id)
    actor = await near_need(desk.connection, who, placed)
    if actor.role not in {HOUSEHOLD, OFFICIAL}:
        raise NeedNotFound
    donation = received(await get_donation(desk.connection, placed.need, donation_id), actor, desk.now)
    await save_receipt(desk.connection, placed.need, donation)
    return donation
