"""The figures as a table for people, or as JSON."""

import json
import unicodedata
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One figure: ours, that of a peer in the same run, what must be reached and what we go for."""

    figure: str
    chorus: float
    peer: float | None = None
    must: float | None = None
    aim: float | None = None
    # Whether less is better.
    less: bool = False
    digits: int = 3
    note: str = ""

    @property
    def reached(self) -> str:
        if self.must is None:
            return ""
        if self._holds(self.aim):
            return "aim"
        return "must" if self._holds(self.must) else "MISSED"

    def _holds(self, bound: float | None) -> bool:
        if bound is None:
            return False
        return self.chorus <= bound if self.less else self.chorus >= bound


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def show(rows: list[Row]) -> None:
    def number(value: float | None, row: Row) -> str:
        return "" if value is None else f"{value:.{row.digits}f}"

    cells = [["figure", "chorus", "peer", "must", "aim", "reached", "note"]]
    cells += [
        [row.figure, number(row.chorus, row), number(row.peer, row), number(row.must, row), number(row.aim, row)]
        + [row.reached, row.note]
        for row in rows
    ]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(cells[0]))]
    for line in cells:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip())


def as_json(rows: list[Row]) -> str:
    return json.dumps([asdict(row) | {"reached": row.reached} for row in rows], ensure_ascii=False)
