"""Whose address a request counts for, with and without a proxy in front (check S25)."""

import pytest

from services.gateway.api.client_address import client_address

PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("9.9.9.9", None, "9.9.9.9"),
        ("9.9.9.9", b"1.2.3.4", "9.9.9.9"),
        ("10.0.0.1", b"1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", b"6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", b"6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", b"", "10.0.0.1"),
        ("10.0.0.1", b" , 10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", b"x" * 500, "10.0.0.1"),
    ],
)
def test_only_what_a_trusted_proxy_added_is_believed(peer: str, forwarded_for: bytes | None, address: str) -> None:
    assert client_address(peer, forwarded_for, PROXIES) == address
