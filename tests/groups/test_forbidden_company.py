"""A group of another node with members at a company that this node's administrators forbid: nobody here writes there, as that company would read it."""

from collections.abc import MutableMapping
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fediverse.actions import roster
from fediverse.federation import group_catch_up
from fediverse.queries import groups as questions
from tests.support.groups import Circle, ask, circle, let_in, roster_at, wall_of, working
from tests.support.journeys import asked, posted
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all


async def _with_delta(nodes: MakeNode, *members: str) -> tuple[Circle, RunningNode, Person]:
    """The circle, whose group is for delta as well; acme alone allows delta."""
    made = await circle(nodes, *members, domains=("*",))
    delta = await nodes("delta")
    await delta.allow(made.acme.host)
    await made.acme.allow(delta.host)
    return made, delta, await delta.person("dora")


async def _join(made: Circle, delta: RunningNode, dora: Person) -> None:
    await ask(dora, made.handle)
    await settle_all(*made.all, delta)
    await let_in(made.acme, made.alice, made.group_id, dora, admit_domain=delta.host)
    await settle_all(*made.all, delta)


async def test_nobody_writes_where_a_forbidden_company_reads(nodes: MakeNode) -> None:
    """T-218: dora of delta joins after gina did: gina's post and her answer are refused and say why; alice, whose node allows delta, goes on writing; once
    dora has left, gina writes again.
    """
    made, delta, dora = await _with_delta(nodes, "gina")
    await posted(made.gina, f"Before @{made.handle}")
    await made.settle()

    await _join(made, delta, dora)
    refused = await asked(made.gina, "POST", "/api/v1/statuses", 422, json={"status": f"Zebra @{made.handle}"})
    told = await made.gamma.client.post(
        "/api/v1/statuses",
        headers={"authorization": f"Bearer {made.gina.token}"},
        json={"status": f"Zebra @{made.handle}", "dry_run": True},
    )
    await posted(made.alice, "Quagga @projet")
    await settle_all(*made.all, delta)

    assert delta.host in refused["error"]
    assert delta.host in told.json()["problem"]
    wall = str(await wall_of(dora, made.handle))
    assert "Quagga" in wall
    assert "Zebra" not in wall
    await made.remove(dora)
    await settle_all(*made.all, delta)
    await posted(made.gina, f"Okapi @{made.handle}")
    await made.settle()
    assert "Okapi" in str(await wall_of(made.alice, made.handle))


async def test_who_joins_later_is_told_by_the_list(nodes: MakeNode) -> None:
    """T-218: dora was there first, and gina's node reads of her on the list of members; bob's node, which allows delta, writes there."""
    made, delta, dora = await _with_delta(nodes)
    await _join(made, delta, dora)
    await made.beta.allow(delta.host)
    await made.join(made.gina)
    await made.join(made.bob)

    refused = await asked(made.gina, "POST", "/api/v1/statuses", 422, json={"status": f"Zebra @{made.handle}"})
    await posted(made.bob, f"Okapi @{made.handle}")
    await settle_all(*made.all, delta)

    assert delta.host in refused["error"]
    assert "Okapi" in str(await wall_of(made.alice, made.handle))


async def _of_gamma(made: Circle) -> int:
    """The group, as gamma numbers it."""
    async with working(made.gamma):
        return (await questions.by_name(made.gamma.node, made.gina.id, made.handle)).id


async def _writes(made: Circle, status: int) -> None:
    answer = await asked(made.gina, "POST", "/api/v1/statuses", status, json={"status": f"Zebra @{made.handle}"})
    assert status == 200 or "delta" in answer["error"]


async def _known_then_forbidden(nodes: MakeNode) -> tuple[Circle, RunningNode, Person, Person]:
    """Gamma allowed delta when dora joined, and knows her; dina of delta is not known there."""
    made, delta, dora = await _with_delta(nodes, "gina")
    await made.gamma.allow(delta.host)
    await delta.allow(made.gamma.host)
    await _join(made, delta, dora)
    await _writes(made, 200)
    return made, delta, dora, await delta.person("dina")


async def test_a_company_that_was_gone_and_comes_back_is_seen(nodes: MakeNode) -> None:
    """T-218: dora leaves, delta is forbidden, dina joins, whom gamma cannot look up: gina is refused as long as dina is there."""
    made, delta, dora, dina = await _known_then_forbidden(nodes)
    await made.remove(dora)
    await settle_all(*made.all, delta)
    await made.gamma.remove(delta.host)
    await _writes(made, 200)

    await _join(made, delta, dina)
    await _writes(made, 422)
    await made.remove(dina)
    await settle_all(*made.all, delta)

    await _writes(made, 200)


async def test_a_company_stays_seen_when_who_was_known_there_leaves(nodes: MakeNode) -> None:
    """T-218: delta is forbidden with dora in the group, dina joins unseen, dora leaves: dina still reads, so gina is refused until she is gone as well."""
    made, delta, dora, dina = await _known_then_forbidden(nodes)
    await made.gamma.remove(delta.host)
    await _writes(made, 422)
    await _join(made, delta, dina)

    await made.remove(dora)
    await settle_all(*made.all, delta)
    await _writes(made, 422)
    await made.remove(dina)
    await settle_all(*made.all, delta)

    await _writes(made, 200)


async def test_an_edit_is_not_sent_to_a_forbidden_company_either(nodes: MakeNode) -> None:
    """T-218: what gina wrote before dora came is refused new words and can be deleted; once dora is gone it takes them."""
    made, delta, dora = await _with_delta(nodes, "gina")
    first = await posted(made.gina, f"Before @{made.handle}")
    second = await posted(made.gina, f"Also before @{made.handle}")
    await made.settle()
    await _join(made, delta, dora)
    words = {"status": f"Zebra @{made.handle}"}

    refused = await asked(made.gina, "PUT", f"/api/v1/statuses/{first['id']}", 422, json=words)
    await asked(made.gina, "DELETE", f"/api/v1/statuses/{second['id']}")
    await made.remove(dora)
    await settle_all(*made.all, delta)
    edited = await asked(made.gina, "PUT", f"/api/v1/statuses/{first['id']}", json=words)

    assert delta.host in refused["error"]
    assert "Zebra" in edited["content"]


async def test_one_of_our_own_who_is_gone_forbids_nothing(nodes: MakeNode) -> None:
    """A colleague of gina's whose account ended is on the group's list still: that is no other company, and gina goes on writing."""
    made = await circle(nodes, "gina")
    gabe = await made.gamma.person("gabe")
    await made.join(gabe)
    async with working(made.gamma):
        await made.gamma.node.database.execute("UPDATE account SET deleted_at = 1 WHERE id = ?", gabe.id)
        await group_catch_up.follow_up(made.gamma.node, await _of_gamma(made))

    await _writes(made, 200)
    assert gabe.uri in await roster_at(made.acme, made.uri)


async def test_a_no_about_one_node_forgets_no_forbidden_company(nodes: MakeNode) -> None:
    """T-218: delta asks gamma for a post while it is allowed, and acme does not answer whether it is a member's: what acme's list said of delta stays."""
    made, delta, dora = await _with_delta(nodes, "gina")
    await _join(made, delta, dora)
    number = await _of_gamma(made)

    for admitted in (True, False):
        async with working(made.gamma):
            await roster.note_node(made.gamma.node, number, delta.host, admitted=admitted)
        await _writes(made, 422)


async def test_members_read_which_forbidden_company_has_the_group(nodes: MakeNode) -> None:
    """The page of the group's nodes says that delta has it, and that the rules here do not allow it."""
    made, delta, dora = await _with_delta(nodes, "gina")
    await _join(made, delta, dora)

    async with working(made.gamma):
        found = await questions.nodes(made.gamma.node, made.gina.id, await _of_gamma(made))

    states = {one.host: (one.state, bool(one.reason)) for one in found}
    assert states[delta.host] == ("suspended", True)
    assert states[made.acme.host] == ("admitted", False)


class Listing:
    """Acme, with a list of members whose pages are *pages*; after the last one it says that there are more, and shows the same again."""

    def __init__(self, app: ASGIApp, path: str, pages: list[list[dict[str, Any]]]) -> None:
        self._app = app
        self._path = path
        self._pages = pages
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != self._path:
            await self._app(scope, receive, send)
            return
        shown = self._pages[min(self.asked, len(self._pages) - 1)]
        self.asked += 1
        url = str(Request(scope).url.replace(query=f"page={self.asked}"))
        page = {"type": "OrderedCollectionPage", "orderedItems": shown, "next": url}
        await Response(orjson.dumps(page), media_type="application/activity+json")(scope, receive, send)


async def test_a_list_without_an_end_takes_nobody_out(
    nodes: MakeNode, apps: MutableMapping[str, ASGIApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acme's list goes on for ever and names alice alone: gamma stops reading after so many pages, and neither bob nor delta is forgotten for it."""
    made, delta, dora = await _with_delta(nodes, "bob", "gina")
    await _join(made, delta, dora)
    before = await roster_at(made.gamma, made.uri)
    alice = {"type": "Relationship", "subject": made.alice.uri, "relationship": "owner"}
    listing = Listing(apps[made.acme.host], "/users/projet/members", [[alice]])
    apps[made.acme.host] = listing
    monkeypatch.setattr(group_catch_up, "MAX_MEMBER_PAGES", 3)

    async with working(made.gamma):
        await group_catch_up.follow_up(made.gamma.node, await _of_gamma(made))

    assert listing.asked == 3
    assert made.bob.uri in before
    assert await roster_at(made.gamma, made.uri) == before
    await _writes(made, 422)
