"""What a group's node says of lists of members: believed of its own lists alone, and followed only so far."""

from typing import Any

import pytest

from fediverse.actions import resolve, roster
from fediverse.activitystreams.actors import parse_actor
from fediverse.federation import group_catch_up
from fediverse.queries import accounts, groups
from tests.support.groups import circle, group_at, roster_at
from tests.support.nodes import MakeNode, RunningNode


async def _describes_itself(at: RunningNode, uri: str, document: dict[str, Any]) -> None:
    """*at* hears from the group *uri* what its document says now."""
    with at.node.database.active():
        number = await resolve.account_by_uri(at.node, uri)
        await roster.receive_profile(at.node, number, parse_actor(document))


def _document(uri: str, **said: str) -> dict[str, Any]:
    return {
        "id": uri,
        "type": "Group",
        "preferredUsername": "other",
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        **said,
    }


async def test_a_group_does_not_take_anothers_list_for_its_own(nodes: MakeNode) -> None:
    """A group of gamma's says that acme's list of members is its own: at beta the list stays acme's, and acme's word about it counts for acme's group."""
    made = await circle(nodes, "bob")
    await group_at(made.gamma, made.gina, "other", domains=(made.beta.host,))
    other, list_of_acme = f"http://{made.gamma.host}/users/other", f"{made.uri}/members"

    await _describes_itself(made.beta, other, _document(other, members=list_of_acme, log=f"{made.uri}/log"))

    with made.beta.node.database.active():
        claimed = await accounts.by_uri(made.beta.node, other)
        owner = await groups.with_members_url(made.beta.node, list_of_acme)
        assert claimed is not None
        assert owner is not None
        assert owner.account.uri == made.uri
        assert (await groups.group(made.beta.node, None, claimed.id)).members_url == ""
        assert await groups.log_url(made.beta.node, claimed.id) == ""
    await made.join(made.ben)
    assert made.ben.uri in await roster_at(made.beta, made.uri)
    assert await roster_at(made.beta, other) == {}


async def test_a_group_says_where_its_own_lists_are(nodes: MakeNode) -> None:
    """The twin: lists at the group's own origin are its lists."""
    made = await circle(nodes, "bob")
    await group_at(made.gamma, made.gina, "other", domains=(made.beta.host,))
    other = f"http://{made.gamma.host}/users/other"

    await _describes_itself(made.beta, other, _document(other, members=f"{other}/who", log=f"{other}/said"))

    with made.beta.node.database.active():
        owner = await groups.with_members_url(made.beta.node, f"{other}/who")
        assert owner is not None
        assert owner.account.uri == other
        assert await groups.log_url(made.beta.node, owner.id) == f"{other}/said"


async def test_a_list_makes_us_look_up_only_so_many_strangers(nodes: MakeNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gina's node, which knows her and Alice, may look up one of the three others on the list; when it may look up more, it knows all of them."""
    made = await circle(nodes, "bob")
    for person in (made.carl, made.ben):
        await made.join(person)
    monkeypatch.setattr(group_catch_up, "MAX_STRANGERS", 1)

    await made.join(made.gina)
    few = await roster_at(made.gamma, made.uri)
    monkeypatch.undo()
    with made.gamma.node.database.active():
        group = await accounts.by_uri(made.gamma.node, made.uri)
        assert group is not None
        await group_catch_up.follow_up(made.gamma.node, group.id)

    members = {made.alice.uri, made.bob.uri, made.carl.uri, made.ben.uri, made.gina.uri}
    assert (len(few), set(few) <= members) == (3, True)
    assert set(await roster_at(made.gamma, made.uri)) == members
