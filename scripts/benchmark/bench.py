"""What all parts of one run share, and what they found."""
import contextlib
import json
import os
import platform
import subprocess

from figures import FIGURES, verdict
from process import Failed, say


class Bench:
    def __init__(self, work, options, port):
        self.work, self.bin, self.tool, self.port = work, options.bin, options.bench, port
        self.quick, self.scale = options.quick, options.scale
        # How long each load goes on.
        self.seconds = 2 if options.quick else 10
        self.wanted = options.only or list(FIGURES)
        self.cluster = None
        self.load_before = round(os.getloadavg()[0], 2)
        self.found, self.raw, self.extra, self.failed = {}, {}, {}, {}

    def wants(self, names):
        return any(name in self.wanted for name in names)

    def figure(self, name, value, raw):
        if name in self.wanted:
            self.found[name] = value
            self.raw[name] = raw
            say(f"  {name} {short(value)} ({raw})")

    def note(self, name, value):
        """A figure without a bound."""
        self.extra[name] = value

    @contextlib.contextmanager
    def attempt(self, names):
        """What goes wrong here costs these figures and no other."""
        try:
            yield
        except (Failed, OSError, ValueError, KeyError, subprocess.SubprocessError) as failure:
            say(f"  FAILED: {failure}")
            for name in names:
                if name in self.wanted and name not in self.found:
                    self.failed[name] = " ".join(str(failure).split()).replace("|", "/")[:300]

    def machine(self):
        with open("/proc/cpuinfo") as file:
            model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        return {
            "cores": len(os.sched_getaffinity(0)), "model": model, "memoryGB": round(memory, 1),
            "kernel": platform.release(), "loadBefore": self.load_before,
        }

    def json(self, settings):
        figures = {name: round(value, 4) for name, value in {**self.found, **self.extra}.items()}
        document = {"figures": figures, "machine": self.machine(), "settings": settings}
        if self.failed:
            document["failed"] = self.failed
        return json.dumps(document)

    def table(self, settings):
        lines = [
            "Machine: " + ", ".join(f"{name} {value}" for name, value in self.machine().items()),
            "Settings: " + ", ".join(f"{name} = {value}" for name, value in settings.items()),
            "", "| figure | what | found | must | goal | | raw |", "|---|---|--:|--:|--:|---|---|",
        ]
        for name, figure in FIGURES.items():
            if name in self.found:
                value = self.found[name]
                lines.append(
                    f"| {name} | {figure.what} | {short(value)} | {figure.must:g} | {figure.goal:g} "
                    f"| {verdict(name, value)} | {self.raw[name]} |"
                )
            elif name in self.failed:
                lines.append(f"| {name} | {figure.what} | | {figure.must:g} | {figure.goal:g} | FAILED | {self.failed[name]} |")
        if self.extra:
            lines += ["", "| without a bound | found |", "|---|--:|"]
            lines += [f"| {name} | {short(value)} |" for name, value in self.extra.items()]
        return "\n".join(lines)


def short(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
