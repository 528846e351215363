"""A server under test as a process: started, looked at through HTTP, killed, ended."""

import asyncio
import os
import pathlib
import signal
import time

import http_client
from ports import free_port


class Node:
    """`chorus serve`, or a stand-in that answers the same requests."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: pathlib.Path) -> None:
        self.name = name
        # The same after a restart, so that clients find it again.
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Starts the process and waits until it is ready to take a message."""
        command = [part.replace("{port}", str(self.port)) for part in self._command]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", "--", *command,
                env={**os.environ, **self._environment}, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )
        client = http_client.HTTPClient("127.0.0.1", timeout=2)
        deadline = time.monotonic() + 60
        try:
            while time.monotonic() < deadline:
                if self._process.returncode is not None:
                    raise RuntimeError(f"{self.name} ended at its start; its log is {self.log}")
                try:
                    if (await client.request(self.port, "GET", "/readyz", {})).status == 200:
                        return
                except (http_client.NotSent, http_client.Lost):
                    pass
                await asyncio.sleep(0.02)
        finally:
            client.close()
        raise RuntimeError(f"{self.name} was not ready within 60 s; its log is {self.log}")

    async def kill(self) -> None:
        """kill -9."""
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int | None:
        """SIGTERM, as an operator does; the exit status, or None when it had to be killed or was dead before."""
        if not self.is_alive:
            return None
        self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._process.wait(), 25)
        except TimeoutError:
            await self.kill()
            return None
