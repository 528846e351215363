"""wrk: 256 connections that each send the next request as soon as the last one is answered."""
import re

from process import Failed, run

POST = """
local counter = 0
local thread = 0
function setup(t) thread = thread + 1; t:set("id", thread) end
function request()
  counter = counter + 1
  return wrk.format("POST", "/v1/feedback", {
    ["Authorization"] = "Bearer %s",
    ["Content-Type"] = "application/json",
  }, string.format('{"text":"The street lamps in our lane have been dark for three weeks, message %%d of many. Children walk home from evening classes there, please have them repaired before winter.","channel":"web","place":"A7","source":"bench","personRef":"%s-%%d-%%d"}', counter, id, counter))
end
"""
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}
runs = 0


def post(stage, seconds, port=None, connections=256):
    """Requests a second that were stored, and latencies in ms."""
    global runs
    runs += 1
    script = stage.bench.work / "post.lua"
    script.write_text(POST % (stage.key, f"w{runs}"))
    return load(f"http://127.0.0.1:{port or stage.bench.port}", seconds, connections, ["-s", script])


def get(stage, path, seconds, connections=256):
    return load(stage.http + path, seconds, connections, [])


def load(url, seconds, connections, options):
    command = ["wrk", "-t", 2, "-c", connections, "-d", f"{seconds}s", "--latency", "--timeout", "20s", *options, url]
    report = run(command, timeout=seconds + 60)
    wrong = re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", report)
    if wrong:
        raise Failed(f"wrk {url}: {wrong[0]}")
    times = {f"p{share}": float(value) * UNITS[unit] for share, value, unit in re.findall(r"(\d\d)%\s+([\d.]+)(us|ms|s|m)\b", report)}
    return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1]), times
