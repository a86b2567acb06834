"""What the gateway asks of its siblings for itself, are they ready, what is their part of the API document, and what it
tells them: whose tokens have ended."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.gateway.clients.replica_addresses import replica_urls
from services.gateway.domain.errors import SiblingAway

READY_WITHIN_SECONDS = 1.5
TOLD_WITHIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Siblings:
    """`clients`: service → client that signs as the gateway."""

    clients: Mapping[str, httpx.AsyncClient]

    async def ready(self) -> bool:
        return all((await self.standing()).values())

    async def standing(self) -> dict[str, bool]:
        """Service → is it ready?"""
        answers = await asyncio.gather(*(self._ready(client) for client in self.clients.values()))
        return dict(zip(self.clients, answers, strict=True))

    async def documents(self) -> dict[str, dict[str, Any]]:
        """Service → its OpenAPI document. Raises SiblingAway."""
        names = list(self.clients)
        documents = await asyncio.gather(*(self._document(name) for name in names))
        return dict(zip(names, documents, strict=True))

    async def tell_ended(self, ended: Collection[str], partners: Collection[str] | None = None) -> None:
        """Whole each time, so that a sibling that was away or started anew knows all: one that is away is passed over
        and hears the next. Each container of a service is told, since each opens tokens by itself. `partners`: the
        banks that may ask; None when they have not been read yet."""
        body = {"ended": sorted(ended), "partners": None if partners is None else sorted(partners)}
        clients = self.clients.values()
        replicas = await asyncio.gather(*(replica_urls(client.base_url) for client in clients))
        calls = [(client, url) for client, urls in zip(clients, replicas, strict=True) for url in urls]
        await asyncio.gather(*(self._tell(client, url, body) for client, url in calls))

    async def aclose(self) -> None:
        for client in self.clients.values():
            await client.aclose()

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS):
                return (await client.get("/readyz")).status_code == 200
        except (httpx.HTTPError, OSError, TimeoutError):
            return False

    async def _tell(self, client: httpx.AsyncClient, url: httpx.URL, body: dict[str, list[str] | None]) -> None:
        try:
            async with asyncio.timeout(TOLD_WITHIN_SECONDS):
                await client.put(url.join("/internal/ended"), json=body)
        except (httpx.HTTPError, OSError, TimeoutError):
            return

    async def _document(self, name: str) -> dict[str, Any]:
        try:
            reply = await self.clients[name].get("/internal/openapi.json")
            reply.raise_for_status()
            document: dict[str, Any] = reply.json()
        except (httpx.HTTPError, OSError, ValueError):
            raise SiblingAway(service=name, retry_after=2) from None
        return document
