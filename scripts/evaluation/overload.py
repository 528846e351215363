"""Fills the queue of a server whose appends are held up, and times what it refuses. Called by overload.sh.

Bulk requests of several keys bring the queue to its bound, 8,192 commands, with few connections. Then single messages are sent; each must be
answered 503 `queue-full` with Retry-After. All of it takes less than the ten seconds after which waiting commands are
answered. Writes how many messages were accepted in the end; ends with status 1 when a refusal was slow or another answer.
"""
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse

url, report = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
keys = os.environ["CHORUS_KEYS"].split()
BOUND_MS, SENDERS, SECONDS = 50.0, 4, 3.0
# What one request has under way at once, and how many of them a key may send; one more than fill the queue.
LINES, REQUESTS, NEEDED = 512, 4, 8_192 // 512 + 1
accepted, times, idle, odd, lock = [0], [], [], [], threading.Lock()


def connect():
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
    connection.connect()
    return connection


def send(connection, path, body, content_type, key=keys[0]):
    headers = {"Authorization": "Bearer " + key, "Content-Type": content_type}
    connection.request("POST", path, body.encode(), headers)
    answer = connection.getresponse()
    return answer, answer.read().decode()


def fill(key):
    body = "\n".join(json.dumps({"text": f"waits {line}"}) for line in range(LINES))
    _, results = send(connect(), "/v1/feedback/bulk?results=refused", body, "application/x-ndjson", key)
    with lock:
        accepted[0] += json.loads(results.splitlines()[-1])["stored"]


def single(connection):
    """Whether a message was refused as it must be when the queue is full."""
    start = time.perf_counter()
    answer, text = send(connection, "/v1/feedback", json.dumps({"text": "refused"}), "application/json")
    took = (time.perf_counter() - start) * 1000
    if answer.status == 201:
        with lock:
            accepted[0] += 1
        return None
    if answer.status != 503 or answer.getheader("Retry-After") is None or json.loads(text)["code"] != "queue-full":
        with lock:
            odd.append(f"{answer.status} {text}")
    return took


def measure(until):
    connection = connect()
    while time.perf_counter() < until:
        took = single(connection)
        if took is None:
            odd.append("a message was accepted by a full queue")
            return
        with lock:
            times.append(took)


def start(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


def compare(until):
    """An answer that needs nobody, beside the others: what the machine alone takes."""
    connection = connect()
    while time.perf_counter() < until:
        start = time.perf_counter()
        connection.request("GET", "/livez")
        connection.getresponse().read()
        idle.append((time.perf_counter() - start) * 1000)
        time.sleep(0.002)


def show(what, values):
    values.sort()
    p50, p99 = values[len(values) // 2], values[min(len(values) - 1, len(values) * 99 // 100)]
    print(f"  shown     {len(values)} {what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {values[-1]:.1f} ms")


fillers = [start(fill, keys[number // REQUESTS]) for number in range(NEEDED)]
probes = []
while True:
    # One that is let in waits; one that is refused is answered at once.
    probes.append(start(single, connect()))
    probes[-1].join(0.4)
    if not probes[-1].is_alive():
        break
until = time.perf_counter() + SECONDS
for sender in [start(measure, until) for _ in range(SENDERS)] + [start(compare, until)]:
    sender.join()
open(report + ".measured", "w").close()
for thread in fillers + probes:
    thread.join()
json.dump({"accepted": accepted[0]}, open(report, "w"))
if times and idle:
    show(f"refusals in {SECONDS:.0f} s", times)
    show("answers of GET /livez beside them", idle)
for answer in odd[:3]:
    print(f"  DIFFERENT another answer than 503 queue-full with Retry-After: {answer[:200]}")
if times and times[-1] < BOUND_MS:
    print(f"  ok        the slowest refusal: under {BOUND_MS:.0f} ms")
else:
    print(f"  DIFFERENT the slowest refusal: not under {BOUND_MS:.0f} ms")
sys.exit(1 if odd or not times or times[-1] >= BOUND_MS else 0)
