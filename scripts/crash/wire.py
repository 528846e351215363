"""Just enough of PostgreSQL's frontend/backend protocol (version 3) to follow a conversation frame by frame."""

import struct

SSL_REQUEST = 80877103
GSS_REQUEST = 80877104
CANCEL_REQUEST = 80877102

LENGTH = struct.Struct("!I")


class Frames:
    """Cuts a byte stream into frames: a type byte, a length that counts itself, the payload."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The frames that are complete now, as (type, whole frame)."""
        self._buffer += data
        frames = []
        start = 0
        while len(self._buffer) - start >= 5:
            end = start + 1 + LENGTH.unpack_from(self._buffer, start + 1)[0]
            if len(self._buffer) < end:
                break
            frame = bytes(self._buffer[start:end])
            frames.append((frame[:1], frame))
            start = end
        del self._buffer[:start]
        return frames


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame, ready to be sent."""
    return kind + LENGTH.pack(len(payload) + 4) + payload


class AppendWatch:
    """Knows of one connection whether an append is under way, and how it ended.

    An append is the execution of a statement whose text holds `marker`. It is recognised by its Bind (or by a simple
    query); a statement that was prepared earlier is recognised by its name. One statement at a time: no pipeline.
    """

    def __init__(self, marker: bytes) -> None:
        self.is_under_way = False
        self._marker = marker
        self._statements: set[bytes] = set()
        self._has_completed = False
        self._has_failed = False

    def begins_append(self, kind: bytes, whole: bytes) -> bool:
        """Takes in a frame of the client; True when it sets an append going."""
        payload = whole[5:]
        if kind == b"P":
            name, text = payload.split(b"\0", 2)[:2]
            self._statements.discard(name)
            if self._marker in text:
                self._statements.add(name)
        elif kind == b"C" and payload[:1] == b"S":
            self._statements.discard(payload[1:].rstrip(b"\0"))
        elif kind == b"B" and payload.split(b"\0", 2)[1] in self._statements:
            return True
        elif kind == b"Q" and self._marker in payload:
            return True
        return False

    def start(self) -> None:
        """The append was let through to the server."""
        self.is_under_way, self._has_completed, self._has_failed = True, False, False

    def ends_append(self, kind: bytes) -> bool | None:
        """Takes in a frame of the server; at the append's end whether it was committed, before that None.

        An autocommit statement is committed once ReadyForQuery follows CommandComplete.
        """
        if kind == b"C":
            self._has_completed = True
        elif kind == b"E":
            self._has_failed = True
        elif kind == b"Z":
            self.is_under_way = False
            return self._has_completed and not self._has_failed
        return None
