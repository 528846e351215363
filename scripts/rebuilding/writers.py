"""Those who send messages: each the next one as soon as the last one is stored."""

import asyncio
import json
import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "crash"))
import http_client  # noqa: E402


async def write(port: int, key: str, connections: int, until: asyncio.Event) -> tuple[list[float], list[str]]:
    """Sends until told to end; when each message was stored, and what was refused."""
    stored: list[float] = []
    refused: list[str] = []
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    async def send(writer: int) -> None:
        client = http_client.HTTPClient("127.0.0.1", timeout=30)
        number = 0
        while not until.is_set():
            number += 1
            body = json.dumps({
                "text": f"The lamps in our lane are dark again, message {number} of writer {writer}.",
                "channel": ("web", "phone")[number % 2], "place": f"A{number % 40}", "source": "rebuild-under-load",
                "personRef": f"w{writer}-{number % 997}",
            })
            try:
                answer = await client.request(port, "POST", "/v1/feedback", headers, body.encode())
            except (http_client.NotSent, http_client.Lost) as error:
                refused.append(f"{type(error).__name__}: {error}")
                # One that failed at once must not ask again at once.
                await asyncio.sleep(0.05)
                continue
            if answer.status == 201:
                stored.append(time.monotonic())
            else:
                refused.append(f"{answer.status}: {answer.body[:200].decode(errors='replace')}")
                await asyncio.sleep(0.05)
        client.close()

    async with asyncio.TaskGroup() as group:
        for writer in range(connections):
            group.create_task(send(writer))
    return stored, refused
