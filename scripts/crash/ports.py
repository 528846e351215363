"""Ports of the loopback for servers that are started in a moment, and again after a kill."""

import pathlib
import random
import socket

RANGE = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port(count: int = 1) -> int:
    """The first of `count` ports in a row that nobody listens on.

    They lie where the system takes none for the near end of a connection: a port that it may hand out is free when it is
    asked for and taken when the server comes to it, or comes back to it.
    """
    outgoing = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32768
    candidates = range(10_000, min(outgoing, 32768) - count)
    for port in random.sample(candidates, min(len(candidates), 500)):
        if all(_is_free(port + place) for place in range(count)):
            return port
    raise SystemExit(f"No {count} free ports in a row were found on 127.0.0.1 from {candidates.start} on.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do, which do not mind the ends of old connections.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
