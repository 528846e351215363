"""A server in a home of its own, which can be killed and started again."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


class Node:
    def __init__(self, binary: Path, home: Path, port: int) -> None:
        self.binary = binary
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        # Of the database; another one after each start.
        self.database: str | None = None
        self.environment = {**os.environ, "CHORUS_HOME": str(home), "CHORUS_URL": self.url}
        home.mkdir(parents=True, exist_ok=True)

    def copy(self, home: Path, port: int) -> "Node":
        """Another server on a copy of everything that this one, which is stopped, has stored."""
        # With owners: PostgreSQL runs as an account of its own.
        subprocess.run(["cp", "-a", "--dereference", str(self.home), str(home)], check=True)
        return Node(self.binary, home, port)

    def start(self) -> None:
        self.database = None
        log = (self.home / "server.log").open("ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--address", f"127.0.0.1:{self.port}"],
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"The server did not get ready:\n{(self.home / 'server.log').read_text()[-2000:]}")
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.process = None

    def kill(self, with_database: bool) -> None:
        """kill -9, before anything can be put in order."""
        assert self.process
        postmaster = self.postmaster()
        self.process.kill()
        if with_database and postmaster:
            os.kill(postmaster, signal.SIGKILL)
        self.process.wait(60)
        self.process = None

    def postmaster(self) -> int | None:
        for name in ("postmaster.pid",):
            for path in (self.home / "postgres").resolve().rglob(name):
                return int(path.read_text().split("\n", 1)[0])
        return None

    def request(self, method: str, path: str, body: Any = None) -> Any:
        key = (self.home / "admin.key").read_text().strip()
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"chorus {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def rows(self, statement: str) -> list[list[str]]:
        """Of the embedded cluster's superuser, over its socket; fields never hold a tab."""
        if self.database is None:
            url = self.run("sql-url", "--role", "reviewer", "--tenant", "default").strip()
            head, rest = url.split("//", 1)
            self.database = f"{head}//chorus@{rest.split('@', 1)[1]}"
        done = subprocess.run(
            ["psql", self.database, "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", statement],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]
