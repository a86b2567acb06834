"""A plugin that records what the tests' clients sent and read, as the examples of the API document.

    python -m pytest -n0 -p tests.recording tests/households/api tests/cadres/api tests/credit/api tests/e2e

An operation's example is the answered request that shows most of its fields. Everybody in it is invented; whatever
could open a door, and every whole ID or phone number, is replaced, and long lists and texts are cut.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bashan.openapi_document import merged_document

EXAMPLES = Path(__file__).parents[1] / "services" / "gateway" / "data" / "api_examples.json"
WHOLE_LIST, MOST_ITEMS, MOST_LETTERS = 5, 2, 300
_SECRETS: Mapping[str, str] = {
    "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.e30.c2lnbmF0dXJl",
    "refresh_token": "r1.opaque-and-for-one-use",
    "password": "correct horse battery staple",
    "invitation": "i1-opaque-and-for-one-use",
    "next_cursor": "QCLYlMEi-opaque",
    "receipt": "7KQF-M2VX-9ULU-SAXA-GR29",
    "secret": "JBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/bashan:example?secret=JBSWY3DPEHPK3PXP&issuer=bashan",
}
_WHOLE_ID_NUMBER = re.compile(r"(?<![0-9a-f-])[1-9]\d{16}[\dX](?![0-9a-f-])")
_WHOLE_PHONE = re.compile(r"(?<![0-9a-f-])1[3-9]\d{9}(?![0-9a-f-])")
# Well-formed, with the right check digit, and of nobody: the place is the province itself.
_NOBODYS_ID_NUMBER, _NOBODYS_PHONE = "510000199001010018", "15490000001"


def pytest_sessionstart(session: pytest.Session) -> None:
    recorder, patch = Recorder(), pytest.MonkeyPatch()
    recorder.watch(patch)

    def write() -> None:
        patch.undo()
        write_examples(recorder.examples(merged_document()))

    session.config.add_cleanup(write)


class Recorder:
    """Sees every exchange of httpx's clients once it watches."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, httpx.URL, bytes, Any]] = []

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Until `patch` is undone."""
        send, send_later = httpx.Client.send, httpx.AsyncClient.send

        def seen(client: httpx.Client, request: httpx.Request, **how: Any) -> httpx.Response:
            return self._note(send(client, request, **how))

        async def seen_later(client: httpx.AsyncClient, request: httpx.Request, **how: Any) -> httpx.Response:
            return self._note(await send_later(client, request, **how))

        patch.setattr(httpx.Client, "send", seen)
        patch.setattr(httpx.AsyncClient, "send", seen_later)

    def _note(self, reply: httpx.Response) -> httpx.Response:
        """Answers that are read as a stream, without labels or with other contents show nothing."""
        if reply.is_success and reply.is_closed and "json" in reply.headers.get("content-type", "application/json"):
            answer = reply.json() if reply.content else None
            self._seen.append((reply.request.method, reply.request.url, _body(reply.request), answer))
        return reply

    def examples(self, document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """operation id → {parameters, request, response}, each where there is one."""
        doors = [
            (operation["operationId"], method.upper(), _pattern(template))
            for template, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        best: dict[str, dict[str, Any]] = {}
        for method, url, sent, answer in self._seen:
            fitting = [
                (name, found) for name, of, pattern in doors if of == method and (found := pattern.fullmatch(url.path))
            ]
            if fitting:
                name, found = min(fitting, key=lambda one: len(one[1].groupdict()))
                example = _example(found.groupdict() | dict(url.params), sent, answer)
                if _shown(example) > _shown(best.get(name)):
                    best[name] = example
        return best


def write_examples(examples: Mapping[str, Mapping[str, Any]]) -> None:
    """Beside what is known already; of two examples of an operation the one that shows more stays."""
    known: dict[str, Any] = json.loads(EXAMPLES.read_text("utf-8"))
    fuller = {name: example for name, example in examples.items() if _shown(example) > _shown(known.get(name))}
    text = json.dumps(known | fuller, ensure_ascii=False, indent=1, sort_keys=True)
    EXAMPLES.write_text(text + "\n", "utf-8")


def _example(parameters: Mapping[str, str], sent: bytes, answer: Any) -> dict[str, Any]:
    parts = {"parameters": parameters or None, "request": json.loads(sent) if sent else None, "response": answer}
    return {name: _harmless(part) for name, part in parts.items() if part is not None}


def _body(request: httpx.Request) -> bytes:
    return request.content if request.headers.get("content-type", "") == "application/json" else b""


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


def _harmless(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _harmless(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        kept = value if len(value) <= WHOLE_LIST else value[:MOST_ITEMS]
        return [_harmless(inner, name) for inner in kept]
    if not isinstance(value, str):
        return value
    if name in _SECRETS:
        return _SECRETS[name]
    value = _WHOLE_PHONE.sub(_NOBODYS_PHONE, _WHOLE_ID_NUMBER.sub(_NOBODYS_ID_NUMBER, value))
    return value if len(value) <= MOST_LETTERS else value[:MOST_LETTERS] + "…"


def _shown(value: Any) -> int:
    """How many facts it shows."""
    if isinstance(value, Mapping | list):
        return 1 + sum(_shown(inner) for inner in (value.values() if isinstance(value, Mapping) else value))
    return int(value is not None)
