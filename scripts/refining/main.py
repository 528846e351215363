"""Prints the figures of refinement beside their targets and peers.

A part is a module with `rows(context) -> list[Row]`; a new one gets a line in PARTS.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

import table
from context import Context

PARTS = ["classification", "topics"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with teddy-c, banking77-en, …")
    parser.add_argument("--test", type=Path, help="other parts of the same sets: train on --data, judge by these")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts only")
    parser.add_argument("--json", action="store_true", help="one JSON array instead of the table")
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    here = Path(__file__).parent
    rows: list[table.Row] = []
    with tempfile.TemporaryDirectory() as work:
        context = Context(arguments.data, arguments.test, arguments.binary, Path(work))
        for part in arguments.only or PARTS:
            if not (here / f"{part}.py").is_file():
                continue
            rows += importlib.import_module(part).rows(context)
    print(table.as_json(rows)) if arguments.json else table.show(rows)
    return 1 if any(row.reached == "MISSED" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
