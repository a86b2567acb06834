"""Where are all the containers of a service, when its name stands for several?"""

import asyncio
import ipaddress
import socket

import httpx


async def replica_urls(base: httpx.URL) -> list[httpx.URL]:
    """One URL for each address of the name; the URL itself where it names an address, no port, or a name unknown now.

    A load is spread by connecting to the name; what everybody has to hear is sent to each.
    """
    if base.port is None or _is_address(base.host):
        return [base]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(base.host, base.port, type=socket.SOCK_STREAM)
    except OSError:
        return [base]
    return [base.copy_with(host=host) for host in sorted({str(address[0]) for *_, address in found})]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
