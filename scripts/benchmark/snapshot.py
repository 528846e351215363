"""A REPEATABLE READ transaction that stays open, as a long report of an analyst would."""
import contextlib
import subprocess

from process import Failed, end, start


@contextlib.contextmanager
def snapshot(stage):
    session = start(
        ["psql", stage.url, "-XqAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        session.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) >= 0 FROM log.heads;\n")
        session.stdin.flush()
        if session.stdout.readline().strip() != "t":
            raise Failed("no snapshot")
        yield
        session.stdin.write("SELECT pg_current_snapshot() IS NOT NULL;\n")
        session.stdin.flush()
        if session.stdout.readline().strip() != "t":
            raise Failed("the snapshot did not live until the end")
    finally:
        session.stdin.close()
        end(session)
