"""The tables of plans, funds, dividends and the moral bank, in the order in which they may be emptied."""

PLANNED = (
    "moral_entries",
    "moral_claims",
    "moral_accounts",
    "moral_goods",
    "household_measures",
    "household_measure_steps",
    "income_plans",
    "village_plans",
    "dividend_corrections",
    "dividend_payments",
    "dividend_shares",
    "dividends",
    "reserve_orders",
    "reserve_entries",
    "reserve_tranches",
    "reserve_pots",
)
