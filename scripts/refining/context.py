"""What every part of the figures gets: the folders, the program, a place to write."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Context:
    data: Path
    # Other parts of the same sets, to judge by; none: cross-validation.
    test: Path | None
    binary: Path
    work: Path

    def chorus(self, *arguments: str | Path, status: tuple[int, ...] = (0,)) -> str:
        """What the program prints; anything else than these statuses ends the run."""
        command = [str(self.binary), *map(str, arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode not in status:
            raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")
        return ended.stdout

    def chorus_json(self, *arguments: str | Path) -> dict:
        return json.loads(self.chorus(*arguments, "--json"))


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
