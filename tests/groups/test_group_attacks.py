"""What an allowed node may try to say in a group's name or in its members': each lie is dropped, and the true twin of it is taken."""

from fediverse.actions import group_members
from tests.support.groups import (
    PUBLIC,
    ask,
    circle,
    group_at,
    heard,
    id_at,
    let_in,
    note_of,
    proved,
    roster_at,
    says,
    wall_of,
    working,
)
from tests.support.journeys import JSON, asked, copy_of, home_of, posted
from tests.support.nodes import MakeNode


def _without_context(document: JSON) -> JSON:
    return {name: value for name, value in document.items() if name != "@context"}


async def test_a_moderators_node_does_not_speak_for_others(nodes: MakeNode) -> None:
    """T-166: bob moderates; what he passes on in alice's name is dropped by gamma and acme, wrapped or plain; what he writes himself is taken."""
    made = await circle(nodes, "bob", "gina")
    await made.set_role(made.bob, "moderator")
    await made.settle()
    circle_to = [made.uri, f"{made.uri}/members"]
    forged = says(
        made.alice.uri, "Create", note_of(made.alice, 1, circle_to, "Forged", audience=made.uri), 1, to=circle_to
    )

    for number, to in enumerate((made.gamma, made.acme)):
        wrapped = says(made.bob.uri, "Announce", _without_context(forged), 10 + number, to=circle_to)
        assert await heard(made.bob, made.beta, to, wrapped) != "", to.host
        plain = await heard(made.bob, made.beta, to, {**forged, "id": f"{made.alice.uri}/by-hand/{number}"})
        assert plain.startswith(("401", "403")), plain
    await posted(made.bob, f"My own @{made.handle}")
    await made.settle()

    for person in (made.alice, made.gina):
        [own] = await wall_of(person, made.handle)
        assert "My own" in own, person.handle


async def test_another_group_does_not_pass_on_what_was_said_here(nodes: MakeNode) -> None:
    """T-167: a group of beta's that gina is in passes on alice's own, proved words from the other group: dropped by gamma. Its own members' are taken."""
    made = await circle(nodes, "bob", "gina")
    other = await group_at(made.beta, made.bob, "other", domains=(made.gamma.host, made.acme.host))
    await ask(made.gina, f"other@{made.beta.host}")
    await made.settle()
    await let_in(made.beta, made.bob, other, made.gina, admit_domain=made.gamma.host)
    await made.settle()
    circle_to = [made.uri, f"{made.uri}/members"]
    said = says(
        made.alice.uri, "Create", note_of(made.alice, 1, circle_to, "Elsewhere", audience=made.uri), 1, to=circle_to
    )
    said = _without_context(await proved(made.acme, made.alice.id, said))
    actor = f"http://{made.beta.host}/users/other"

    stolen = says(actor, "Announce", said, 1, to=[f"{actor}/members"])
    why = await heard(made.bob, made.beta, made.gamma, stolen, as_account=other)
    genuine = await posted(made.bob, "In the other one @other")
    await made.settle()

    assert why != ""
    assert "Elsewhere" not in str(await home_of(made.gina))
    assert await wall_of(made.gina, f"other@{made.beta.host}") != []
    await copy_of(made.gina, genuine)


async def test_the_groups_own_node_cannot_make_up_words_of_others(nodes: MakeNode) -> None:
    """T-166, G5: acme, which runs the group, invents a post of bob's, changes a proved one, deletes his in his name: gamma drops all of it."""
    made = await circle(nodes, "bob", "gina")
    real = await posted(made.bob, f"As I said it @{made.handle}")
    await made.settle()
    circle_to = [made.uri, f"{made.uri}/members"]
    number = await id_at(made.beta, made.bob)
    note = note_of(made.bob, 1, circle_to, "Words", audience=made.uri)
    honest = await proved(made.beta, number, says(made.bob.uri, "Create", note, 1, to=circle_to))
    tampered = {**honest, "object": {**note, "content": "<p>Other words</p>"}}
    deleted = says(made.bob.uri, "Delete", {"type": "Tombstone", "id": real["uri"]}, 5, to=circle_to)
    edited = says(made.bob.uri, "Update", {**note, "id": real["uri"], "content": "<p>Changed</p>"}, 6, to=circle_to)
    bare = {name: value for name, value in honest.items() if name != "proof"}

    for index, lie in enumerate((tampered, deleted, edited, bare, _without_context(tampered))):
        passed = says(made.uri, "Announce", lie, 20 + index, to=[f"{made.uri}/members"])
        why = await heard(made.alice, made.acme, made.gamma, passed, as_account=made.group_id)
        assert why != "", lie["type"]
    passed = says(made.uri, "Announce", honest, 30, to=[f"{made.uri}/members"])
    true = await heard(made.alice, made.acme, made.gamma, passed, as_account=made.group_id)

    assert true == ""
    wall = await wall_of(made.gina, made.handle)
    assert len(wall) == 2
    assert "<p>Words</p>" in wall
    assert "As I said it" in (await copy_of(made.gina, real))["content"]


async def test_a_post_for_all_that_claims_a_closed_group_is_refused(nodes: MakeNode) -> None:
    """T-164: addressed to everybody with the group as audience: neither the group's node nor a member's node keeps it, sent directly or passed on."""
    made = await circle(nodes, "bob", "gina")
    number = await id_at(made.beta, made.bob)
    wide = note_of(made.bob, 1, [PUBLIC, made.uri], "Wide", audience=made.uri)
    create = await proved(made.beta, number, says(made.bob.uri, "Create", wide, 1, to=[PUBLIC, made.uri]))
    direct = {**create, "id": f"{made.bob.uri}/by-hand/2"}

    at_acme = await heard(made.bob, made.beta, made.acme, create)
    at_gamma = await heard(made.bob, made.beta, made.gamma, says(made.bob.uri, "Create", wide, 2, to=[PUBLIC]))
    passed = says(made.uri, "Announce", _without_context(create), 3, to=[f"{made.uri}/members"])
    by_group = await heard(made.alice, made.acme, made.gamma, passed, as_account=made.group_id)

    assert direct["object"] == wide
    assert all((at_acme, at_gamma, by_group)), (at_acme, at_gamma, by_group)
    assert await wall_of(made.alice, made.handle) == []
    assert await wall_of(made.gina, made.handle) == []


async def test_who_is_no_member_writes_nothing_in_a_group(nodes: MakeNode) -> None:
    """T-163: ben of a member's node, and gina of an allowed one, send a Create to the group: refused; and so is what was said before somebody was let in."""
    made = await circle(nodes, "bob")
    circle_to = [made.uri, f"{made.uri}/members"]

    for person, host in ((made.ben, made.beta), (made.gina, made.gamma)):
        note = note_of(person, 1, circle_to, "Intruding", audience=made.uri)
        assert await heard(person, host, made.acme, says(person.uri, "Create", note, 1, to=circle_to)) != "", (
            person.handle
        )
    note = note_of(made.bob, 1, circle_to, "Belonging", audience=made.uri)
    assert await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Create", note, 1, to=circle_to)) == ""

    assert await wall_of(made.alice, made.handle) == ["<p>Belonging</p>"]


async def test_members_come_and_go_by_the_groups_word_alone(nodes: MakeNode) -> None:
    """T-150: gina cannot add herself or a friend, nor can beta tell gamma who is in acme's group; nobody is made owner by a moderator of another node."""
    made = await circle(nodes, "bob", "gina")
    await made.set_role(made.bob, "moderator")
    await made.settle()
    target = {"target": f"{made.uri}/members", "to": [made.uri]}
    before = await roster_at(made.acme, made.uri)

    told = [
        await heard(
            made.gina, made.gamma, made.acme, says(made.gina.uri, "Add", made.gina.uri, 1, role="owner", **target)
        ),
        await heard(made.gina, made.gamma, made.acme, says(made.gina.uri, "Remove", made.bob.uri, 2, **target)),
        await heard(made.bob, made.beta, made.gamma, says(made.bob.uri, "Remove", made.alice.uri, 3, **target)),
        await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Add", made.bob.uri, 4, role="owner", **target)),
        await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Remove", made.alice.uri, 5, **target)),
        await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Add", made.ben.uri, 6, **target)),
    ]
    await made.settle()

    assert all(told), told
    for one in made.all:
        assert await roster_at(one, made.uri) == before, one.host


async def test_a_moderator_elsewhere_lets_in_and_removes_but_does_not_disclose(nodes: MakeNode) -> None:
    """G2: bob, who moderates from beta, lets ben in, who asked; gamma's first is not let in by his Add, as that needs a word that names the domain."""
    made = await circle(nodes, "bob")
    await made.set_role(made.bob, "moderator")
    for person in (made.ben, made.gina):
        await ask(person, made.handle)
    await made.settle()
    target = {"target": f"{made.uri}/members", "to": [made.uri]}

    ben = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Add", made.ben.uri, 1, **target))
    gina = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Add", made.gina.uri, 2, **target))
    await made.settle()
    assert ben == ""
    assert made.gamma.host in gina
    assert set(await roster_at(made.acme, made.uri)) == {made.alice.uri, made.bob.uri, made.ben.uri}

    gone = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Remove", made.ben.uri, 3, **target))
    await made.settle()
    assert gone == ""
    for one in (made.acme, made.beta):
        assert set(await roster_at(one, made.uri)) == {made.alice.uri, made.bob.uri}, one.host


async def test_who_is_banned_stays_out(nodes: MakeNode) -> None:
    """T-163: a banned member reads nothing, and asking again, or writing all the same, is refused; after the ban is lifted he may ask."""
    made = await circle(nodes, "bob")
    await posted(made.alice, "Before @projet")
    await made.settle()
    number = await id_at(made.acme, made.bob)
    async with working(made.acme):
        await group_members.ban(made.acme.node, made.alice.id, made.group_id, number)
    await made.settle()
    circle_to = [made.uri, f"{made.uri}/members"]

    note = note_of(made.bob, 1, circle_to, "Still here", audience=made.uri)
    written = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Create", note, 1, to=circle_to))
    follow = says(made.bob.uri, "Follow", made.uri, 2)
    again = await heard(made.bob, made.beta, made.acme, follow)
    assert written != ""
    assert made.bob.uri not in await roster_at(made.acme, made.uri)
    assert await wall_of(made.bob, made.handle) == []
    async with working(made.acme):
        await group_members.unban(made.acme.node, made.alice.id, made.group_id, number)
    assert await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Follow", made.uri, 3)) == ""
    await let_in(made.acme, made.alice, made.group_id, made.bob, admit_domain=made.beta.host)
    assert made.bob.uri in await roster_at(made.acme, made.uri)
    assert again is not None
    assert await asked(made.alice, "GET", "/api/v1/timelines/home")
