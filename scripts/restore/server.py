"""PostgreSQL servers as operators handle them: backed up, copied, recovered, promoted."""

import asyncio
import os
import pathlib
import time
from collections.abc import Awaitable, Callable

from cluster import Cluster, programs


class CommandFailed(Exception):
    """A program of PostgreSQL, or of the system, did not do as asked."""


class Server(Cluster):
    """One cluster in a folder of its own, which may be the copy of another one's."""

    def __init__(
        self, folder: pathlib.Path, *, password: str | None = None, extra: str = "",
        versions: pathlib.Path | None = None,
    ) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder, extra)
        self.folder = folder
        self.data = self._data
        self.password = password or self.password
        self._programs = versions or self._programs
        self.give(folder)

    def give(self, path: pathlib.Path) -> None:
        """Hands a file or a folder to the account that PostgreSQL runs as."""
        if self._owner:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def address(self, database: str) -> str:
        """For PostgreSQL's programs: the password is in the environment, which a list of processes does not show."""
        return f"postgresql://chorus@127.0.0.1:{self.port}/{database}?sslmode=disable"

    async def run_tool(self, name: str, *arguments: str, folder: pathlib.Path | None = None) -> str:
        """Runs a program of PostgreSQL under its own account; raises `CommandFailed` with what it said."""
        return await run_command(
            *self._prefix, str(self._programs / name), *arguments, folder=folder or self.folder,
            environment={"PGPASSWORD": self.password},
        )

    def configure(self, lines: str, file: str = "postgresql.conf") -> None:
        """Adds settings; the last one counts."""
        with (self.data / file).open("a") as settings:
            settings.write(lines + "\n")
        self.give(self.data / file)

    async def start_copy(self) -> None:
        """Starts a data folder that came from elsewhere, at a port of its own."""
        self.configure(f"port = {self.port}")
        await self.start()

    async def copy_of(self, other: "Server") -> None:
        """Takes over the stopped `other`'s data folder, as `cp -a` does."""
        await other._until_older()
        await run_command("cp", "-a", str(other.data), str(self.data), folder=self.folder)

    async def base_backup_of(self, other: "Server", *options: str) -> None:
        """Takes a base backup of a running server into the data folder."""
        await other._until_older()
        await self.run_tool(
            "pg_basebackup", "--pgdata", str(self.data), "--dbname", other.address("postgres"), "--checkpoint=fast",
            "--no-sync", *options,
        )

    async def _until_older(self) -> None:
        """Waits for the end of the second in which the data folder was made: PostgreSQL tells its age in seconds."""
        made = int((self.data / "PG_VERSION").stat().st_ctime)

        async def is_older() -> bool:
            return time.time() >= made + 1

        await until(is_older, 5, "the clock stands still")

    async def is_standby(self) -> bool:
        (row,), = await self.run("SELECT pg_is_in_recovery()")
        return row == "t"

    async def until_primary(self) -> None:
        """Waits until recovery has ended."""
        await until(self._is_primary, 30, "PostgreSQL did not end its recovery")

    async def _is_primary(self) -> bool:
        return not await self.is_standby()


async def run_command(
    *command: str, folder: pathlib.Path | None = None, environment: dict[str, str] | None = None
) -> str:
    """Runs a program to its end and gives its output; raises `CommandFailed` with what it said."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder or "/", env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complaints = await process.communicate()
    except asyncio.CancelledError:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode:
        words = (said + complaints).decode(errors="replace").strip()
        raise CommandFailed(f"{' '.join(command)[-300:]}\n{words[-1500:]}")
    return said.decode(errors="replace")


async def until(holds: Callable[[], Awaitable[bool]], seconds: float, complaint: str) -> None:
    """Waits for something that another process does; raises `CommandFailed` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise CommandFailed(f"{complaint} within {seconds:.0f} s")
        await asyncio.sleep(0.05)


def installed_versions() -> list[tuple[int, pathlib.Path]]:
    """The server versions of this machine, the oldest first, as Debian keeps them; else the only one."""
    found = [
        (int(folder.name), folder / "bin")
        for folder in pathlib.Path("/usr/lib/postgresql").glob("*")
        if folder.name.isdigit() and (folder / "bin" / "postgres").exists()
    ]
    return sorted(found) or [(0, programs())]
