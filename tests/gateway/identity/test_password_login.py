"""Logging in with a password: who gets in, who waits, and what a refusal does not tell (checks S10, S11, S12)."""

import asyncio
import statistics
import time

import httpx
import pytest

from services.gateway.domain.errors import PasswordTooPlain, PasswordTooShort
from services.gateway.storage.user_repository import put_password_hash
from services.gateway.use_cases.password_hashes import PasswordHashes
from tests.builders.gateway_house import PASSWORD, House, later


def shown(reply: httpx.Response) -> dict[str, object]:
    return {name: value for name, value in reply.json().items() if name != "request_id"}


async def test_the_right_password_opens_the_field_api(gateway: House) -> None:
    user_id = await gateway.user()

    reply = await gateway.log_in(" ＣＬＥＲＫ ")

    assert reply.status_code == 200
    body = reply.json()
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert reply.headers["cache-control"] == "no-store"
    assert (await gateway.me(body["access_token"])).json()["user_id"] == str(user_id)


async def test_a_wrong_password_and_an_unknown_user_look_the_same(gateway: House) -> None:
    await gateway.user()
    await gateway.user("gone", status="disabled")

    wrong = await gateway.log_in(password="not the password")
    unknown = await gateway.log_in("nobody")
    disabled = await gateway.log_in("gone")

    assert [reply.status_code for reply in (wrong, unknown, disabled)] == [401, 401, 401]
    assert shown(wrong) == shown(unknown) == shown(disabled)
    assert shown(wrong)["code"] == "login_refused"
    names = [sorted(set(reply.headers)) for reply in (wrong, unknown, disabled)]
    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize(("tries", "apart"), [(5, 2.0), pytest.param(200, 1.05, marks=pytest.mark.slow)])
async def test_an_unknown_user_costs_as_much_time_as_a_known_one(gateway: House, tries: int, apart: float) -> None:
    """A missing hash would make this a factor of ten; it takes many tries to see a twentieth."""
    await gateway.user()
    took: dict[str, list[float]] = {"clerk": [], "nobody": []}
    for number in range(tries):
        later(gateway, minutes=16)
        for username, times in took.items():
            async with gateway.at(f"198.51.100.{number}") as client:
                begun = time.process_time()
                assert (await gateway.log_in(username, "not the password", client)).status_code == 401
                times.append(time.process_time() - begun)

    known, unknown = (statistics.median(times) for times in took.values())

    print(f"known {known * 1e3:.2f} ms, unknown {unknown * 1e3:.2f} ms of the processor")
    assert known / apart < unknown < known * apart


async def test_the_sixth_failure_has_to_wait_and_others_do_not(gateway: House) -> None:
    await gateway.user()
    await gateway.user("neighbour")

    failures = [await gateway.log_in(password="not the password") for _ in range(8)]

    assert [reply.status_code for reply in failures] == [401] * 5 + [429] * 3
    assert failures[-1].json()["code"] == "too_many_logins"
    assert 1 <= int(failures[-1].headers["retry-after"]) <= 900
    assert (await gateway.log_in()).status_code == 429
    assert (await gateway.log_in("neighbour")).status_code == 200


async def test_an_attacker_elsewhere_does_not_lock_the_owner_out(gateway: House) -> None:
    await gateway.user()
    assert (await gateway.log_in()).status_code == 200
    for number in range(5):
        async with gateway.at(f"198.51.100.{number}") as attacker:
            failures = [await gateway.log_in(password="not the password", client=attacker) for _ in range(5)]

    async with gateway.at("192.0.2.1") as stranger:
        elsewhere = await gateway.log_in(client=stranger)

    assert failures[-1].status_code == 429
    assert elsewhere.status_code == 429
    assert (await gateway.log_in()).status_code == 200


async def test_guessing_at_many_accounts_from_one_address_has_to_wait(gateway: House) -> None:
    await gateway.user()
    assert (await gateway.log_in()).status_code == 200

    tried = [await gateway.log_in(f"somebody-{number}") for number in range(7)]

    assert [reply.status_code for reply in tried] == [401] * 5 + [429] * 2
    # A user who has logged in from this address before is no guess.
    assert (await gateway.log_in()).status_code == 200


async def test_a_guesser_with_all_addresses_of_an_ipv6_network_has_one(gateway: House) -> None:
    statuses = []
    for number in range(12):
        async with gateway.at(f"2001:db8:1:2::{number:x}") as client:
            statuses.append((await gateway.log_in(f"user-{number}", "not the password", client)).status_code)
    assert statuses == [401] * 5 + [429] * 7
    async with gateway.at("2001:db8:1:3::1") as neighbour:
        assert (await gateway.log_in("user-0", "not the password", neighbour)).status_code == 401


async def test_parallel_guesses_are_counted_one_by_one(gateway: House) -> None:
    await gateway.user()

    replies = await asyncio.gather(*(gateway.log_in(password="not the password") for _ in range(12)))

    assert sorted(reply.status_code for reply in replies) == [401] * 5 + [429] * 7
    assert (await gateway.log_in()).json()["code"] == "too_many_logins"


async def test_fifty_parallel_guesses_from_many_addresses_are_twenty_and_the_owner_gets_in(gateway: House) -> None:
    await gateway.user()
    assert (await gateway.log_in()).status_code == 200

    async def guess(number: int) -> int:
        async with gateway.at(f"198.51.100.{number}") as attacker:
            return (await gateway.log_in(password="not the password", client=attacker)).status_code

    statuses = [status for _ in range(3) for status in await asyncio.gather(*(guess(n) for n in range(17)))]

    assert statuses.count(401) <= 20
    assert set(statuses) == {401, 429}
    async with gateway.at("192.0.2.1") as stranger:
        assert (await gateway.log_in(client=stranger)).json()["code"] == "too_many_logins"
    assert (await gateway.log_in()).status_code == 200


async def test_right_logins_that_come_together_get_in_or_are_told_to_come_back_in_a_second(
    gateway: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.user()
    passwords = gateway.rooms.desk.passwords
    fits = passwords.fits

    async def slow(password_hash: str | None, password: str) -> bool:
        await asyncio.sleep(0.5)
        return await fits(password_hash, password)

    with monkeypatch.context() as slowed:
        slowed.setattr(passwords, "fits", slow)
        replies = await asyncio.gather(*(gateway.log_in() for _ in range(12)))

    assert sorted(reply.status_code for reply in replies) == [200] * 5 + [429] * 7
    for reply in replies:
        if reply.status_code != 200:
            body = reply.json()
            assert (reply.status_code, body["code"], body["retryable"]) == (429, "logins_at_once", True)
            assert reply.headers["retry-after"] == "1"
    assert {(await gateway.log_in()).status_code for _ in range(12)} == {200}


async def test_an_office_whose_people_log_in_together_for_the_first_time_is_no_attacker(gateway: House) -> None:
    names = [f"official-{number}" for number in range(8)]
    for name in names:
        await gateway.user(name)

    together = await asyncio.gather(*(gateway.log_in(name) for name in names))

    assert {reply.json().get("code", "in") for reply in together} <= {"in", "logins_at_once"}
    assert [(await gateway.log_in(name)).status_code for name in names] == [200] * 8


async def test_a_login_that_nobody_had_time_to_look_at_is_no_failure(
    gateway: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.user()
    with monkeypatch.context() as busy:
        busy.setattr(gateway.rooms.desk.passwords, "_most", 0)
        assert {(await gateway.log_in()).json()["code"] for _ in range(8)} == {"login_busy"}

    assert (await gateway.log_in()).status_code == 200


async def test_the_wait_ends_by_itself_and_success_starts_the_count_anew(gateway: House) -> None:
    await gateway.user()
    for _ in range(7):
        await gateway.log_in(password="not the password")

    later(gateway, minutes=16)

    assert (await gateway.log_in()).status_code == 200
    assert [(await gateway.log_in(password="not the password")).status_code for _ in range(5)] == [401] * 5


async def test_passwords_are_kept_as_argon2id_and_made_anew_when_parameters_change(gateway: House) -> None:
    weak = PasswordHashes(memory_kib=8 * 1024)
    user_id = await gateway.user()
    async with gateway.rooms.desk.database.transaction() as connection:
        await put_password_hash(connection, user_id, await weak.make(PASSWORD))

    assert (await gateway.log_in()).status_code == 200

    (kept,) = (await gateway.rows("SELECT password_hash FROM users"))[0]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await gateway.log_in()).status_code == 200


async def test_a_refusal_is_kept_in_the_chain_without_what_was_typed(gateway: House) -> None:
    user_id = await gateway.user()
    await gateway.log_in(password="511921199001011234")
    await gateway.log_in("my-password-in-the-wrong-box")

    events = await gateway.rows("SELECT event, subject, facts::text FROM audit_events ORDER BY seq")

    assert [tuple(event)[:2] for event in events] == [
        ("user_saved", str(user_id)),
        ("login_refused", str(user_id)),
        ("login_refused", "unknown"),
    ]
    everything = str(events) + str(await gateway.rows("SELECT * FROM login_attempts"))
    assert "511921199001011234" not in everything
    assert "my-password" not in everything


@pytest.mark.parametrize("password", ["short", "elevenchars", "a" * 40, "ababababababab", "x" * 300])
async def test_a_password_that_everyone_guesses_is_not_taken(quiet_gateway: House, password: str) -> None:
    with pytest.raises((PasswordTooShort, PasswordTooPlain)):
        await quiet_gateway.user("guessed", password=password)


async def test_saving_the_same_user_again_changes_nothing(gateway: House) -> None:
    first = await gateway.user()
    tokens = (await gateway.log_in()).json()

    again = await gateway.user()

    assert again == first
    assert (await gateway.refresh(tokens["refresh_token"])).status_code == 200
    assert len(await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'user_saved'")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"username": "clerk"}', 422),
        (b'{"username": "clerk", "password": 1}', 422),
        (b'{"username": "clerk", "password": "x", "role": "operator"}', 400),
        (b'{"username": "clerk", "username": "operator", "password": "x"}', 400),
        (b'{"username": "clerk\\u0000", "password": "x"}', 400),
        (b'{"username": "\\ud800", "password": "x"}', 400),
        (b"\xff\xfe", 400),
        (b'{"username": NaN, "password": "x"}', 400),
    ],
)
async def test_what_is_no_login_is_refused_without_an_echo(quiet_gateway: House, body: bytes, status: int) -> None:
    reply = await quiet_gateway.client.post(
        "/v1/auth/password", content=body, headers={"Content-Type": "application/json"}
    )

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert "clerk" not in reply.text
