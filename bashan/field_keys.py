"""The files of field keys while they are rotated: a new key beside the old one, and the old one put by.

A key that seals nothing any more leaves the service's file and goes to `retired-field-keys.json` of the operator's
secrets, which no container is handed: backups from before the rotation can be read with nothing else.
"""

import json
from base64 import b64decode, b64encode
from pathlib import Path

from bashan.private_file import write_private
from shared.crypto import FieldKeys

RETIRED = "retired-field-keys.json"


def key_file(secrets_dir: Path, service: str) -> Path:
    return secrets_dir / f"field-keys-{service}.json"


def add_key(secrets_dir: Path, service: str) -> FieldKeys:
    """The keys with a new one, written. Its id was never that of another key of this folder."""
    keys = FieldKeys.load(key_file(secrets_dir, service)).with_new(retired_keys(secrets_dir, service))
    write_private(key_file(secrets_dir, service), keys.dump())
    return keys


def retire_old_keys(secrets_dir: Path, service: str) -> list[int]:
    """The ids of the keys put by. They are in the one file before they leave the other."""
    keys = FieldKeys.load(key_file(secrets_dir, service))
    kept = keys.only_newest()
    gone = {key_id: key for key_id, key in keys.encryption.items() if key_id not in kept.encryption}
    if gone:
        stored = _load(secrets_dir)
        stored[service] = {**stored.get(service, {}), **gone}
        told = {
            name: {str(key_id): b64encode(key).decode() for key_id, key in by_id.items()}
            for name, by_id in stored.items()
        }
        write_private(secrets_dir / RETIRED, json.dumps(told))
        write_private(key_file(secrets_dir, service), kept.dump())
    return sorted(gone)


def bring_back(secrets_dir: Path, service: str) -> list[int]:
    """Puts retired keys beside the live ones again: what comes out of a backup may be sealed with them. Their ids."""
    keys = FieldKeys.load(key_file(secrets_dir, service))
    back = {key_id: key for key_id, key in retired_keys(secrets_dir, service).items() if key_id not in keys.encryption}
    if back:
        write_private(key_file(secrets_dir, service), FieldKeys({**back, **keys.encryption}, keys.index).dump())
    return sorted(back)


def retired_keys(secrets_dir: Path, service: str) -> dict[int, bytes]:
    return _load(secrets_dir).get(service, {})


def _load(secrets_dir: Path) -> dict[str, dict[int, bytes]]:
    file = secrets_dir / RETIRED
    stored = json.loads(file.read_text("ascii")) if file.exists() else {}
    return {
        service: {int(key_id): b64decode(key) for key_id, key in by_id.items()} for service, by_id in stored.items()
    }
