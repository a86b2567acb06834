"""Who waits for a service that does not come is told which one it is."""

import socket
from pathlib import Path

import pytest

from bashan import up
from bashan.cannot_start import CannotStart


async def test_a_service_that_does_not_answer_is_named_and_the_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "CHILD_STARTS_WITHIN", 0.1)
    sockets = {"households": tmp_path / "households.sock", "credit": tmp_path / "credit.sock"}
    with socket.socket(socket.AF_UNIX) as answers:
        answers.bind(str(sockets["credit"]))
        answers.listen()
        with pytest.raises(CannotStart) as stopped:
            await up._wait_for_sockets(sockets)
    assert stopped.value.cause.startswith("households did not answer within ")
