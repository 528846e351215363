"""The labelled texts that the figures are of, in one form."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    text: str
    label: str
    group: str
    person: str | None = None


@dataclass(frozen=True)
class Set:
    """One set of labelled texts, and how its peer cuts it into n-grams."""

    name: str
    file: str
    read: Callable[[Path], list[Example]]
    analyzer: str
    longest: int

    def load(self, folder: Path) -> list[Example]:
        path = folder / self.file
        if not path.is_file():
            raise SystemExit(f"{path} is not there. Name the folder that holds {self.file} with --data or --test.")
        return self.read(path)


def _lines(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _messages(path: Path) -> list[Example]:
    return [Example(row["text"], row["label"], str(row["group"]), row.get("user")) for row in _lines(path)]


def _contributions(path: Path) -> list[Example]:
    rows = _lines(path)
    return [Example(f"{row['title']}\n{row['text']}", row["main_category"], str(row["id"])) for row in rows]


def _complaints(path: Path) -> list[Example]:
    return [Example(row["text"], row["label"], str(row["id"])) for row in _lines(path)]


def _intents(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Example(row["text"], row["category"], str(number)) for number, row in enumerate(rows)]


RAW = Set("f2_raw_labelled", "teddy-c/f2_raw_labelled.ndjson", _messages, "char", 3)
SEGMENTED = Set("f2_segmented", "teddy-c/f2_segmented.ndjson", _messages, "char", 3)
BANKING = Set("banking77", "banking77-en/train.csv", _intents, "char_wb", 3)
CYCLING = Set("cycling-dialogues-de", "cycling-dialogues-de/contributions.ndjson", _contributions, "char_wb", 4)
COMPLAINTS = Set("cfpb-complaints", "cfpb-complaints-en/train.ndjson", _complaints, "char_wb", 4)


def write(examples: list[Example], path: Path) -> Path:
    """The examples as `chorus classify` reads them."""
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            row = {"text": example.text, "label": example.label, "group": example.group}
            if example.person is not None:
                row["person"] = example.person
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path
