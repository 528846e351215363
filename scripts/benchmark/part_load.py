"""An open loop: latencies from when each request was due, and how far the views are behind meanwhile."""
from process import Failed, say
from stage import Stage

NAMES = ["lag_p99_ms"]
RATES = [1000, 3000]
SHARES = {"p50": "p50", "p95": "p95", "p99": "p99", "p999": "p99_9"}


def measure(bench):
    with Stage(bench, "load") as stage:
        load(stage, 500, 2)
        for rate in RATES:
            say(f"  {rate} messages a second, open loop")
            report = load(stage, rate, bench.seconds, "--lag")
            if report["failed"] or report["unanswered"]:
                raise Failed(f"at {rate}/s {report['failed']} requests failed, {report['unanswered']} had no answer")
            for key, name in SHARES.items():
                bench.note(f"http_open_{rate}_{name}_ms", report["milliseconds"][key])
            lag = report["lagMilliseconds"]
            if rate == RATES[-1]:
                raw = f"p50 {lag['p50']:.0f}, p95 {lag['p95']:.0f}, p99 {lag['p99']:.0f}, max {lag['max']:.0f} ms"
                raw += f", {lag['count']} looks, sent in {report['seconds']:.1f} s"
                bench.figure("lag_p99_ms", lag["p99"], raw)
            else:
                bench.note(f"lag_{rate}_p99_ms", lag["p99"])
            stage.settle()


def load(stage, rate, seconds, *options):
    return stage.tool(
        "load", "--port", stage.bench.port, "--key-file", stage.key_file, "--rate", rate, "--seconds", seconds, *options
    )
