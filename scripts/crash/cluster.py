"""A private PostgreSQL cluster that may be killed: durable settings, loopback only, a password of its own."""

import asyncio
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess
import time

import pgclient
from ports import free_port

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 80
shared_buffers = 128MB
huge_pages = off
fsync = on
full_page_writes = on
synchronous_commit = on
restart_after_crash = on
max_wal_size = 8GB
log_min_messages = log
log_line_prefix = '%m [%p] '
log_error_verbosity = terse
log_min_error_statement = panic
"""


def programs() -> pathlib.Path:
    """The folder with the newest installed server."""
    debian = pathlib.Path("/usr/lib/postgresql")
    versions = sorted((int(folder.name), folder) for folder in debian.glob("*") if folder.name.isdigit())
    candidates = [folder / "bin" for _, folder in reversed(versions)]
    if shutil.which("pg_config"):
        candidates.append(pathlib.Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip()))
    candidates += [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(":")]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise SystemExit("No PostgreSQL server is installed. Install it: apt-get install postgresql")


class Cluster:
    """One data folder and its postmaster, which is a child of ours."""

    def __init__(self, folder: pathlib.Path, extra: str = "") -> None:
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.log = folder / "postgres.log"
        self._data = folder / "data"
        self._folder = folder
        self._extra = extra
        self._programs = programs()
        self._postmaster: asyncio.subprocess.Process | None = None
        # PostgreSQL refuses to run as root. When we die, so shall it.
        self._prefix = ["setpriv", "--pdeathsig", "QUIT"]
        self._owner = None
        if os.geteuid() == 0:
            self._owner = pwd.getpwnam("postgres")
            self._prefix += [f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}", "--clear-groups"]
        self._prefix.append("--")

    @property
    def pid(self) -> int:
        assert self._postmaster is not None, "the cluster was not started"
        return self._postmaster.pid

    def url(self, database: str, port: int | None = None) -> str:
        """For libpq; `port` names a proxy's."""
        return f"postgresql://chorus:{self.password}@127.0.0.1:{port or self.port}/{database}?sslmode=disable"

    async def create(self) -> None:
        """Makes the data folder and starts the postmaster."""
        self._data.mkdir(mode=0o700)
        secret = self._folder / "password"
        secret.write_text(self.password + "\n")
        if self._owner:
            for path in (self._data, secret):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        command = [
            *self._prefix, str(self._programs / "initdb"), f"--pgdata={self._data}", "--username=chorus",
            f"--pwfile={secret}", "--auth=password", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ]
        made = await asyncio.create_subprocess_exec(
            *command, cwd="/", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await made.communicate()
        secret.unlink()
        if made.returncode:
            raise RuntimeError(f"initdb failed: {output.decode(errors='replace')[-2000:]}")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}port = {self.port}\n{self._extra}")
        await self.start()

    async def start(self) -> None:
        """Starts the postmaster and waits until it takes connections, however long recovery takes within 30 s.

        What a killed postmaster left behind may still hold its shared memory for an instant: it is tried again.
        """
        deadline = time.monotonic() + 30
        while True:
            with self.log.open("ab") as log:
                self._postmaster = await asyncio.create_subprocess_exec(
                    *self._prefix, str(self._programs / "postgres"), "-D", str(self._data),
                    cwd="/", stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                )
            while self._postmaster.returncode is None and time.monotonic() < deadline:
                if await self.answers():
                    return
                await asyncio.sleep(0.02)
            if time.monotonic() >= deadline:
                raise RuntimeError(f"PostgreSQL did not start within 30 s; its log is {self.log}")
            await asyncio.sleep(0.05)

    async def answers(self, database: str = "postgres") -> bool:
        try:
            client = await pgclient.Client.connect(self.port, database, self.password)
        except (OSError, pgclient.ServerSaid):
            return False
        client.close()
        return True

    async def connect(self, database: str) -> pgclient.Client:
        return await pgclient.Client.connect(self.port, database, self.password)

    async def run(self, statement: str, database: str = "postgres") -> list[list[str | None]]:
        """One statement on a connection of its own."""
        client = await self.connect(database)
        try:
            return await client.query(statement)
        finally:
            client.close()

    async def kill_postmaster(self) -> None:
        """kill -9 of the postmaster alone: its children notice by themselves and end."""
        children = self.children()
        self._postmaster.send_signal(signal.SIGKILL)
        await self._postmaster.wait()
        deadline = time.monotonic() + 10
        while any(_is_postgres(child) for child in children):
            if time.monotonic() > deadline:
                raise RuntimeError("processes of a killed postmaster go on after 10 s")
            await asyncio.sleep(0.01)

    def children(self) -> list[int]:
        """The pids of the postmaster's own processes."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and _parent(int(entry)) == self.pid:
                found.append(int(entry))
        return found

    async def stop(self) -> None:
        """Ends it: fast, and if that takes long, at once."""
        process = self._postmaster
        if process is None or process.returncode is not None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(number)
            try:
                await asyncio.wait_for(process.wait(), 10)
                return
            except TimeoutError:
                continue


def _stat(pid: int) -> list[str]:
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    name_end = text.rindex(")")
    return [text[text.index("(") + 1:name_end], *text[name_end + 2:].split()]


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[2]) if fields else 0


def _is_postgres(pid: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and fields[0] == "postgres" and fields[1] != "Z"
