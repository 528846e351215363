"""Walks demands to their answers over HTTP and prints the rates beside pandas'; status 1 when one differs."""

import argparse
import json
import re
import sys
import time
from pathlib import Path

import figures
import invented
import real
from server import Server, progress

# Routes of the contract that belong to the workflow; whatever is added there is walked here, or the walk fails.
WORKFLOW = re.compile(
    r"^/v1/(demands/\{id\}(/.+)?|replies|topics/\{topic\}/reply|inbox|routing|feedback/.+|track(/.+)?)$"
)
# Walked elsewhere: models and topics by scripts/evaluate, briefs by docs/briefs.md, single messages by everybody.
ELSEWHERE = {
    ("GET", "/v1/demands/{id}/explanation"),
    ("POST", "/v1/demands/{id}/topic"),
    ("GET", "/v1/feedback/{id}"),
    ("GET", "/v1/track/briefs"),
    ("POST", "/v1/track/briefs/{brief}/check"),
}
# Tracking codes of one address are limited to 60 at once.
FOLLOWED = 12
# As many as analysts need to see a figure, and one more.
CONTENT = 6


def contract(server: Server) -> set[tuple[str, str]]:
    """Methods and paths of the workflow as /openapi.yaml has them."""
    _, text, _ = server._exchange("GET", "/openapi.yaml", None, {})
    found: set[tuple[str, str]] = set()
    path = ""
    for line in text.splitlines():
        if line.startswith("components:"):
            break
        if match := re.match(r"^  (/[^:]+):$", line):
            path = match[1]
        elif (match := re.match(r"^    (get|post|put|delete):$", line)) and WORKFLOW.match(path):
            found.add((match[1].upper(), path))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/walk-demands", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with teddy-c")
    parser.add_argument("--limit", type=int, help="so many messages only; all by default")
    parser.add_argument("--json", action="store_true", help="one JSON array instead of the table")
    parser.add_argument("--control", action="store_true", help="walk it wrongly; status 0 when that is seen")
    for name in ["--url", "--reviewer", "--analyst"]:
        parser.add_argument(name, required=True, help=argparse.SUPPRESS)
    for name in ["--keys", "--binary"]:
        parser.add_argument(name, type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    began = time.monotonic()
    keys = {file.stem: file.read_text(encoding="utf-8").strip() for file in arguments.keys.glob("*.key")}
    server = Server(arguments.url, keys, arguments.binary, arguments.reviewer, arguments.analyst)

    letters = real.read(arguments.data, arguments.limit)
    real.start(server, letters)
    real.answer(server, letters, days_late=1 if arguments.control else 0)
    server.settle()
    found = figures.of_replies(server, letters)
    told = [change for change in real.changes(server) if change["what"] in ("answered", "acknowledged")]
    found.append(figures.Figure("replies in the changes that the collector is told", len(told), len(letters)))
    followed = letters[:: max(1, len(letters) // FOLLOWED)][:FOLLOWED]
    real.follow(server, followed)
    found.append(figures.Figure("tracking codes that show the very reply", len(followed), len(followed)))
    synthetic = real.judge_for_trial(server, letters, is_marked=not arguments.control)
    found.append(figures.Figure("judgements marked synthetic", synthetic))

    progress("every route, on invented demands", 0, 1)
    invented.walk(server)
    progress("every route, on invented demands", 1, 1)
    invented.release(server)
    found += figures.of_judgements(server, "synthetic alone", 0)
    # The control: what is not marked counts in each of these.
    invented.judge(server, CONTENT, 1)
    invented.release(server)
    found += figures.of_judgements(server, f"{CONTENT} people more", CONTENT)

    missing = contract(server) - server.walked - ELSEWHERE
    found.append(figures.Figure("routes of the workflow that were not walked", len(missing), 0))
    for method, path in sorted(missing):
        print(f"not walked: {method} {path}", file=sys.stderr)
    if arguments.json:
        print(json.dumps([figure.as_json() for figure in found], ensure_ascii=False))
    else:
        figures.show(found)
    print(f"{len(letters)} letters, {time.monotonic() - began:.0f} s.", file=sys.stderr)
    if arguments.control:
        # Days late, and judgements that nobody gave: each must be seen.
        seen = {figure.what for figure in found if figure.differs}
        missed = {"median, days", "with substance: median, days", "synthetic alone: review.satisfaction, judged"} - seen
        print(f"The control was not seen: {sorted(missed)}" if missed else "The control was seen.", file=sys.stderr)
        return 1 if missed else 0
    if any(figure.differs for figure in found):
        print("SOME FIGURES DIFFER.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
