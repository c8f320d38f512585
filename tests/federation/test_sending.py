"""What is told to whom: activities and their recipients, seen at a scripted server that notes what it gets."""

from datetime import timedelta

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fediverse.actions import domains
from fediverse.actions import relations as ties
from fediverse.actions.accounts import rotate_keys
from fediverse.actions.reports import Complaint, report
from fediverse.actions.resolve import account_by_uri
from fediverse.crypto.proofs import read_proof, verify_proof
from fediverse.crypto.signatures import SignedMessage, read_claim, verify
from fediverse.events import Event
from fediverse.federation.activities import TOLD
from fediverse.policy.domains import Effect, Reach
from fediverse.queries.keys import known_key, public_keys
from tests.federation.scripted import JSON, PUBLIC, Actor, Apps, Keys, ScriptedServer, count, join
from tests.support.clocks import NOON, StoppedClock
from tests.support.nodes import Person, RunningNode


class Mailbox(ScriptedServer):
    """Accepts whatever is posted, and keeps it: request and activity."""

    def __init__(self, host: str, keys: Keys) -> None:
        super().__init__(host, keys)
        self.got: list[tuple[SignedMessage, JSON]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method != "POST":
            await super().__call__(scope, receive, send)
            return
        body = await request.body()
        headers = tuple((name.decode(), value.decode()) for name, value in scope["headers"])
        self.got.append((SignedMessage("POST", f"{self.origin}{request.url.path}", headers, body), orjson.loads(body)))
        await Response(status_code=202)(scope, receive, send)

    def took(self) -> list[str]:
        """The types of what came since the last look."""
        types = [activity["type"] for _message, activity in self.got]
        self.got.clear()
        return types


@pytest.fixture
async def friendly(acme: RunningNode, apps: Apps, keys: Keys) -> Mailbox:
    await acme.allow("friendly.localhost:9001")
    box = Mailbox("friendly.localhost:9001", keys)
    join(apps, box)
    return box


async def follow(node: RunningNode, follower: Actor, person: Person) -> None:
    """*follower* follows *person*; the Accept is under way."""
    with node.node.database.active():
        await ties.follow(
            node.node, await account_by_uri(node.node, follower.uri), person.id, uri=f"{follower.uri}#follow"
        )
    await node.settle()


async def said(
    node: RunningNode, person: Person, text: str = "Hello", visibility: str = "public", **more: object
) -> JSON:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    await node.settle()
    found: JSON = answer.json()
    return found


def test_every_event_that_spreads_is_told_by_one_activity() -> None:
    """A verb whose event nobody builds from would silently stay on this node."""
    spreading = {kind.__name__ for kind in Event.__subclasses__() if kind.spreads}

    assert spreading == {kind.__name__ for kind in TOLD}


async def test_a_post_is_delivered_signed_and_with_its_authors_proof(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """The request by dana's key, and the same words provable once they are handed on."""
    await follow(acme, erin, dana)
    friendly.got.clear()

    status = await said(acme, dana)

    [(message, activity)] = friendly.got
    assert (activity["type"], activity["object"]["id"], activity["to"]) == ("Create", status["uri"], [PUBLIC])
    claim = read_claim(message, NOON)
    proof = read_proof(activity)
    assert proof is not None
    with acme.node.database.active():
        found = await known_key(acme.node, claim.key_id)
        keys = {key.id: key for key in await public_keys(acme.node, dana.id)}
    assert found is not None
    assert found[1] == dana.id
    verify(claim, message, found[0])
    verify_proof(activity, proof, keys[proof.key_id], NOON)


async def test_followers_of_one_server_share_a_delivery(acme: RunningNode, dana: Person, friendly: Mailbox) -> None:
    """T-411: with a shared inbox, one POST for all of them."""
    shared = f"{friendly.origin}/inbox"
    for name in ("one", "two", "three"):
        person = friendly.actor(name)
        friendly.shows({**person.document(), "endpoints": {"sharedInbox": shared}})
        await follow(acme, person, dana)
    friendly.got.clear()

    await said(acme, dana)

    assert [message.target_uri for message, _activity in friendly.got] == [shared]


async def test_without_followers_or_mentions_nothing_leaves(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """Allowed is not addressed."""
    await said(acme, dana)

    assert friendly.got == []


@pytest.mark.parametrize(
    ("more", "types"),
    [
        ({"visibility": "public"}, ["Create"]),
        ({"visibility": "unlisted"}, ["Create"]),
        ({"visibility": "private"}, ["Create"]),
        ({"visibility": "direct"}, []),
        ({"visibility": "public", "local_only": True}, []),
        ({"visibility": "private", "local_only": True}, []),
    ],
)
async def test_a_follower_gets_what_is_for_followers(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor, more: JSON, types: list[str]
) -> None:
    """T-357: by the post's visibility; a company post never leaves."""
    await follow(acme, erin, dana)
    friendly.took()

    await said(acme, dana, **more)

    assert friendly.took() == types


@pytest.mark.parametrize("visibility", ["public", "private", "direct"])
async def test_nothing_about_a_company_post_leaves(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor, visibility: str
) -> None:
    """T-356: every kind of activity asks, not only Create: edit, boost, pin, like, unboost, delete; though erin follows and is named."""
    await follow(acme, erin, dana)
    friendly.took()
    status = await said(acme, dana, "@erin@friendly.localhost:9001 for us", visibility, local_only=True)
    address = f"/api/v1/statuses/{status['id']}"

    await dana.client.put(address, json={"status": "@erin@friendly.localhost:9001 still for us"})
    for verb in ("reblog", "pin", "favourite", "unpin", "unfavourite", "unreblog"):
        await dana.client.post(f"{address}/{verb}")
    await acme.settle()
    await dana.client.delete(address)
    await acme.settle()

    assert friendly.took() == []


async def test_an_edit_and_a_delete_go_to_whoever_got_the_post(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """Also to who follows no more: what one had, one hears the end of."""
    await follow(acme, erin, dana)
    status = await said(acme, dana)
    with acme.node.database.active():
        await ties.unfollow(acme.node, await account_by_uri(acme.node, erin.uri), dana.id)
    friendly.took()

    await dana.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Edited"})
    await acme.settle()
    await dana.client.delete(f"/api/v1/statuses/{status['id']}")
    await acme.settle()

    [(_, edit), (_, delete)] = friendly.got
    assert (edit["type"], edit["object"]["content"]) == ("Update", "<p>Edited</p>")
    assert (delete["type"], delete["object"]["type"], delete["object"]["id"]) == ("Delete", "Tombstone", status["uri"])


async def test_an_edit_of_a_private_post_does_not_reach_who_follows_no_more(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """The audience is asked anew; that it is gone they still hear."""
    await follow(acme, erin, dana)
    status = await said(acme, dana, visibility="private")
    with acme.node.database.active():
        await ties.unfollow(acme.node, await account_by_uri(acme.node, erin.uri), dana.id)
    friendly.took()

    await dana.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Edited"})
    await acme.settle()
    await dana.client.delete(f"/api/v1/statuses/{status['id']}")
    await acme.settle()

    assert friendly.took() == ["Delete"]


async def test_a_follower_on_a_removed_domain_receives_nothing(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """T-200: held, not lost; what is written during the day of grace arrives once the domain is allowed again."""
    await follow(acme, erin, dana)
    friendly.took()
    await acme.remove(friendly.host)

    await said(acme, dana)
    while_removed = friendly.took()
    await acme.allow(friendly.host)
    await acme.settle()

    assert while_removed == []
    assert friendly.took() == ["Create"]


async def test_a_follower_on_a_denied_domain_is_not_even_queued_for(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """A rule that says no is final, and the contact is counted."""
    await follow(acme, erin, dana)
    friendly.took()
    with acme.node.database.active():
        await domains.add_rule(acme.node, domains.NewRule(friendly.host, Effect.DENY), by="tests")
    before = await count(acme, "delivery")

    await said(acme, dana)

    assert friendly.took() == []
    assert await count(acme, "delivery") == before
    assert await count(acme, "refused_contact", "host = ? AND direction = 'out-deliver'", friendly.host) == 1


async def test_a_domain_removed_long_ago_is_not_queued_for(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor, clock: StoppedClock
) -> None:
    """After the day of grace nothing is kept for it."""
    await follow(acme, erin, dana)
    await acme.remove(friendly.host)
    clock.advance(timedelta(hours=25))
    with acme.node.database.active():
        await domains.freeze_removed(acme.node)
    before = await count(acme, "delivery")

    await said(acme, dana)

    assert await count(acme, "delivery") == before


async def test_a_node_of_narrow_reach_gets_what_names_its_people(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """`--reach addressed`: a public post only when somebody there is named; a followers' post to followers."""
    await follow(acme, erin, dana)
    await acme.remove(friendly.host)
    await acme.allow(friendly.host, reach=Reach.ADDRESSED)
    friendly.took()

    await said(acme, dana, "For everybody")
    assert friendly.took() == []
    assert await count(acme, "delivery") == 0  # not even written down
    await said(acme, dana, "@erin@friendly.localhost:9001 for you")
    assert friendly.took() == ["Create"]
    await said(acme, dana, "For followers", "private")
    assert friendly.took() == ["Create"]


async def test_an_outsider_who_is_named_gets_nothing_and_hinders_nobody(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor, stranger: ScriptedServer, mallet: Actor
) -> None:
    """T-208: the others get the post."""
    with acme.node.database.active():
        await account_by_uri(acme.node, erin.uri)

    await said(acme, dana, "@erin@friendly.localhost:9001 @mallet@stranger.localhost:9002 hello", "direct")

    assert friendly.took() == ["Create"]
    assert stranger.asked == []


async def test_boosts_likes_and_follows_are_told_and_taken_back(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """Each Undo carries what it undoes, under the id that it had."""
    friendly.shows({**erin.note(), "@context": "https://www.w3.org/ns/activitystreams"})
    found = (await dana.client.get("/api/v2/search", params={"q": f"{erin.uri}/notes/1", "resolve": "true"})).json()[
        "statuses"
    ][0]
    account = found["account"]["id"]

    await dana.client.post(f"/api/v1/accounts/{account}/follow")
    for verb in ("favourite", "reblog", "unfavourite", "unreblog"):
        await dana.client.post(f"/api/v1/statuses/{found['id']}/{verb}")
        await acme.settle()
    await dana.client.post(f"/api/v1/accounts/{account}/unfollow")
    await acme.settle()

    activities = [activity for _message, activity in friendly.got]
    assert [activity["type"] for activity in activities] == ["Follow", "Like", "Announce", "Undo", "Undo", "Undo"]
    follow_, like, announce, *undone = activities
    assert [one["object"]["id"] for one in undone] == [like["id"], announce["id"], follow_["id"]]
    assert (like["object"], announce["object"], follow_["object"]) == (
        f"{erin.uri}/notes/1",
        f"{erin.uri}/notes/1",
        erin.uri,
    )


async def test_a_profile_change_and_new_keys_are_told_to_followers(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """Who follows shows the name and believes the keys."""
    await follow(acme, erin, dana)
    friendly.got.clear()

    await dana.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Dana D."})
    await acme.settle()
    with acme.node.database.active():
        await rotate_keys(acme.node, dana.id)
    await acme.settle()

    (_, named), (message, rekeyed) = friendly.got
    assert (named["type"], named["object"]["id"], named["object"]["name"]) == ("Update", dana.uri, "Dana D.")
    assert read_claim(message, NOON).key_id == f"{dana.uri}#main-key-2"
    assert len(rekeyed["object"]["publicKey"]) == 2


async def test_a_report_is_said_by_the_node_itself(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor
) -> None:
    """T-129: who reported stays unknown elsewhere."""
    with acme.node.database.active():
        target = await account_by_uri(acme.node, erin.uri)
        for forward in (False, True):
            await report(acme.node, dana.id, Complaint(target, comment="Look at this", forward=forward))
    await acme.settle()

    [(message, flag)] = friendly.got
    assert (flag["type"], flag["actor"], flag["object"], flag["content"]) == (
        "Flag",
        f"http://{acme.host}/actor",
        [erin.uri],
        "Look at this",
    )
    assert read_claim(message, NOON).key_id == f"http://{acme.host}/actor#main-key"
    assert dana.uri not in message.body.decode()


async def test_no_queue_row_holds_a_private_key(
    acme: RunningNode, dana: Person, friendly: Mailbox, erin: Actor, clock: StoppedClock
) -> None:
    """T-099: rows name the account; its key is unsealed when the request is signed."""
    await follow(acme, erin, dana)
    await acme.remove(friendly.host)
    await said(acme, dana)

    with acme.node.database.active():
        rows = await acme.node.database.rows(
            "SELECT * FROM delivery d JOIN outbound_activity a ON a.id = d.activity_id"
        )

    assert rows
    assert "PRIVATE" not in str(rows)
