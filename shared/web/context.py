"""What a service's routes share, hung on the application; and what one request carries."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import Authenticator, Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Database
from shared.hash_chain import AuditTrail
from shared.idempotency import Idempotency
from shared.pagination import Cursors
from shared.tokens import Opener
from shared.tracing import Traces


@dataclass(frozen=True)
class Service:
    """The mechanisms of one service. `reads` are the topics that its siblings may follow."""

    name: str
    database: Database
    authenticator: Authenticator
    internal: Opener
    idempotency: Idempotency
    change_log: ChangeLog
    audit: AuditTrail
    cursors: Cursors
    clock: Clock = field(default_factory=Clock)
    ready: Callable[[], bool] = lambda: True
    traces: Traces | None = None
    # Runs as long as the service does, whatever the service itself has to do beside.
    keeps: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()


def service_of(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


# Dependencies are coroutines: FastAPI sends plain functions through a thread, once a request for each.
async def mechanisms_of(request: Request) -> Service:
    return service_of(request)


async def principal_of_request(request: Request) -> Principal:
    """The bearer, put there by the route class after it opened the token."""
    found: Principal = request.state.principal
    return found


async def connection_of(request: Request) -> AsyncIterator[AsyncConnection]:
    """The request's transaction: a writing route's own, or one for this read, committed before the reply is sent.

    A failure has become a problem by the time that FastAPI ends a read's dependencies, so it is looked for here: what
    was refused leaves nothing behind.
    """
    held: AsyncConnection | None = getattr(request.state, "connection", None)
    if held is not None:
        yield held
        return
    async with service_of(request).database.transaction() as connection:
        yield connection
        if request.state.failed:
            await connection.rollback()


Who = Annotated[Principal, Depends(principal_of_request)]
# Scope "function": the transaction ends before the reply leaves, so nobody is told of a write that did not commit.
Connection = Annotated[AsyncConnection, Depends(connection_of, scope="function")]
Mechanisms = Annotated[Service, Depends(mechanisms_of)]
