"""Who waits for a busy sibling asks again for a while; one that stays away is told in a way that any process reads."""

import pickle
from typing import Any

import httpx
import pytest

from shared import feed
from shared.feed import FeedReader, SiblingSilent, Subscription
from tests.shared.conftest import Mechanisms

EMPTY = {"items": [], "cursor": "1", "has_more": False, "restart": False}


async def nothing(*_given: Any) -> None:
    return None


def reader_of(here: Mechanisms, replies: list[int]) -> FeedReader:
    """Its sibling answers with these, one after the other, and with the last one for good."""

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(replies.pop(0) if len(replies) > 1 else replies[0], json=EMPTY)

    sibling = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://sibling")
    return FeedReader(here.database, here.log, Subscription("sibling", ("thing",), nothing, nothing), sibling)


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_pause", lambda *_given: 0.0)


async def test_a_sibling_that_was_busy_for_a_while_is_read_all_the_same(here: Mechanisms) -> None:
    replies = [503] * feed.ASKED_AGAIN + [200]
    await reader_of(here, replies).catch_up()
    assert replies == [200]


async def test_one_that_stays_away_is_told_and_the_word_passes_from_process_to_process(here: Mechanisms) -> None:
    with pytest.raises(SiblingSilent) as told:
        await reader_of(here, [503]).catch_up()
    assert isinstance(pickle.loads(pickle.dumps(told.value)), SiblingSilent)  # noqa: S301 - our own bytes


async def test_a_mistake_of_ours_is_not_asked_again(here: Mechanisms) -> None:
    replies = [400, 200]
    with pytest.raises(httpx.HTTPStatusError):
        await reader_of(here, replies).catch_up()
    assert replies == [200]
