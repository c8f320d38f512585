"""A member's node says that it has something else under a number of the group: it has to show that, or the group goes on without a word."""

import asyncio
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fediverse.actions import access, backup
from fediverse.queries import groups as questions
from tests.support.databases import Databases
from tests.support.groups import Circle, circle, wall_of
from tests.support.journeys import posted
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

Apps = MutableMapping[str, ASGIApp]
Shows = Callable[[dict[str, Any]], list[dict[str, Any]]]


class Contrary:
    """Beta, as it would be if its administrators meant ill: refuses what the group sends as known with another body, and when it is asked shows what
    *shows* makes of the first that it refused.
    """

    def __init__(self, app: ASGIApp, shows: Shows) -> None:
        self._app = app
        self._shows = shows
        self._shown: list[dict[str, Any]] = []
        self.asked = 0
        self.refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path == "/actor/heard":
            self.asked += 1
            page = {"type": "OrderedCollectionPage", "orderedItems": self._shown}
            await Response(orjson.dumps(page), media_type="application/activity+json")(scope, receive, send)
        elif scope["type"] == "http" and path.endswith("/inbox"):
            await self._take(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()

        async def once_more() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        if b"/log/" in body:
            self._shown = self._shown or self._shows(orjson.loads(body))
            self.refused += 1
            await Response(status_code=409)(scope, receive, send)
        else:
            await self._app(scope, once_more, send)


async def _paused(acme: RunningNode, made: Circle) -> str:
    with acme.node.database.active():
        return (await questions.group(acme.node, made.alice.id, made.group_id)).paused


def _nothing(_said: dict[str, Any]) -> list[dict[str, Any]]:
    return []


def _the_same(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [said]


def _altered(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Another activity inside, under the proof of the true one."""
    inner = {**said["object"], "id": f"{said['object']['id']}-other"}
    return [{**said, "object": inner}]


@pytest.mark.parametrize("shows", [_nothing, _the_same, _altered])
async def test_a_node_that_shows_nothing_stops_nothing(nodes: MakeNode, apps: Apps, shows: Shows) -> None:
    """Beta answers 409 to three posts: it is asked once what it has, shows nothing that the group signed and does not know, and gamma goes on getting posts."""
    made = await circle(nodes, "bob", "gina")
    contrary = Contrary(apps[made.beta.host], shows)
    apps[made.beta.host] = contrary

    for word in ("One", "Two", "Three"):
        await posted(made.alice, f"{word} @projet")
    await made.settle()

    assert (contrary.refused, contrary.asked) == (3, 1)
    assert await _paused(made.acme, made) == ""
    await posted(made.alice, "Four @projet")
    await made.settle()
    wall = str(await wall_of(made.gina, made.handle))
    assert all(word in wall for word in ("One", "Two", "Three", "Four"))


async def test_a_node_that_shows_what_the_group_signed_makes_it_rest(
    nodes: MakeNode, database_server: Databases, tmp_path: Path
) -> None:
    """The twin: acme comes back with an old database and nobody says so; beta has another post under the number that is given twice, shows it, and the group
    rests.
    """
    made = await circle(nodes, "bob")
    await made.settle()
    kept = tmp_path / "kept"
    await backup.dump(made.acme.node.settings.database_url.get_secret_value(), kept)
    await posted(made.alice, "Zebra @projet")
    await made.settle()
    url = await asyncio.to_thread(database_server.empty)
    await backup.restore(url, kept)
    acme = await nodes("acme", database_url=url)
    with acme.node.database.active():
        token = await access.issue_token(acme.node, made.alice.id, ["read", "write"])
    alice = Person(made.alice.id, "alice", token, acme.browser({"authorization": f"Bearer {token}"}), acme.host)

    await posted(alice, "Quagga @projet")
    await settle_all(acme, made.beta)
    await posted(alice, "Okapi @projet")
    await settle_all(acme, made.beta)

    assert made.beta.host in await _paused(acme, made)
    wall = str(await wall_of(made.bob, made.handle))
    assert "Zebra" in wall
    assert "Okapi" not in wall
