"""`bashan users` and `bashan partners`, run as an operator runs them, on a database of their own."""

import json
from pathlib import Path
from typing import Any

from bashan.users_command import _grants
from shared.tokens import SigningKey
from tests.builders.bank_signatures import Rfc9421Bank, Sm2Bank
from tests.builders.database import Urls
from tests.builders.operator_commands import Command, events


async def test_the_first_administrator_is_made_by_command_and_every_change_is_recorded(
    bashan: Command, urls: Urls
) -> None:
    made = await bashan("users", "add", "admin", "--role", "operator", "--json")
    assert len(made.json["password"]) == 20

    again = await bashan("users", "add", "Admin", "--role", "operator")
    assert (again.code, again.err.startswith("bashan: username_taken:")) == (1, True)

    typed = await bashan("users", "password", "admin", "--password-stdin", "--json", typed="竹篮打水一场空还要打十次\n")
    assert (typed.code, "password" in typed.json) == (0, False)
    assert (await bashan("users", "disable", "admin")).code == 0
    listed = (await bashan("users", "list", "--json")).json["users"]
    assert listed == [{"username": "admin", "name": "admin", "status": "disabled", "roles": {"operator": []}}]

    recorded = await events(urls)
    assert [event for event, _ in recorded] == ["user_saved"] * 3
    assert all(actor.startswith("command:") for _, actor in recorded)


async def test_somebody_is_invited_and_a_lost_authenticator_is_forgotten(bashan: Command, urls: Urls) -> None:
    made = (await bashan("users", "invite", "li", "--role", "county_official=511921", "--json")).json
    again = (await bashan("users", "invite", "li", "--role", "county_official=511921", "--json")).json
    forgotten = await bashan("users", "forget-second-factor", "li")
    unknown = await bashan("users", "forget-second-factor", "nobody")

    assert made["user_id"] == again["user_id"]
    assert made["invitation"] != again["invitation"]
    assert len(made["invitation"]) >= 43, "256 random bits"
    assert (forgotten.code, unknown.code) == (0, 1)
    assert "user_not_found" in unknown.err


async def test_a_weak_password_an_unknown_role_and_an_unknown_user_are_refused_in_one_line(bashan: Command) -> None:
    weak = await bashan("users", "add", "clerk", "--role", "auditor", "--password-stdin", typed="short\n")
    role = await bashan("users", "add", "clerk", "--role", "king")
    nobody = await bashan("users", "disable", "nobody")

    for refused, code in ((weak, "password_too_short"), (role, "role_unknown"), (nobody, "user_not_found")):
        assert refused.code == 1
        assert refused.err.startswith(f"bashan: {code}:")
        assert refused.err.count("\n") == 1


async def test_a_bank_is_added_its_key_rotated_and_it_is_stopped(bashan: Command, urls: Urls, tmp_path: Path) -> None:
    pems = {"token": SigningKey.fresh("t").public_pem(), "one": Sm2Bank().public_pem, "two": Sm2Bank().public_pem}
    for name, pem in pems.items():
        (tmp_path / name).write_text(pem)

    added = await bashan(
        *("partners", "add", "bank-7", "--name", "通江农商银行", "--signing", "sm2-sm3", "--per-minute", "50"),
        *(
            "--key",
            f"token-1={tmp_path / 'token'}",
            "--key",
            f"sign-1={tmp_path / 'one'}",
            "--contact",
            "王工",
            "--json",
        ),
    )
    assert (added.json["status"], added.json["signing"], added.json["per_minute"]) == ("active", "sm2-sm3", 50)

    rotated = await bashan(
        *("partners", "rotate-key", "bank-7", "--key", f"sign-2={tmp_path / 'two'}", "--overlap-hours", "24", "--json")
    )
    ends = {key["kid"]: key["valid_to"] is not None for key in rotated.json["keys"]}
    assert ends == {"token-1": False, "sign-1": True, "sign-2": False}

    assert (await bashan("partners", "disable", "bank-7")).code == 0
    (listed,) = (await bashan("partners", "list", "--json")).json["partners"]
    assert (listed["status"], listed["contacts"]) == ("disabled", ["王工"])
    assert [event for event, _ in await events(urls)] == ["partner_saved"] * 3


async def test_what_is_no_key_is_refused_in_one_line(bashan: Command, tmp_path: Path) -> None:
    (tmp_path / "private").write_text(SigningKey.fresh("t").private_pem)
    (tmp_path / "public").write_text(Rfc9421Bank().public_pem)

    private = await bashan("partners", "add", "bank-8", "--name", "某行", "--key", f"k={tmp_path / 'private'}")
    absent = await bashan("partners", "add", "bank-8", "--name", "某行", "--key", "k=nowhere.pem")
    setting = await bashan(
        *("partners", "add", "bank-8", "--name", "某行", "--key", f"k={tmp_path / 'public'}", "--signing", "md5")
    )

    assert private.err.startswith("bashan: partner_key_unfit:")
    assert (absent.code, absent.err.count("\n")) == (2, 1)
    assert setting.err.startswith("bashan: partner_setting_unfit:")


def test_roles_are_written_with_their_places() -> None:
    given = ["county_official=511921,511922", "auditor", "county_official=511923"]
    assert _grants(given) == {"county_official": ("511921", "511922", "511923"), "auditor": ()}


async def token_keys(bashan: Command) -> list[Any]:
    listed = (await bashan("keys", "list", "--json")).json["keys"]
    assert {key["of"] for key in listed} == {"tokens", "services", "answers"}
    return [key for key in listed if key["of"] == "tokens"]


async def test_token_keys_are_listed_and_changed_by_two_operators(bashan: Command, urls: Urls) -> None:
    passwords = {"one": "竹篮打水一场空还要打十次", "two": "巴山夜雨涨秋池何当共剪烛"}
    for name, password in passwords.items():
        await bashan("users", "add", name, "--role", "operator", "--password-stdin", typed=f"{password}\n")
    (old,) = await token_keys(bashan)

    typed = "".join(f"{password}\n\n" for password in passwords.values())
    two = ("--operator", "one", "--operator", "two")
    refused = await bashan("keys", "rotate", *two, typed=typed.replace("何当", "何时"))
    alone = await bashan("keys", "rotate", "--operator", "one", typed=typed)
    done = await bashan("keys", "rotate", *two, "--json", typed=typed)

    assert (refused.code, refused.err.split(":")[1].strip()) == (1, "operator_refused")
    assert (alone.code, "two operators" in alone.err) == (2, True)
    assert (done.code, done.json["old_kid"]) == (0, old["kid"])
    assert {key["kid"]: key["until"] for key in await token_keys(bashan)} == {
        done.json["kid"]: None,
        old["kid"]: done.json["old_until"],
    }
    assert "token_key_rotated" in [event for event, _ in await events(urls)]


async def test_field_keys_are_changed_by_two_operators_and_the_old_ones_put_by(
    bashan: Command, urls: Urls, tmp_path: Path
) -> None:
    passwords = {"one": "竹篮打水一场空还要打十次", "two": "巴山夜雨涨秋池何当共剪烛"}
    for name, password in passwords.items():
        await bashan("users", "add", name, "--role", "operator", "--password-stdin", typed=f"{password}\n")
    typed = "".join(f"{password}\n\n" for password in passwords.values())
    two, only = ("--operator", "one", "--operator", "two"), ("--service", "cadres", "--service", "gateway")
    secrets = tmp_path / "var" / "secrets"
    before = (secrets / "field-keys-cadres.json").read_text()

    refused = await bashan("rotate-keys", *two, typed=typed.replace("何当", "何时"))
    alone = await bashan("rotate-keys", "--operator", "one", typed=typed)
    nowhere = await bashan("rotate-keys", "--service", "weather", *two, typed=typed)
    assert (refused.code, refused.err.split(":")[1].strip()) == (1, "operator_refused")
    assert (alone.code, "two operators" in alone.err) == (2, True)
    assert (nowhere.code, "there is no service weather" in nowhere.err) == (2, True)
    assert (secrets / "field-keys-cadres.json").read_text() == before

    done = (await bashan("rotate-keys", *two, *only, "--json", typed=typed)).json
    assert {service: (one["newest"], one["retired"]) for service, one in done.items()} == {
        "cadres": (2, [1]),
        "gateway": (2, [1]),
    }
    retired = json.loads((secrets / "retired-field-keys.json").read_text())
    assert retired["cadres"] == json.loads(before)["encryption"]
    assert (secrets / "retired-field-keys.json").stat().st_mode & 0o077 == 0
    assert [event for event, _ in await events(urls)][-2:] == ["field_keys_rotated", "field_keys_retired"]
    assert (await bashan("rotate-keys", "--resume", "--json")).json["cadres"]["retired"] == []
