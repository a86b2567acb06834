"""The pay-out list of a dividend as .xlsx, for the village's notice board and the signatures."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from services.households.domain.dividend_course import Dividend
from services.households.storage.dividend_repository import Share
from shared.sheets.writing import SheetWriter

POOL_NAMES = {"poor": "贫困成员股", "ordinary": "普通成员股"}
HEADINGS = ("序号", "股别", "姓名", "股份", "应发（元）", "更正（元）", "实发（元）", "已发（元）", "签字")
_WIDTHS = (8, 14, 14, 10, 14, 14, 14, 14, 18)


def pay_out_sheet(standing: Dividend, shares: Sequence[Share]) -> bytes:
    """The whole file. Two sheets: the sums, and a line a member; the last line adds up."""
    with TemporaryDirectory(prefix="bashan-dividend-") as folder:
        path = Path(folder) / "list.xlsx"
        with SheetWriter(path) as book:
            sums = book.sheet("汇总", ("项目", "金额（元）"), (24, 18))
            sums.add(("可分配收益", _yuan(standing.income_cents)))
            sums.add(("集体股", _yuan(standing.parts["collective"])))
            for pool, name in POOL_NAMES.items():
                sums.add((name, _yuan(standing.parts[pool])))
            lines = book.sheet("分红名单", HEADINGS, _WIDTHS)
            for share in shares:
                lines.add(_cells(share))
            due = sum(share.state.due_cents for share in shares)
            amount = sum(share.state.amount_cents for share in shares)
            paid = sum(share.state.paid_cents for share in shares)
            lines.add(("合计", "", "", "", *map(_yuan, (amount, due - amount, due, paid)), ""))
        return path.read_bytes()


def _cells(share: Share) -> tuple[str | int | Decimal, ...]:
    line, state = share.line, share.state
    sums = (state.amount_cents, state.corrected_cents, state.due_cents, state.paid_cents)
    return (state.share_no, POOL_NAMES[line.pool], line.name, Decimal(line.weight) / 100, *map(_yuan, sums), "")


def _yuan(cents: int) -> Decimal:
    return Decimal(cents) / 100
