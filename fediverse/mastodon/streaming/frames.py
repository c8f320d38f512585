"""What is written to a client. Payloads are JSON in a string, made once for everybody for whom they are the same, and so are the frames around them."""

from typing import Any, Literal

import orjson

from fediverse.mastodon.streaming.topics import Topic

Wire = Literal["socket", "events"]
Event = Literal[
    "update",
    "status.update",
    "delete",
    "notification",
    "notifications_merged",
    "filters_changed",
    "conversation",
    "announcement",
    "announcement.reaction",
    "announcement.delete",
]

THUMP = ":thump\n"
GREETING = ":)\n"


class Message:
    """Something that happened, for the people for whom it looks the same. *payload* is None where the event says it all."""

    __slots__ = ("_event", "_frames", "_payload")

    def __init__(self, event: Event, payload: str | None) -> None:
        self._event = event
        self._payload = payload
        self._frames: dict[tuple[Wire, tuple[str, ...]], str] = {}

    def frame(self, wire: Wire, topic: Topic) -> str:
        key = (wire, () if wire == "events" else topic.words)
        made = self._frames.get(key)
        if made is None:
            made = self._frames[key] = self._on_socket(topic) if wire == "socket" else self._as_event()
        return made

    def _on_socket(self, topic: Topic) -> str:
        frame: dict[str, Any] = {"stream": topic.words, "event": self._event}
        if self._payload is not None:
            frame["payload"] = self._payload
        return orjson.dumps(frame).decode()

    def _as_event(self) -> str:
        """A line for the name, a line for the payload, which has no line breaks of its own; always one, or browsers keep the event to themselves."""
        return f"event: {self._event}\ndata: {self._payload or 'undefined'}\n\n"


def json_payload(entity: Any) -> str:
    return orjson.dumps(entity).decode()


def error_frame(problem: str, status: int) -> str:
    """masto.js throws it in every subscription of the socket: only for a subscribe that cannot be read."""
    return orjson.dumps({"error": problem, "status": status}).decode()
