"""A post in an open group that came here before the group passed it on, since somebody follows its author: it stands in the group from then on."""

from tests.support.groups import PUBLIC, Circle, ask, circle, heard, id_at, note_of, proved, says, wall_of
from tests.support.journeys import JSON, copy_of, follows, posted
from tests.support.nodes import MakeNode


async def _followed(nodes: MakeNode) -> Circle:
    """Gina, who is in the open group, follows bob, who is in it as well."""
    made = await circle(nodes, access="open")
    for person in (made.bob, made.gina):
        await ask(person, made.handle)
    await made.settle()
    await follows(made.gina, made.bob, made.gamma, made.beta)
    return made


def _created(made: Circle, to: list[str]) -> JSON:
    return says(made.bob.uri, "Create", note_of(made.bob, 1, to, "Zebra"), 1, to=to)


async def _passed_on(made: Circle, created: JSON, number: int = 1) -> str:
    """What becomes of it at gamma when the group passes on what bob said, with his proof."""
    said = await proved(made.beta, await id_at(made.beta, made.bob), created)
    announced = says(made.uri, "Announce", said, number, to=[f"{made.uri}/members"])
    return await heard(made.alice, made.acme, made.gamma, announced, as_account=made.group_id)


async def test_a_post_that_was_known_stands_in_the_group_once_it_is_passed_on(nodes: MakeNode) -> None:
    """Gina's node has bob's post from bob; the group passes on that he wrote it there: she finds it in the group, and it is one post."""
    made = await _followed(nodes)
    created = _created(made, [PUBLIC, made.uri])
    assert await heard(made.bob, made.beta, made.gamma, created) == ""
    assert await wall_of(made.gina, made.handle) == []

    why = await _passed_on(made, {**created, "id": f"{made.bob.uri}/by-hand/2"})

    assert why == ""
    assert await wall_of(made.gina, made.handle) == ["<p>Zebra</p>"]
    own = await wall_of(made.gina, made.bob.handle)
    assert own == ["<p>Zebra</p>"]


async def test_a_post_that_was_not_written_to_the_group_is_not_put_there(nodes: MakeNode) -> None:
    """The twin: bob's post names no group, and no word of the group's makes it stand there, were it even addressed in the activity around it."""
    made = await _followed(nodes)
    created = _created(made, [PUBLIC])
    assert await heard(made.bob, made.beta, made.gamma, created) == ""

    plain = await _passed_on(made, {**created, "id": f"{made.bob.uri}/by-hand/2"})
    why = await _passed_on(made, {**created, "id": f"{made.bob.uri}/by-hand/3", "to": [PUBLIC, made.uri]}, 2)

    assert plain != ""
    assert why != ""
    assert await wall_of(made.gina, made.handle) == []
    assert await wall_of(made.gina, made.bob.handle) == ["<p>Zebra</p>"]


async def test_a_closed_group_takes_no_post_that_everybody_knows(nodes: MakeNode) -> None:
    """The twin of a closed group: what was public before is not put among what its members alone read."""
    made = await circle(nodes, "bob", "gina")
    await follows(made.gina, made.bob, made.gamma, made.beta)
    public = await posted(made.bob, "Zebra")
    await made.settle()
    assert (await copy_of(made.gina, public))["visibility"] == "public"
    note = {**note_of(made.bob, 1, [made.uri, f"{made.uri}/members"], "Zebra"), "id": public["uri"]}
    created = says(made.bob.uri, "Create", note, 7, to=note["to"])

    await _passed_on(made, created)

    assert await wall_of(made.gina, made.handle) == []
    assert (await copy_of(made.gina, public))["visibility"] == "public"
