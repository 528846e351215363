"""Runs the same messages through a server left in peace and one that is killed, and compares what processes said."""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import outcome
import town
from node import Node

PROCESSES = 3  # a classifier, the topic finder, the router


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fill(node: Node, messages: Path) -> None:
    with messages.open(encoding="utf-8") as file:
        fields = json.loads(file.readline())
    node.run("import", "feedback", str(messages), "--map", ",".join(f"{field}={field}" for field in fields))


def prepare(node: Node, labelled: Path) -> None:
    """Organizations, rules, labels and the model that is learnt from them."""
    for code, name in [("city", "City"), ("works", "Public works")]:
        node.request("POST", "/v1/organizations", {"code": code, "names": {"en": name}})
    categories = [{"code": want[0], "names": {"en": want[0]}} for want in town.WANTS]
    node.request("POST", "/v1/taxonomy", {"categories": categories})
    node.request(
        "POST",
        "/v1/routing",
        {
            "routes": [{"responsible": "city"}, {"category": "lighting", "responsible": "works"}],
            "deadlines": [{"hours": 360}],
        },
    )
    fill(node, labelled)
    settle(node, processes=2)
    model = node.request("POST", "/v1/models", {"target": "category"})
    node.request("POST", f"/v1/models/{model['model']}/activate", {"threshold": 0.5})
    settle(node, processes=PROCESSES)


def settle(node: Node, processes: int = PROCESSES) -> None:
    """Waits until the processes, and the read model of topics, have the whole log."""
    deadline = time.monotonic() + 7_200
    told = time.monotonic()
    while time.monotonic() < deadline:
        count = int(node.rows("SELECT count(*) FROM projections.process_checkpoints")[0][0])
        head, processed, projected = outcome.head(node), outcome.processed(node), outcome.projected(node)
        if count >= processes and processed >= head and projected >= head:
            return
        if time.monotonic() - told > 60:
            told = time.monotonic()
            tell(f"  {head - processed} events not processed, {head - projected} not projected, of {head}")
        time.sleep(0.3)
    raise SystemExit("The processes did not come to the end of the log within two hours.")


def disturb(node: Node, kills: int, longest: float, draw: random.Random) -> int:
    """Kills it until it was killed often enough, or nothing is left to do.

    Returns how many of the kills came while processes still had something to do.
    """
    timely = 0
    for number in range(kills):
        time.sleep(draw.uniform(0.05, longest))
        left = outcome.head(node) - outcome.processed(node)
        with_database = draw.random() < 0.4
        node.kill(with_database)
        timely += left > 0
        tell(f"  kill {number + 1} of {kills}: {'server and PostgreSQL' if with_database else 'server'}, {left} events unread")
        node.start()
    return timely


def difference(what: str, left: list[list[str]], right: list[list[str]]) -> list[str]:
    if left == right:
        return []
    first = next((pair for pair in zip(left, right, strict=False) if pair[0] != pair[1]), None)
    return [f"{what}: {len(left)} rows in peace, {len(right)} through kills; first difference {first}"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/refine-through-kills", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--labelled", type=int, default=1_500)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--port", type=int, default=18_450)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    tell(f"{arguments.messages} messages, {arguments.kills} kills, seed {arguments.seed}")
    work = Path(tempfile.mkdtemp())
    work.chmod(0o755)
    nodes: list[Node] = []
    try:
        labelled, messages = work / "labelled.ndjson", work / "messages.ndjson"
        town.write(labelled, arguments.labelled, arguments.labelled, arguments.seed)
        town.write(messages, arguments.messages, 0, arguments.seed + 1)
        text = messages.read_text(encoding="utf-8").replace('"externalId": "m', '"externalId": "n')
        messages.write_text(text, encoding="utf-8")
        peace = Node(arguments.binary, work / "peace", arguments.port)
        nodes = [peace]
        peace.start()
        tell("Training")
        prepare(peace, labelled)
        tell("Storing the messages")
        fill(peace, messages)
        peace.stop()
        # A copy: the same messages in the same order, the same secrets and so the same sketches of their words, and the same
        # model; most of them the processes have not read yet.
        killed = peace.copy(work / "killed", arguments.port + 1)
        nodes.append(killed)
        peace.start()
        began = time.monotonic()
        unread = outcome.head(peace) - outcome.processed(peace)
        tell(f"Left in peace, from {unread} events unread")
        settle(peace)
        seconds = time.monotonic() - began
        events = outcome.head(peace)
        tell(f"  {events} events, {seconds:.0f} s")
        peace.stop()
        tell("Through kills")
        killed.start()
        # Long enough to come further now and then: a finder reads the log again before it goes on.
        timely = disturb(killed, arguments.kills, max(2.5, arguments.messages / 6_000), draw)
        settle(killed)
        peace.start()
        settle(peace)
        problems = difference("the order of the messages", outcome.order(peace), outcome.order(killed))
        left, right = outcome.said(peace), outcome.said(killed)
        problems += difference("what was said", left, right)
        topics = outcome.gathered(peace)
        problems += difference("topics", topics, outcome.gathered(killed))
        for node in nodes:
            problems += [f"said twice in {node.home.name}: {row}" for row in outcome.twice(node)]
        if timely == 0:
            problems.append("no kill came while processes had something to do: take more messages")
        result = {
            "messages": arguments.messages + arguments.labelled,
            "events": events,
            "unread": unread,
            "seconds_in_peace": round(seconds),
            "kills": arguments.kills,
            "timely_kills": timely,
            "words": len(left),
            "topics": len({row[2] for row in topics}),
            "seed": arguments.seed,
            "problems": problems,
        }
        if arguments.json:
            print(json.dumps(result))
        else:
            for name, value in result.items():
                print(f"{name:18} {value}")
            print("The same, word for word." if not problems else "DIFFERENT")
        return 1 if problems else 0
    finally:
        for node in nodes:
            try:
                node.stop()
            finally:
                data = node.home / "postgres"
                if data.exists():
                    shutil.rmtree(data.resolve(), ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
