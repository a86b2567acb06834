"""A drafted dividend is confirmed by a second person, paid line by line, and put right by counter-entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.households.domain.dividend import Line, Pool
from services.households.domain.dividend_course import (
    Dividend,
    DividendState,
    ShareState,
    may_confirm,
    may_correct,
    may_mark_paid,
    may_step,
)
from services.households.domain.dividend_errors import (
    CorrectionConfirmed,
    DividendListChanged,
    DividendNobodyToPay,
    DividendStale,
    DividendWeightForeign,
    ShareUnknown,
)
from services.households.domain.household_errors import MemberNotFound
from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.reserve_errors import ReserveDayAhead
from services.households.domain.second_person import second_person
from services.households.storage.correction_repository import (
    Correction,
    add_correction,
    get_correction,
    save_confirmation,
)
from services.households.storage.dividend_repository import (
    Share,
    add_line,
    collective_share,
    get_dividend,
    mark_paid,
    move_cents,
    save_dividend,
    shareholders_of,
    shares_of,
)
from services.households.use_cases.draft_dividend import work_out
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.errors import Failure
from shared.hash_chain import AuditTrail


class PayDividend:
    """The steps share how they begin (scope, lock, version) and how they end (next version, audit)."""

    def __init__(
        self,
        connection: Connection,
        policy: PlanPolicy,
        who: Principal,
        audit: AuditTrail,
        clock: Clock,
        show: Callable[[Dividend], Mapping[str, Any]],
    ) -> None:
        self._connection = connection
        self._policy = policy
        self._who = who
        self._audit = audit
        self._clock = clock
        self._show = show

    async def confirm(self, village_code: str, dividend_id: UUID, version: int) -> Dividend:
        """Freezes the list. Raises what `_begin` and `may_confirm` do."""
        standing = await self._begin(village_code, dividend_id, version)
        try:
            now = await work_out(self._connection, self._policy, village_code, standing, standing.weights)
        except (DividendWeightForeign, DividendNobodyToPay):
            raise DividendListChanged from None
        _raise(may_confirm(standing, self._who.subject, now))
        facts = {"year": standing.year, "digest": standing.digest, "drafted_by": standing.drafted_by}
        return await self._end(standing, "dividend_confirmed", facts, "confirmed")

    async def drop(self, village_code: str, dividend_id: UUID, version: int) -> Dividend:
        """Raises what `_begin` does, DividendStepNotAllowed."""
        standing = await self._begin(village_code, dividend_id, version)
        _raise(may_step(standing, "drop"))
        return await self._end(standing, "dividend_dropped", {"year": standing.year}, "dropped")

    async def pay(
        self, village_code: str, dividend_id: UUID, version: int, share_nos: Sequence[int], on: date
    ) -> Dividend:
        """All lines that are named, or none. Raises what `_begin` and `may_mark_paid` do, ReserveDayAhead."""
        standing = await self._begin(village_code, dividend_id, version)
        _raise(may_step(standing, "payments"))
        if on > self._clock.today():
            raise ReserveDayAhead
        asked = sorted(set(share_nos))
        states = [share.state for share in await shares_of(self._connection, standing)]
        _raise(may_mark_paid(asked, states))
        due = [state for state in states if state.share_no in set(asked)]
        await mark_paid(self._connection, standing, due, on, self._who.subject)
        facts = {"share_nos": asked, "amount_cents": sum(state.open_cents for state in due)}
        return await self._end(standing, "dividend_paid", facts)

    async def correct(self, village_code: str, dividend_id: UUID, version: int, correction: Correction) -> Dividend:
        """Enters a counter-entry, which moves nothing yet. Raises what `_begin` and `may_correct` do, ShareUnknown,
        MemberNotFound."""
        standing = await self._begin(village_code, dividend_id, version)
        _raise(may_step(standing, "corrections"))
        await self._checked(standing, correction)
        await add_correction(self._connection, standing, correction)
        facts = {"correction_id": str(correction.correction_id), "amount_cents": correction.amount_cents}
        return await self._end(standing, "dividend_correction_entered", facts)

    async def confirm_correction(
        self, village_code: str, dividend_id: UUID, version: int, correction_id: UUID
    ) -> Dividend:
        """Moves the cents. Raises what `correct` does, CorrectionNotFound, CorrectionConfirmed, SecondPersonNeeded."""
        standing = await self._begin(village_code, dividend_id, version)
        correction = await get_correction(self._connection, standing, correction_id)
        if correction.confirmed_by is not None:
            raise CorrectionConfirmed
        _raise(second_person(self._who.subject, correction.entered_by))
        target, new_line = await self._checked(standing, correction)
        number = target.share_no if new_line is None else await add_line(self._connection, standing, new_line)
        await move_cents(self._connection, standing, correction.from_share_no, -correction.amount_cents)
        await move_cents(self._connection, standing, number, correction.amount_cents)
        done = replace(correction, to_share_no=number, confirmed_by=self._who.subject)
        await save_confirmation(self._connection, standing, done)
        facts = {"correction_id": str(correction_id), "from": done.from_share_no, "to": number}
        return await self._end(standing, "dividend_corrected", facts)

    async def _checked(self, standing: Dividend, correction: Correction) -> tuple[ShareState, Line | None]:
        """To which line it goes, and that line when it is a new one."""
        collective = await collective_share(self._connection, standing)
        shares = await shares_of(self._connection, standing)
        states = {collective.share_no: collective, **{share.state.share_no: share.state for share in shares}}
        source = states.get(correction.from_share_no)
        if source is None:
            raise ShareUnknown(share_nos=[correction.from_share_no])
        if correction.to_member_id is None:
            _raise(may_correct(source, collective, correction.amount_cents))
            return collective, None
        pool = next((s.line.pool for s in shares if s.state.share_no == source.share_no), None)
        target = _line_of(shares, correction.to_member_id, pool)
        _raise(may_correct(source, target.state if target else None, correction.amount_cents))
        if target is not None:
            return target.state, None
        return source, await self._left_out(standing, correction.to_member_id)

    async def _left_out(self, standing: Dividend, member_id: UUID) -> Line:
        """An empty line for a member of the village who is not on the list. Raises MemberNotFound."""
        people = await shareholders_of(self._connection, standing.village_code, {}, 0)
        found = next((one for one in people if one.member_id == member_id), None)
        if found is None:
            raise MemberNotFound
        pool: Pool = "poor" if found.poor else "ordinary"
        return Line(pool, found.household_id, found.member_id, found.name, 0, 0)

    async def _begin(self, village_code: str, dividend_id: UUID, version: int) -> Dividend:
        """Locked. Raises OutsideScope, DividendNotFound, DividendStale."""
        self._who.require_official(village_code)
        standing = await get_dividend(self._connection, village_code, dividend_id, lock=True)
        if standing.version != version:
            raise DividendStale(current=self._show(standing))
        return standing

    async def _end(
        self, standing: Dividend, event: str, facts: Mapping[str, Any], state: DividendState | None = None
    ) -> Dividend:
        confirmed_by = self._who.subject if state == "confirmed" else standing.confirmed_by
        after = replace(
            standing, state=state or standing.state, confirmed_by=confirmed_by, version=standing.version + 1
        )
        await save_dividend(self._connection, after)
        await self._audit.append(
            self._connection,
            at=self._clock.now(),
            event=event,
            actor=self._who.subject,
            subject=f"{standing.village_code}/{standing.dividend_id}",
            facts=facts,
        )
        return after


def _line_of(shares: Sequence[Share], member_id: UUID, pool: str | None) -> Share | None:
    """The member's line, in this pool rather than in another."""
    own = [share for share in shares if share.line.member_id == member_id]
    return next((share for share in own if share.line.pool == pool), own[0] if own else None)


def _raise(refusal: Failure | None) -> None:
    if refusal is not None:
        raise refusal
