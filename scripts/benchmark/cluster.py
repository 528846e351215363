"""A PostgreSQL of the benchmark's own, with the settings that `chorus serve` gives to its private one."""
import os
import pwd
import shutil
import subprocess

from process import Failed, run

SETTINGS = [
    "server_version", "synchronous_commit", "fsync", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size",
    "checkpoint_timeout", "max_connections", "work_mem", "autovacuum", "jit",
]


class Cluster:
    def __init__(self, work, binary, preload=None):
        home = work / "cluster"
        home.mkdir()
        run([binary, "migrate"], env={"CHORUS_HOME": str(home), "DATABASE_URL": ""})
        self.data = os.path.realpath(home / "postgres")
        self.owner = pwd.getpwuid(os.stat(self.data).st_uid)
        with open(os.path.join(self.data, "postmaster.opts")) as options:
            self.programs = os.path.dirname(options.read().split()[0].strip('"'))
        self.sockets = work / "sockets"
        self.sockets.mkdir()
        os.chown(self.sockets, self.owner.pw_uid, self.owner.pw_gid)
        self.runs = False
        try:
            options = f"-k {self.sockets} -c listen_addresses="
            if preload:
                options += f" -c shared_preload_libraries={preload}"
            self.pg_ctl("start", "-l", os.path.join(self.data, "bench.log"), "-o", options)
        except Exception:
            self.close()
            raise
        self.runs = True

    def pg_ctl(self, verb, *options):
        command = [os.path.join(self.programs, "pg_ctl"), "-D", self.data, "-w", "-s", *options, verb]
        if os.getuid() != self.owner.pw_uid:
            ids = [f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--clear-groups", "--"]
            command = ["setpriv", *ids, *command]
        # No pipes: the postmaster would inherit them and keep them open.
        with open(os.devnull, "w") as nowhere:
            status = subprocess.run(command, cwd="/", stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=120).returncode
        if status != 0:
            raise Failed(f"pg_ctl {verb} ended with {status}")

    def url(self, database, user="chorus"):
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    def settings(self):
        words = ", ".join(f"'{name}'" for name in SETTINGS)
        rows = self.psql("postgres", f"SELECT name, current_setting(name) FROM unnest(ARRAY[{words}]) AS name")
        return dict(row.split("|") for row in rows.splitlines())

    def psql(self, database, *statements, timeout=1800):
        commands = [part for statement in statements for part in ("-c", statement)]
        command = ["psql", self.url(database), "-XqAt", "-v", "ON_ERROR_STOP=1", *commands]
        return run(command, timeout=timeout).strip()

    def close(self):
        if self.runs:
            self.pg_ctl("stop", "-m", "immediate")
        shutil.rmtree(self.data, ignore_errors=True)
