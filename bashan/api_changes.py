"""Which changes of the API document would break a client that was written against the one before?"""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
METHODS = ("get", "post", "put", "delete")


def breaking_changes(before: Document, after: Document) -> list[str]:
    """One line a change: an operation or field that is gone, an input that is newly required or refused."""
    return sorted(_operations(before, after))


def _operations(before: Document, after: Document) -> Iterator[str]:
    for path, methods in before.get("paths", {}).items():
        for method in METHODS:
            if method not in methods:
                continue
            then, now = methods[method], after.get("paths", {}).get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if now is None:
                yield f"{name}: gone"
                continue
            yield from _parameters(name, _listed(then, before), _listed(now, after))
            yield from _input(name, _body(then, before), _body(now, after), before, after)
            yield from _output(name, _reply(then, before), _reply(now, after), before, after)


def _listed(operation: Document, document: Document) -> list[Document]:
    return [_shape(parameter, document) for parameter in operation.get("parameters", [])]


def _parameters(name: str, then: list[Document], now: list[Document]) -> Iterator[str]:
    known = {(p["in"], p["name"]) for p in then}
    kept = {(p["in"], p["name"]) for p in now}
    for place, parameter in sorted(known - kept):
        yield f"{name}: parameter {parameter} in {place} gone"
    for p in now:
        if p.get("required") and (p["in"], p["name"]) not in known:
            yield f"{name}: parameter {p['name']} in {p['in']} newly required"


def _input(name: str, then: Document, now: Document, before: Document, after: Document) -> Iterator[str]:
    """What a client may send must stay allowed, and nothing new may be demanded."""
    for field in sorted(set(then.get("properties", {})) - set(now.get("properties", {}))):
        yield f"{name}: input {field} gone"
    for field in sorted(set(now.get("required", [])) - set(then.get("required", []))):
        yield f"{name}: input {field} newly required"
    for field, inner in then.get("properties", {}).items():
        if field in now.get("properties", {}):
            yield from _input(
                f"{name}.{field}",
                _shape(inner, before),
                _shape(now["properties"][field], after),
                before,
                after,
            )


def _output(name: str, then: Document, now: Document, before: Document, after: Document) -> Iterator[str]:
    """What a client reads must stay there."""
    for field, inner in then.get("properties", {}).items():
        if field not in now.get("properties", {}):
            yield f"{name}: output {field} gone"
        else:
            yield from _output(
                f"{name}.{field}",
                _shape(inner, before),
                _shape(now["properties"][field], after),
                before,
                after,
            )


def _body(operation: Document, document: Document) -> Document:
    return _content(operation.get("requestBody", {}), document)


def _reply(operation: Document, document: Document) -> Document:
    replies = operation.get("responses", {})
    good: Document = next((replies[status] for status in sorted(replies) if status.startswith("2")), {})
    return _content(good, document)


def _content(holder: Document, document: Document) -> Document:
    for kind in holder.get("content", {}).values():
        return _shape(kind.get("schema", {}), document)
    return {}


def _shape(schema: Document, document: Document) -> Document:
    """The object behind a reference, a list or an optional."""
    for _ in range(10):
        if "$ref" in schema:
            found: Any = document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        elif schema.get("type") == "array":
            schema = schema.get("items", {})
        elif "anyOf" in schema:
            schema = next((one for one in schema["anyOf"] if one.get("type") != "null"), {})
        else:
            return schema
    return {}
