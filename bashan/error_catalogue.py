"""The one catalogue of error codes: what `docs/error-codes.md` says, made from the declared errors themselves."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

import bashan
import services
import shared
from shared.errors import Failure, every_leaf
from shared.web.validation import VALUE_CODES

HEAD = """# Error codes

Made from the code by `python -m bashan.error_catalogue`; a test holds it up to date. `message` is what a person reads;
a program goes by `code`. Codes do not change their meaning.

| status | code | message |
|---|---|---|
"""
VALUES = """
## Values that do not hold

They stand in `errors` of a problem, each with a `pointer` to its place.

| code | message |
|---|---|
"""


@dataclass(frozen=True, order=True)
class Entry:
    status: int
    code: str
    message: str


def load_everything() -> None:
    """Imports every module, so that each declared error is known."""
    for package in (shared, services, bashan):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def entries() -> list[Entry]:
    load_everything()
    return sorted({Entry(leaf.status, leaf.code, leaf.message) for leaf in every_leaf(Failure) if _ours(leaf)})


def document() -> str:
    return HEAD + "\n".join(_lines()) + "\n" + VALUES + "\n".join(_value_lines()) + "\n"


def _ours(leaf: type[Failure]) -> bool:
    return leaf.__module__.split(".")[0] in ("bashan", "services", "shared")


def _lines() -> Iterator[str]:
    for entry in entries():
        yield f"| {entry.status} | `{entry.code}` | {entry.message} |"


def _value_lines() -> Iterator[str]:
    for code, message in sorted(VALUE_CODES.items()):
        yield f"| `{code}` | {message} |"


if __name__ == "__main__":
    print(document(), end="")
