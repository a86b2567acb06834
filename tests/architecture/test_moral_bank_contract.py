"""Nothing but the moral bank itself speaks of moral points: no import, no name of a table, no word in a decision."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_THE_BANK = "moral_bank"
# The file that opens the routes, the one that makes all tables known, and the policy of who may knock.
KNOW_OF_IT = {
    "services/households/main.py",
    "services/households/storage/tables.py",
    "services/gateway/domain/doors_households.py",
}


def test_no_other_file_of_the_services_speaks_of_moral_points() -> None:
    speak = {
        str(path.relative_to(ROOT))
        for top in ("services", "shared", "bashan")
        for path in (ROOT / top).rglob("*.py")
        if "moral_" in path.read_text("utf-8") and OF_THE_BANK not in path.name
    }
    assert speak <= KNOW_OF_IT


def test_the_files_of_the_bank_are_those_of_the_import_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text("utf-8").partition("the moral bank stands apart")[2]
    protected = contract.partition("protected_modules")[2].partition("]")[0]
    files = (ROOT / "services").rglob(f"*{OF_THE_BANK}*.py")
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files}
    assert len(modules) >= 7
    assert {module for module in modules if f'"{module}"' not in protected} == set()
