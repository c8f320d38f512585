"""An allowed server is allowed to speak, and not to be believed: what it might try with good signatures, and what must not come of it."""

import json
from itertools import cycle

import pytest

from fediverse.actions import relations
from fediverse.actions.resolve import account_by_uri
from fediverse.federation.activities import HEARD
from fediverse.policy.domains import Direction
from fediverse.queries import timelines
from fediverse.queries.views import Page
from tests.federation.scripted import JSON, PUBLIC, Actor, Apps, Keys, ScriptedServer, count, deliver, get, join, kept
from tests.support.hostile import ACTOR_FIELDS, ODD, POST_FIELDS, oddities
from tests.support.nodes import Person, RunningNode

BETA = "beta.localhost:9003"


@pytest.fixture
async def beta(acme: RunningNode, apps: Apps, other_keys: Keys) -> ScriptedServer:
    """Another server that our node allows."""
    await acme.allow(BETA)
    return join(apps, ScriptedServer(BETA, other_keys))


@pytest.fixture
def bob(beta: ScriptedServer) -> Actor:
    return beta.actor("bob")


async def published(person: Person, text: str = "Ours", visibility: str = "public", **more: object) -> JSON:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


async def heard(node: RunningNode, activity: JSON, signed_by: Actor) -> str:
    """Deliver *activity* and apply it; why it was dropped, or "" when it was applied."""
    answer = await deliver(node, activity, signed_by)
    assert answer.status_code == 202, answer.text
    await node.settle()
    return str((await kept(node))[-1]["problem"])


async def searched(person: Person, text: str) -> list[JSON]:
    answer = await person.client.get("/api/v2/search", params={"q": text, "type": "statuses", "resolve": "true"})
    statuses: list[JSON] = answer.json()["statuses"]
    return statuses


# ── another server's addresses ────────────────────────────────────────────────────────────────────


async def test_a_post_cannot_stand_in_for_another_servers_post(
    acme: RunningNode, dana: Person, erin: Actor, bob: Actor, beta: ScriptedServer
) -> None:
    """T-303, T-304: erin gives her post the page address that is the id of bob's. Who asks for bob's gets bob's."""
    beta.shows({**bob.note(7, "The real one"), "@context": bob.document()["@context"]})
    taken = f"{bob.uri}/notes/7"
    assert (
        await heard(acme, erin.creates(erin.note(1, "A false one", url=taken, published="2020-01-01T00:00:00Z")), erin)
        == ""
    )

    before = await searched(dana, taken)
    assert await heard(acme, erin.says("Announce", taken, 2, to=PUBLIC), erin) == ""

    assert [status["uri"] for status in before] == [taken]
    assert await count(acme, "post", "boost_of_id = (SELECT id FROM post WHERE uri = ?)", taken) == 1


async def test_a_post_cannot_stand_in_for_one_of_ours(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The same with the page of a post of ours: a person who opens that address finds ours, or nothing."""
    ours = await published(dana, "Ours")
    for number, address in enumerate((ours["url"], ours["uri"], f"{acme.node.settings.origin}/@dana/1"), start=1):
        await heard(
            acme,
            erin.creates(erin.note(number, "Not ours", url=address, published="2020-01-01T00:00:00Z"), number),
            erin,
        )

    found = [
        await searched(dana, address) for address in (ours["url"], ours["uri"], f"{acme.node.settings.origin}/@dana/1")
    ]

    assert [[status["content"] for status in statuses] for statuses in found] == [["<p>Ours</p>"], ["<p>Ours</p>"], []]


async def test_a_post_is_found_by_the_page_that_its_own_server_gives_it(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """The twin: people paste the address of a page, which is not the id; T-304."""
    page = erin.uri.replace("/users/", "/@") + "/1"
    await heard(acme, erin.creates(erin.note(1, url=page)), erin)

    assert [status["uri"] for status in await searched(dana, page)] == [f"{erin.uri}/notes/1"]


async def test_an_inbox_at_our_own_door_is_refused(acme: RunningNode, dana: Person, friendly: ScriptedServer) -> None:
    """An actor whose inbox is ours would have us write to ourselves, in a circle; one whose inbox is another's, to strangers."""
    for number, inbox in enumerate(
        (f"{acme.node.settings.origin}/inbox", f"{dana.uri}/inbox", "http://stranger.localhost:9002/inbox")
    ):
        loop = friendly.actor(f"loop{number}")
        friendly.shows({**loop.document(), "inbox": inbox})

        await deliver(acme, loop.says("Follow", dana.uri), loop)
    await acme.settle()
    await published(dana)
    await acme.settle()

    assert await count(acme, "account", "username LIKE 'loop%'") == 0
    assert await count(acme, "delivery") == 0


# ── what is for the company ───────────────────────────────────────────────────────────────────────


async def test_a_company_only_post_is_answered_by_nobody_elsewhere(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-356: not by a Create, not by an Update that is taken as one, not by a post that is fetched: its address is all that erin has, perhaps guessed."""
    ours = await published(dana, "For the company", local_only=True)
    notes = [erin.note(number, f"Answer {number}", inReplyTo=ours["uri"]) for number in (1, 2, 3)]
    friendly.shows({**notes[2], "@context": erin.document()["@context"]})

    await heard(acme, erin.creates(notes[0], 1), erin)
    await heard(acme, erin.says("Update", {**notes[1], "updated": "2026-11-23T11:59:30Z"}, 2, to=PUBLIC), erin)
    await searched(dana, notes[2]["id"])

    assert await count(acme, "post", "reply_to_id IS NOT NULL") == 0
    context = (await dana.client.get(f"/api/v1/statuses/{ours['id']}/context")).json()
    assert context["descendants"] == []
    assert (await dana.client.get(f"/api/v1/statuses/{ours['id']}")).json()["replies_count"] == 0


async def test_a_post_for_the_network_is_answered_in_all_these_ways(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """The twin."""
    ours = await published(dana, "For the network")
    notes = [erin.note(number, f"Answer {number}", inReplyTo=ours["uri"]) for number in (1, 2, 3)]
    friendly.shows({**notes[2], "@context": erin.document()["@context"]})

    await heard(acme, erin.creates(notes[0], 1), erin)
    await heard(acme, erin.says("Update", {**notes[1], "updated": "2026-11-23T11:59:30Z"}, 2, to=PUBLIC), erin)
    await searched(dana, notes[2]["id"])

    context = (await dana.client.get(f"/api/v1/statuses/{ours['id']}/context")).json()
    assert len(context["descendants"]) == 3


# ── rules that open one direction ─────────────────────────────────────────────────────────────────


async def test_a_server_that_is_only_sent_to_gets_what_is_sent(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """A rule for one direction (lemmy #3662): what we send arrives, what it would read or say is refused."""
    with acme.node.database.active():
        erin_id = await account_by_uri(acme.node, erin.uri)
        await relations.follow(acme.node, erin_id, dana.id, uri=f"{erin.uri}/follows/1")
    await acme.settle()
    await acme.remove(friendly.host)
    await acme.allow(friendly.host, directions=(Direction.OUT_DELIVER,))
    friendly.asked.clear()

    ours = await published(dana, "For the network")
    await acme.settle()
    read = await get(acme, ours["uri"].removeprefix(acme.node.settings.origin), erin)
    said = await deliver(acme, erin.creates(erin.note()), erin)

    assert "POST /users/erin/inbox" in friendly.asked
    assert (read.status_code, said.status_code) == (403, 403)


async def test_a_server_that_only_may_read_is_sent_nothing(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """The twin: the other direction."""
    with acme.node.database.active():
        erin_id = await account_by_uri(acme.node, erin.uri)
        await relations.follow(acme.node, erin_id, dana.id, uri=f"{erin.uri}/follows/1")
    await acme.settle()
    await acme.remove(friendly.host)
    await acme.allow(friendly.host, directions=(Direction.IN_GET,))
    friendly.asked.clear()

    ours = await published(dana, "For the network")
    await acme.settle()
    read = await get(acme, ours["uri"].removeprefix(acme.node.settings.origin), erin)

    assert friendly.asked == []
    assert read.status_code == 200


# ── things that are not what belongs there ────────────────────────────────────────────────────────


async def test_no_odd_value_is_a_fault_of_ours(acme: RunningNode, dana: Person, erin: Actor, frank: Actor) -> None:
    """T-314, T-346: thousands of activities with a number, a list, an ancient date, or nothing where an address belongs. Each is refused or applied, and a
    good one after them finds its way.
    """
    ours = await published(dana)
    turns = cycle(ODD)
    with acme.node.database.active():
        await account_by_uri(acme.node, frank.uri)

    answers: dict[int, int] = {}
    for kind in (*(one for one in HEARD if one != "Block"), "Block"):
        for activity in oddities(kind, erin, frank, dana.uri, ours["uri"], turns):
            status = (await deliver(acme, json.dumps(activity).encode(), erin)).status_code
            answers[status] = answers.get(status, 0) + 1
        await acme.settle()
    assert await heard(acme, frank.creates(frank.note(1, "All is well")), frank) == ""

    faults = [
        (row["type"], row["problem"], row["activity_id"]) for row in await kept(acme) if "internal" in row["problem"]
    ]
    assert faults == []
    assert await count(acme, "inbound_activity", "state IN ('waiting', 'failed')") == 0
    assert set(answers) <= {202, 400, 401, 403, 409, 413}
    with acme.node.database.active():
        shown = await timelines.public(acme.node, dana.id, Page(limit=5), remote=True)
    assert "<p>All is well</p>" in [post.content for post in shown]


async def test_everybody_may_still_read_after_that(acme: RunningNode, dana: Person, erin: Actor, frank: Actor) -> None:
    """T-325: what was kept of all that can be shown: by the API and by the pages."""
    ours = await published(dana)
    turns = cycle(ODD)
    for kind in ("Create", "Update", "Announce"):
        for activity in oddities(kind, erin, frank, dana.uri, ours["uri"], turns):
            await deliver(acme, json.dumps(activity).encode(), erin)
        await acme.settle()

    page: str | None = "/api/v1/timelines/public?limit=40"
    shown = 0
    while page:
        answer = await dana.client.get(page)
        assert answer.status_code == 200
        shown += len(answer.json())
        for status in answer.json():
            assert (await dana.client.get(f"/api/v1/statuses/{status['id']}/context")).status_code == 200
        page = answer.links.get("next", {}).get("url")

    assert shown > 50


async def test_ten_thousand_addressees_are_not_too_many(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-346: the longest lists that are read at all, several in one batch, together more than a statement takes."""
    people = [f"{erin.uri}/x/{number}" for number in range(9_000)]
    for number in range(1, 6):
        note = erin.note(number, f"To all {number}", to=[PUBLIC, *people])
        answer = await deliver(acme, erin.says("Create", note, number, to=PUBLIC), erin)
        assert answer.status_code in {202, 400, 413}, answer.text
    await acme.settle()

    assert await count(acme, "inbound_activity", "state <> 'applied'") == 0


@pytest.mark.parametrize("length", [130, 300, 600, 1_100, 2_100, 11_000])
async def test_no_long_value_is_a_fault_of_ours(acme: RunningNode, dana: Person, erin: Actor, length: int) -> None:
    """T-344: a text, and an address, of any length in each field: cut, or refused, and never more than a column holds."""
    ours = await published(dana)
    longs = ("y" * length, f"{erin.uri}/" + "u" * length)
    note = erin.note(7, inReplyTo=ours["uri"])
    picture = {"type": "Image", "url": f"{erin.uri}/x.png", "mediaType": "image/png"}
    tag = {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": f"{erin.uri}/e.png"}}
    number = 0

    for name in dict.fromkeys(
        (
            *POST_FIELDS,
            *ACTOR_FIELDS,
            "name",
            "summary",
            "content",
            "language",
            "blurhash",
            "mediaType",
            "preferredUsername",
            "href",
        )
    ):
        for value in longs:
            number += 1
            inside = {**note, "id": f"{erin.uri}/long/{length}/{number}"}
            for changed in (
                {**inside, name: value},
                {
                    **inside,
                    "attachment": [{**picture, name: value}],
                    "tag": [{**tag, name: value}, {"type": "Hashtag", "name": "#x", name: value}],
                },
                {
                    **inside,
                    "type": "Question",
                    "endTime": "2030-01-01T00:00:00Z",
                    "oneOf": [{"type": "Note", name: value}, {"type": "Note", "name": "b"}],
                },
            ):
                number += 1
                await deliver(
                    acme,
                    erin.says(
                        "Create",
                        {**changed, "id": f"{erin.uri}/long/{length}/{number}"} if name != "id" else changed,
                        number,
                        to=PUBLIC,
                    ),
                    erin,
                )
            await deliver(
                acme, erin.says("Update", {**erin.document(), name: value}, 100_000 + number, to=PUBLIC), erin
            )
    await acme.settle()

    faults = [
        (row["type"], row["problem"], row["activity_id"]) for row in await kept(acme) if "internal" in row["problem"]
    ]
    assert faults == []
