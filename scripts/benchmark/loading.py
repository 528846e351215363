"""An open loop: messages come when they are due, however long the answers before them take. Latency from when each was due,
and how far the review views were behind meanwhile."""

from stage import say

NAMES = ("lag_p99_ms",)
RATES = (1_000, 3_000)


def measure(stage, results, _):
    for rate in RATES:
        stage.catch_up()
        stage.checkpoint()
        report = stage.bench(
            stage.database, "load", "--port", str(stage.port), "--key-file", stage.key_file, "--rate", str(rate),
            "--seconds", str(stage.options.load_seconds), "--lag", timeout=stage.options.load_seconds + 180,
        )
        times, lags = report["milliseconds"], report["lagMilliseconds"]
        for name in ("p50", "p95", "p99", "p999"):
            results.put(f"post_{rate}_{name}_ms", times[name])
            results.put(f"lag_{rate}_{name}_ms", lags[name])
        stored = report["stored"] / report["seconds"]
        results.put(f"post_{rate}_stored_per_s", stored)
        words = (
            f"{rate}/s: p50 {times['p50']:.1f}, p95 {times['p95']:.1f}, p99 {times['p99']:.1f}, "
            f"p99.9 {times['p999']:.1f} ms; lag p50 {lags['p50']:.0f}, p99 {lags['p99']:.0f} ms"
        )
        say("  " + words)
        bad = report["failed"] + report["unanswered"]
        if bad or report["lagUnreached"] or stored < 0.98 * rate:
            results.warn(
                f"Open loop at {rate}/s: {stored:.0f}/s were stored, {report['failed']} failed, "
                f"{report['unanswered']} were not answered in time, {report['lagUnreached']} looks not caught up."
            )
        results.details[f"open loop at {rate}/s"] = words
        if rate == RATES[-1]:
            results.put(NAMES[0], lags["p99"], f"p50 {lags['p50']:.0f}, p95 {lags['p95']:.0f} ms; lowest live checkpoint")
