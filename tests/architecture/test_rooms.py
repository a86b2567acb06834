"""Where things live: what the import contracts cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [path for top in ("services", "shared", "bashan", "migrations") for path in sorted((ROOT / top).rglob("*.py"))]
DOMAIN = [path for path in CODE if "domain" in path.parts]
# Pure libraries: canonical JSON has one right answer, and bytes of JSON no clock.
PURE = {"rfc8785", "orjson"}
IMPURE = {"asyncio", "socket", "subprocess", "threading", "random", "secrets", "time", "os", "pathlib", "logging"}
CLOCKS = {
    "date.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "time.time",
    "time.monotonic",
    "uuid4",
    "uuid7",
}
LONGEST_FILE, LONGEST_FUNCTION = 300, 60
# Each with its reason; the list is to get shorter.
LONG_FILES: dict[str, str] = {}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_the_domain_is_pure(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        for module in _imported(node):
            top = module.split(".")[0]
            own = module.startswith("services.") or module in (
                "shared.errors",
                "shared.regions",
                "shared.small_cells",
                "shared.sheets.cells",
            )
            assert top not in IMPURE, f"{module} in line {getattr(node, 'lineno', 0)}"
            assert own or top in PURE or not _is_third_party(top), module
        assert not isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.Global)), ast.dump(node)[:80]
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in CLOCKS, f"a clock or chance in line {node.lineno}"


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def _is_third_party(top: str) -> bool:
    import sys

    return top not in sys.stdlib_module_names and top != "services"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_and_functions_fit_their_reader(path: Path) -> None:
    if "versions" in path.parts:
        return
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LONGEST_FILE or name_of(path) in LONG_FILES, lines
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_the_exceptions_are_still_needed() -> None:
    for name in LONG_FILES:
        assert (ROOT / name).read_text("utf-8").count("\n") > LONGEST_FILE, f"{name} fits again: take it off the list"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_tokens_are_opened_in_one_module_only(path: Path) -> None:
    if name_of(path) == "shared/tokens.py":
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "jwt.decode":
                assert any(keyword.arg == "algorithms" for keyword in node.keywords)
        return
    for node in ast.walk(parsed(path)):
        assert not any(module.split(".")[0] == "jose" for module in _imported(node))


@pytest.mark.parametrize("path", [p for p in CODE if "services" in p.parts or "shared" in p.parts], ids=name_of)
def test_no_statement_is_put_together_from_values(path: Path) -> None:
    """An f-string inside `text(...)` may hold names that the code itself chose, and says so."""
    lines = path.read_text("utf-8").splitlines()
    for node in ast.walk(parsed(path)):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("text", "sa.text", "exec_driver_sql")
            and node.args
            and isinstance(node.args[0], (ast.JoinedStr, ast.BinOp))
        ):
            around = "\n".join(lines[max(0, node.lineno - 6) : node.lineno + 2])
            assert "constant" in around or "own name" in around, f"line {node.lineno}"
