"""The rules of groups between nodes in everyday use: edits, deletions, polls, a domain that is not allowed for a while, and what never changes."""

from datetime import timedelta

import pytest

from fediverse.actions import domains, groups
from fediverse.actions.groups import GroupChange
from fediverse.errors import Invalid
from fediverse.queries import groups as questions
from tests.support.clocks import StoppedClock
from tests.support.groups import circle, heard, id_at, position_at, proved, roster_at, says, wall_of, working
from tests.support.journeys import asked, copy_of, everything_in, fetched, posted, seen, waiting_for
from tests.support.nodes import MakeNode, settle_all


async def test_an_open_group_is_never_closed_nor_a_closed_one_opened(nodes: MakeNode) -> None:
    """G11: the step is refused with what to do instead, and nothing changes; between closed and secret it is allowed. Members elsewhere do not believe it either."""
    made = await circle(nodes, "bob")
    async with working(made.acme):
        node = made.acme.node
        with pytest.raises(Invalid, match="make a new group"):
            await groups.update(node, made.alice.id, made.group_id, GroupChange(access="open"))
        assert (await questions.group(node, made.alice.id, made.group_id)).access == "closed"
        await groups.update(node, made.alice.id, made.group_id, GroupChange(access="secret"))
    await made.settle()

    async with working(made.beta):
        view = await questions.by_name(made.beta.node, made.bob.id, made.handle)
    assert view.access == "secret"
    async with working(made.acme):
        await made.acme.node.database.execute("UPDATE group_profile SET access = 'open'")  # a node that breaks the rule
        await groups.update(made.acme.node, made.alice.id, made.group_id, GroupChange(display_name="Opened"))
    await made.settle()
    async with working(made.beta):
        after = await questions.by_name(made.beta.node, made.bob.id, made.handle)
    assert (after.access, after.account.display_name) == ("secret", "Opened")


async def test_a_domain_that_is_not_allowed_for_a_while_is_suspended(nodes: MakeNode) -> None:
    """G13: gamma leaves acme's allowlist: its membership rests at once and says so, nothing goes there or comes from there; allowed again, all is caught up."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    async with working(made.acme):
        assert {one.state for one in await questions.nodes(made.acme.node, made.alice.id, made.group_id)} == {
            "admitted"
        }

    await made.acme.remove(made.gamma.host)
    async with working(made.acme):
        resting = {one.host: one for one in await questions.nodes(made.acme.node, made.alice.id, made.group_id)}
    await posted(made.alice, "Zebra @projet")
    await made.settle()
    from_gamma = await posted(made.gina, f"Giraffe @{made.handle}")
    await made.settle()
    assert resting[made.gamma.host].state == "suspended"
    assert resting[made.gamma.host].reason != ""
    assert resting[made.beta.host].state == "admitted"
    assert "Zebra" not in await everything_in(made.gamma)
    assert await seen(made.alice, from_gamma) is None
    assert await waiting_for(made.acme, made.gamma.host) > 0

    await made.acme.allow(made.gamma.host)
    clock.advance(timedelta(hours=2))
    await made.settle()

    async with working(made.acme):
        states = {one.state for one in await questions.nodes(made.acme.node, made.alice.id, made.group_id)}
    assert states == {"admitted"}
    assert "Zebra" in str(await wall_of(made.gina, made.handle))
    assert await roster_at(made.gamma, made.uri) == await roster_at(made.acme, made.uri)


async def test_a_domain_that_comes_back_after_a_week_has_missed_nothing(nodes: MakeNode) -> None:
    """G13: after a day what waited is set aside; once gamma is allowed again, the next thing that the group sends shows the gap, and gamma reads the rest."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    await made.acme.remove(made.gamma.host)
    await posted(made.alice, "Zebra @projet")
    await settle_all(made.acme, made.beta)
    clock.advance(timedelta(days=7))
    async with working(made.acme):
        await domains.freeze_removed(made.acme.node)
    await posted(made.alice, "Okapi @projet")
    await settle_all(made.acme, made.beta)
    assert "Okapi" not in await everything_in(made.gamma)

    await made.acme.allow(made.gamma.host)
    await posted(made.alice, "Quagga @projet")
    await made.settle()
    clock.advance(timedelta(hours=2))
    await made.settle()

    wall = str(await wall_of(made.gina, made.handle))
    assert all(word in wall for word in ("Zebra", "Okapi", "Quagga")), wall
    assert await position_at(made.gamma, made.uri) == await position_at(made.acme, made.uri)


async def test_an_edit_and_a_deletion_by_the_author_reach_all_nodes(nodes: MakeNode) -> None:
    """171b: bob edits his post and it changes at acme and gamma; gina's Update of his post is refused; his Delete takes it down everywhere."""
    made = await circle(nodes, "bob", "gina")
    post = await posted(made.bob, f"Zebra @{made.handle}")
    await made.settle()
    await asked(made.bob, "PUT", f"/api/v1/statuses/{post['id']}", json={"status": f"Okapi @{made.handle}"})
    await made.settle()
    foreign = says(
        made.gina.uri,
        "Update",
        {"type": "Note", "id": post["uri"], "attributedTo": made.bob.uri, "content": "x", "to": [made.uri]},
    )
    assert await heard(made.gina, made.gamma, made.acme, foreign) != ""
    for person in (made.alice, made.gina):
        assert "Okapi" in (await copy_of(person, post))["content"], person.handle

    await asked(made.bob, "DELETE", f"/api/v1/statuses/{post['id']}")
    await made.settle()

    for person in (made.alice, made.bob, made.gina):
        assert await seen(person, post) is None, person.handle


async def test_a_moderator_elsewhere_takes_a_post_out_everywhere(nodes: MakeNode) -> None:
    """T-174: gina may not delete alice's post; as a moderator she may, and it is gone at acme and beta (her own node took it out before it told)."""
    made = await circle(nodes, "bob", "gina")
    post = await posted(made.alice, "Zebra @projet")
    await made.settle()
    gone = {"type": "Tombstone", "id": post["uri"]}
    to = {"to": [made.uri, f"{made.uri}/members"], "audience": made.uri}

    refused = await heard(made.gina, made.gamma, made.acme, says(made.gina.uri, "Delete", gone, 1, **to))
    assert refused != ""
    assert await seen(made.bob, post) is not None
    await made.set_role(made.gina, "moderator")
    await made.settle()
    taken = says(made.gina.uri, "Delete", gone, 2, **to)
    taken = await proved(made.gamma, await id_at(made.gamma, made.gina), taken)
    assert await heard(made.gina, made.gamma, made.acme, taken) == ""
    await made.settle()

    for person in (made.alice, made.bob):
        assert await seen(person, post) is None, person.handle


async def test_a_poll_in_a_group_counts_votes_of_its_members_alone(nodes: MakeNode) -> None:
    """T-163: bob's poll from beta is voted on at acme and gamma, all see the counts; ben and carl, who are no members, cannot vote, here or by hand."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    post = await posted(
        made.bob, f"Tea or coffee? @{made.handle}", poll={"options": ["Tea", "Coffee"], "expires_in": 3600}
    )
    await made.settle()

    for person, choice in ((made.alice, 0), (made.gina, 1)):
        poll = (await copy_of(person, post))["poll"]
        await asked(person, "POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": [choice]})
    await made.settle()
    await asked(made.ben, "GET", f"/api/v1/polls/{post['poll']['id']}", status=404)
    await asked(made.ben, "POST", f"/api/v1/polls/{post['poll']['id']}/votes", status=404, json={"choices": [0]})
    vote = {
        "type": "Note", "id": f"{made.carl.uri}/votes/1", "attributedTo": made.carl.uri, "name": "Tea", "inReplyTo": post["uri"],
        "to": made.bob.uri,
    }  # fmt: skip
    by_hand = await heard(made.carl, made.acme, made.beta, says(made.carl.uri, "Create", vote, 1, to=[made.bob.uri]))
    clock.advance(timedelta(minutes=10))
    await made.settle()

    own = await asked(made.bob, "GET", f"/api/v1/statuses/{post['id']}")
    assert [option["votes_count"] for option in own["poll"]["options"]] == [1, 1]
    counted = (await copy_of(made.gina, post))["poll"]
    assert [option["votes_count"] for option in counted["options"]] == [1, 1]
    assert by_hand != ""


async def test_an_answer_stays_in_the_circle_of_what_it_answers(nodes: MakeNode) -> None:
    """G7: bob answers as `public` or `direct`, and it stands in the group; gina, no member, hears nothing; colleagues neither."""
    made = await circle(nodes, "bob")
    post = await posted(made.alice, "Zebra @projet")
    await made.settle()
    own = await copy_of(made.bob, post)

    for visibility in ("public", "unlisted", "direct"):
        answer = await posted(made.bob, f"As {visibility}", visibility, in_reply_to_id=own["id"])
        assert answer["visibility"] == "private"
    await made.settle()

    thread = await asked(made.alice, "GET", f"/api/v1/statuses/{post['id']}/context")
    assert len(thread["descendants"]) == 3
    assert "As public" not in await everything_in(made.gamma)
    for person in (made.ben, made.carl):
        found = await asked(person, "GET", "/api/v2/search", params={"q": "As public", "type": "statuses"})
        assert found["statuses"] == [], person.handle


async def test_a_member_whose_account_ends_discloses_nothing_more(nodes: MakeNode) -> None:
    """T-162: gina, gamma's only member, is deleted by her node: gamma is a member's node no longer, while beta, with bob, reads on."""
    made = await circle(nodes, "bob", "gina")
    post = await posted(made.alice, "Zebra @projet")
    await made.settle()
    assert isinstance(await fetched(made.gamma, post["uri"]), bytes)

    gone = says(made.gina.uri, "Delete", made.gina.uri, 1, to=["https://www.w3.org/ns/activitystreams#Public"])
    assert await heard(made.gina, made.gamma, made.acme, gone) == ""
    await made.settle()

    async with working(made.acme):
        states = {one.host: one.state for one in await questions.nodes(made.acme.node, made.alice.id, made.group_id)}
    assert states == {made.beta.host: "admitted", made.gamma.host: "removed"}
    assert await fetched(made.gamma, post["uri"]) == "NotFound"
    assert isinstance(await fetched(made.beta, post["uri"]), bytes)
    for one in (made.acme, made.beta):
        assert made.gina.uri not in await roster_at(one, made.uri), one.host
