"""`python -m bashan.health http://127.0.0.1:8000/livez`: the health command of a container; exit status 0 or 1."""

import sys
import urllib.error
import urllib.request

SECONDS = 3.0


def answers(url: str) -> bool:
    """Does the address answer 200 in time?"""
    if not url.startswith("http://127.0.0.1:"):
        raise ValueError("a container asks itself")
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as reply:  # noqa: S310 - the line above holds it to itself
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
