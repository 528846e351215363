"""Concurrent clients that send messages, additions, withdrawals and retries, and write down all of it.

Nothing is sent before the history holds it. What a client does is drawn from the cycle's seed; what the server answers,
and when, is not.
"""

import asyncio
import collections
import dataclasses
import json
import random
import time
import uuid
from typing import Any

import http_client
from history import ACKNOWLEDGED, FAILED, UNKNOWN, History

CLIENTS = 32
SOURCE = "crash-campaign"
# What a client does next, by weight; a stand-in knows single messages and retries only.
EVERYTHING = {"message": 60, "bulk": 3, "addition": 12, "withdrawal": 6, "retry": 12, "repeat": 5}
MESSAGES_ONLY = {"message": 80, "retry": 12, "repeat": 5}


@dataclasses.dataclass
class Request:
    """What is sent for an operation: the same bytes again for each retry."""

    operation: int
    do: str
    path: str
    headers: dict[str, str]
    body: bytes
    attempts: int = 0
    answer: dict[str, Any] | None = None


@dataclasses.dataclass
class Acknowledgement:
    """When something was sent and acknowledged, and by which node."""

    sent: float
    answered: float
    node: int


class Load:
    """All clients of one cycle. `ports` are the nodes'; a node that is down is left for another if there is one."""

    def __init__(self, history: History, seed: int, key: str, ports: list[int], weights: dict[str, int]) -> None:
        self.ports = ports
        self.is_down = [False] * len(ports)
        self.counts: collections.Counter[str] = collections.Counter()
        self.acknowledgements: list[Acknowledgement] = []
        self.first_failures: dict[str, str] = {}
        self._history = history
        self._seed = seed
        self._key = key
        self._weights = weights
        self._unknown: collections.deque[Request] = collections.deque()
        self._known: list[Request] = []
        self._ending = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._client(number)) for number in range(CLIENTS)]

    async def stop(self) -> None:
        """Lets requests under way come to their end."""
        self._ending = True
        await asyncio.gather(*self._tasks)

    async def cancel(self) -> None:
        """Ends all clients wherever they are; nothing after `stop`."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def acknowledged_after(self, moment: float, node: int | None, deadline: float) -> float | None:
        """When something was acknowledged that was sent after `moment` (to `node`); None: nothing by the deadline."""
        seen = 0
        while True:
            for one in self.acknowledgements[seen:]:
                if one.sent > moment and node in (None, one.node):
                    return one.answered
            if time.monotonic() > deadline:
                return None
            seen = len(self.acknowledgements)
            await asyncio.sleep(0.01)

    def longest_silence(self, since: float, node: int) -> float:
        """The longest time after `since` in which a node acknowledged nothing, up to now."""
        answered = [one.answered for one in self.acknowledgements if one.node == node and one.answered > since]
        moments = [since, *answered, time.monotonic()]
        return max(later - earlier for earlier, later in zip(moments, moments[1:]))

    async def _client(self, number: int) -> None:
        draw = random.Random(f"{self._seed}/{number}")
        http = http_client.HTTPClient(f"127.0.1.{number + 1}")
        home = number % len(self.ports)
        try:
            while not self._ending:
                node = home
                if self.is_down[node]:
                    node = next((other for other in range(len(self.ports)) if not self.is_down[other]), home)
                what = draw.choices(list(self._weights), list(self._weights.values()))[0]
                went_well = await self._act(what, draw, http, node)
                # Nobody hammers a server that cannot; otherwise people pause a little, too.
                await asyncio.sleep(draw.uniform(0, 0.06) if went_well else draw.uniform(0.05, 0.15))
        finally:
            http.close()

    async def _act(self, what: str, draw: random.Random, http: http_client.HTTPClient, node: int) -> bool:
        if what == "retry" and self._unknown:
            return await self._send(self._unknown.popleft(), http, node)
        if what == "repeat" and self._known:
            return await self._send(draw.choice(self._known[-500:]), http, node)
        if what in ("addition", "withdrawal"):
            request = await self._about(what, draw)
            if request:
                return await self._send(request, http, node)
        if what == "bulk":
            return await self._send_bulk(draw, http, node)
        return await self._send(await self._message(draw), http, node)

    async def _message(self, draw: random.Random) -> Request:
        number, fields = self._draw_message(draw)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        note = {"op": number, "do": "message", **_noted(fields)}
        if draw.random() < 0.5:
            fields["externalId"] = note["externalId"] = f"m-{number}"
        else:
            note["key"] = headers["Idempotency-Key"] = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        await self._history.add(note)
        return Request(number, "message", "/v1/feedback", headers, json.dumps(fields, ensure_ascii=False).encode())

    def _draw_message(self, draw: random.Random) -> tuple[int, dict[str, Any]]:
        number = self._history.next_operation()
        fields: dict[str, Any] = {
            "text": f"街灯坏了三周 The lamp in lane {draw.randrange(90)} is dark, number {number}.",
            "channel": draw.choice(["web", "app", "phone"]),
            "place": f"A{draw.randrange(9)}",
            "source": SOURCE,
        }
        if draw.random() < 0.6:
            fields["personRef"] = f"p{draw.randrange(300)}"
        return number, fields

    async def _about(self, what: str, draw: random.Random) -> Request | None:
        """Something about a message that was acknowledged, by its tracking code; each is withdrawn once at most."""
        of = draw.choice(self._known[-500:]) if self._known else None
        if of is None or of.do != "message" or of.answer is None or "trackingCode" not in of.answer:
            return None
        number = self._history.next_operation()
        key = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        headers = {"Authorization": f"Tracking {of.answer['trackingCode']}", "Idempotency-Key": key}
        note: dict[str, Any] = {"op": number, "do": what, "of": of.operation, "key": key}
        body = b""
        if what == "addition":
            note["text"] = f"It is worse since yesterday 更严重了, number {number}."
            headers["Content-Type"] = "application/json"
            body = json.dumps({"text": note["text"]}, ensure_ascii=False).encode()
        else:
            self._known.remove(of)
        await self._history.add(note)
        return Request(number, what, "/v1/track/" + ("addition" if body else "withdraw"), headers, body)

    async def _send(self, request: Request, http: http_client.HTTPClient, node: int) -> bool:
        request.attempts += 1
        attempt = request.attempts
        await self._history.add({"op": request.operation, "try": attempt, "node": node})
        sent = time.monotonic()
        try:
            answer = await http.request(self.ports[node], "POST", request.path, request.headers, request.body)
            outcome, why = judge(answer.status, answer.body)
            fields = answer.json() if outcome == ACKNOWLEDGED else None
            status = answer.status
        except http_client.NotSent as error:
            outcome, why, fields, status = FAILED, f"not sent: {error}", None, 0
        except http_client.Lost as error:
            outcome, why, fields, status = UNKNOWN, str(error), None, 0
        self._settle(request, attempt, outcome, why, status, fields, sent, node)
        return outcome == ACKNOWLEDGED

    def _settle(
        self, request: Request, attempt: int, outcome: str, why: str, status: int, answer: dict[str, Any] | None,
        sent: float, node: int,
    ) -> None:
        line = {"op": request.operation, "try": attempt, "outcome": outcome, "status": status}
        if answer is None:
            line["why"] = why
        else:
            line["answer"] = answer
        self._history.add(line)
        self.counts[outcome] += 1
        if outcome == ACKNOWLEDGED:
            self.acknowledgements.append(Acknowledgement(sent, time.monotonic(), node))
            if request.answer is None:
                self._known.append(request)
            request.answer = answer
        else:
            self.first_failures.setdefault(f"{request.path} {status} {why[:160]}", request.body.decode()[:200])
            # Most are sent again, some never.
            if outcome == UNKNOWN and request.answer is None and request.operation % 4:
                self._unknown.append(request)

    async def _send_bulk(self, draw: random.Random, http: http_client.HTTPClient, node: int) -> bool:
        notes, lines, requests = [], [], []
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        for _ in range(draw.randrange(5, 25)):
            number, fields = self._draw_message(draw)
            fields["externalId"] = f"m-{number}"
            notes.append({"op": number, "do": "message", **_noted(fields)})
            notes.append({"op": number, "try": 1, "node": node})
            body = json.dumps(fields, ensure_ascii=False).encode()
            lines.append(body + b"\n")
            requests.append(Request(number, "message", "/v1/feedback", headers, body, attempts=1))
        await self._history.add(*notes)
        sent = time.monotonic()
        results: dict[int, dict[str, Any]] = {}
        why = "no result line"
        default = UNKNOWN
        bulk_headers = {**headers, "Content-Type": "application/x-ndjson"}
        try:
            answer = await http.request(self.ports[node], "POST", "/v1/feedback/bulk", bulk_headers, b"".join(lines))
            if answer.status == 200:
                results = {line["line"]: line for line in map(json.loads, answer.body.splitlines()) if "line" in line}
            else:
                default, why = judge(answer.status, answer.body)
        except http_client.NotSent as error:
            default, why = FAILED, f"not sent: {error}"
        except (http_client.Lost, ValueError) as error:
            why = str(error)
        for number, request in enumerate(requests, start=1):
            outcome, reason, fields, status = default, why, None, 0
            if number in results:
                result = results[number]
                status = result["status"]
                outcome, reason = judge(status, json.dumps(result.get("problem", {})).encode())
                if outcome == ACKNOWLEDGED:
                    fields = {name: value for name, value in result.items() if name not in ("line", "status")}
            self._settle(request, 1, outcome, reason, status, fields, sent, node)
        return bool(results)


def _noted(fields: dict[str, Any]) -> dict[str, Any]:
    noted = {"text": fields["text"], "source": fields["source"]}
    if "personRef" in fields:
        noted["person"] = fields["personRef"]
    if "externalId" in fields:
        noted["externalId"] = fields["externalId"]
    return noted


def judge(status: int, body: bytes) -> tuple[str, str]:
    """What an answer promises: only 4xx, and 503 that says so, promise that nothing was stored."""
    if status in (200, 201):
        return ACKNOWLEDGED, ""
    text = body.decode(errors="replace")
    if 400 <= status < 500:
        return FAILED, text
    if status == 503 and "nothing was stored" in text:
        return FAILED, text
    return UNKNOWN, text
