"""What operators do all the time, and what accidents do: the database stays itself, and so does the epoch."""

from checks import check_unnoticed
from drill import DATABASE, Drill

_VAULT = ("passages", "persons", "intakes", "secrets")


async def restart(drill: Drill) -> None:
    """Both are stopped and started."""
    await drill.begin()
    await drill.running.stop()
    await drill.origin.stop()
    await drill.origin.start()
    await _start_again(drill)


async def crash(drill: Drill) -> None:
    """kill -9 of server and PostgreSQL, which recovers from its WAL."""
    await drill.begin()
    await drill.running.node.kill()
    await drill.origin.kill_postmaster()
    await drill.origin.start()
    await _start_again(drill)


async def vacuum_full(drill: Drill) -> None:
    """Forgotten words are taken off the disk: tables get other files."""
    await drill.begin()
    for table in _VAULT:
        await drill.origin.run(f"VACUUM FULL vault.{table}", DATABASE)
    await drill.origin.run("VACUUM FULL log.heads", DATABASE)
    await drill.running.stop()
    await _start_again(drill)


async def unused_backups(drill: Drill) -> None:
    """Backups are taken and kept."""
    await drill.begin()
    await drill.server("backup").base_backup_of(drill.origin)
    await drill.dump(drill.origin)
    await drill.running.stop()
    await _start_again(drill)


async def _start_again(drill: Drill) -> None:
    drill.running = drill.chorus(drill.origin.url(DATABASE))
    await drill.running.start()
    await check_unnoticed(drill, drill.running, drill.origin)
