"""Who waits for a service that does not come is told which one it is."""

import asyncio
from pathlib import Path

import pytest

from bashan import up
from bashan.cannot_start import CannotStart


async def test_a_service_that_does_not_answer_is_named_and_the_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "CHILD_STARTS_WITHIN", 0.1)
    answers = await asyncio.start_unix_server(lambda _reader, writer: writer.close(), tmp_path / "credit.sock")
    sockets = {"households": tmp_path / "households.sock", "credit": tmp_path / "credit.sock"}
    async with answers:
        with pytest.raises(CannotStart) as stopped:
            await up._wait_for_sockets(sockets)
    assert stopped.value.cause.startswith("households did not answer within ")
