import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from shared.tokens import SigningKey
from tests.builders.database import Urls, copy_database, drop_database, ensure_template
from tests.builders.gateway_house import House, house, migrate_gateway
from tests.conftest import FreshDatabase


@pytest.fixture
async def gateway_database(postgres: EmbeddedPostgres, fresh_database: FreshDatabase) -> Urls:
    return await fresh_database(await ensure_template(postgres, "template_gateway", migrate_gateway))


@pytest.fixture
async def gateway(gateway_database: Urls, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway with a fresh database, in demonstration mode."""
    async with house(gateway_database, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
async def quiet_gateway(
    postgres: EmbeddedPostgres, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """One for all tests of a module that leave nothing behind."""
    template = await ensure_template(postgres, "template_gateway", migrate_gateway)
    name = f"quiet_{worker_id}_{os.urandom(4).hex()}"
    async with house(await copy_database(postgres, template, name), tmp_path_factory.mktemp("quiet")) as made:
        yield made
    await drop_database(postgres, name)


@pytest.fixture
async def bank_gateway(quiet_gateway: House) -> tuple[House, SigningKey]:
    """A quiet gateway at which one bank is registered, and the bank's key."""
    return quiet_gateway, await quiet_gateway.bank()
