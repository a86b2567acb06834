"""Whatever every container of a service has to hear is sent to each of them."""

import asyncio
import socket
from typing import Any

import httpx
import pytest

from services.gateway.api.siblings import Siblings
from services.gateway.clients.replica_addresses import replica_urls


@pytest.fixture
async def two_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name `households` stands for two addresses, as compose's own name server says it."""

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        if host != "households":
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"10.0.0.{last}", port)) for last in (8, 7, 8)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)


@pytest.mark.usefixtures("two_containers")
@pytest.mark.parametrize(
    ("url", "replicas"),
    [
        ("http://households:8000", ["http://10.0.0.7:8000", "http://10.0.0.8:8000"]),
        ("http://127.0.0.1:8000", ["http://127.0.0.1:8000"]),
        ("http://unknown:8000", ["http://unknown:8000"]),
        ("http://households", ["http://households"]),
    ],
)
async def test_a_name_stands_for_all_its_containers(url: str, replicas: list[str]) -> None:
    assert [str(found) for found in await replica_urls(httpx.URL(url))] == replicas


@pytest.mark.usefixtures("two_containers")
async def test_a_session_that_has_ended_is_told_to_every_container() -> None:
    told: list[str] = []

    def hear(request: httpx.Request) -> httpx.Response:
        told.append(str(request.url))
        return httpx.Response(204)

    client = httpx.AsyncClient(base_url="http://households:8000", transport=httpx.MockTransport(hear))
    await Siblings({"households": client}).tell_ended(["session"])
    await client.aclose()
    assert sorted(told) == [f"http://10.0.0.{last}:8000/internal/ended" for last in (7, 8)]
