"""The desk in one process: announcements, what is merged, tokens that are looked at again, and what happens when something fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest

from fediverse.actions import accounts, announcements, posts
from fediverse.errors import Unreachable
from fediverse.mastodon.streaming.desk import Desk
from fediverse.mastodon.streaming.register import Connection
from fediverse.mastodon.streaming.telling import check
from fediverse.mastodon.streaming.topics import topic
from fediverse.queries.access import signed_in_by_token
from fediverse.streams.outlets import End
from fediverse.streams.signals import Signal, tell
from tests.support.nodes import Person, RunningNode

Listen = Callable[[Person, str], Coroutine[None, None, Connection]]
PATIENCE_S = 20.0


@pytest.fixture
def desk(home: RunningNode) -> Desk:
    return Desk(home.node)


@pytest.fixture
async def listen(home: RunningNode, desk: Desk) -> AsyncIterator[Listen]:
    """Open a connection of somebody's, with one stream."""
    async with AsyncExitStack() as opened:

        async def one(person: Person, name: str) -> Connection:
            access = await signed_in_by_token(home.node, person.token)
            connection = await opened.enter_async_context(desk.opened(access, person.id, person.token, "socket"))
            desk.register.subscribe(connection, topic(name, person.id))
            return connection

        yield one


async def heard(connection: Connection) -> dict[str, Any]:
    frame = await asyncio.wait_for(connection.outlet.next(), PATIENCE_S)
    assert frame is not None, connection.outlet.end
    read: dict[str, Any] = json.loads(frame)
    return read


async def test_everybody_hears_of_announcements(
    home: RunningNode, listen: Listen, alice: Person, carol: Person
) -> None:
    """What is announced, a reaction with its count and nobody's name, and the bare id when it is taken back."""
    node, clients = home.node, [await listen(alice, "user"), await listen(carol, "user")]

    number = await announcements.publish(node, "Office closed on Friday", "admin")
    announced = [await heard(client) for client in clients]
    await announcements.react(node, carol.id, number, "🎉")
    reacted = [await heard(client) for client in clients]
    await announcements.remove(node, number, "admin")
    gone = [await heard(client) for client in clients]

    assert ["Office closed" in json.loads(frame["payload"])["content"] for frame in announced] == [True, True]
    assert [json.loads(frame["payload"]) for frame in reacted] == 2 * [
        {"name": "🎉", "count": 1, "announcement_id": str(number)}
    ]
    assert [(frame["event"], frame["payload"]) for frame in gone] == 2 * [("announcement.delete", str(number))]
    assert {frame["event"] for frame in (*announced, *reacted)} == {"announcement", "announcement.reaction"}


async def test_merged_notifications_are_their_owners(
    home: RunningNode, listen: Listen, alice: Person, carol: Person
) -> None:
    """On the owner's streams only; the next that the other hears is something else."""
    owner, other = await listen(alice, "user:notification"), await listen(carol, "user")

    tell(home.node, Signal("notifications_merged", accounts=(alice.id,)))
    tell(home.node, Signal("filters", accounts=(carol.id,)))
    merged, others = await heard(owner), await heard(other)

    assert (merged["stream"], merged["event"]) == (["user:notification"], "notifications_merged")
    assert others["event"] == "filters_changed"


async def test_a_token_is_looked_at_again_without_a_word(
    home: RunningNode, desk: Desk, listen: Listen, alice: Person, carol: Person
) -> None:
    """As it is once a minute, for what another program did: the one who was disabled is closed, the colleague stays open."""
    ended, open_one = await listen(alice, "direct"), await listen(carol, "direct")
    await home.node.database.execute("UPDATE local_user SET disabled_at = 1 WHERE account_id = ?", alice.id)

    await check(home.node, desk.register, desk.register.accounts())

    assert (ended.outlet.end, open_one.outlet.end) == (End.REVOKED, None)


async def test_whoever_may_have_missed_something_is_sent_to_load(
    home: RunningNode, listen: Listen, alice: Person
) -> None:
    """A signal that cannot be made into frames closes the streams, and the desk goes on for those who come again."""
    first = await listen(alice, "user")

    await home.node.database.execute("ALTER TABLE home_entry RENAME TO home_entry_away")
    home.node.streams.publish(Signal("post", await _any_post(home)))
    await asyncio.wait_for(first.outlet.closed.wait(), PATIENCE_S)
    await home.node.database.execute("ALTER TABLE home_entry_away RENAME TO home_entry")
    second = await listen(alice, "user")
    await posts.publish(home.node, alice.id, posts.Draft("Again"))
    frame = await heard(second)

    assert first.outlet.end is End.MISSED
    assert frame["event"] == "update"


async def _any_post(home: RunningNode) -> int:
    """The row of a post, and nothing else of it."""
    author, number = await home.node.database.value("SELECT max(id) FROM account"), home.node.ids.next()
    await home.node.database.insert(
        "post",
        {
            "id": number, "uri": f"http://x/{number}", "url": "", "author_id": author, "kind": "Note", "title": "", "content": "", "source": "",
            "source_format": "plain", "summary": "", "sensitive": False, "language": "", "visibility": "public", "local_only": False,
            "reply_to_uri": "", "root_id": number, "emojis": "[]", "replies_count": 0, "boosts_count": 0, "likes_count": 0, "created_at": 1,
        },
    )  # fmt: skip
    return number


async def test_nobody_comes_in_while_the_node_stops(
    home: RunningNode, desk: Desk, listen: Listen, alice: Person
) -> None:
    """Those who are in are closed, with the reason; before, the same person came in."""
    inside = await listen(alice, "user")

    home.node.streams.end()
    with pytest.raises(Unreachable):
        await listen(alice, "user")

    assert inside.outlet.end is End.STOPPING


async def test_disabling_closes_at_once(home: RunningNode, listen: Listen, alice: Person) -> None:
    """The verb tells the streams; nobody waits for the next minute."""
    connection = await listen(alice, "direct")

    await accounts.disable(home.node, alice.id, "tests")
    await asyncio.wait_for(connection.outlet.closed.wait(), PATIENCE_S)

    assert connection.outlet.end is End.REVOKED
