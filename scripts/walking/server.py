"""One client for everybody who takes part: each call says who makes it, and which of the contract's routes it is."""

import http.client
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Answer = dict


@dataclass
class Server:
    url: str
    keys: dict[str, str]
    binary: Path
    reviewer: str
    analyst: str
    # Method and path, as the contract writes them.
    walked: set[tuple[str, str]] = field(default_factory=set)
    local: threading.local = field(default_factory=threading.local)

    def call(
        self,
        who: str,
        method: str,
        route: str,
        body: object = None,
        *,
        expect: int | Iterable[int] = (200, 201),
        query: str = "",
        headers: dict[str, str] | None = None,
        kind: str = "application/json",
        **places: object,
    ) -> Answer:
        """The answer's JSON; another status than expected ends the walk with the server's own words.

        `who` is a key's name, or a tracking code behind `code:`.
        """
        path = urllib.parse.quote(route.format(**places)) + (f"?{query}" if query else "")
        sent = {"Authorization": f"Tracking {who[5:]}" if who.startswith("code:") else f"Bearer {self.keys[who]}"}
        data = None
        if body is not None:
            data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
            sent["Content-Type"] = kind
        status, text, etag = self._exchange(method, path, data, sent | (headers or {}))
        expected = {expect} if isinstance(expect, int) else set(expect)
        if status not in expected:
            sys.exit(f"{method} {path} answered {status} instead of {sorted(expected)}: {text[:2000]}")
        self.walked.add((method, route))
        if kind == "application/x-ndjson":
            return {"lines": [json.loads(line) for line in text.splitlines()]}
        return (json.loads(text) if text else {}) | {"status_code": status, "etag": etag}

    def _exchange(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, str | None]:
        """Asks again where the server says that it is too early."""
        deadline = time.monotonic() + 120
        while True:
            connection = getattr(self.local, "connection", None)
            if connection is None:
                parts = urllib.parse.urlsplit(self.url)
                connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=300)
                self.local.connection = connection
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if not (answer.status == 503 and '"not-yet"' in text and time.monotonic() < deadline):
                return answer.status, text, answer.headers.get("ETag")

    def bulk(self, who: str, route: str, lines: list[dict]) -> list[dict]:
        """The result of each line, in order; one that is refused ends the walk."""
        results: list[dict] = []
        for start in range(0, len(lines), 500):
            piece = lines[start : start + 500]
            body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in piece)
            answered = self.call(who, "POST", route, body, kind="application/x-ndjson")["lines"]
            for result in answered[:-1]:
                if result["status"] >= 300:
                    sys.exit(f"POST {route}: a line was refused: {json.dumps(result, ensure_ascii=False)}")
            results += answered[:-1]
            progress("messages", len(results), len(lines))
        return results

    def sql(self, statement: str, *, analyst: bool = False) -> list[dict[str, str]]:
        """Rows as the reviewer's login sees them, or the analyst's; empty text is NULL."""
        url = self.analyst if analyst else self.reviewer
        wrapped = f"SELECT COALESCE(json_agg(q), '[]') FROM ({statement}) AS q"
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "--dbname", url, "-c", wrapped]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            sys.exit(f"{statement}\nwas refused: {ended.stderr}")
        return json.loads(ended.stdout)

    def settle(self) -> int:
        """Waits until the inbox has everything that is in the log; its position."""
        head = self.call("admin", "GET", "/v1/log/head")["position"]
        self.call("reviewer", "GET", "/v1/inbox", query=f"limit=1&min_position={head}")
        return head

    def release(self) -> bool:
        """A release for analysts, and the wait until they see it; false: it would concern too few people."""
        ended = subprocess.run([self.binary, "release"], capture_output=True, text=True, check=False)
        if ended.returncode and "a release needs at least" not in ended.stderr:
            sys.exit(f"chorus release: {ended.stderr}")
        self.settle()
        return ended.returncode == 0


def progress(what: str, done: int, of: int) -> None:
    # A line in a log, a moving number on a terminal.
    if not sys.stderr.isatty() and done != of:
        return
    end = "\n" if done == of else ""
    print(f"\r{what}: {done} of {of}", end=end, file=sys.stderr, flush=True)
