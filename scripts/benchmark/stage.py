"""The one private cluster that everything runs on, and how programs are run beside it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request


class Failed(Exception):
    """A program did not do as asked."""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Stage:
    """A server of its own with its cluster, databases beside its own, and the programs that load them."""

    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.port = options.port
        self.database = options.database
        self.key_file = os.path.join(os.environ["CHORUS_HOME"], "admin.key")
        with open(self.key_file, encoding="utf-8") as file:
            self.key = file.read().strip()
        self.url = f"http://127.0.0.1:{self.port}"
        self.pgbench = tool("pgbench")
        self._running = set()
        self._serial = 0

    def path(self, name):
        return os.path.join(self.work, name)

    def serial(self):
        """A number that no other leg of this run has."""
        self._serial += 1
        return self._serial

    # Programs

    def start(self, *command, **keywords):
        """Starts a program that is ended with this one."""
        process = subprocess.Popen(command, **{"stdin": subprocess.DEVNULL, "text": True, **keywords})
        self._running.add(process)
        return process

    def end(self, process):
        """Ends a program that was started here."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.discard(process)

    def end_all(self):
        for process in list(self._running):
            self.end(process)

    def run(self, *command, timeout=600, environment=None):
        """Runs a program to its end; gives its stdout, raises `Failed` with what it said."""
        process = self.start(
            *command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            out, complaints = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"{command[0]} did not end within {timeout} s") from None
        finally:
            self.end(process)
        if process.returncode:
            raise Failed(f"{' '.join(command)[:300]} ended with {process.returncode}:\n{(complaints + out)[-1500:]}")
        return out

    def timed(self, *command, **keywords):
        """How many seconds a program takes."""
        start = time.monotonic()
        self.run(*command, **keywords)
        return time.monotonic() - start

    def bench(self, url, *arguments, timeout=600):
        """Runs a command of chorus-bench on a database; gives its report."""
        environment = {"DATABASE_URL": url}
        return json.loads(self.run(self.options.bench, *arguments, timeout=timeout, environment=environment))

    def chorus(self, url, *arguments, timeout=600):
        """Runs `chorus` on a database."""
        return self.run(self.options.binary, *arguments, timeout=timeout, environment={"DATABASE_URL": url})

    # Databases

    def sql(self, *commands, url=None, timeout=600):
        """Runs statements, or psql's own commands; gives what they print."""
        arguments = [part for command in commands for part in ("-c", command)]
        return self.run(
            "psql", url or self.database, "-XAtq", "-v", "ON_ERROR_STOP=1", *arguments, timeout=timeout
        ).strip()

    def url_of(self, database):
        """The same cluster, another database."""
        return re.sub(r"/[^/?]*\?", f"/{database}?", self.database, count=1)

    def make(self, database, template="template0"):
        """Makes a database anew, as a copy of another one."""
        self.drop(database)
        self.sql(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url_of(database)

    def drop(self, database):
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def empty(self):
        """The name of a database with Chorus's schema and tenant `default`; nothing works on it."""
        name = "bench_empty"
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            url = self.make(name)
            self.chorus(url, "migrate")
            self.chorus(url, "tenants", "create", "default", "--timezone", "Asia/Shanghai")
        return name

    def checkpoint(self):
        """Before every leg: none pays for the pages that another one changed."""
        self.sql("CHECKPOINT")

    # The server

    def request(self, path, body=None, headers=None):
        """Status and body of a request with the admin key."""
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def head(self, url=None):
        return int(self.sql("SELECT position FROM log.heads WHERE tenant_id = 1", url=url))

    def catch_up(self, seconds=300):
        """Waits until the read models have what the log holds, so that no leg pays for the one before; gives how long
        it took."""
        position = self.head()
        start = time.monotonic()
        while True:
            status, text = self.request(f"/v1/demands?limit=1&min_position={position}")
            if status == 200:
                return time.monotonic() - start
            if status != 503:
                raise Failed(f"GET /v1/demands: {status} {text[:300]}")
            if time.monotonic() - start > seconds:
                raise Failed(f"the read models have not reached position {position} within {seconds} s")

    def peak_memory(self):
        """The server's, in MB, since it started."""
        with open(f"/proc/{self.options.server}/status", encoding="utf-8") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def tool(name):
    """A program of PostgreSQL's server package, which is not in PATH on Debian."""
    folder = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    path = os.path.join(folder, name)
    if not os.access(path, os.X_OK):
        raise Failed(f"there is no {path}; run scripts/setup --bench")
    return path


def die_on_signals():
    """A signal ends the run as an error does: what was started is ended."""

    def end(number, _):
        raise SystemExit(f"broken off by {signal.Signals(number).name}")

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
