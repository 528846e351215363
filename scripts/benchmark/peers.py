"""Where the peers in Python are installed: a virtual environment outside the repository, made anew when its list changes."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from stage import Failed, say

FOLDER = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = os.path.join(FOLDER, "requirements.txt")


def python():
    """The Python that has the peers; installs them where they are missing."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "chorus-bench", "venv")
    program, mark = os.path.join(folder, "bin", "python"), os.path.join(folder, "installed")
    with open(REQUIREMENTS, "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    with contextlib.suppress(OSError), open(mark, encoding="utf-8") as file:
        if file.read() == wanted:
            return program
    say(f"Installing the peers in {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        ["python3", "-m", "venv", folder],
        [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS],
    ):
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if result.returncode:
            raise Failed(f"{' '.join(command)}:\n{(result.stdout + result.stderr)[-1500:]}")
    with open(mark, "w", encoding="utf-8") as file:
        file.write(wanted)
    return program


@contextlib.contextmanager
def fastapi(stage, rows, port):
    """Runs FastAPI with two workers on the server's own database."""
    template = stage.path("rows.json")
    with open(template, "w", encoding="utf-8") as file:
        json.dump(rows.template(), file)
    environment = {
        **os.environ, "BENCH_DATABASE": stage.database, "BENCH_ROWS": template, "BENCH_KEY": stage.key,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with open(stage.path("fastapi.log"), "w+", encoding="utf-8") as log:
        server = stage.start(
            python(), "-m", "uvicorn", "fastapi_app:app", "--app-dir", FOLDER, "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--loop", "uvloop", "--http", "httptools", "--no-access-log",
            "--log-level", "warning", env=environment, stdout=log, stderr=log,
        )
        try:
            while not answers(f"http://127.0.0.1:{port}/livez"):
                try:
                    server.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                log.seek(0)
                raise Failed(f"FastAPI ended:\n{log.read()[-1500:]}")
            yield
        finally:
            stage.end(server)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def eventsourcing(stage, database, *arguments):
    """Runs the library's program on a database of the cluster; gives its report."""
    parts = urllib.parse.urlsplit(stage.url_of(database))
    query = urllib.parse.parse_qs(parts.query)
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": query["host"][0], "POSTGRES_PORT": query.get("port", ["5432"])[0],
        "POSTGRES_USER": parts.username or "chorus", "POSTGRES_PASSWORD": "unused", "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = os.path.join(FOLDER, "eventsourcing_app.py")
    return json.loads(stage.run(python(), program, *arguments, environment=environment))
