"""Each forwarding over a socket is tried on a fresh connection and on one that has rested."""

import pytest


@pytest.fixture(params=[False, True], ids=["fresh", "rested"])
def rested(request: pytest.FixtureRequest) -> bool:
    """Does the request meet a connection that has carried one before? Then it goes the express way."""
    return bool(request.param)
