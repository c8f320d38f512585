"""What only moderators and administrators may do is refused to others by the verbs themselves, whichever door led to them."""

from collections.abc import Awaitable, Callable

import pytest

from fediverse.actions import moderation, reports
from fediverse.actions.moderation import Measure
from fediverse.actions.reports import Complaint
from fediverse.errors import Refused
from fediverse.node import Node
from tests.support.nodes import MakeNode

Act = Callable[[Node, int, int], Awaitable[object]]
MODERATORS: dict[str, Act] = {
    "limits an account": lambda node, who, whom: moderation.moderate(node, who, whom, Measure("silence")),
    "lets an account be seen again": moderation.unsilence,
    "takes a suspension back": moderation.unsuspend,
    "lets an account sign in again": moderation.enable,
}


@pytest.mark.parametrize("deed", MODERATORS)
async def test_a_moderator_may_and_anybody_else_may_not(nodes: MakeNode, deed: str) -> None:
    """The same verb on the same person: done for the moderator, refused to a colleague."""
    acme = await nodes("acme")
    mod, alice, bob = await acme.person("mod", role="moderator"), await acme.person("alice"), await acme.person("bob")

    with acme.node.database.active():
        with pytest.raises(Refused):
            await MODERATORS[deed](acme.node, alice.id, bob.id)
        await MODERATORS[deed](acme.node, mod.id, bob.id)


async def test_a_report_is_for_moderators(nodes: MakeNode) -> None:
    """Who wrote it may not settle it either."""
    acme = await nodes("acme")
    mod, alice, bob = await acme.person("mod", role="moderator"), await acme.person("alice"), await acme.person("bob")

    with acme.node.database.active():
        number = await reports.report(acme.node, alice.id, Complaint(bob.id, comment="Rude"))
        with pytest.raises(Refused):
            await reports.resolve(acme.node, alice.id, number)
        await reports.resolve(acme.node, mod.id, number)


async def test_data_is_deleted_by_administrators_alone(nodes: MakeNode) -> None:
    """A moderator may suspend, and not delete what was written."""
    acme = await nodes("acme")
    root, mod, bob = (
        await acme.person("root", role="admin"),
        await acme.person("mod", role="moderator"),
        await acme.person("bob"),
    )

    with acme.node.database.active():
        await moderation.moderate(acme.node, mod.id, bob.id, Measure("suspend"))
        with pytest.raises(Refused):
            await moderation.delete_data(acme.node, mod.id, bob.id)
        await moderation.delete_data(acme.node, root.id, bob.id)
