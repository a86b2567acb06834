"""A new key for access tokens while everything runs: nobody is logged out, the old key ends on time.

Checks S06, S64.
"""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from bashan.private_file import write_private
from services.gateway.domain.operator_errors import OperatorRefused, RotationUnderWay, SameOperator
from services.gateway.use_cases.check_operator import Shown
from services.gateway.use_cases.rotate_key import rotate_key
from shared import token_keys
from shared.token_keys import TOKEN_KEYS, TOKEN_SIGNING, Rotation, TokenKeys, TurningSigner, token_key_files
from shared.tokens import PublicKeys
from tests.builders.gateway_house import PASSWORD, House


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in a tenth of the time."""
    monkeypatch.setattr(token_keys, "READ_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(token_keys, "KNOWN_EVERYWHERE_AFTER", 1)


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def rotate(gateway: House, overlap_seconds: int) -> Rotation:
    files = token_key_files(gateway.secrets_dir)
    return token_keys.rotate_key(files, overlap_seconds=overlap_seconds, now=int(time.time()), write=write_private)


async def fresh_token(gateway: House) -> str:
    return str((await gateway.log_in()).json()["access_token"])


@pytest.mark.usefixtures("quick")
async def test_a_rotation_under_load_refuses_nobody_and_the_old_key_ends_on_time(gateway: House) -> None:
    await gateway.user()
    old = await fresh_token(gateway)
    seen: list[int] = []
    kids: set[str] = {kid_of(old)}

    async def use_tokens() -> None:
        while True:
            token = (await gateway.log_in()).json()["access_token"]
            kids.add(kid_of(token))
            seen.extend([(await gateway.me(token)).status_code, (await gateway.me(old)).status_code])

    load = asyncio.create_task(use_tokens())
    done = rotate(gateway, overlap_seconds=2)
    await asyncio.sleep(done.signs_from + 1.0 - time.time())
    load.cancel()

    assert kids == {done.old_kid, done.kid}
    assert len(seen) > 10
    assert set(seen) == {200}
    new = await fresh_token(gateway)
    published = (await gateway.client.get("/.well-known/jwks.json")).json()["keys"]
    assert {key["kid"] for key in published} == {done.old_kid, done.kid}
    await asyncio.sleep(done.old_until + 0.4 - time.time())
    # Also for a token that was opened and remembered before.
    assert (await gateway.me(old)).status_code == 401
    assert (await gateway.me(new)).status_code == 200
    published = (await gateway.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published] == [done.kid]


@pytest.mark.usefixtures("quick")
async def test_a_key_that_others_may_have_ends_at_once(gateway: House) -> None:
    await gateway.user()
    old = await fresh_token(gateway)

    done = rotate(gateway, overlap_seconds=0)
    await asyncio.sleep(done.old_until + 0.4 - time.time())

    assert (await gateway.me(old)).status_code == 401
    assert kid_of(await fresh_token(gateway)) == done.kid


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_rotation_that_is_cut_off_leaves_files_that_belong_together(gateway: House, step: int) -> None:
    steps = 0

    def write(path: Path, text: str) -> None:
        nonlocal steps
        if steps == step:
            raise OSError("the disk is full")
        steps += 1
        write_private(path, text)

    with pytest.raises(OSError, match="disk"):
        files = token_key_files(gateway.secrets_dir)
        token_keys.rotate_key(files, overlap_seconds=60, now=int(time.time()), write=write)

    later = time.time() + 3600
    signer = TurningSigner(gateway.secrets_dir, lambda: later)
    keys = TokenKeys(gateway.secrets_dir / TOKEN_KEYS, lambda: later)
    assert kid_of(signer.sign({"sub": "x"}, "at+jwt")) in keys.live.pem_by_kid


def test_a_file_without_ends_reads_as_before(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"a": "PEM"}))

    keys = PublicKeys.load(tmp_path / "keys.json")

    assert (keys.pem_by_kid, keys.dump()) == ({"a": "PEM"}, '{"a": "PEM"}')


async def two_operators(gateway: House) -> tuple[Shown, Shown]:
    for name in ("first", "second", "clerk"):
        await gateway.user(name, grants={"operator": []} if name != "clerk" else {"auditor": []})
    return Shown("first", PASSWORD), Shown("second", PASSWORD)


async def rotated(gateway: House, *operators: Shown) -> Rotation:
    files = token_key_files(gateway.secrets_dir)
    return await rotate_key(
        gateway.rooms.desk,
        operators,
        lambda now: token_keys.rotate_key(files, overlap_seconds=60, now=now, write=write_private),
        event="token_key_rotated",
        subject="token-signing",
        facts={"overlap_seconds": 60},
        actor="command:root",
    )


async def test_two_operators_change_a_key_and_it_is_recorded(gateway: House) -> None:
    first, second = await two_operators(gateway)

    await rotated(gateway, first, second)

    ((facts,),) = await gateway.rows("SELECT facts FROM audit_events WHERE event = 'token_key_rotated'")
    assert len(set(facts["operators"])) == 2


async def test_one_operator_a_stranger_and_a_wrong_password_change_nothing(gateway: House) -> None:
    first, second = await two_operators(gateway)
    before = (gateway.secrets_dir / TOKEN_SIGNING).read_text()
    wrong: list[tuple[Any, tuple[Shown, Shown]]] = [
        (SameOperator, (first, Shown(" FIRST ", PASSWORD))),
        (OperatorRefused, (first, Shown("second", "not the password"))),
        (OperatorRefused, (first, Shown("clerk", PASSWORD))),
        (OperatorRefused, (Shown("nobody", PASSWORD), second)),
    ]

    for error, operators in wrong:
        with pytest.raises(error):
            await rotated(gateway, *operators)

    assert (gateway.secrets_dir / TOKEN_SIGNING).read_text() == before
    assert await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'token_key_rotated'") == []


async def test_a_second_rotation_waits_for_the_first(gateway: House) -> None:
    operators = await two_operators(gateway)
    await rotated(gateway, *operators)

    with pytest.raises(RotationUnderWay):
        await rotated(gateway, *operators)
    assert len(await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'token_key_rotated'")) == 1
