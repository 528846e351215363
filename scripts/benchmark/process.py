"""Processes that the benchmark starts; all of them are ended when it ends, also after an error or a signal."""
import os
import signal
import subprocess
import sys

started = []


class Failed(Exception):
    """A measurement that could not be made; the text says why."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, timeout=600, env=None, text=None):
    """What a command writes on stdout; `Failed` with its last words when it does not end well."""
    process = start(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(text, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"{name(command)} did not end within {timeout} s") from None
    finally:
        end(process)
    if process.returncode != 0:
        raise Failed(f"{name(command)} ended with {process.returncode}: {(err or out)[-2000:].strip()}")
    return out


def start(command, env=None, **options):
    process = subprocess.Popen(
        [str(part) for part in command], env=env and {**os.environ, **env}, start_new_session=True, **options
    )
    started.append(process)
    return process


def end(process, patience=30):
    """Ends a process and what it started, gently first."""
    if process in started:
        started.remove(process)
    if process.poll() is not None:
        return
    send(process, signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        send(process, signal.SIGKILL)
        process.wait()


def end_all():
    for process in list(started):
        end(process, patience=10)


def send(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def name(command):
    return os.path.basename(str(command[0]))
