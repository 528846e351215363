"""The peer in C: pgbench inserts the rows of one message in one transaction, 32 clients, prepared statements."""

import re

import rows


class Pgbench:
    def __init__(self, stage, script):
        self.stage = stage
        self.file = stage.path("insert.sql")
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(script)

    def rate(self, url, seconds):
        """Messages a second."""
        rows.prepare(self.stage, url)
        self.stage.checkpoint()
        said = self.stage.run(
            self.stage.pgbench, "-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", str(seconds), "-f", self.file, url
        )
        return float(re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE).group(1))
