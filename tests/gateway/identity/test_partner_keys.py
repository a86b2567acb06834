"""A bank changes its key: the new one beside the old one for a while, for tokens and for signatures."""

from datetime import timedelta
from typing import Any

import pytest

from services.gateway.domain.errors import PartnerKeyUnfit, PartnerNotFound, PartnerSettingUnfit
from services.gateway.use_cases.save_partner import change_partner, rotate_partner_key, save_partner
from shared.key_algorithms import algorithm_of
from shared.sm2 import Sm2PrivateKey, Sm2PublicKey
from shared.tokens import SigningKey
from tests.builders.bank_signatures import Rfc9421Bank, Sm2Bank, ask, register
from tests.builders.gateway_house import House, assertion, later


async def rotate(gateway: House, kid: str, pem: str, *, in_hours: int = 0, overlap_hours: int = 24) -> None:
    now = gateway.clock.now()
    begins = now + timedelta(hours=in_hours)
    async with gateway.rooms.desk.database.transaction() as connection:
        await rotate_partner_key(
            connection,
            "bank-1",
            kid,
            pem,
            valid_from=begins,
            old_until=begins + timedelta(hours=overlap_hours),
            now=now,
        )
    await gateway.rooms.self_test.book.read()


async def test_both_keys_get_a_token_until_the_old_one_ends(gateway: House) -> None:
    old, new = await gateway.bank(), SigningKey.fresh("bank-key-2")
    await rotate(gateway, new.kid, new.public_pem(), overlap_hours=1)

    async def statuses() -> list[int]:
        return [(await gateway.fetch_token(assertion(key))).status_code for key in (old, new)]

    assert await statuses() == [200, 200]
    later(gateway, hours=1)
    assert await statuses() == [401, 200]


async def test_a_key_counts_from_its_first_day_on(gateway: House) -> None:
    old, new = await gateway.bank(), SigningKey.fresh("bank-key-2")
    await rotate(gateway, new.kid, new.public_pem(), in_hours=2)

    assert [(await gateway.fetch_token(assertion(key))).status_code for key in (old, new)] == [200, 401]
    later(gateway, hours=2)
    assert (await gateway.fetch_token(assertion(new))).status_code == 200


@pytest.mark.parametrize("kind", [Rfc9421Bank, Sm2Bank])
async def test_requests_may_be_signed_with_either_key_until_the_old_one_ends(gateway: House, kind: Any) -> None:
    old, new = kind(), kind(kid="sign-2")
    token = await register(gateway, old)
    await rotate(gateway, new.kid, new.public_pem, overlap_hours=1)

    assert [(await ask(gateway, bank, token)).status_code for bank in (old, new)] == [200, 200]
    later(gateway, hours=1)
    assert [(await ask(gateway, bank, token)).status_code for bank in (old, new)] == [401, 200]


async def test_a_signing_key_that_rotates_leaves_the_token_key_alone(gateway: House) -> None:
    bank = Sm2Bank()
    await register(gateway, bank)
    await rotate(gateway, "sign-2", Sm2Bank().public_pem, overlap_hours=0)

    ends = dict(await gateway.rows("SELECT kid, valid_to IS NOT NULL FROM partner_keys"))
    assert ends == {"bank-key-1": False, "sign-1": True, "sign-2": False}


async def test_a_key_that_signs_requests_gets_no_token(gateway: House) -> None:
    """An assertion is ES256; a key for anything else cannot prove it."""
    bank = Rfc9421Bank()
    await register(gateway, bank)
    pretended = SigningKey(bank.kid, SigningKey.fresh("x").private_pem)

    assert (await gateway.fetch_token(assertion(pretended))).status_code == 401


async def test_a_key_id_is_never_given_another_key(gateway: House) -> None:
    key = await gateway.bank()
    with pytest.raises(PartnerKeyUnfit):
        await rotate(gateway, key.kid, SigningKey.fresh("other").public_pem())


async def test_what_is_changed_is_recorded_and_what_is_not_is_not(gateway: House) -> None:
    await gateway.bank()

    async def changed(**fields: Any) -> int:
        async with gateway.rooms.desk.database.transaction() as connection:
            await change_partner(connection, "bank-1", now=gateway.clock.now(), **fields)
        return len(await gateway.rows("SELECT 1 FROM audit_events WHERE event = 'partner_saved'"))

    assert await changed(per_minute=10, contacts=("王工 0827-0000000",)) == 2
    assert await changed(per_minute=10) == 2
    assert await changed(status="disabled") == 3


@pytest.mark.parametrize(
    "setting", [{"status": "open"}, {"signing": "md5"}, {"per_minute": 0}, {"per_day": 0}, {"contacts": ("x" * 201,)}]
)
async def test_a_setting_that_makes_no_sense_is_refused_by_its_name(
    quiet_gateway: House, setting: dict[str, Any]
) -> None:
    async with quiet_gateway.rooms.desk.database.transaction() as connection:
        with pytest.raises(PartnerSettingUnfit) as refused:
            await save_partner(
                connection, client_id="bank-9", name="某银行", keys={}, now=quiet_gateway.clock.now(), **setting
            )
        with pytest.raises(PartnerNotFound):
            await change_partner(connection, "bank-9", now=quiet_gateway.clock.now(), name="某行")
    assert refused.value.data == {"setting": next(iter(setting))}


def test_sm2_keys_are_read_in_the_form_that_openssl_writes() -> None:
    private = (
        "-----BEGIN PRIVATE KEY-----\n"
        "MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgv4EqLioHG3GeMOWE\n"
        "8vqH3K9ODB5XTcXeEUydOnLuJJahRANCAAQ1mrbUMREe947XOQTJmoBKHO813zQn\n"
        "fcAIj+GfGQgL0bQvnSvpp+uUIfK6fOEOUVufpdj1wfhCvcrOKypGgVZi\n"
        "-----END PRIVATE KEY-----\n"
    )
    public = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAENZq21DERHveO1zkEyZqAShzvNd80\n"
        "J33ACI/hnxkIC9G0L50r6afrlCHyunzhDlFbn6XY9cH4Qr3KzisqRoFWYg==\n"
        "-----END PUBLIC KEY-----\n"
    )
    key = Sm2PrivateKey.load(private)

    assert key.public == Sm2PublicKey.load(public)
    assert "".join(key.pem().split()) == "".join(private.split())
    assert Sm2PublicKey.load(key.public.pem()) == key.public
    assert algorithm_of(public) == "SM2"
    assert key.public.fits(key.sign("你好".encode()), "你好".encode())


@pytest.mark.parametrize("change", [0, 30, 60, 90])
def test_a_point_beside_the_curve_is_no_key(change: int) -> None:
    pem = Sm2PrivateKey.fresh().public.pem()
    head, *lines, foot, _ = pem.split("\n")
    text = "".join(lines)
    place = 36 + change % 80
    other = "A" if text[place] != "A" else "B"
    assert algorithm_of("\n".join((head, text[:place] + other + text[place + 1 :], foot, ""))) is None
