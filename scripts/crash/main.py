"""The crash campaign's command line; scripts/crash-test calls it with the program to test."""

import argparse
import asyncio
import pathlib
import shutil
import signal
import sys
import tempfile

import controls
from campaign import Campaign, print_repeat, report, run_cycle, summary
from examination import Book
from faults import FAULTS
from stage import Stage


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/crash-test",
        description="Kills servers and cuts connections under load; checks from outside that nothing acknowledged was "
        "lost or doubled.",
        epilog="Exit status 0: nothing was violated (with --control: every defect was found out). The same command "
        "with the same --state goes on after the last finished cycle.",
    )
    parser.add_argument("--cycles", type=int, default=len(FAULTS), metavar="N", help="in all; default: one of each kind")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the campaign; a cycle's follows from it")
    parser.add_argument("--kinds", default=",".join(FAULTS), metavar="A,B", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--state", type=pathlib.Path, metavar="FOLDER", help="keeps what is done (default: nothing)")
    parser.add_argument("--repeat", type=int, metavar="SEED", help="one cycle with this seed, of the first of --kinds")
    parser.add_argument(
        "--control", metavar="KIND",
        help=f"shows that the checker sees: defective stand-ins under a fault, or {controls.TAMPERING}; or all",
    )
    parser.add_argument("--summary", action="store_true", help="only the table of what --state holds")
    parser.add_argument("--json", action="store_true", help="one JSON object a cycle or control on stdout, no table")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    parsed.kinds = parsed.kinds.split(",")
    for kind in parsed.kinds:
        if kind not in FAULTS:
            parser.error(f"{kind} is no kind of fault; there are: {', '.join(FAULTS)}")
    if parsed.control and parsed.control not in controls.KINDS:
        parser.error(f"{parsed.control} has no control; there are: {', '.join(controls.KINDS)}")
    if parsed.summary and not parsed.state:
        parser.error("--summary needs --state")
    return parsed


async def campaign(options: argparse.Namespace, folder: pathlib.Path) -> bool:
    """Runs what is left, shows the table; whether nothing was violated."""
    all_cycles = Campaign(folder, options.seed, options.kinds)
    if not options.summary:
        all_cycles.check_state()
        await all_cycles.run(options.binary, options.cycles, options.json)
    lines = all_cycles.finished()
    if not options.json:
        print(summary(lines))
    return not any(line["violations"] for line in lines)


async def repeat(options: argparse.Namespace, folder: pathlib.Path) -> bool:
    """One cycle in a new database. The moments of the machine are not the seed's: it may end in another way."""
    async with Stage(options.binary) as stage:
        book = Book(stage.DATABASE, stage.folder / "history.ndjson")
        line = await run_cycle(stage, book, options.kinds[0], options.repeat, 1, folder)
    report(line, 1, 0, options.json)
    if line["violations"]:
        print_repeat(line, folder)
    return not line["violations"]


async def run(options: argparse.Namespace) -> int:
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    if options.control:
        return 0 if await controls.run(options.binary, options.control, options.seed, options.json) else 1
    folder = options.state or pathlib.Path(tempfile.mkdtemp(prefix="chorus-crash-state-"))
    is_well = False
    try:
        is_well = await (repeat if options.repeat is not None else campaign)(options, folder)
    finally:
        if not options.state and (is_well or not (folder / "failed").exists()):
            shutil.rmtree(folder)
    return 0 if is_well else 1


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("The crash campaign needs Python 3.11 or later.")
    try:
        sys.exit(asyncio.run(run(arguments())))
    except asyncio.CancelledError:
        sys.exit("Broken off; everything that was started has ended.")
