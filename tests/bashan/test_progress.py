"""Long work shows how fast it went, also when it ended before the bar was drawn once."""

import asyncio
import re

import pytest

from bashan.progress import shown_progress
from shared.jobs import Progress


async def work(*, quiet: bool) -> None:
    progress = Progress()
    async with shown_progress("scoring", progress, quiet=quiet):
        await asyncio.sleep(0.05)
        progress.done = progress.total = 2573


async def test_the_bar_ends_with_the_true_rate(capsys: pytest.CaptureFixture[str]) -> None:
    await work(quiet=False)
    shown = capsys.readouterr()
    rate = re.search(r"2573/2573 ([\d,]+) a", shown.err)
    assert rate is not None, shown.err
    assert 1_000 < int(rate[1].replace(",", "")) < 2573 / 0.05
    assert shown.out == ""


async def test_a_quiet_command_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    await work(quiet=True)
    assert capsys.readouterr() == ("", "")
