"""What a checker found, by the invariant that was broken."""


class Violations:
    """Keeps the first few of each invariant, and counts all."""

    SHOWN = 5

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.examples: list[str] = []

    def add(self, invariant: str, what: str) -> None:
        self.counts[invariant] = self.counts.get(invariant, 0) + 1
        if self.counts[invariant] <= self.SHOWN:
            self.examples.append(f"{invariant}: {what}")

    def __bool__(self) -> bool:
        return bool(self.counts)
