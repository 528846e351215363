"""Bulk requests: a file with one message a line, sent over HTTP."""
import concurrent.futures
import json
import time
import urllib.request

from process import Failed


def write(file, run, count):
    with open(file, "w") as lines:
        for number in range(count):
            lines.write(
                f'{{"text":"The street lamps in our lane have been dark for three weeks, message {number} of many. Children '
                f'walk home from evening classes there, please have them repaired before winter.","channel":"web",'
                f'"place":"A7","source":"bench","personRef":"{run}-{number}"}}\n'
            )


def send(stage, files):
    """Sends the files at the same time, a request each; messages stored, and seconds until the last was answered."""
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(len(files)) as pool:
        stored = sum(pool.map(lambda file: send_one(stage, file), files))
    return stored, time.perf_counter() - start


def send_one(stage, file):
    headers = {"Authorization": f"Bearer {stage.key}", "Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(
        f"{stage.http}/v1/feedback/bulk?results=refused", data=file.read_bytes(), headers=headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=600) as answer:
        totals = json.loads(answer.read().splitlines()[-1])
    if not totals.get("done") or totals.get("refused"):
        raise Failed(f"a bulk request ended with {totals}")
    return totals["stored"]
