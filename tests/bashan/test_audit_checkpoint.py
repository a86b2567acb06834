"""What a superuser of the database can do to the audit chain shows against a line that was kept elsewhere (S54)."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bashan.audit_checkpoint import Checkpoint, broken_since, read_checkpoints, sign_checkpoint
from bashan.cannot_start import CannotStart
from shared.hash_chain import Head
from shared.tokens import SigningKey
from tests.builders.data_place import Place

KEY = SigningKey.fresh("checkpoint-1")
THEN = Checkpoint(datetime(2026, 11, 24, 4, 0, tzinfo=UTC), {"credit": Head(3, b"\3" * 32), "cadres": Head(0, b"")})
LINE = sign_checkpoint(THEN, KEY)


def test_a_line_says_what_it_was_made_of() -> None:
    later = replace(THEN, made_at=THEN.made_at + timedelta(days=1))
    assert read_checkpoints(f"{LINE}\n\n{sign_checkpoint(later, KEY)}\n", KEY.public_pem()) == [THEN, later]


@pytest.mark.parametrize(
    "changed",
    [
        LINE.replace('"row": 3', '"row": 2'),
        LINE.replace("03" * 32, "04" * 32),
        LINE.replace("2026-11-24", "2026-11-23"),
        LINE.replace("checkpoint-1", "checkpoint-2"),
        LINE.replace('"cadres"', '"cadrez"'),
    ],
)
def test_a_line_that_was_changed_is_refused(changed: str) -> None:
    assert changed != LINE
    with pytest.raises(CannotStart, match="line 2 does not hold"):
        read_checkpoints(f"{LINE}\n{changed}", KEY.public_pem())


@pytest.mark.parametrize("text", ["", " \n", "{}", "[]", "null", "x", '{"statement": [], "signature": "é"}', LINE[:-9]])
def test_what_is_no_checkpoint_is_said_to_be_none(text: str) -> None:
    with pytest.raises(CannotStart):
        read_checkpoints(text, KEY.public_pem())


def test_a_line_of_another_key_is_refused() -> None:
    with pytest.raises(CannotStart, match="does not hold"):
        read_checkpoints(LINE, SigningKey.fresh("checkpoint-1").public_pem())


@pytest.mark.parametrize(
    ("rows", "now", "first_bad"),
    [
        (3, {3: b"\3" * 32}, None),
        (9, {3: b"\3" * 32}, None),
        (2, {}, 3),
        (0, {}, 1),
        (3, {3: b"\4" * 32}, 3),
        (9, {3: b"\4" * 32}, 3),
    ],
)
def test_the_first_row_that_is_gone_or_another_is_named(
    rows: int, now: dict[int, bytes], first_bad: int | None
) -> None:
    found = broken_since([THEN], "credit", rows, now)
    assert (found.seq if found else None) == first_bad
    assert broken_since([THEN], "cadres", rows, {}) is None


def test_the_signature_holds_for_a_reader_who_has_openssl_only(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl, "openssl is needed"
    stored = json.loads(LINE)
    statement = json.dumps(stored["statement"], sort_keys=True, separators=(",", ":"))
    (tmp_path / "statement").write_text(statement)
    (tmp_path / "signature").write_bytes(base64.b64decode(stored["signature"]))
    (tmp_path / "key").write_text(KEY.public_pem())
    told = [openssl, "dgst", "-sha256", "-verify", "key", "-signature", "signature", "statement"]
    assert subprocess.run(told, cwd=tmp_path, check=False, capture_output=True).stdout == b"Verified OK\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("checkpoints"))
    made.begin()
    try:
        assert made.bashan("migrate").returncode == 0
        for name in ("first", "second", "third"):
            made.add_user(name)
        yield made
    finally:
        made.server.stop()


@pytest.fixture
def kept(place: Place, tmp_path: Path) -> Iterator[Path]:
    """A checkpoint on another machine; afterwards the chain is as it was."""
    kept = tmp_path / "kept"
    kept.write_text(place.bashan("audit", "checkpoint").stdout)
    place.do("CREATE TABLE public.before AS TABLE gateway.audit_events")
    yield kept
    place.do("TRUNCATE gateway.audit_events")
    place.do("INSERT INTO gateway.audit_events TABLE public.before")
    place.do("DROP TABLE public.before")


def test_a_chain_that_only_grew_holds(place: Place, kept: Path) -> None:
    place.add_user("later")
    done = place.bashan("audit", "verify", "--checkpoint", str(kept))
    assert done.returncode == 0, done.stderr


def test_an_end_that_was_cut_off_is_found_by_the_checkpoint_alone(place: Place, kept: Path) -> None:
    rows = int(place.ask("SELECT count(*) FROM gateway.audit_events"))
    place.do("DELETE FROM gateway.audit_events WHERE seq = (SELECT max(seq) FROM gateway.audit_events)")
    assert place.bashan("audit", "verify").returncode == 0, "the chain alone does not show it"

    done = place.bashan("audit", "verify", "--checkpoint", str(kept))

    assert done.returncode == 1
    assert f"gateway: {rows - 1} rows fit; row {rows} does not: the end was cut off" in done.stdout


def test_a_chain_that_was_cut_off_and_went_on_is_found(place: Place, kept: Path) -> None:
    rows = int(place.ask("SELECT count(*) FROM gateway.audit_events"))
    place.do("DELETE FROM gateway.audit_events WHERE seq = (SELECT max(seq) FROM gateway.audit_events)")
    place.add_user("fourth")
    place.add_user("fifth")
    assert place.bashan("audit", "verify").returncode == 0, "the chain alone does not show it"

    done = place.bashan("audit", "verify", "--checkpoint", str(kept))

    assert done.returncode == 1
    assert f"row {rows} does not: it is not the row that stood there" in done.stdout


def test_the_key_is_taken_from_where_the_line_was_kept(place: Place, kept: Path, tmp_path: Path) -> None:
    """Who may write the secrets folder too may sign what they like; the key that was kept does not open it."""
    ours, other = tmp_path / "ours.pem", tmp_path / "other.pem"
    ours.write_text(place.bashan("audit", "key").stdout)
    other.write_text(KEY.public_pem())
    assert place.bashan("audit", "verify", "--checkpoint", str(kept), "--key", str(ours)).returncode == 0
    refused = place.bashan("audit", "verify", "--checkpoint", str(kept), "--key", str(other))
    assert refused.returncode == 1
    assert "does not hold" in refused.stderr
    assert refused.stderr.count("\n") == 1
