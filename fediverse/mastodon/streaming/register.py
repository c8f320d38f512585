"""Who has which streams open in this process. Plain bookkeeping: asks nothing and waits for nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fediverse.mastodon.streaming.frames import Message, Wire
from fediverse.mastodon.streaming.topics import Key, Topic
from fediverse.queries.access import SignedIn
from fediverse.streams.outlets import End, Outlet

if TYPE_CHECKING:
    from fediverse.mastodon.streaming.told import Told


@dataclass(eq=False, slots=True)
class Connection:
    """A client's open connection. The token stays with it, to be asked again."""

    access: SignedIn
    account_id: int
    token: str = field(repr=False)
    wire: Wire
    outlet: Outlet = field(default_factory=Outlet)
    topics: set[Topic] = field(default_factory=set)

    def send(self, topic: Topic, message: Message) -> None:
        """Not any more, when it was unsubscribed while the message was made."""
        if topic in self.topics:
            self.outlet.put(message.frame(self.wire, topic))


Listener = tuple[Connection, Topic]


class Register:
    """*told*: for each person with open streams, which notifications are told already."""

    def __init__(self) -> None:
        self.told: dict[int, Told] = {}
        self._connections: dict[int, set[Connection]] = {}
        self._listeners: dict[str, dict[str | int, set[Listener]]] = defaultdict(dict)

    @property
    def is_empty(self) -> bool:
        return not self._connections

    def accounts(self) -> list[int]:
        return list(self._connections)

    def connections_of(self, accounts: Iterable[int]) -> list[Connection]:
        return [one for account_id in accounts for one in self._connections.get(account_id, ())]

    def enter(self, connection: Connection) -> None:
        self._connections.setdefault(connection.account_id, set()).add(connection)

    def leave(self, connection: Connection) -> None:
        for topic in list(connection.topics):
            self.unsubscribe(connection, topic)
        mine = self._connections[connection.account_id]
        mine.discard(connection)
        if not mine:
            del self._connections[connection.account_id]
            self.told.pop(connection.account_id, None)

    def close(self, connections: Iterable[Connection], end: End) -> None:
        for connection in connections:
            connection.outlet.close(end)

    def close_all(self, end: End) -> None:
        self.close(self.connections_of(self.accounts()), end)

    def subscribe(self, connection: Connection, topic: Topic) -> None:
        """The caller asked for the scope, and whose list it is."""
        name, which = topic.key
        connection.topics.add(topic)
        self._listeners[name].setdefault(which, set()).add((connection, topic))

    def unsubscribe(self, connection: Connection, topic: Topic) -> None:
        name, which = topic.key
        connection.topics.discard(topic)
        listeners = self._listeners[name].get(which, set())
        listeners.discard((connection, topic))
        if not listeners:
            self._listeners[name].pop(which, None)

    def listeners(self, *names: str) -> Iterator[Listener]:
        """Of all streams that are called so."""
        for name in names:
            for listeners in list(self._listeners[name].values()):
                yield from list(listeners)

    def listeners_of(self, keys: Iterable[Key]) -> Iterator[Listener]:
        for name, which in keys:
            yield from list(self._listeners[name].get(which, ()))
