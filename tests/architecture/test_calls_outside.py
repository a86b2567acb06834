"""Nobody can make a service call an address of his choice: no request carries one, and three files open connections."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bashan.openapi_document import merged_document

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"ur[il](_|$)|^ur[il]|callback|webhook|host(name)?$|endpoint|redirect|domain$")
OPENS = {
    "services/gateway/clients/http_pool.py": "to the siblings, whose addresses are settings",
    "services/gateway/clients/wechat.py": "to WeChat, whose address is a setting",
    "shared/web/assemble.py": "to a sibling's internal addresses, which are settings",
}
CALLS = {"AsyncClient", "Client", "urlopen", "create_connection", "open_connection", "open_unix_connection", "request"}
LIBRARIES = {"httpx", "urllib", "requests", "aiohttp", "socket", "http"}


def fields(node: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Every property that a body may have, however deep, with its schema."""
    if isinstance(node, list):
        for value in node:
            yield from fields(value, schemas, seen)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            yield from fields(schemas[reference.rsplit("/", 1)[1]], schemas, seen)
        properties = node.get("properties")
        yield from properties.items() if isinstance(properties, dict) else ()
        for value in node.values():
            yield from fields(value, schemas, seen)


def test_no_request_carries_an_address_that_a_service_would_call() -> None:
    document = merged_document()
    schemas = document["components"]["schemas"]
    asked: set[str] = set()
    for methods in document["paths"].values():
        for operation in methods.values():
            asked |= {parameter.get("name", "") for parameter in operation.get("parameters", [])}
            for name, schema in fields(operation.get("requestBody", {}), schemas, set()):
                asked.add(name)
                assert not isinstance(schema, dict) or schema.get("format") not in ("uri", "url", "hostname"), name
    assert len(asked) > 200
    assert [name for name in asked if ADDRESS.search(name)] == []
    assert all(ADDRESS.search(name) for name in ("callback_url", "url", "redirect_uri", "webhook", "hostname"))


def opens_connections(source: str) -> bool:
    tree = ast.parse(source)
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    sockets = {"create_connection", "open_connection", "open_unix_connection"}
    return bool(called & sockets) or (bool(imported & LIBRARIES) and bool(called & CALLS))


def test_only_these_files_open_connections() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        if opens_connections(path.read_text("utf-8"))
    }
    assert found == OPENS.keys()
    assert opens_connections("import httpx\nhttpx.Client()")
    assert opens_connections("import asyncio\nasyncio.open_connection('h', 1)")
