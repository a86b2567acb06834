"""A unix socket's path may have 107 bytes; what if the data directory lies deeper than that?

Then clients go by a symbolic link with a short name in a private temporary folder. The socket itself stays in the
data directory; a note beside it remembers the link for the next process.
"""

import os
import tempfile
from pathlib import Path

from bashan.private_file import write_private

LONGEST_PATH_BYTES = 107
_NOTE = "socket.link"


def reachable_name(folder: Path, socket_name: str) -> Path:
    """The folder itself where its sockets' paths fit, else the short link to it, made if it is missing."""
    if len(os.fsencode(folder / socket_name)) <= LONGEST_PATH_BYTES:
        return folder
    note = folder.with_name(_NOTE)
    link = Path(note.read_text()) if note.exists() else None
    if link is None or not link.is_symlink() or link.readlink() != folder:
        link = Path(tempfile.mkdtemp(prefix="bashan-"), "s")
        link.symlink_to(folder)
        write_private(note, str(link))
    return link


def forget_link(folder: Path) -> None:
    """Remove the link to the folder if there is one."""
    note = folder.with_name(_NOTE)
    if not note.exists():
        return
    link = Path(note.read_text())
    note.unlink()
    if link.is_symlink():
        link.unlink()
        link.parent.rmdir()
