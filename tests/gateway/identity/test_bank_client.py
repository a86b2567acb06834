"""The example that a bank's engineer starts from runs as it stands, against a gateway on a real socket."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from uvicorn import Config
from uvicorn.server import ServerState

from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.domain.sandbox import HOUSEHOLDS
from services.gateway.use_cases.save_partner import save_partner
from shared.sm2 import Sm2PrivateKey
from shared.tokens import SigningKey
from tests.builders.bank_signatures import Rfc9421Bank
from tests.builders.database import Urls
from tests.builders.gateway_house import House, house

CLIENT = Path(__file__).parents[3] / "docs" / "examples" / "bank_client.py"


@asynccontextmanager
async def live_gateway(urls: Urls, folder: Path, **settings: Any) -> AsyncIterator[tuple[House, str]]:
    """A gateway and the address at which it listens."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with house(urls, folder, public_url=url, **settings) as gateway:
        config = Config(gateway.app, http=FrontProtocol, interface="asgi3", proxy_headers=False, log_config=None)
        config.load()
        loop, state = asyncio.get_running_loop(), ServerState()
        server = await loop.create_server(lambda: FrontProtocol(config, state, {}, loop), sock=listener)
        yield gateway, url
        server.close()
        for connection in list(state.connections):
            connection.transport.close()
        await server.wait_closed()


async def run_client(credentials: dict[str, Any], folder: Path) -> tuple[int, str, str]:
    """Exit code, what it printed, what it complained of."""
    file = folder / "credentials.json"
    file.write_text(json.dumps(credentials))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(CLIENT), str(file), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out.decode(), err.decode()


def signing_of(scheme: str) -> tuple[dict[str, str], str]:
    """What the bank keeps, and the public half that it registers."""
    if scheme == "sm2-sm3":
        sm2 = Sm2PrivateKey.fresh()
        return {"scheme": scheme, "kid": "sign-1", "private_key_pem": sm2.pem()}, sm2.public.pem()
    bank = Rfc9421Bank() if scheme == "rfc9421" else Rfc9421Bank.on_p256()
    private = bank.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"scheme": "rfc9421", "kid": "sign-1", "private_key_pem": private.decode()}, bank.public_pem


async def register(gateway: House, url: str, signing: dict[str, str], public_pem: str) -> dict[str, Any]:
    """A bank in the sandbox; its credentials."""
    token_key = SigningKey.fresh("token-1")
    async with gateway.rooms.desk.database.transaction() as connection:
        await save_partner(
            connection,
            client_id="bank-1",
            name="通江农商银行",
            keys={"token-1": token_key.public_pem(), "sign-1": public_pem},
            status="sandbox",
            signing=signing["scheme"],
            now=gateway.clock.now(),
        )
    bank = {
        "client_id": "bank-1",
        "kid": "token-1",
        "private_key_pem": token_key.private_pem,
        "token_url": f"{url}/v1/oauth/token",
        "household_id": str(HOUSEHOLDS[0].household_id),
        "consent_id": str(HOUSEHOLDS[0].consent_id),
        "signing": signing,
    }
    return {"gateway_url": url, "bank": bank}


@pytest.mark.parametrize("scheme", ["rfc9421", "p256", "sm2-sm3"])
async def test_the_example_asks_with_a_signature_and_checks_the_answer(
    gateway_database: Urls, tmp_path: Path, scheme: str
) -> None:
    async with live_gateway(gateway_database, tmp_path, demonstration=False) as (gateway, url):
        code, out, err = await run_client(await register(gateway, url, *signing_of(scheme)), tmp_path)

    assert (code, err) == (0, "")
    first, second = out.splitlines()
    assert first == "signature: holds"
    assert (json.loads(second)["grade"], json.loads(second)["reference"]) == ("AAA", "example-1")


@pytest.mark.parametrize("scheme", ["rfc9421", "sm2-sm3"])
async def test_the_example_says_what_is_wrong_with_a_key_that_is_not_registered(
    gateway_database: Urls, tmp_path: Path, scheme: str
) -> None:
    async with live_gateway(gateway_database, tmp_path, demonstration=False) as (gateway, url):
        mine, _ = signing_of(scheme)
        _, registered = signing_of(scheme)
        code, out, err = await run_client(await register(gateway, url, mine, registered), tmp_path)

    assert code == 1
    assert out.splitlines() == ["signature: signature 与收到的请求不符。"]
    assert "401" in err
