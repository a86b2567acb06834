"""The register of the demonstration, handed in as a file."""

import uuid
from pathlib import Path
from typing import Any

from tests.e2e.callers import Caller, good
from tests.e2e.running import Bashan, until


def hand_in(official: Caller, file: Path) -> dict[str, Any]:
    """The ended job of an import."""
    reply = official.send(
        "POST",
        "/v1/imports",
        files={"file": (file.name, file.read_bytes())},
        data={"kind": "register"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    good(reply, 202)
    ended: dict[str, Any] = until(
        lambda: _ended(good(official.get(reply.headers["location"]))), 90, "the import has ended"
    )
    return ended


def test_the_demonstrations_register_changes_nothing_the_second_time(product: Bashan, county: Caller) -> None:
    register = product.data_dir / "demo" / "register.xlsx"
    first = hand_in(county, register)
    assert (first["state"], first["failure"]) == ("succeeded", None)
    assert first["accepted"] > 0
    before = good(county.get("/v1/households/summary", region="511921122"))
    second = hand_in(county, register)
    assert second["state"] == "succeeded"
    assert second["refused"] == first["refused"]
    assert (second["result"]["new"], second["result"]["changed"]) == (0, 0)
    assert second["result"]["unchanged"] == first["accepted"]
    assert good(county.get("/v1/households/summary", region="511921122")) == before
    report = county.get(second["errors_url"])
    assert report.status_code == 200
    assert report.content.startswith(b"PK")


def _ended(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["state"] in {"succeeded", "failed"} else None
