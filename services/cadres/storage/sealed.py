"""What of this service is sealed with its field keys: a rotation seals all of it anew (`shared.resealing`)."""

from pathlib import Path

from services.cadres.storage import tables
from shared.crypto import KeySource
from shared.files import SealedFiles
from shared.resealing import SealedColumn

COLUMNS = (
    SealedColumn(tables.cadres, "phone", "cadres.phone", "cadre_id"),
    SealedColumn(tables.inspected.evaluations, "tally", "evaluations.tally", "evaluation_id"),
)


def folders(files_dir: Path, keys: KeySource) -> tuple[SealedFiles, ...]:
    """`files_dir` is that of all services."""
    return tuple(SealedFiles(files_dir / "cadres" / name, keys, name) for name in ("uploads", "photos"))
