"""wrk: as many requests as 256 connections get answered."""

import os
import re

CONNECTIONS = 256


def post(stage, port, seconds):
    """Messages stored a second by `POST /v1/feedback`."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "post.lua")
    return rate(stage, f"http://127.0.0.1:{port}", seconds, "-s", script)


def get(stage, path, seconds):
    return rate(stage, stage.url + path, seconds)


def rate(stage, url, seconds, *arguments):
    """Good answers a second."""
    stage.checkpoint()
    environment = {"BENCH_KEY": stage.key, "BENCH_RUN": f"{os.getpid()}-{stage.serial()}"}
    said = stage.run(
        "wrk", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "30s", *arguments, url,
        environment=environment,
    )
    requests, took = re.search(r"(\d+) requests in ([0-9.]+)s", said).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return (int(requests) - int(bad.group(1) if bad else 0)) / float(took)
