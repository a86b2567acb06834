"""Where backups lie, and what each of them says of itself.

    <store>/base/<20261124T080000Z>/   the database files (plain, with PostgreSQL's own manifest) and about.json
    <store>/wal/                       the write-ahead log, a file of 16 MB each; the newest is still `.partial`
    <store>/files/                     uploads; each is copied once, and again when it was sealed with another key

The keys are not in it: whoever has only the backup reads no ID number. `about.json` has fingerprints of the field keys,
so that a restore with the wrong ones is refused before it begins.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bashan.cannot_start import CannotStart
from bashan.field_keys import retired_keys
from bashan.private_file import write_private
from shared.crypto import FieldKeys

ABOUT = "about.json"
_NAME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class About:
    """What a base backup is: when it began (UTC), which schemas it has, which keys open it."""

    taken_at: str
    release: str
    schemas: Mapping[str, str | None]
    keys: Mapping[str, str]


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wal = folder / "wal"
        self.files = folder / "files"
        self._bases = folder / "base"

    def prepare(self) -> None:
        """Makes the folders. Raises CannotStart where it cannot."""
        try:
            for part in (self.folder, self.wal, self.files, self._bases):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"the backup folder {self.folder} cannot be used ({error.strerror})",
                "give this user the right to write there, or name another with --to",
            ) from error

    def new_base(self, now: datetime) -> Path:
        """Made aside: a base counts when `finish` has given it its name."""
        unfinished = self._bases / f".{now.astimezone(UTC):{_NAME}}"
        shutil.rmtree(unfinished, ignore_errors=True)
        return unfinished

    def finish(self, unfinished: Path, about: About) -> Path:
        write_private(unfinished / ABOUT, json.dumps(asdict(about), indent=1))
        finished = unfinished.with_name(unfinished.name.removeprefix("."))
        unfinished.rename(finished)
        return finished

    def bases(self) -> list[Path]:
        """Oldest first."""
        return sorted(path for path in self._bases.glob("[0-9]*") if (path / ABOUT).exists())

    def newest(self, before: datetime | None = None) -> Path:
        """The last base that was whole at that moment. Raises CannotStart when there is none."""
        bases = [base for base in self.bases() if before is None or moment_of(base) <= before]
        if not bases:
            when = f" from before {before.isoformat()}" if before else ""
            raise CannotStart(f"there is no base backup{when} in {self.folder}", "name another folder with --from")
        return bases[-1]

    def prune(self, keep: int) -> list[str]:
        """Takes away all but the newest `keep` bases, and the log that only they needed; what went."""
        gone = self.bases()[:-keep]
        for base in gone:
            shutil.rmtree(base)
        kept = self.bases()
        oldest = first_wal_of(kept[0]) if kept else ""
        for segment in self.wal.iterdir():
            # The first 24 digits are timeline and place; an older segment sorts before the first one that is needed.
            if segment.name[:24] < oldest and len(segment.name) >= 24:
                segment.unlink()
        return [base.name for base in gone]


def moment_of(base: Path) -> datetime:
    return datetime.strptime(base.name, _NAME).replace(tzinfo=UTC)


def about(base: Path) -> About:
    return About(**json.loads((base / ABOUT).read_text("utf-8")))


def first_wal_of(base: Path) -> str:
    """The name of the first segment of the log that the base needs."""
    label = (base / "data" / "backup_label").read_text("ascii")
    return label.partition("(file ")[2].partition(")")[0]


def key_fingerprints(secrets_dir: Path) -> dict[str, str]:
    """What has to be there to read a backup made now → a digest that tells keys apart and gives none away."""
    found: dict[str, str] = {}
    for file in sorted(secrets_dir.glob("field-keys-*.json")):
        keys = FieldKeys.load(file)
        found |= {_name(file.name, key_id): _digest(key) for key_id, key in keys.encryption.items()}
        found[f"{file.name} indexes"] = _digest(*sorted(keys.index.values()))
    return found


def fingerprints_held(secrets_dir: Path) -> dict[str, str]:
    """Of all that this folder can read: live keys and retired ones; and of whole files, as backups of before named
    them."""
    found: dict[str, str] = {}
    for file in sorted(secrets_dir.glob("field-keys-*.json")):
        keys = FieldKeys.load(file)
        retired = retired_keys(secrets_dir, file.stem.removeprefix("field-keys-"))
        found |= {_name(file.name, key_id): _digest(key) for key_id, key in retired.items()}
        parts = [*(keys.encryption[key_id] for key_id in sorted(keys.encryption)), *sorted(keys.index.values())]
        found[file.name] = _digest(*parts)
    return found | key_fingerprints(secrets_dir)


def _name(file: str, key_id: int) -> str:
    return f"{file} key {key_id}"


def _digest(*parts: bytes) -> str:
    return sha256(b"backup fingerprint" + b"".join(parts)).hexdigest()[:16]
