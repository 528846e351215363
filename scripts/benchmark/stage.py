"""One database with a log of its own, and the server that may run on it."""
import json
import subprocess
import time
import urllib.request

from process import Failed, end, run, say, start


class Stage:
    """Use as a context: everything in it is ended, and the database dropped, at the end."""

    def __init__(self, bench, name):
        self.bench = bench
        self.cluster = bench.cluster
        self.database = f"bench_{name}"
        self.home = bench.work / name
        self.log = bench.work / f"{name}.log"
        self.server = None

    def __enter__(self):
        self.home.mkdir()
        self.sql_in("postgres", f"CREATE DATABASE {self.database}")
        try:
            # The first start makes the schema, the tenant and the keys.
            self.serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        self.sql_in("postgres", f"DROP DATABASE {self.database} WITH (FORCE)")

    @property
    def url(self):
        return self.cluster.url(self.database)

    @property
    def environment(self):
        return {"CHORUS_HOME": str(self.home), "DATABASE_URL": self.url}

    @property
    def key_file(self):
        return self.home / "admin.key"

    @property
    def key(self):
        return self.key_file.read_text().strip()

    @property
    def http(self):
        return f"http://127.0.0.1:{self.bench.port}"

    def sql(self, *statements, timeout=1800):
        return self.cluster.psql(self.database, *statements, timeout=timeout)

    def sql_in(self, database, *statements):
        return self.cluster.psql(database, *statements)

    def chorus(self, *arguments, timeout=7200):
        return run([self.bench.bin, *arguments], env=self.environment, timeout=timeout)

    def tool(self, *arguments, timeout=7200):
        """What a command of chorus-bench found."""
        return json.loads(run([self.bench.tool, *arguments], env=self.environment, timeout=timeout))

    def serve(self):
        """Starts a server, projectors and all, and waits until it is ready and its views are at the head."""
        if self.server:
            return
        address = f"127.0.0.1:{self.bench.port}"
        with open(self.log, "ab") as log:
            command = [self.bench.bin, "serve", "--address", address]
            self.server = start(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self.is_ready, "the server is not ready", 120)
        self.settle()

    def is_ready(self):
        if self.server.poll() is not None:
            raise Failed(f"the server ended: {self.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{self.http}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        if self.server:
            end(self.server)
            self.server = None

    def settle(self, patience=600):
        """Waits until every live generation, and every process, has read the whole log."""
        if not self.server:
            raise Failed("nobody projects")
        until(lambda: self.lag() <= 0, "the views do not reach the head of the log", patience)

    def lag(self):
        """Of the read models, and of the processes whose events they read too."""
        return int(self.sql(
            """
            SELECT max(greatest(h.position - COALESCE(c.position, 0), h.position - COALESCE(p.position, 0)))
            FROM log.heads AS h
            CROSS JOIN projections.generations AS g
            LEFT JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
                AND c.generation = g.generation
            LEFT JOIN (
                SELECT k.tenant_id, min(k.position) AS position
                FROM projections.process_checkpoints AS k
                GROUP BY k.tenant_id
            ) AS p
                ON p.tenant_id = h.tenant_id
            WHERE g.state = 'live'
            """
        ))

    def events(self):
        return int(self.sql("SELECT sum(position) FROM log.heads"))

    def fill(self, events, releases=0):
        """Makes the log so long, without a server; then brings the views there by one rebuild, which reads faster."""
        self.stop()
        if self.events() < events:
            say(f"  filling {self.database} to {events} events, {releases} releases among them")
            self.tool("fill", "--events", events, "--releases", releases)
        self.sql("UPDATE projections.generations SET projector_version = 0 WHERE state = 'live'")
        self.chorus("migrate")
        # Of a log that grew this long by and by, autovacuum would have seen to all of it.
        self.sql("VACUUM ANALYZE", "CHECKPOINT")

    def pass_by(self):
        """Makes the processes go on at the head: they act on nothing that is in the log now."""
        self.sql(
            """
            UPDATE projections.process_checkpoints AS c
            SET position = h.position
            FROM log.heads AS h
            WHERE h.tenant_id = c.tenant_id
            """
        )

    def peak(self):
        """The server's largest resident memory so far, in MB."""
        with open(f"/proc/{self.server.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


def until(condition, complaint, patience):
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"{complaint} after {patience} s")
        # Neither the server's socket nor the checkpoints can be waited for from outside.
        time.sleep(0.05)
