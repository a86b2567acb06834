"""What the record of yearly incomes refuses."""

from shared.errors import Invalid


class IncomeYearAhead(Invalid):
    code = "income_year_ahead"
    message = "这一年还没有到，不能登记收入，请核对年份。"
