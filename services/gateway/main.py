"""Puts the gateway together: the only file that knows everything."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, cast

import httpx
from fastapi import FastAPI

from services.gateway.api import routes_auth, routes_factor, routes_oauth, routes_partner, routes_sandbox, routes_system
from services.gateway.api.access_log import AccessLog
from services.gateway.api.answer_keys import answer_keys_told
from services.gateway.api.deps import Rooms, SelfTest
from services.gateway.api.doors import Authenticate, Quota
from services.gateway.api.forward import Forwarder
from services.gateway.api.front_exchange import Exchange
from services.gateway.api.identity import Identity
from services.gateway.api.operator_app import Parts, UpstreamMetrics, operator_app
from services.gateway.api.partner_gate import PartnerGate
from services.gateway.api.passage import Principal
from services.gateway.api.request_metrics import RequestMetrics
from services.gateway.api.siblings import Siblings
from services.gateway.api.step_up import StepUp
from services.gateway.api.wechat_stand_in import WechatStandIn
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.households import Households
from services.gateway.clients.upstream import Receive, Scope, Send, Upstream
from services.gateway.clients.wechat import WeChat
from services.gateway.domain.partner import RFC9421, SM2_SM3
from services.gateway.domain.policy import PARTNER_PATHS, ROWS
from services.gateway.domain.route_table import RouteTable, Row
from services.gateway.settings import Settings
from services.gateway.storage import tables
from services.gateway.storage.factor_repository import Factors
from services.gateway.storage.partner_repository import Nonces
from services.gateway.storage.request_counts import RequestCounts
from services.gateway.storage.shipped_limits import shipped_limits
from services.gateway.storage.usage_repository import Usage
from services.gateway.use_cases.check_signature import Signatures
from services.gateway.use_cases.desk import Desk
from services.gateway.use_cases.forget_old import keep_forgetting
from services.gateway.use_cases.limit_requests import RequestLimits
from services.gateway.use_cases.partner_book import PartnerBook
from services.gateway.use_cases.partner_quotas import Quotas
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.token_mint import TokenMint
from services.gateway.use_cases.watch_misses import MissWatch
from services.gateway.use_cases.watch_revocations import Revocations
from shared import auth
from shared.answer_keys import ANSWER_KEYS, P256, SM2, AnswerKeys, TurningScheme
from shared.clock import Clock
from shared.five_lines import FiveLines
from shared.jobs import Jobs
from shared.logs import line_maker, standard_error
from shared.rfc9421 import Rfc9421
from shared.signed_request import Scheme
from shared.sm2 import Sm2PrivateKey
from shared.token_keys import TOKEN_KEYS, TurningSigner
from shared.tokens import PublicKeys
from shared.web.assemble import field_cipher, mechanisms, sibling_client
from shared.web.context import Service
from shared.web.metrics import ServiceMetrics
from shared.web.service_app import Background, service_app

NAME = "gateway"
SIBLINGS = ("households", "cadres", "credit")
ROUTERS = [
    routers.router
    for routers in (routes_auth, routes_factor, routes_oauth, routes_partner, routes_sandbox, routes_system)
]
Transports = Mapping[str, httpx.AsyncBaseTransport]


@dataclass(frozen=True, slots=True)
class Gateway:
    """The ASGI application that callers reach.

    Persons and partners have a front each: one takes no token of the other, and neither fills the other's places at a
    service. `own` answers the gateway's own routes; its start and stop go with the gateway's.
    `operator` is for a port that callers do not reach.
    """

    own: FastAPI
    operator: FastAPI
    persons: Forwarder
    partners: Forwarder

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self._front(scope)(scope, receive, send)

    def express(self, exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        """What our server protocol asks for a request that has come whole (see Forwarder)."""
        return self._front(exchange.scope).express(exchange)

    def _front(self, scope: Scope) -> Forwarder:
        partner = scope["type"] == "http" and scope["path"].startswith(PARTNER_PATHS)
        return self.partners if partner else self.persons


def create_app(
    settings: Settings,
    upstreams: Mapping[str, Upstream],
    siblings: Transports | None = None,
    *,
    ready: Callable[[], bool] = lambda: True,
    wechat: httpx.AsyncBaseTransport | None = None,
    clock: Clock | None = None,
    log_stream: BinaryIO | None = None,
) -> Gateway:
    """`upstreams` are what is forwarded to, by service; whoever made them closes them. `siblings` gives another way to
    a sibling's internal addresses than its URL: in one process, its application itself. `ready` says that what has to
    be there is there. `wechat` stands in for the network to WeChat; the demonstration has a stand-in of its own.
    `log_stream` takes a line a request instead of standard error.
    """
    service = replace(mechanisms(NAME, settings, tables), ready=ready, clock=clock or Clock())
    clients = _siblings(settings, siblings or {})
    book, usage = PartnerBook(service.database), Usage(service.database)
    revocations = _revocations(service, clients, book)
    answer_keys = AnswerKeys(settings.secrets_dir / ANSWER_KEYS)
    signatures = _signatures(settings, service, answer_keys)
    misses = MissWatch(service.database, usage, service.clock)
    access_log = _access_log(settings, log_stream or standard_error())
    limits = _limits(settings, service)
    forgetting = partial(keep_forgetting, service.database, service.clock)
    background: list[Background] = [access_log.run, revocations.run, book.run, misses.run, limits.run, forgetting]
    background.append(answer_keys.watch)
    self_test = SelfTest(book, signatures, settings.public_url)
    own = _own_app(settings, service, revocations, clients, wechat, self_test, answer_keys, background)
    own_way = AsgiUpstream(NAME, own)
    quotas = Quotas(usage, service.clock)
    gate = PartnerGate(book, signatures, quotas, misses, own_way, settings.public_url)
    identity = Identity(service.authenticator, revocations.stopped)
    ways = {**upstreams, NAME: own_way}
    return _gateway(settings, service, own, ways, clients, identity, gate, limits, access_log)


def _revocations(service: Service, clients: Siblings, book: PartnerBook) -> Revocations:
    """What ended is told to the siblings together with the partners that still count."""

    async def tell(ended: Collection[str]) -> None:
        await clients.tell_ended(ended, book.active())

    return Revocations(service.database, service.clock, tell)


def _gateway(
    settings: Settings,
    service: Service,
    own: FastAPI,
    ways: Mapping[str, Upstream],
    clients: Siblings,
    identity: Identity,
    gate: PartnerGate,
    limits: RequestLimits,
    access_log: AccessLog,
) -> Gateway:
    """Both fronts and the operators' port before what was made."""
    metrics = RequestMetrics()
    own.state.shown_metrics = metrics if settings.demonstration else None
    front = partial(_front, settings, service, ways, lifespan=own, observe=metrics.observe, access_log=access_log.write)
    people = front(identity.of_person, guard=None, quota=_quota(limits), partners=False)
    banks = front(identity.of_partner, guard=gate, quota=None, partners=True)
    upstream_metrics = UpstreamMetrics(ways, lambda: access_log.dropped)
    as_a_service = ServiceMetrics(service, Jobs(tables.jobs), {}, settings.secrets_dir).read
    operator = operator_app(metrics, upstream_metrics, as_a_service, _parts(service, clients))
    return Gateway(own, operator, people, banks)


def _front(
    settings: Settings,
    service: Service,
    ways: Mapping[str, Upstream],
    authenticate: Authenticate,
    *,
    partners: bool,
    **means: Any,
) -> Forwarder:
    """The way in for persons, or for partners: each has its own part of the policy."""
    return Forwarder(
        RouteTable([row for row in ROWS if row.template.startswith(PARTNER_PATHS) == partners]),
        ways,
        authenticate,
        step_up=StepUp(settings.roles_needing_second_factor, service.clock).check,
        trusted_proxies=frozenset(settings.trusted_proxies),
        traces=service.traces,
        **means,
    )


def _parts(service: Service, clients: Siblings) -> Parts:
    async def parts() -> Mapping[str, bool]:
        """What `/readyz` is made of."""
        known = {"gateway": service.ready(), "database": await service.database.ping()}
        return known | await clients.standing()

    return parts


def _siblings(settings: Settings, ways: Transports) -> Siblings:
    """Clients for the siblings' internal addresses."""
    return Siblings(
        {
            name: sibling_client(NAME, name, getattr(settings, f"{name}_url"), settings, ways.get(name))
            for name in SIBLINGS
        }
    )


def _own_app(
    settings: Settings,
    service: Service,
    revocations: Revocations,
    clients: Siblings,
    wechat_transport: httpx.AsyncBaseTransport | None,
    self_test: SelfTest,
    answer_keys: AnswerKeys,
    background: Sequence[Background],
) -> FastAPI:
    wechat = _wechat(settings, wechat_transport)
    signer = TurningSigner(settings.secrets_dir)

    async def close_clients_at_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await clients.aclose()
            await wechat.aclose()

    app = service_app(
        service,
        ROUTERS,
        [*background, signer.watch, close_clients_at_the_end],
        "巴山 · 入口",
        compresses=False,
    )
    mint = TokenMint(signer, settings.roles_needing_second_factor)
    factors = Factors(field_cipher(NAME, settings.secrets_dir))
    desk = Desk(service.database, service.clock, PasswordHashes(), mint, revocations, factors)
    app.state.rooms = Rooms(
        desk=desk,
        wechat=wechat,
        households=Households(clients.clients["households"]),
        token_url=settings.token_url,
        public_keys=lambda: PublicKeys.load(settings.secrets_dir / TOKEN_KEYS).live(time.time()),
        siblings=clients,
        policy=ROWS,
        docs_shown=settings.docs_shown,
        self_test=self_test,
        answer_keys=partial(answer_keys_told, answer_keys, service.clock),
    )
    return app


def _limits(settings: Settings, service: Service) -> RequestLimits:
    policy, plenty = shipped_limits()
    factor = settings.limits_factor or (plenty if settings.demonstration else 1)
    return RequestLimits(policy.times(factor), RequestCounts(service.database), lambda: service.clock.now().timestamp())


def _quota(limits: RequestLimits) -> Quota:
    """Partners have quotas of their own; a person's token is all that comes here."""

    def take(row: Row, principal: Principal | None, address: str) -> None:
        limits.take(row.quota, cast("auth.Principal | None", principal), address)

    return take


def _access_log(settings: Settings, stream: BinaryIO) -> AccessLog:
    def subject_of(principal: Principal) -> str:
        return principal.subject if isinstance(principal, auth.Principal) else ""

    secret = (settings.secrets_dir / "cursor.key").read_bytes()
    pepper = hashlib.blake2b(secret, person=b"access log").digest()
    return AccessLog(stream, line_maker("bashan.access"), subject_of, pepper)


def _signatures(settings: Settings, service: Service, keys: AnswerKeys) -> Signatures:
    """The schemes of partners' signatures."""
    schemes: dict[str, Scheme] = {
        RFC9421: TurningScheme(keys, P256, lambda key: Rfc9421(key.kid, key.private_pem)),
        SM2_SM3: TurningScheme(keys, SM2, lambda key: FiveLines(key.kid, Sm2PrivateKey.load(key.private_pem))),
    }
    return Signatures(schemes, Nonces(service.database), service.clock, settings.signatures_required)


def _wechat(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> WeChat:
    if settings.demonstration and not settings.wechat_appid:
        stand_in = transport or httpx.ASGITransport(WechatStandIn())
        return WeChat(settings.wechat_base_url, "demonstration", "demonstration", stand_in)
    secret = settings.wechat_secret.get_secret_value()
    return WeChat(settings.wechat_base_url, settings.wechat_appid, secret, transport)
