"""Files that only their owner may read: passwords, keys, the names of private folders."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file (0600), whole or not at all; it is on the disk when this returns."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)
