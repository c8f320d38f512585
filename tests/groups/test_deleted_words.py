"""What its author deleted is gone from every table of every node that had it: the group's log too keeps the number, and not the words."""

from datetime import timedelta

from fediverse.actions.retention import forget_expired
from tests.support.clocks import StoppedClock
from tests.support.groups import circle
from tests.support.journeys import asked, everything_in, posted
from tests.support.nodes import MakeNode


async def test_the_words_of_a_deleted_post_are_in_no_table(nodes: MakeNode) -> None:
    """Of a post of the group's own node and of one by a member elsewhere, after an edit. What was sent and received is kept as it was for thirty days, and
    then goes too; what still stands keeps its words.
    """
    clock = StoppedClock()
    made = await circle(nodes, "bob", clock=clock)
    ours = await posted(made.alice, "The zebra plan @projet")
    theirs = await posted(made.bob, f"The okapi plan @projet@{made.acme.host}")
    await posted(made.alice, "The heron stays @projet")
    await made.settle()
    await asked(made.alice, "PUT", f"/api/v1/statuses/{ours['id']}", json={"status": "The zebra plan, again @projet"})
    await made.settle()
    before = [await everything_in(node) for node in (made.acme, made.beta)]

    await asked(made.alice, "DELETE", f"/api/v1/statuses/{ours['id']}")
    await asked(made.bob, "DELETE", f"/api/v1/statuses/{theirs['id']}")
    await made.settle()
    clock.advance(timedelta(days=31))
    for node in (made.acme, made.beta):
        with node.node.database.active():
            await forget_expired(node.node)

    for node, held in zip((made.acme, made.beta), before, strict=True):
        assert all(word in held for word in ("zebra", "okapi", "heron"))
        holds = await everything_in(node)
        assert "heron" in holds
        assert [line[:60] for line in holds.splitlines() if "zebra" in line or "okapi" in line] == [], node.host
