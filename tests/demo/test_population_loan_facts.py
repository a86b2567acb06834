"""What the demonstration's banks have reported says the same of a household as its file does."""

from collections import defaultdict

from bashan.demo.convert import event_rows
from services.credit.domain.loan_balance import LoanEvent
from services.credit.domain.loan_facts import ReportedLoan, loan_facts
from tests.builders.demo_units import township
from tests.builders.population_rules import TODAY

COLUMNS = ("event_number", "kind", "on_date", "amount_cents", "balance_cents", "days_past_due", "product")


def test_lateness_first_loan_lenders_and_veto_follow_from_the_loans_of_every_borrower() -> None:
    borrowers = 0
    for unit in township():
        loans: dict[str, list[ReportedLoan]] = defaultdict(list)
        for loan in unit.loans:
            events = tuple(LoanEvent(*(row[name] for name in COLUMNS)) for row in event_rows(loan))
            loans[loan.household_id].append(ReportedLoan(loan.bank, loan.loan_number, events))
        for file in unit.files:
            found = loan_facts(loans.get(file.household_id, ()), TODAY)
            if found is None:
                continue
            borrowers += 1
            facts = file.facts.by_name()
            assert found.values == {name: facts[name] for name in found.values}
            assert (found.veto is not None) == ("V2" in {veto.code for veto in file.vetoes})
    assert borrowers > 500
