"""The key files of `<data_dir>/secrets/`: made once, never overwritten, readable by their owner only.

token-signing.json      the gateway's key for access tokens {kid, private_pem}; token-keys.json its public half
partner-answers.json    the gateway's keys for answers to partners that sign: {p256: {kid, private_pem}, sm2: {…}}
service-<name>.pem      a service's key for calls to its siblings; service-keys.json the public halves
service-<name>.json     the same once it was changed: the key, and the one before it
field-keys-<name>.json  keys of encrypted fields and blind indexes (losing them loses the numbers)
retired-field-keys.json what `rotate-keys` put by: keys that only backups still need
checkpoint-signing.json the operator's key for checkpoints of the audit chains {kid, private_pem}; handed to no service
cursor.key              the key that signs the cursors of lists
"""

import json
import secrets
from pathlib import Path

from bashan.audit_checkpoint import CHECKPOINT_KEY
from bashan.cannot_start import CannotStart
from bashan.data_dir import SECRETS
from bashan.private_file import write_private
from shared.answer_keys import ANSWER_KEYS, KINDS, fresh_answer_key
from shared.crypto import FieldKeys
from shared.tokens import PublicKeys, SigningKey

SERVICES = ("households", "cadres", "credit", "gateway")
FIELD_COLUMNS = {
    "households": ("id_number", "phone", "content", "identity"),
    "cadres": ("phone",),
    "credit": ("identity",),
    "gateway": (),
}
FIELD_KEYS = tuple(f"field-keys-{name}.json" for name in FIELD_COLUMNS)
RANDOM_KEYS = ("cursor.key",)
KEY_FILES = {".json", ".pem", ".key"}
MADE_ANEW = ("token-signing.json", "service-keys.json", CHECKPOINT_KEY, *RANDOM_KEYS)
"""Without these the next start makes others: people log in once more, lists begin again."""


def ensure_secrets(data_dir: Path) -> Path:
    """The secrets folder with every file in it. Raises CannotStart when one was lost that no new one can stand for.

    Field keys are made before all others: whatever else is there says that they had been made.
    """
    folder = data_dir / SECRETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if lost := unusable_secrets(folder):
        raise CannotStart(
            f"keys are missing from {folder} or damaged: {', '.join(lost)}; no new key can stand for the old one",
            "put them back from the safe, readable by this user only",
        )
    if not all((folder / name).exists() for name in FIELD_KEYS):
        _make_field_keys(folder)
    if not (folder / "token-signing.json").exists():
        _make_token_key(folder)
    if not (folder / CHECKPOINT_KEY).exists():
        key = SigningKey.fresh(f"checkpoint-{secrets.token_hex(4)}")
        write_private(folder / CHECKPOINT_KEY, json.dumps({"kid": key.kid, "private_pem": key.private_pem}))
    if not (folder / ANSWER_KEYS).exists():
        _make_answer_keys(folder)
    if not (folder / "service-keys.json").exists():
        _make_service_keys(folder)
    for name in RANDOM_KEYS:
        if not (folder / name).exists():
            write_private(folder / name, secrets.token_hex(32))
    return folder


def unusable_secrets(folder: Path) -> list[str]:
    """What only the safe can bring back: lost, or not to be read as what it is."""
    return [*lost_secrets(folder), *damaged_secrets(folder)]


def lost_secrets(folder: Path) -> list[str]:
    """What was there once and is missing. The file that is made last says that all others had been made; whatever else
    is there says so of the field keys."""
    there = {path.name for path in folder.iterdir()}
    lost = _lost_field_keys(folder, there)
    if RANDOM_KEYS[-1] not in there:
        return lost
    # Banks hold our answers against the public half that they keep: with another key they would take us for a stranger.
    wanted: list[tuple[str, ...]] = [(ANSWER_KEYS,)]
    if "token-signing.json" in there:
        wanted.append(("token-keys.json",))
    if "service-keys.json" in there:
        wanted += [(f"service-{name}.pem", f"service-{name}.json") for name in SERVICES]
    return [*lost, *(names[0] for names in wanted if not there.intersection(names))]


def _lost_field_keys(folder: Path, there: set[str]) -> list[str]:
    """Those that were made before something that is there: another of them, any other key, the embedded database.

    With new ones in their place old numbers would open no more, and one person could register twice.
    """
    others = any(Path(name).suffix in KEY_FILES for name in there - set(FIELD_KEYS))
    last = max((number for number, name in enumerate(FIELD_KEYS) if name in there), default=0)
    made = len(FIELD_KEYS) if others or (folder.parent / "postgres").exists() else last
    return [name for name in FIELD_KEYS[:made] if name not in there]


def damaged_secrets(folder: Path) -> list[str]:
    """What is there and cannot be read as what it is."""
    return sorted(path.name for path in folder.glob("*.json") if not _is_readable(path))


def _is_readable(path: Path) -> bool:
    try:
        if path.name.startswith("field-keys-"):
            FieldKeys.load(path)
        else:
            json.loads(path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _make_token_key(folder: Path) -> None:
    key = SigningKey.fresh(f"token-{secrets.token_hex(4)}")
    write_private(folder / "token-keys.json", PublicKeys({key.kid: key.public_pem()}).dump())
    write_private(folder / "token-signing.json", json.dumps({"kid": key.kid, "private_pem": key.private_pem}))


def _make_answer_keys(folder: Path) -> None:
    write_private(folder / ANSWER_KEYS, json.dumps({kind: fresh_answer_key(kind) for kind in KINDS}))


def _make_service_keys(folder: Path) -> None:
    keys = [SigningKey.fresh(name) for name in SERVICES]
    for key in keys:
        write_private(folder / f"service-{key.kid}.pem", key.private_pem)
    write_private(folder / "service-keys.json", PublicKeys({key.kid: key.public_pem() for key in keys}).dump())


def _make_field_keys(folder: Path) -> None:
    """Households and credit share the one index key by which a bank's query names a person (`identity`)."""
    identity = secrets.token_bytes(32)
    for name in FIELD_COLUMNS:
        path = folder / f"field-keys-{name}.json"
        if path.exists():
            identity = FieldKeys.load(path).index.get("identity", identity)
    for name, columns in FIELD_COLUMNS.items():
        path = folder / f"field-keys-{name}.json"
        if not path.exists():
            keys = FieldKeys.fresh(columns)
            if "identity" in columns:
                keys.index["identity"] = identity
            write_private(path, keys.dump())
