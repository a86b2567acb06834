"""Makes the mechanisms of a service from its settings; every `main.py` begins with this."""

from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx

from shared.auth import Authenticator
from shared.change_log import ChangeLog, ChangeLogTables
from shared.crypto import FieldCipher, FieldKeyFile
from shared.db import Database
from shared.feed import FeedReader, Subscription
from shared.hash_chain import AuditTrail
from shared.idempotency import Idempotency
from shared.pagination import Cursors
from shared.service_tokens import SERVICE_KEYS, ServiceIdentity, internal_opener, load_service_key
from shared.settings import ServiceSettings
from shared.token_keys import TOKEN_KEYS, TokenKeys
from shared.tracing import open_traces, tell_sibling
from shared.web.context import Service


class CommonTables(Protocol):
    """The tables that every service's `storage/tables.py` has."""

    change_log: ChangeLogTables
    audit_events: Any
    idempotency_keys: Any


def mechanisms(name: str, settings: ServiceSettings, tables: CommonTables) -> Service:
    secrets = settings.secrets_dir
    token_keys = TokenKeys(secrets / TOKEN_KEYS)
    authenticator = Authenticator(token_keys.live)
    service_keys = TokenKeys(secrets / SERVICE_KEYS)
    internal = internal_opener(name, service_keys.live)
    return Service(
        name=name,
        database=Database(settings.database_url, name=name),
        authenticator=authenticator,
        internal=internal,
        idempotency=Idempotency(tables.idempotency_keys, (secrets / "cursor.key").read_bytes()),
        change_log=ChangeLog(tables.change_log),
        audit=AuditTrail(tables.audit_events),
        cursors=Cursors((secrets / "cursor.key").read_bytes()),
        traces=open_traces(name, settings.traces_endpoint, settings.traces_share),
        keeps=(partial(token_keys.watch, authenticator.renew_keys), partial(service_keys.watch, internal.renew)),
    )


def field_keys(name: str, secrets_dir: Path) -> FieldKeyFile:
    """The keys of this service's personal fields and files."""
    return FieldKeyFile(secrets_dir / f"field-keys-{name}.json")


def field_cipher(name: str, secrets_dir: Path) -> FieldCipher:
    return FieldCipher(field_keys(name, secrets_dir))


def sibling_client(
    name: str, sibling: str, url: str, settings: ServiceSettings, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """A client for a sibling's `/internal/*`, signed as this service; in one process over the sibling's application."""
    identity = ServiceIdentity(name, partial(load_service_key, name, settings.secrets_dir), sibling)
    hooks = {"request": [tell_sibling]} if settings.traces_endpoint else None
    return httpx.AsyncClient(
        base_url=url or f"http://{sibling}",
        auth=identity,
        transport=transport,
        timeout=httpx.Timeout(10.0),
        event_hooks=hooks,
    )


def feed_reader(service: Service, subscription: Subscription, client: httpx.AsyncClient) -> FeedReader:
    return FeedReader(service.database, service.change_log, subscription, client)
