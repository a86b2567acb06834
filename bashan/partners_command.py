"""`bashan partners`: the banks that may ask, with their keys, quotas and contacts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bashan.settings import Settings
from bashan.terminal import Json, answer, read_settings, run, stop

partners_app = typer.Typer(help="Banks that may ask: keys, signing, quotas, status.", no_args_is_help=True)
ClientId = Annotated[str, typer.Argument(help="The partner's client id.")]
Signing = Annotated[str | None, typer.Option(help="How its requests are signed: rfc9421, sm2-sm3, none.")]
PerMinute = Annotated[int | None, typer.Option(help="Queries a minute.")]
PerDay = Annotated[int | None, typer.Option(help="Queries a day.")]
Contacts = Annotated[list[str] | None, typer.Option("--contact", help="Whom to call. May be repeated.")]


@partners_app.command("list")
def list_partners(json: Json = False) -> None:
    """Every partner with its keys, as ids and days."""
    found = run(partners_as_told(read_settings()))
    answer(json, {"partners": found}, [line for partner in found for line in _lines(partner)])


@partners_app.command("add")
def add_partner(
    client_id: ClientId,
    name: Annotated[str, typer.Option(help="The bank's name, which households read.")],
    key: Annotated[list[str], typer.Option("--key", help="KEY-ID=FILE, a public key in PEM. May be repeated.")],
    signing: Signing = "rfc9421",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Begin in the sandbox, without real data.")] = False,
    per_minute: PerMinute = None,
    per_day: PerDay = None,
    contact: Contacts = None,
    json: Json = False,
) -> None:
    """Register a partner."""
    settings = _named(signing=signing, per_minute=per_minute, per_day=per_day, contacts=contact and tuple(contact))
    keys = dict(_key(one) for one in key)
    status = "sandbox" if sandbox else "active"
    made = run(save(read_settings(), client_id, name=name, keys=keys, status=status, **settings))
    answer(json, made, _lines(made))


@partners_app.command("change")
def change_partner(
    client_id: ClientId,
    name: Annotated[str | None, typer.Option(help="The bank's name, which households read.")] = None,
    status: Annotated[str | None, typer.Option(help="active, sandbox, disabled.")] = None,
    signing: Signing = None,
    per_minute: PerMinute = None,
    per_day: PerDay = None,
    contact: Contacts = None,
    json: Json = False,
) -> None:
    """Change what is named, leave the rest."""
    changes = _named(name=name, status=status, signing=signing, per_minute=per_minute, per_day=per_day)
    changes |= _named(contacts=contact and tuple(contact))
    changed = run(change(read_settings(), client_id, **changes))
    answer(json, changed, _lines(changed))


@partners_app.command("rotate-key")
def rotate_key(
    client_id: ClientId,
    key: Annotated[str, typer.Option("--key", help="KEY-ID=FILE, the new public key in PEM.")],
    begins: Annotated[datetime | None, typer.Option("--from", help="When the new key begins to count; now.")] = None,
    overlap_hours: Annotated[int, typer.Option(min=0, max=24 * 90, help="How long the old ones still count.")] = 168,
    json: Json = False,
) -> None:
    """Add a key beside the old ones of its kind, which end after the overlap."""
    kid, pem = _key(key)
    at = begins.astimezone() if begins else None
    changed = run(rotate(read_settings(), client_id, kid, pem, at, timedelta(hours=overlap_hours)))
    answer(json, changed, _lines(changed))


@partners_app.command("disable")
def disable_partner(client_id: ClientId, json: Json = False) -> None:
    """Answer a partner no more; its tokens end within seconds."""
    changed = run(change(read_settings(), client_id, status="disabled"))
    answer(json, changed, [f"{client_id}: disabled"])


@partners_app.command("enable")
def enable_partner(client_id: ClientId, json: Json = False) -> None:
    """Answer a partner again, or for the first time outside the sandbox."""
    changed = run(change(read_settings(), client_id, status="active"))
    answer(json, changed, [f"{client_id}: active"])


@partners_app.command("release")
def release_partner(client_id: ClientId, json: Json = False) -> None:
    """Give a throttled partner its whole quota again."""
    changed = run(release(read_settings(), client_id))
    answer(json, changed, [f"{client_id}: released"])


async def partners_as_told(settings: Settings) -> list[dict[str, Any]]:
    from bashan.gateway_work import gateway_transaction
    from services.gateway.storage.partner_repository import all_partners

    async with gateway_transaction(settings) as connection:
        return [_told(partner) for partner in await all_partners(connection)]


async def save(settings: Settings, client_id: str, **fields: Any) -> dict[str, Any]:
    """A new partner. Raises PartnerIdTaken for an id that is there."""
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.save_partner import add_partner as add
    from shared.clock import Clock

    async with gateway_transaction(settings) as connection:
        return _told(await add(connection, client_id=client_id, now=Clock().now(), actor=who_types(), **fields))


async def change(settings: Settings, client_id: str, **changes: Any) -> dict[str, Any]:
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases import save_partner
    from shared.clock import Clock

    async with gateway_transaction(settings) as connection:
        changed = await save_partner.change_partner(
            connection, client_id, now=Clock().now(), actor=who_types(), **changes
        )
    return _told(changed)


async def rotate(
    settings: Settings, client_id: str, kid: str, pem: str, begins: datetime | None, overlap: timedelta
) -> dict[str, Any]:
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.save_partner import rotate_partner_key
    from shared.clock import Clock

    now = Clock().now()
    async with gateway_transaction(settings) as connection:
        changed = await rotate_partner_key(
            connection,
            client_id,
            kid,
            pem,
            valid_from=begins or now,
            old_until=(begins or now) + overlap,
            now=now,
            actor=who_types(),
        )
    return _told(changed)


async def release(settings: Settings, client_id: str) -> dict[str, Any]:
    from bashan.gateway_work import gateway_transaction, who_types
    from services.gateway.use_cases.save_partner import unthrottle_partner
    from shared.clock import Clock

    async with gateway_transaction(settings) as connection:
        return _told(await unthrottle_partner(connection, client_id, now=Clock().now(), actor=who_types()))


def _told(partner: Any) -> dict[str, Any]:
    return {
        "client_id": partner.client_id,
        "name": partner.name,
        "status": partner.status,
        "signing": partner.signing,
        "per_minute": partner.per_minute,
        "per_day": partner.per_day,
        "contacts": list(partner.contacts),
        "throttled_until": partner.throttled_until,
        "keys": [
            {"kid": kid, "algorithm": key.algorithm, "valid_from": key.valid_from, "valid_to": key.valid_to}
            for kid, key in sorted(partner.keys.items())
        ],
    }


def _lines(partner: dict[str, Any]) -> list[str]:
    first = f"{partner['client_id']}  {partner['name']}  {partner['status']}  signing {partner['signing']}"
    quota = f"  {partner['per_minute']} a minute, {partner['per_day']} a day"
    keys = [
        f"  key {key['kid']}  {key['algorithm']}  from {key['valid_from']:%Y-%m-%d %H:%M}"
        + (f" to {key['valid_to']:%Y-%m-%d %H:%M}" if key["valid_to"] else "")
        for key in partner["keys"]
    ]
    return [first, quota, *keys]


def _key(given: str) -> tuple[str, str]:
    kid, _, file = given.partition("=")
    try:
        return kid, Path(file).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        stop(f"cannot read the key file {file!r}; write --key KEY-ID=FILE", 2)


def _named(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
