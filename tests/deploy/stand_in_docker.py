#!/usr/bin/env python3
"""A stand-in for the program `docker`: keeps which containers of each service run, and writes down what it was told.

Folder FAKE_DOCKER: calls.txt, containers.json {service: [id]}, where an id that ends with -stopped does not run; a file
`ill` there: what is new does not become healthy; a file `missing`: nothing new can be started.
"""

import json
import os
import sys
from pathlib import Path

FOLDER = Path(os.environ["FAKE_DOCKER"])
STATE = FOLDER / "containers.json"


def main(words: list[str]) -> int:
    with (FOLDER / "calls.txt").open("a") as calls:
        calls.write(" ".join(words) + "\n")
    running: dict[str, list[str]] = json.loads(STATE.read_text())
    status = 0
    if words[:2] == ["compose", "ps"]:
        here = running.get(words[-1], [])
        print("\n".join(one for one in here if "-aq" in words or not one.endswith("-stopped")))
    elif words[:2] == ["compose", "rm"]:
        running[words[-1]] = [one for one in running.get(words[-1], []) if not one.endswith("-stopped")]
    elif "--scale" in words and (FOLDER / "missing").exists():
        status = 1
    elif "--scale" in words:
        service, _, wanted = words[words.index("--scale") + 1].partition("=")
        here = running[service]
        here += [f"{service}-new-{number}" for number in range(int(wanted) - len(here))]
        status = int((FOLDER / "ill").exists())
    elif words[0] == "rm":
        running = {service: [one for one in here if one not in words] for service, here in running.items()}
    elif words[:2] == ["image", "inspect"]:
        print(f"{words[-1].partition(':')[0]}@sha256:{'7' * 64}")
    STATE.write_text(json.dumps(running))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
