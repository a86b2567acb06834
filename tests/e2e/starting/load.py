"""Load on a bashan that is stopped or killed."""

import threading

import httpx

from tests.e2e.callers import Caller

TOWNSHIP = "511921122"


class Callers:
    """Four clients that ask without a pause until they are refused a connection; what went wrong is kept."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]
        self.answered = 0
        self.failed: list[str] = []

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(30)

    def _ask(self) -> None:
        headers = {"Authorization": f"Bearer {self._caller.token}"}
        url = f"{self._caller.http.base_url}/v1/households?region={TOWNSHIP}001"
        while True:
            try:
                reply = httpx.get(url, headers=headers, timeout=20)
            except httpx.ConnectError:
                return
            except httpx.TransportError as failure:
                self.failed.append(repr(failure))
                return
            self.answered += 1
            if reply.status_code not in {200, 503}:
                self.failed.append(reply.text)
