"""The drill's list: what is done, and whether the database is another one afterwards."""

import dataclasses
from collections.abc import Awaitable, Callable

import promotions
import restores
import same
from drill import Drill


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    what: str
    play: Callable[[Drill], Awaitable[None]]
    is_another: bool = True


CASES = [
    Case("base-backup", "a base backup started", restores.base_backup),
    Case("point-in-time", "a base backup and archived WAL, to an earlier time", restores.point_in_time),
    Case("dump-elsewhere", "pg_dump restored into another cluster", restores.dump_elsewhere),
    Case("dump-beside", "pg_dump restored into another database", restores.dump_beside),
    Case("dump-over", "pg_dump restored over the database (--clean)", restores.dump_over),
    Case("dump-instead", "pg_dump restored instead of it (--clean --create)", restores.dump_instead),
    Case("copied-folder", "the data folder copied (cp -a)", restores.copied_folder),
    Case("template", "CREATE DATABASE … TEMPLATE", restores.template),
    Case("promotion", "a standby promoted, its primary stopped", promotions.promotion),
    Case("late-promotion", "a standby promoted that was behind", promotions.late_promotion),
    Case("upgrade", "pg_upgrade", promotions.upgrade),
    Case("disk-snapshot", "a disk's snapshot put back", restores.disk_snapshot),
    Case("standby", "a server pointed to a standby", promotions.standby_refused, is_another=False),
    Case("restart", "a restart", same.restart, is_another=False),
    Case("crash", "kill -9 and recovery", same.crash, is_another=False),
    Case("vacuum-full", "VACUUM FULL of the vault", same.vacuum_full, is_another=False),
    Case("unused-backups", "backups taken and not used", same.unused_backups, is_another=False),
]
