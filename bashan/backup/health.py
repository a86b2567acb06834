"""`python -m bashan.backup.health FOLDER HOURS`: is the newest base young enough? The backup container asks it."""

import sys
from datetime import timedelta
from pathlib import Path

from bashan.backup.store import Store, moment_of
from shared.clock import Clock


def fresh(folder: Path, longest: timedelta) -> bool:
    bases = Store(folder).bases()
    return bool(bases) and Clock().now() - moment_of(bases[-1]) <= longest


if __name__ == "__main__":
    sys.exit(0 if fresh(Path(sys.argv[1]), timedelta(hours=float(sys.argv[2]))) else 1)
