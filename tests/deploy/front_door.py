"""The nginx of the compose file before a gateway of this machine: its own configuration, other places."""

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.builders.front import Caller
from tests.deploy.compose import ROOT
from tests.e2e.running import free_port, until

NGINX = shutil.which("nginx")


@dataclass(frozen=True)
class FrontDoor:
    port: int
    certificate: Path

    @contextlib.asynccontextmanager
    async def calling(self, own: ssl.SSLContext | None = None) -> AsyncIterator[Caller]:
        """A connection of HTTP/1.1 inside TLS."""
        context = own or ssl.create_default_context(cafile=self.certificate)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context, server_hostname="localhost")
        try:
            yield Caller(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()


@contextlib.contextmanager
def front_door(folder: Path, gateway_port: int, *more: str) -> Iterator[FrontDoor]:
    """`more` are lines for the server block, as an operator would add them."""
    port, certificate = free_port(), folder / "server.crt"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "1",
            ),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "server.key"), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    written = (ROOT / "deploy/nginx/nginx.conf").read_text()
    here = {
        "/tmp/": f"{folder}/",  # noqa: S108 - where the container writes
        "/etc/bashan/tls": str(folder),
        "http://gateway:8000": f"http://127.0.0.1:{gateway_port}",
        "listen 8443": f"listen 127.0.0.1:{port}",
        "server_name _;": "\n".join(("server_name _;", *more)),
    }
    for of_the_file, of_this_machine in here.items():
        assert of_the_file in written, f"nginx.conf has no {of_the_file} any more"
        written = written.replace(of_the_file, of_this_machine)
    (folder / "nginx.conf").write_text(written)
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"], stderr=log)
    try:
        until(lambda: _answers(port), 10, "nginx listens")
        yield FrontDoor(port, certificate)
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
