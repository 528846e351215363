"""The restore drill's command line; scripts/restore-drill calls it with the program to test."""

import argparse
import asyncio
import dataclasses
import json
import pathlib
import signal
import sys
import time
import traceback
from typing import Any

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from cases import CASES, Case  # noqa: E402 (both folders must be on the path)
from drill import Drill, Ground  # noqa: E402

# Each takes a few seconds; on a machine that has much else to do, many.
CASE_SECONDS = 180


@dataclasses.dataclass
class Result:
    case: Case
    wrong: list[str]
    noticed: dict[str, Any]
    lost: int
    notes: list[str]
    seconds: float

    def as_fields(self) -> dict[str, Any]:
        return {
            "case": self.case.name, "what": self.case.what, "ok": not self.wrong, "isAnother": self.case.is_another,
            "noticed": self.noticed or None, "lostMessages": self.lost, "notes": self.notes, "wrong": self.wrong,
            "seconds": round(self.seconds, 1),
        }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/restore-drill",
        description="Restores, copies, promotes and upgrades databases with messages in them, and shows that Chorus "
        "notices each before its first append.",
        epilog="Exit status 0: everything was as it must be.",
    )
    names = [case.name for case in CASES]
    parser.add_argument("--only", metavar="A,B", help=f"of {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a case on stdout, no table")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    chosen = parsed.only.split(",") if parsed.only else names
    for name in chosen:
        if name not in names:
            parser.error(f"{name} is no case; there are: {', '.join(names)}")
    parsed.cases = [case for case in CASES if case.name in chosen]
    return parsed


async def play(case: Case, ground: Ground) -> Result:
    """Plays one case; whatever goes wrong in it is its own."""
    begun = time.monotonic()
    drill = Drill(ground, case.name)
    logs = ""
    try:
        async with asyncio.timeout(CASE_SECONDS), drill:
            try:
                await case.play(drill)
            except Exception as error:
                drill.wrong.append(f"the case broke off: {error!r}")
                logs = traceback.format_exc()
            finally:
                # Too late it is cancelled, and the logs are of use too.
                if drill.wrong or sys.exc_info()[1]:
                    logs += tails(drill.folder)
    except TimeoutError:
        drill.wrong.append(f"the case did not end within {CASE_SECONDS} s")
    if logs:
        print(logs, file=sys.stderr)
    return Result(case, drill.wrong, drill.noticed, len(drill.lost), drill.notes, time.monotonic() - begun)


def tails(folder: pathlib.Path) -> str:
    """The ends of the logs of everything that ran, which are gone with the case."""
    parts = []
    for log in sorted(folder.rglob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-25:]
        parts += [f"--- {log.relative_to(folder)}", *lines]
    return "\n".join(parts)


def progress(result: Result) -> None:
    found = "ok" if not result.wrong else "WRONG"
    print(f"{result.case.name}: {found} ({result.seconds:.1f} s)", file=sys.stderr, flush=True)
    for what in result.wrong:
        print(f"  {what}", file=sys.stderr, flush=True)


def table(results: list[Result]) -> str:
    rows = [["what was done", "noticed", "messages lost", "as it must be"], ["---"] * 4]
    for result in results:
        noticed = result.noticed.get("reason", "nothing to notice" if not result.case.is_another else "NOT NOTICED")
        what = result.case.what + (f" ({'; '.join(result.notes)})" if result.notes else "")
        rows.append([what, noticed, str(result.lost), "NO" if result.wrong else "yes"])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


async def run(options: argparse.Namespace) -> int:
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    results = []
    begun = time.monotonic()
    async with Ground(options.binary) as ground:
        for case in options.cases:
            results.append(await play(case, ground))
            progress(results[-1])
            if options.json:
                print(json.dumps(results[-1].as_fields(), ensure_ascii=False), flush=True)
    if not options.json:
        print(table(results))
    wrong = sum(bool(result.wrong) for result in results)
    print(
        f"{len(results)} cases in {time.monotonic() - begun:.0f} s, "
        + (f"{wrong} NOT as they must be." if wrong else "all as they must be."),
        file=sys.stderr,
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    chosen = arguments()
    if chosen.list:
        print("\n".join(f"{case.name:16}{case.what}" for case in chosen.cases))
        sys.exit()
    try:
        sys.exit(asyncio.run(run(chosen)))
    except asyncio.CancelledError:
        sys.exit("Broken off; everything that was started has ended.")
