"""What of this service is sealed with its field keys: a rotation seals all of it anew (`shared.resealing`)."""

from pathlib import Path

from services.households.storage import tables
from shared.crypto import KeySource
from shared.files import SealedFiles
from shared.resealing import SealedColumn

COLUMNS = (
    SealedColumn(tables.households, "phone", "households.phone", "household_id"),
    SealedColumn(tables.members, "id_number", "members.id_number", "member_id"),
    SealedColumn(tables.members, "phone", "members.phone", "member_id"),
    *(
        SealedColumn(tables.identification.objections, column, f"notice_objections.{column}", "objection_id")
        for column in ("statement", "name", "phone")
    ),
)


def folders(files_dir: Path, keys: KeySource) -> tuple[SealedFiles, ...]:
    """`files_dir` is that of all services."""
    own = files_dir / "households"
    names = {"uploads": "uploads", "exports": "exports", "proofs": "files"}
    return tuple(SealedFiles(own / folder, keys, bound_to) for folder, bound_to in names.items())
