"""A township of its own for a test, with the households, loans and grades that the test gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.credit.domain.loan_balance import Loan
from services.credit.storage.bulk_files import write_new
from services.credit.use_cases.score_place import confirm_run, order_run, score_place
from shared.auth import Principal
from shared.clock import FixedClock
from shared.ids import new_id
from shared.jobs import Progress
from tests.builders.worked_cases import H1
from tests.credit.days import BANK, NOON, TODAY
from tests.credit.logins import household_login, official
from tests.credit.told import consent_body, household, veto

if TYPE_CHECKING:
    from tests.credit.world import World


@dataclass
class Town:
    world: "World"
    code: str
    villages: list[str]

    @property
    def village(self) -> str:
        return self.villages[0]

    @property
    def official(self) -> Principal:
        return official("township_official", self.code)

    @property
    def orderer(self) -> Principal:
        return official("city_official", "5119", "city-1")

    @property
    def confirmer(self) -> Principal:
        return official("city_official", "5119", "city-2")

    async def household(
        self,
        facts: Mapping[str, Any] | None = H1,
        *,
        village: str | None = None,
        vetoes: Sequence[str] = (),
        id_number: str | None = None,
    ) -> UUID:
        """With a credit file of these facts, unless they are None."""
        return (await self.households(1, facts, village=village, vetoes=vetoes, id_number=id_number))[0]

    async def households(
        self,
        number: int,
        facts: Mapping[str, Any] | None = H1,
        *,
        village: str | None = None,
        vetoes: Sequence[str] = (),
        id_number: str | None = None,
        poor: bool = False,
    ) -> list[UUID]:
        ids, place = [new_id() for _ in range(number)], village or self.village
        index = [] if id_number is None else [self.world.rooms.cipher.blind_index("identity", id_number).hex()]
        await self.world.tell(*(household(one, place, poor=poor, identities=index) for one in ids))
        if facts is not None:
            file = {"village_code": place, "facts": dict(facts), "source": "test", "entered_by": "test", "version": 1}
            standing = [
                {"household_id": one, "veto_id": new_id(), **veto(code)}
                for one in ids
                for code in dict.fromkeys(vetoes)
            ]
            async with self.world.database.transaction() as connection:
                await write_new(connection, [{"household_id": one, **file} for one in ids], standing, [], [], [])
        return ids

    async def loans(self, borrowers: Sequence[tuple[UUID, Mapping[str, Any]]], village: str | None = None) -> None:
        """Loans as they stand now: 10,000.00 yuan, of which 8,000.00 are still owed, unless told otherwise."""
        rows = []
        for household_id, given in borrowers:
            loan = replace(Loan("P2", 10_000_00, 8_000_00, date(2026, 1, 5), 0, date(2026, 10, 1), None, 1), **given)
            row = {"household_id": household_id, "partner_id": BANK, "loan_number": str(new_id())}
            row |= {"village_code": village or self.village}
            rows.append(row | {name: getattr(loan, name) for name in Loan.__slots__})
        async with self.world.database.transaction() as connection:
            await write_new(connection, [], [], [], rows, [])

    async def score(self, region_code: str | None = None, **given: Any) -> UUID:
        """A finished run, ordered by a city official and not confirmed."""
        run_id, jobs = new_id(), self.world.rooms.jobs
        order = {"card_id": "rural-household", "as_of": TODAY, "ordered_by": self.orderer.subject, **given}
        async with self.world.database.transaction() as connection:
            await order_run(connection, jobs, run_id=run_id, region=region_code or self.code, **order)
            await jobs.hold(connection, run_id)
        await score_place(self.world.jobs_database, run_id, Progress())
        return run_id

    async def take_over(self, region_code: str | None = None) -> UUID:
        """Scores the town and puts its grades in effect."""
        run_id = await self.score(region_code)
        async with self.world.database.transaction() as connection:
            await confirm_run(connection, run_id, self.confirmer.subject, FixedClock(NOON))
        return run_id

    async def consent(self, household_id: UUID, **given: Any) -> UUID:
        """A live consent to the bank, by the household itself; one that is over by now was given on its first day."""
        body = consent_body(household_id, **given)
        over = date.fromisoformat(body["valid_to"]) < TODAY
        if over:
            self.world.set_day(date.fromisoformat(body["valid_from"]))
        async with self.world.as_(household_login(household_id)) as caller:
            made = await caller.post("/v1/credit/consents", body)
        if over:
            self.world.set_day(TODAY)
        assert made.status_code == 201, made.text
        return UUID(made.json()["consent_id"])
