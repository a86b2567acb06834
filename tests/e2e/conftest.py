"""One `bashan up` for the whole run, in a folder and on a port of its own; everybody who calls it is logged in once."""

from collections.abc import Iterator

import pytest

from tests.e2e.callers import Caller
from tests.e2e.operations import Asked, Operation, document_of, operations_of
from tests.e2e.requests import good_requests
from tests.e2e.running import Bashan
from tests.e2e.things import Things, build_things

_VILLAGES = iter(["511921100208", "511921100209", "511921100213", "511921100217", "511921100219"])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bashan]:
    with Bashan(tmp_path_factory.mktemp("e2e") / "data") as bashan:
        bashan.start()
        bashan.wait_ready()
        yield bashan
        status, _ = bashan.stop()
        assert status == 0
        assert bashan.processes() == []


@pytest.fixture(scope="session")
def anyone(product: Bashan) -> Caller:
    return product.anyone()


@pytest.fixture(scope="session")
def county(product: Bashan) -> Caller:
    """The county official of 通江."""
    return product.logged_in("county_official")


@pytest.fixture(scope="session")
def city(product: Bashan) -> Caller:
    return product.logged_in("city_official")


@pytest.fixture(scope="session")
def helper(product: Bashan) -> Caller:
    """The cadre who answers for the login household."""
    return product.logged_in("cadre")


@pytest.fixture(scope="session")
def household(product: Bashan) -> Caller:
    return product.household()


@pytest.fixture(scope="session")
def bank(product: Bashan) -> Caller:
    return product.bank()


@pytest.fixture(scope="session")
def other_bank(product: Bashan) -> Caller:
    return product.another_bank("test-bank-2")


@pytest.fixture(scope="session")
def elsewhere(product: Bashan) -> Caller:
    """An official of the neighbouring county 平昌."""
    return product.invented("county_official", "511923")


@pytest.fixture(scope="session")
def own_id(product: Bashan) -> str:
    """The login household."""
    found: str = product.credentials["household"]["household_id"]
    return found


@pytest.fixture(scope="session")
def document(product: Bashan) -> list[Operation]:
    """Every operation that the product says it has."""
    return operations_of(document_of(product))


@pytest.fixture(scope="module")
def things(product: Bashan, county: Caller) -> Things:
    """A little world for each module, which may break it."""
    return build_things(product, county, next(_VILLAGES))


@pytest.fixture(scope="module")
def requests(things: Things) -> dict[str, Asked]:
    return good_requests(things)


@pytest.fixture(scope="module")
def operations(document: list[Operation], requests: dict[str, Asked]) -> list[Operation]:
    """Those with a request; that no other is left is a test of its own, so that one new route fails one test."""
    return [operation for operation in document if operation.operation_id in requests]
