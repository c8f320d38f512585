"""Who reads what stands in a closed group: member nodes and their members, and nobody else by any way, however they ask."""

from datetime import timedelta

import orjson

from tests.support.clocks import StoppedClock
from tests.support.groups import (
    PUBLIC,
    Circle,
    circle,
    group_at,
    heard,
    id_at,
    note_of,
    proved,
    roster_at,
    says,
    wall_of,
    working,
)
from tests.support.journeys import (
    JSON,
    asked,
    copy_of,
    everything_in,
    fetched,
    home_of,
    looked_up,
    notifications_of,
    posted,
    seen,
    uploaded,
)
from tests.support.nodes import MakeNode, Person


async def _with_a_post(nodes: MakeNode, *members: str, clock: StoppedClock | None = None) -> tuple[Circle, JSON]:
    """The circle, and a post of alice's with a picture."""
    made = await circle(nodes, *members, clock=clock)
    picture = await uploaded(made.alice, "A plan of the annex")
    post = await posted(made.alice, "The zebra plan @projet", media_ids=[picture])
    await made.settle()
    return made, post


def _picture_of(made: Circle, post: JSON) -> str:
    """Where other nodes ask for it; people get links of their own."""
    [media] = post["media_attachments"]
    return f"http://{made.acme.host}/media/{media['id']}/original"


async def test_member_nodes_get_a_post_and_others_get_nothing(nodes: MakeNode) -> None:
    """T-160, T-161, T-171: beta gets the post and its picture by signed GET; allowed gamma, and a browser without a session, get what nobody's post gives."""
    made, post = await _with_a_post(nodes, "bob")
    picture = _picture_of(made, post)

    assert "zebra" in str(await fetched(made.beta, post["uri"]))
    assert await fetched(made.gamma, post["uri"]) == "NotFound"
    for suffix in ("/replies", "/likes", "/shares"):
        assert await fetched(made.gamma, post["uri"] + suffix) == "NotFound", suffix
    assert isinstance(await fetched(made.beta, picture), bytes)
    assert await fetched(made.gamma, picture) == "NotFound"
    assert (await made.acme.client.get(picture)).status_code in {401, 404}
    assert (await made.acme.client.get(post["uri"], headers={"accept": "text/html"})).status_code != 200
    assert "zebra" not in await everything_in(made.gamma)


async def test_a_node_whose_last_member_was_removed_gets_nothing_more(nodes: MakeNode) -> None:
    """T-162, T-172: post, picture and log are gone for beta at once, and bob finds neither in his own copies."""
    made, post = await _with_a_post(nodes, "bob", "gina")
    assert isinstance(await fetched(made.beta, post["uri"]), bytes)
    own_copy = await copy_of(made.bob, post)
    [own_media] = own_copy["media_attachments"]

    await made.remove(made.bob)
    await made.settle()

    for url in (post["uri"], _picture_of(made, post), f"{made.uri}/log?after=0", f"{made.uri}/members"):
        assert not isinstance(await fetched(made.beta, url), bytes), url
        assert isinstance(await fetched(made.gamma, url), bytes), url
    assert await seen(made.bob, post) is None
    assert (await made.bob.client.get(own_media["url"])).status_code == 404


async def test_pictures_of_a_deleted_post_are_gone_everywhere(nodes: MakeNode) -> None:
    """T-172: after the author's Delete the picture answers to no node and no member."""
    made, post = await _with_a_post(nodes, "bob")
    [copied] = (await copy_of(made.bob, post))["media_attachments"]
    assert (await made.bob.client.get(copied["url"])).status_code == 200

    await asked(made.alice, "DELETE", f"/api/v1/statuses/{post['id']}")
    await made.settle()

    assert not isinstance(await fetched(made.beta, _picture_of(made, post)), bytes)
    assert (await made.bob.client.get(copied["url"])).status_code == 404
    assert await seen(made.bob, post) is None


async def test_a_colleague_of_a_member_finds_nothing(nodes: MakeNode) -> None:
    """T-163, T-173: ben, at a member's node, sees neither post nor picture nor count, by id, search, tag, profile, thread or timeline; bob sees all."""
    made = await circle(nodes, "bob")
    post = await posted(made.alice, "The zebra plan #zebra @projet")
    await made.settle()
    copied = await copy_of(made.bob, post)
    number = copied["id"]

    async def found_by(person: Person) -> list[object]:
        search = await asked(person, "GET", "/api/v2/search", params={"q": "zebra"})
        tagged = await asked(person, "GET", "/api/v1/timelines/tag/zebra")
        public = await asked(person, "GET", "/api/v1/timelines/public")
        author = await looked_up(person, made.alice.handle)
        assert author is not None
        wall = await asked(person, "GET", f"/api/v1/accounts/{author['id']}/statuses")
        return [len(search["statuses"]), len(tagged), len(public), len(wall), len(await home_of(person))]

    assert await found_by(made.ben) == [0, 0, 0, 0, 0]
    assert await found_by(made.bob) == [1, 0, 0, 1, 1]
    for path in ("", "/context", "/history", "/source", "/favourited_by", "/reblogged_by"):
        await asked(made.ben, "GET", f"/api/v1/statuses/{number}{path}", status=404)
    await asked(made.ben, "POST", f"/api/v1/statuses/{number}/favourite", status=404)
    await asked(made.ben, "POST", f"/api/v1/statuses/{number}/bookmark", status=404)
    assert await wall_of(made.ben, made.handle) == []
    assert len(await wall_of(made.bob, made.handle)) == 1
    assert (await asked(made.ben, "GET", f"/api/v1/accounts/{await _group_id(made, made.ben)}/followers")) == []


async def _group_id(made: Circle, person: Person) -> str:
    found = await looked_up(person, made.handle)
    assert found is not None
    return str(found["id"])


async def test_naming_an_outsider_is_refused_with_a_sentence(nodes: MakeNode) -> None:
    """T-165: a post and an answer that name somebody who is no member are not sent at all, and the sentence names who; naming a member works."""
    made, post = await _with_a_post(nodes, "bob")
    own = await copy_of(made.bob, post)

    for text in (f"Ask @{made.gina.handle} @{made.handle}", f"Ask @ben @{made.handle}"):
        refused = await asked(made.bob, "POST", "/api/v1/statuses", status=422, json={"status": text})
        assert "would not get this" in refused["error"]
        assert "projet" in refused["error"]
    refused = await asked(
        made.bob,
        "POST",
        "/api/v1/statuses",
        status=422,
        json={"status": f"@{made.gina.handle} look", "in_reply_to_id": own["id"]},
    )
    assert made.gina.handle in refused["error"]
    answer = await posted(made.bob, f"@{made.alice.handle} fine", in_reply_to_id=own["id"])
    await made.settle()

    assert await home_of(made.gina) == []
    assert await notifications_of(made.gina, "mention") == []
    assert len(await notifications_of(made.alice, "mention")) == 1
    assert answer["visibility"] == "private"


async def test_what_is_written_in_a_group_is_boosted_and_quoted_nowhere_else(nodes: MakeNode) -> None:
    """T-168, T-169: boost and quote out of the group are refused with a sentence, also to its author; a quote inside works; Announces of it are ignored."""
    made, post = await _with_a_post(nodes, "bob", "gina")
    own = await copy_of(made.bob, post)

    for person, number in ((made.bob, own["id"]), (made.alice, post["id"])):
        refused = await asked(person, "POST", f"/api/v1/statuses/{number}/reblog", status=403)
        assert "cannot be boosted" in refused["error"]
        refused = await asked(
            person, "POST", "/api/v1/statuses", status=422, json={"status": "See", "quoted_status_id": number}
        )
        assert "can be quoted only there" in refused["error"]
    inside = await posted(made.alice, "See @projet", quoted_status_id=post["id"])
    boost = says(made.bob.uri, "Announce", post["uri"], to=[PUBLIC], cc=[f"{made.bob.uri}/followers"])
    reasons = [
        await heard(made.bob, made.beta, to, {**boost, "id": f"{boost['id']}/{to.host}"}) for to in made.all[::2]
    ]
    await made.settle()

    assert inside["quote"]["quoted_status"]["id"] == post["id"]
    assert all(reasons), reasons
    assert (await asked(made.alice, "GET", f"/api/v1/statuses/{post['id']}"))["reblogs_count"] == 0


async def test_membership_is_asked_of_the_groups_node_and_not_for_ever(nodes: MakeNode) -> None:
    """T-170: beta shows bob's post to member gamma only; who asks whether somebody belongs must be a member's node itself; a removal counts within ten minutes."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    post = await posted(made.bob, f"From beta @{made.handle}")
    await made.settle()
    outside = await nodes("delta", clock=clock)
    await group_at(made.acme, made.alice, "other", domains=(made.beta.host,))
    for one in made.all:
        await one.allow(outside.host)
        await outside.allow(one.host)
    asks = f"{made.uri}/followers?is_follower="

    assert isinstance(await fetched(made.gamma, post["uri"]), bytes)
    assert await fetched(outside, post["uri"]) == "NotFound"
    assert isinstance(await fetched(made.beta, f"{asks}http://{made.gamma.host}/actor"), bytes)
    assert await fetched(made.beta, f"{asks}http://{outside.host}/actor") == "NotFound"
    assert await fetched(outside, f"{asks}http://{made.gamma.host}/actor") == "NotFound"
    other = f"http://{made.acme.host}/users/other/followers?is_follower=http://{made.gamma.host}/actor"
    assert await fetched(made.beta, other) == "NotFound"

    async with working(made.beta):  # beta does not hear of the removal
        await made.beta.node.database.execute("DELETE FROM lane")
    await made.remove(made.gina)
    clock.advance(timedelta(minutes=11))
    assert await fetched(made.gamma, post["uri"]) == "NotFound"


async def test_a_demoted_moderator_acts_no_more(nodes: MakeNode) -> None:
    """T-174, T-151: bob's Remove as a moderator stands after he is one no longer; his next one is refused, and nobody who never was one is heard."""
    made = await circle(nodes, "bob", "gina")
    for person in (made.carl, made.ben):
        await made.join(person)
    await made.set_role(made.bob, "moderator")
    await made.settle()
    target = {"target": f"{made.uri}/members", "to": [made.uri]}

    first = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Remove", made.ben.uri, 1, **target))
    await made.set_role(made.bob, "member")
    await made.settle()
    second = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Remove", made.carl.uri, 2, **target))
    never = await heard(made.gina, made.gamma, made.acme, says(made.gina.uri, "Remove", made.carl.uri, 3, **target))
    await made.settle()

    assert first == ""
    assert "moderator" in second
    assert "moderator" in never
    expected = {made.alice.uri: "owner", made.bob.uri: "member", made.carl.uri: "member", made.gina.uri: "member"}
    for one in made.all:
        assert await roster_at(one, made.uri) == expected, one.host


async def test_what_outsiders_may_read_does_not_name_the_group(nodes: MakeNode) -> None:
    """T-179: profiles, collections, counts and public answers of members, read by an allowed node that has no member, are free of the group and its posts."""
    made = await circle(nodes, "bob", domains=("beta.localhost:8002",))
    open_post = await posted(made.alice, "For everybody")
    own = await posted(made.alice, "The zebra plan @projet")
    await made.settle()
    await posted(made.bob, "Agreed", in_reply_to_id=(await copy_of(made.bob, own))["id"])
    await made.settle()

    for path in (
        "", "/followers", "/following", "/outbox", "/outbox?page=true", "/featured", "/followers?page=true", "/following?page=true",
    ):  # fmt: skip
        said = await fetched(made.gamma, made.alice.uri + path)
        assert "projet" not in str(said), path
        assert "zebra" not in str(said), path
    for path in ("", "/replies", "/replies?page=true", "/likes", "/shares"):
        assert "projet" not in str(await fetched(made.gamma, open_post["uri"] + path)), path
    assert "projet" not in await everything_in(made.gamma)
    outbox = orjson.loads(await fetched(made.gamma, made.alice.uri + "/outbox"))
    assert outbox.get("totalItems", 1) == 1, outbox


async def test_an_answer_that_would_be_public_is_refused_on_receipt(nodes: MakeNode) -> None:
    """G7: bob's node sends an answer to a group's post as a public one: acme keeps nothing of it; the same answer, to the group, is kept."""
    made, post = await _with_a_post(nodes, "bob")
    number = await id_at(made.beta, made.bob)
    wide = note_of(made.bob, 1, [PUBLIC], "Wider", inReplyTo=post["uri"], cc=[made.alice.uri])
    right = note_of(
        made.bob, 2, [made.uri, f"{made.uri}/members"], "Same circle", inReplyTo=post["uri"], audience=made.uri
    )
    both = note_of(made.bob, 3, [PUBLIC, made.uri], "Public and closed", audience=made.uri)

    refused = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Create", wide, 1, to=[PUBLIC]))
    create = await proved(made.beta, number, says(made.bob.uri, "Create", right, 2, to=[made.uri], audience=made.uri))
    kept = await heard(made.bob, made.beta, made.acme, create)
    mixed = await heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Create", both, 3, to=[PUBLIC, made.uri]))
    await made.settle()

    assert refused != ""
    assert kept == ""
    assert mixed != ""
    assert "Wider" not in str(await asked(made.alice, "GET", f"/api/v1/statuses/{post['id']}/context"))
    assert len(await wall_of(made.alice, made.handle)) == 2
