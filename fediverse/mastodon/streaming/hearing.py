"""From a signal to frames: who of those who listen may hear of it now, and what each is shown. Posts here; what concerns single people is in `telling`."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from fediverse.mastodon.streaming import telling
from fediverse.mastodon.streaming.frames import Event, Message
from fediverse.mastodon.streaming.register import Listener, Register
from fediverse.mastodon.streaming.shown import post_messages
from fediverse.mastodon.streaming.topics import HASHTAG, PUBLIC, public_keys
from fediverse.node import Node
from fediverse.queries import streaming
from fediverse.queries.streaming import Place
from fediverse.streams.signals import Signal, SignalKind

if TYPE_CHECKING:
    from fediverse.queries.filters import FilterContext

Heard = Callable[[Node, Register, Signal], Awaitable[None]]


async def hear(node: Node, register: Register, signal: Signal) -> None:
    """Put what *signal* means into the outlets of everybody who may hear of it."""
    await _HEARD[signal.kind](node, register, signal)


async def _published(node: Node, register: Register, signal: Signal) -> None:
    await _post(node, register, signal.id, "update")
    await telling.notifications(node, register, signal)  # followers who asked to be told of each post


async def _edited(node: Node, register: Register, signal: Signal) -> None:
    await _post(node, register, signal.id, "status.update")


async def _deleted(node: Node, register: Register, signal: Signal) -> None:
    """An id is all that is said, and only to those who could see the post: on every stream that may have shown it."""
    public = (*PUBLIC, *HASHTAG) if await streaming.was_in_public(node, signal.id) else ()
    listeners = register.listeners("user", "list", *public)
    message = Message("delete", str(signal.id))
    for connection, topic in await _those(listeners, partial(streaming.who_could_see, node, signal.id)):
        connection.send(topic, message)


_HEARD: Mapping[SignalKind, Heard] = {
    "post": _published,
    "edit": _edited,
    "delete": _deleted,
    "notification": telling.notifications,
    "notifications_merged": telling.notifications_merged,
    "conversation": telling.conversation,
    "filters": telling.filters_changed,
    "announcement": telling.announcement,
    "announcement_reaction": telling.announcement_reaction,
    "announcement_delete": telling.announcement_deleted,
    "access": telling.access_changed,
}


async def _post(node: Node, register: Register, post_id: int, event: Event) -> None:
    at = await streaming.place(node, post_id)
    if at is None:
        return
    listeners = [
        *await _at_home(node, register, at),
        *await _in_public(node, register, at),
        *await _on_lists(node, register, at),
    ]
    viewers: dict[FilterContext, set[int]] = defaultdict(set)
    for connection, topic in listeners:
        viewers[topic.context].add(connection.account_id)
    messages = await post_messages(node, at, event, viewers) if viewers else {}
    for connection, topic in listeners:
        message = messages.get((topic.context, connection.account_id))
        if message is not None:
            connection.send(topic, message)


async def _at_home(node: Node, register: Register, at: Place) -> list[Listener]:
    return await _those(register.listeners("user"), partial(streaming.who_at_home, node, at.post_id))


async def _in_public(node: Node, register: Register, at: Place) -> list[Listener]:
    keys = public_keys(at) if at.in_public else ()
    return await _those(register.listeners_of(keys), partial(streaming.who_in_public, node, at.post_id))


async def _on_lists(node: Node, register: Register, at: Place) -> list[Listener]:
    listeners = list(register.listeners("list"))
    owners = {topic.list_id: connection.account_id for connection, topic in listeners if topic.list_id is not None}
    shown = await streaming.on_which_lists(node, at, owners)
    return [(connection, topic) for connection, topic in listeners if topic.list_id in shown]


async def _those(
    listeners: Iterable[Listener], asked: Callable[[Collection[int]], Awaitable[set[int]]]
) -> list[Listener]:
    """Those *listeners* who belong to the people whom *asked* lets pass."""
    some = list(listeners)
    people = await asked({connection.account_id for connection, _topic in some}) if some else set()
    return [listener for listener in some if listener[0].account_id in people]
