"""Backups put back: base backups, dumps, copied folders, a disk's snapshot."""

import os
import pathlib
import shutil

from checks import check_noticed
from drill import DATABASE, Drill
from server import Server, run_command, until

CLUSTER = "another cluster: a dump was restored, or PostgreSQL was upgraded"
TIMELINE = "another timeline: a standby was promoted, or an earlier time was recovered"
OTHER_DATABASE = "another database of the cluster: it was restored or copied"
TABLES = "other tables in the database: a dump was restored over it"
FOLDER = "another data folder: it was copied, or restored from a base backup"

# What `pg_dump` does not hold unless the restore makes the database itself (docs/operations.md).
REVOKE = "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC"


async def base_backup(drill: Drill) -> None:
    """Started as it is: it recovers the WAL that came with it, and stays on its timeline."""
    await drill.begin()
    restored = drill.server("restored")
    await restored.base_backup_of(drill.origin)
    await drill.lose()
    await _end(drill)
    await restored.start_copy()
    await check_noticed(drill, restored, FOLDER)


async def point_in_time(drill: Drill) -> None:
    """A base backup and the archived WAL, up to a time before the accident."""
    await drill.begin("archive_mode = on\narchive_command = 'test ! -f ../archive/%f && cp %p ../archive/%f'")
    archive = drill.origin.folder / "archive"
    archive.mkdir()
    drill.origin.give(archive)
    restored = drill.server("restored")
    await restored.base_backup_of(drill.origin)
    drill.speak("archived", 3)
    drill.early = await drill.keep("early")
    (moment,), = await drill.origin.run("SELECT clock_timestamp()")
    await drill.lose()
    (segment,), = await drill.origin.run("SELECT pg_walfile_name(pg_current_wal_lsn())")
    await drill.origin.run("SELECT pg_switch_wal()")
    await until(lambda: _is_there(archive / segment), 30, "the WAL was not archived")
    await _end(drill)
    restored.configure(
        f"restore_command = 'cp ../../{drill.origin.folder.name}/archive/%f %p'\n"
        f"recovery_target_time = '{moment}'\nrecovery_target_action = promote\narchive_mode = off"
    )
    restored.configure("", "recovery.signal")
    await restored.start_copy()
    await restored.until_primary()
    await check_noticed(drill, restored, TIMELINE)


async def dump_elsewhere(drill: Drill) -> None:
    """Into a new cluster: the roles first, which belong to no database."""
    await drill.begin()
    dump = await drill.dump(drill.origin)
    roles = drill.folder / "roles.sql"
    await drill.origin.run_tool(
        "pg_dumpall", "--roles-only", f"--file={roles}", f"--dbname={drill.origin.address('postgres')}"
    )
    await drill.lose()
    await _end(drill)
    other = drill.server("other")
    await other.create()
    # The login that one restores with exists already: that one error is no harm.
    await other.run_tool("psql", "--quiet", "--no-psqlrc", f"--file={roles}", other.address("postgres"))
    await _restore(other, "postgres", dump, "--create")
    await check_noticed(drill, other, CLUSTER)


async def dump_beside(drill: Drill) -> None:
    """Into a new database of the same cluster."""
    await drill.begin()
    dump = await drill.dump(drill.origin)
    await drill.lose()
    await drill.running.stop()
    await drill.origin.run("CREATE DATABASE restored")
    await drill.origin.run(REVOKE.format("restored"))
    await _restore(drill.origin, "restored", dump)
    await check_noticed(drill, drill.origin, OTHER_DATABASE, database="restored")


async def dump_over(drill: Drill) -> None:
    """Over the database itself, whose projections were rebuilt since."""
    await drill.begin()
    dump = await drill.dump(drill.origin)
    await drill.lose()
    await drill.running.command("projections", "rebuild", "demand_board")
    await drill.running.stop()
    await _restore(drill.origin, DATABASE, dump, "--clean", "--if-exists")
    await check_noticed(drill, drill.origin, TABLES)


async def dump_instead(drill: Drill) -> None:
    """In place of the database, which is dropped and made again by pg_restore."""
    await drill.begin()
    dump = await drill.dump(drill.origin)
    await drill.lose()
    await drill.running.stop()
    await _restore(drill.origin, "postgres", dump, "--clean", "--create")
    await check_noticed(drill, drill.origin, OTHER_DATABASE)


async def copied_folder(drill: Drill) -> None:
    """The data folder of a stopped cluster, moved: nothing is lost, but the old one may go on as well."""
    await drill.begin()
    await _end(drill)
    copy = drill.server("copy")
    await copy.copy_of(drill.origin)
    await copy.start_copy()
    await check_noticed(drill, copy, FOLDER)


async def template(drill: Drill) -> None:
    """CREATE DATABASE … TEMPLATE, which copies files."""
    await drill.begin()
    await drill.running.stop()
    await drill.origin.run(f"CREATE DATABASE copied TEMPLATE {DATABASE}")
    await drill.origin.run(REVOKE.format("copied"))
    await check_noticed(drill, drill.origin, OTHER_DATABASE, database="copied")


async def disk_snapshot(drill: Drill) -> None:
    """The limit: files with older content look the same from inside. The operator says it; a receipt shows it."""
    await drill.begin()
    await _end(drill)
    snapshot = drill.folder / "snapshot"
    await run_command("cp", "-a", str(drill.origin.data), str(snapshot))
    await drill.origin.start()
    drill.running = drill.chorus(drill.origin.url(DATABASE))
    await drill.running.start()
    await drill.lose()
    await _end(drill)
    put_back(snapshot, drill.origin)
    await drill.origin.start()

    unsaid = drill.chorus(drill.origin.url(DATABASE))
    await unsaid.start()
    drill.expect(
        unsaid.head()["epoch"] == drill.late.epoch and not unsaid.notices(),
        "a disk's snapshot was noticed from inside: say so in docs/log.md and docs/reliability.md",
    )
    drill.expect(unsaid.head()["position"] == drill.early.position, "the snapshot was not put back")
    await unsaid.stop()
    found = (await unsaid.verify(drill.late.receipt))["default"]
    drill.expect(found == ["cut-off"], f"after a disk's snapshot, verify with the later receipt finds {found}")
    reason = "the disk's snapshot was put back"
    status, said = await unsaid.command("log", "new-epoch", "--reason", reason)
    drill.expect(status == 0, f"chorus log new-epoch ended with {status}: {said[-300:]}")
    await check_noticed(drill, drill.origin, reason, by_itself=False)
    drill.notes.append("not noticed from inside: receipt and `chorus log new-epoch`")


def put_back(snapshot: pathlib.Path, server: Server) -> None:
    """Gives every file its old content within its own inode, as a disk's snapshot does."""
    folders = {path.relative_to(snapshot) for path in snapshot.rglob("*") if path.is_dir()}
    files = {path.relative_to(snapshot) for path in snapshot.rglob("*") if not path.is_dir()}
    for path in sorted(server.data.rglob("*"), reverse=True):
        name = path.relative_to(server.data)
        if path.is_dir() and name not in folders:
            shutil.rmtree(path)
        elif path.is_file() and name not in files:
            path.unlink()
    for name in sorted(folders):
        if not (server.data / name).exists():
            (server.data / name).mkdir(mode=0o700)
            server.give(server.data / name)
    for name in sorted(files):
        old, new = snapshot / name, server.data / name
        content = old.read_bytes()
        if new.exists() and new.read_bytes() == content:
            continue
        is_new = not new.exists()
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(content)
            file.truncate()
        if is_new:
            server.give(new)


async def _end(drill: Drill) -> None:
    """The server ends, then its database."""
    await drill.running.stop()
    await drill.origin.stop()


async def _restore(server: Server, database: str, dump: pathlib.Path, *options: str) -> None:
    await server.run_tool("pg_restore", "--exit-on-error", *options, f"--dbname={server.address(database)}", str(dump))


async def _is_there(path: pathlib.Path) -> bool:
    return path.exists()
