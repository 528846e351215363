"""What must be after a database came back as another one, and after it came back as the same."""

import pgclient
import views
from chorus import Chorus
from drill import DATABASE, Drill
from server import Server, until
from violations import Violations

REFUSED = "the database was restored, copied or promoted since"


async def check_noticed(
    drill: Drill, server: Server, reason: str, *, database: str = DATABASE, running: Chorus | None = None,
    by_itself: bool = True,
) -> None:
    """The database on `server` is another one than before: noticed before the first append, and usable.

    `running` is a server that went through it alive; else one is started. `by_itself`: no operator had to say so.
    """
    # Not counted now: a running server may have noticed already.
    before = drill.late.notices if running else 0
    chorus = running or drill.chorus(server.url(database))
    if running:
        await until(lambda: _has_another_epoch(running, drill.late.epoch), 30, "the running server noticed nothing")
    else:
        await chorus.start()
    drill.running = chorus
    client = await server.connect(database)
    try:
        await _check_epoch(drill, client, chorus, reason, before, by_itself)
        _check_refusals(drill, chorus)
        await _check_receipts_before(drill, chorus)
        await _check_retries(drill, chorus, server, database)
        _check_new_messages(drill, chorus)
        await _check_order(drill, client)
        await _check_rights(drill, client)
    finally:
        client.close()
    await _check_sound(drill, chorus, server.url(database))
    found = await chorus.verify(drill.late.receipt)
    expected = ["rewritten"] if drill.lost else []
    drill.expect(
        found["default"] == expected,
        f"with new messages in place of the lost ones, verify with the later receipt finds {found['default']}",
    )


async def check_unnoticed(drill: Drill, chorus: Chorus, server: Server) -> None:
    """The database is the same as before: the epoch stays, and so does all that was kept."""
    head = chorus.head()
    drill.expect(head["epoch"] == drill.late.epoch, "a new epoch began without a reason")
    drill.expect(not chorus.notices(), f"the server warns: {chorus.notices()}")
    (epochs,), = await server.run("SELECT count(*) FROM log.epochs", DATABASE)
    drill.expect(int(epochs) == drill.late.epochs, f"log.epochs has {epochs} rows instead of {drill.late.epochs}")
    drill.expect(head["chain"] == drill.late.chain, "the chain is another one")
    for path in (drill.late.link, f"/v1/demands?min_position={drill.late.cursor}"):
        answer = chorus.ask("GET", path)
        drill.expect(answer.status == 200, f"a cursor of this epoch gives {answer.status}: {answer.text[:200]}")
    await _check_receipts_before(drill, chorus)
    await _check_retries(drill, chorus, server, DATABASE)
    _check_new_messages(drill, chorus)
    await _check_views(drill, chorus, server.url(DATABASE))


async def _check_sound(drill: Drill, chorus: Chorus, url: str) -> None:
    """The log verifies, an old receipt holds, the views say what the log says, and a rebuild gives the same."""
    found = await chorus.verify(drill.early.receipt)
    drill.expect(not any(found.values()), f"verify with the receipt of before the backup finds {found}")
    await _check_views(drill, chorus, url)
    await chorus.stop()
    violations = Violations()
    await views.check_rebuilt(drill.ground.binary, url, str(drill.folder), violations)
    drill.wrong += violations.examples


async def _check_views(drill: Drill, chorus: Chorus, url: str) -> None:
    head = chorus.head()
    page = chorus.ask("GET", f"/v1/demands?limit=2&min_position={head['cursor']}")
    drill.expect(page.status == 200, f"new positions are not projected: {page.status} {page.text[:200]}")
    violations = Violations()
    await views.check_counts(url, violations)
    drill.wrong += violations.examples


async def _has_another_epoch(chorus: Chorus, epoch: str) -> bool:
    try:
        head = chorus.ask("GET", "/v1/log/head")
    except OSError:
        return False
    return head.status == 200 and head.body["epoch"] != epoch and chorus.ask("GET", "/readyz").status == 200


async def _check_epoch(
    drill: Drill, client: pgclient.Client, chorus: Chorus, reason: str, before: int, by_itself: bool
) -> None:
    head, early = chorus.head(), drill.early
    if not drill.expect(head["epoch"] != drill.late.epoch, "no new epoch began"):
        return
    drill.expect(
        (head["position"], head["chain"]) == (early.position, early.chain),
        f"the log ends at {head['position']} instead of {early.position}",
    )
    began = head["epochBegan"]
    drill.noticed = {"reason": began["reason"], "afterPosition": began["afterPosition"], "epoch": head["epoch"]}
    drill.expect(began["reason"] == reason, f"the head's reason is '{began['reason']}' instead of '{reason}'")
    rows = await client.query(
        """
        SELECT h.tenant_id, e.after_position, e.reason, h.epoch
        FROM log.heads AS h
        LEFT JOIN log.epochs AS e
            ON e.tenant_id = h.tenant_id
            AND e.epoch = h.epoch
        ORDER BY h.tenant_id
        """
    )
    stored = [(int(row[0]), int(row[1] or -1), row[2], row[3]) for row in rows]
    expected = [(tenant, position, reason) for tenant, position in sorted(early.heads.items())]
    drill.expect(
        [row[:3] for row in stored] == expected, f"log.epochs says {stored} where {expected} was to be expected"
    )
    (epochs,), = await client.query("SELECT count(*) FROM log.epochs")
    more = int(epochs) - early.epochs
    drill.expect(more == len(early.heads), f"{more} epochs began for {len(early.heads)} tenants")
    warned = sorted((n.tenant, n.after, n.reason, n.epoch) for n in chorus.notices()[before:])
    drill.expect(
        warned == (sorted(stored) if by_itself else []), f"the server's log warns of {warned}, the database of {stored}"
    )


def _check_refusals(drill: Drill, chorus: Chorus) -> None:
    kept = {"early": drill.early, "late": drill.late}
    for name, at in kept.items():
        for path in (at.link, f"/v1/demands?min_position={at.cursor}", f"/v1/groups?min_position={at.cursor}"):
            answer = chorus.ask("GET", path)
            problem = answer.body if answer.status >= 400 else {}
            drill.expect(
                answer.status == 410 and problem.get("code") == "epoch-changed"
                and problem.get("detail", "").startswith(REFUSED),
                f"{path.partition('=')[0]}= of the {name} epoch is answered with {answer.status}: {answer.text[:200]}",
            )
    answer = chorus.ask("GET", f"/v1/demands?limit=2&min_position={chorus.head()['cursor']}")
    drill.expect(answer.status == 200, f"without a cursor, demands are answered with {answer.status}")


async def _check_receipts_before(drill: Drill, chorus: Chorus) -> None:
    found = await chorus.verify(drill.late.receipt)
    expected = ["cut-off"] if drill.lost else []
    drill.expect(found["default"] == expected, f"the later receipt: verify finds {found['default']}: not {expected}")
    drill.expect(not found["north"], f"verify finds {found['north']} in a log that lost nothing")


async def _count_spoken(server: Server, database: str) -> int:
    """Events of those who spoke; what processes say of them comes when it comes."""
    (count,), = await server.run("SELECT count(*) FROM log.events WHERE actor NOT LIKE 'system:%'", database)
    return int(count)


async def _check_retries(drill: Drill, chorus: Chorus, server: Server, database: str) -> None:
    """Sent again, a message meets itself; one that was lost is stored, once, under the id that it had."""
    before = await _count_spoken(server, database)
    for external, first in drill.answers.items():
        is_lost = external in drill.lost
        again = drill.send(chorus, external)
        same = again.body == first if not is_lost else again.body.get("id") == first["id"]
        drill.expect(
            again.status in (200, 201) and same and again.body.get("trackingCode") == first["trackingCode"],
            f"{external}, sent again, is answered with {again.status} {again.text[:200]}",
        )
        if is_lost:
            third = drill.send(chorus, external)
            drill.expect(third.body == again.body, f"{external}, sent once more, is answered with {third.text[:200]}")
    events = 2 * len(drill.lost)  # FeedbackReceived, DemandOpened
    grown = await _count_spoken(server, database) - before
    drill.expect(grown == events, f"messages that were sent again added {grown} events instead of {events}")


def _check_new_messages(drill: Drill, chorus: Chorus) -> None:
    position = chorus.head()["position"]
    for number in range(2):
        answer = drill.send(chorus, f"new-{number}")
        drill.expect(answer.status == 201, f"a new message is answered with {answer.status}: {answer.text[:200]}")
        drill.expect(
            position < answer.body.get("position", 0) <= chorus.head()["position"], "a new message has an old position"
        )


async def _check_order(drill: Drill, client: pgclient.Client) -> None:
    """The epoch was written before anything was appended to it."""
    rows = await client.query(
        """
        SELECT count(*), COALESCE(bool_and(v.recorded_at > e.began_at), true)
        FROM log.heads AS h
        JOIN log.epochs AS e
            ON e.tenant_id = h.tenant_id
            AND e.epoch = h.epoch
        JOIN log.events AS v
            ON v.tenant_id = e.tenant_id
            AND v.position > e.after_position
        """
    )
    (count, is_first), = rows
    drill.expect(int(count) > 0 and is_first == "t", "events of the new epoch were recorded before it began")


async def _check_rights(drill: Drill, client: pgclient.Client) -> None:
    """What readers may not do here they may not do there."""
    (temporary, create), = await client.query(
        """
        SELECT has_database_privilege('chorus_default_analyst', current_database(), 'TEMPORARY'),
            has_schema_privilege('chorus_default_analyst', 'public', 'CREATE')
        """
    )
    drill.expect(temporary == "f", "analysts may make temporary tables: the database's own grants were not restored")
    drill.expect(create == "f", "analysts may make tables in schema public")
    (count,), = await client.query(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'log.events'::regclass AND NOT tgisinternal"
    )
    drill.expect(int(count) > 0, "log.events lost its triggers")
