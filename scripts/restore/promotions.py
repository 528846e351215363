"""Another server takes over: a standby that is promoted, a newer PostgreSQL."""

from checks import check_noticed
from drill import DATABASE, Drill
from restores import CLUSTER, TIMELINE
from server import Server, installed_versions, until

REFUSAL = "PostgreSQL is a standby, which takes no messages"


async def promotion(drill: Drill) -> None:
    """The primary is stopped, which sends everything; the standby is promoted under a server that points to both."""
    standby = await _begin_with_standby(drill)
    await drill.origin.stop()
    await standby.run_tool("pg_ctl", "promote", "--wait", "--pgdata", str(standby.data))
    await check_noticed(drill, standby, TIMELINE, running=drill.running)


async def late_promotion(drill: Drill) -> None:
    """The primary dies while the standby is behind: what it had alone is lost."""
    standby = await _begin_with_standby(drill)
    await standby.stop()
    await drill.lose()
    await drill.origin.kill_postmaster()
    await standby.start()
    await standby.run_tool("pg_ctl", "promote", "--wait", "--pgdata", str(standby.data))
    await check_noticed(drill, standby, TIMELINE, running=drill.running)


async def standby_refused(drill: Drill) -> None:
    """A server that points to a standby alone would not notice its promotion: it does not start."""
    standby = await _begin_with_standby(drill)
    lost = drill.chorus(standby.url(DATABASE))
    try:
        await lost.start()
        drill.wrong.append("a server on a standby became ready")
    except RuntimeError:
        drill.expect(REFUSAL in lost.said(), f"a server on a standby says: {lost.said()[-300:]}")
        drill.expect(not lost.node.is_alive, "a server on a standby goes on without being ready")
    head = drill.running.head()
    drill.expect(head["epoch"] == drill.early.epoch, "a standby that is not promoted began an epoch")


async def upgrade(drill: Drill) -> None:
    """pg_upgrade from the oldest installed version to the newest; with one version, from it to itself."""
    (old, old_programs), (new, new_programs) = installed_versions()[0], installed_versions()[-1]
    drill.notes.append(f"from {old} to {new}" + ("; no second version is installed" if old == new else ""))
    drill.origin = drill.server("old", versions=old_programs)
    await drill.origin.create()
    await drill.ground.prepare(drill.origin)
    await drill.begin_chorus()
    await drill.running.stop()
    await drill.origin.stop()
    upgraded = drill.server("new", versions=new_programs)
    await upgraded.create()
    await upgraded.stop()
    await upgraded.run_tool(
        "pg_upgrade", f"--old-bindir={old_programs}", f"--new-bindir={new_programs}",
        f"--old-datadir={drill.origin.data}", f"--new-datadir={upgraded.data}", "--username=chorus",
        f"--old-port={drill.origin.port}", f"--new-port={upgraded.port}",
    )
    await upgraded.start()
    await check_noticed(drill, upgraded, CLUSTER)


async def _begin_with_standby(drill: Drill) -> Server:
    """An installation with a streaming standby, and a server that points to both and wants the one that can write."""
    standby = drill.server("standby")
    url = drill.origin.url(DATABASE).replace(
        f"127.0.0.1:{drill.origin.port}", f"127.0.0.1:{drill.origin.port},127.0.0.1:{standby.port}"
    )
    await drill.begin(url=url + "&target_session_attrs=read-write")
    await standby.base_backup_of(drill.origin, "--write-recovery-conf")
    await standby.start_copy()
    if not await standby.is_standby():
        raise RuntimeError("the standby is none")
    await until(lambda: _has_all(drill.origin), 20, "the standby did not catch up")
    return standby


async def _has_all(primary: Server) -> bool:
    rows = await primary.run("SELECT replay_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication")
    return rows == [["t"]]
