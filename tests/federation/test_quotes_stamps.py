"""Approvals of quotes: which stamps are believed, who may ask, who may answer, and who may take back. Forged ones each beside the true one (T-130, T-131)."""

from typing import Any

import orjson
import pytest

from tests.federation.deliveries import follows, heard, published
from tests.federation.scripted import JSON, PUBLIC, Actor, Apps, Keys, ScriptedServer, count, deliver, get, join
from tests.support.journeys import asked, copy_of, last_sent
from tests.support.nodes import Person, RunningNode

STAMP_CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject"},
        "interactionTarget": {"@id": "gts:interactionTarget"},
    },
]


def stamp_of(author: Actor, quoting: JSON, quoted: JSON, **otherwise: object) -> JSON:
    """*author*'s approval that the post *quoting* quotes the post *quoted*."""
    return {
        "@context": STAMP_CONTEXT,
        "id": f"{author.uri}/stamps/1",
        "type": "QuoteAuthorization",
        "attributedTo": author.uri,
        "interactingObject": quoting["id"],
        "interactionTarget": quoted["id"],
        **otherwise,
    }


def quote_of(quoter: Actor, quoted_uri: str, number: int = 1, **more: object) -> JSON:
    return quoter.note(number, "Look at this", quote=quoted_uri, **more)


async def shown(person: Person, note: JSON) -> JSON:
    """The quote in the person's copy of another server's post."""
    found: JSON = (await copy_of(person, {"uri": note["id"]}))["quote"]
    return found


@pytest.fixture
def original(friendly: ScriptedServer, erin: Actor) -> JSON:
    """Erin's post, which our node may fetch."""
    note = erin.note(7, "Varnish is wet")
    friendly.shows({"@context": "https://www.w3.org/ns/activitystreams", **note})
    return note


async def test_a_stamp_of_the_quoted_author_is_believed(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor, frank: Actor, original: JSON
) -> None:
    """Frank quotes Erin and shows her approval; our node fetches her post, which it did not know, and the stamp."""
    note = quote_of(frank, original["id"], quoteAuthorization=f"{erin.uri}/stamps/1")
    friendly.shows(stamp_of(erin, note, original))

    assert await heard(acme, frank.creates(note), frank) == ""

    quote = await shown(dana, note)
    assert (quote["state"], quote["quoted_status"]["uri"]) == ("accepted", original["id"])


@pytest.mark.parametrize(
    "forged",
    [
        {"attributedTo": "http://friendly.localhost:9001/users/frank"},
        {"interactingObject": "http://friendly.localhost:9001/users/frank/notes/2"},
        {"interactionTarget": "http://friendly.localhost:9001/users/erin/notes/8"},
        {"type": "Note"},
        {"id": "http://friendly.localhost:9001/users/erin/stamps/2"},
    ],
)
async def test_a_stamp_that_is_somebody_elses_or_about_something_else_is_not_believed(
    acme: RunningNode,
    dana: Person,
    friendly: ScriptedServer,
    erin: Actor,
    frank: Actor,
    original: JSON,
    forged: dict[str, Any],
) -> None:
    """T-130: all of author, quoting post, quoted post, type and address must be right; each alone is not enough."""
    note = quote_of(frank, original["id"], quoteAuthorization=f"{erin.uri}/stamps/1")
    friendly.shown["/users/erin/stamps/1"] = stamp_of(erin, note, original, **forged)

    assert await heard(acme, frank.creates(note), frank) == ""

    assert await shown(dana, note) == {"state": "rejected", "quoted_status": None}


async def test_a_stamp_from_another_origin_than_its_author_is_not_believed(
    acme: RunningNode, dana: Person, apps: Apps, other_keys: Keys, friendly: ScriptedServer, erin: Actor, original: JSON
) -> None:
    """T-130: a server that we allow as well makes up Erin's approval of a quote by one of its own people."""
    await acme.allow("second.localhost:9004")
    second = join(apps, ScriptedServer("second.localhost:9004", other_keys))
    sam = second.actor("sam")
    note = quote_of(sam, original["id"], quoteAuthorization=f"{second.origin}/stamps/1")
    second.shows(stamp_of(erin, note, original, id=f"{second.origin}/stamps/1"))

    assert await heard(acme, sam.creates(note), sam) == ""

    assert await shown(dana, note) == {"state": "rejected", "quoted_status": None}


async def test_a_stamp_that_is_not_there_is_not_believed(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor, frank: Actor, original: JSON
) -> None:
    """Its address alone says nothing."""
    note = quote_of(frank, original["id"], quoteAuthorization=f"{erin.uri}/stamps/1")

    assert await heard(acme, frank.creates(note), frank) == ""

    assert await shown(dana, note) == {"state": "rejected", "quoted_status": None}


async def test_a_quote_without_a_stamp_waits(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, frank: Actor, original: JSON
) -> None:
    """Old software quotes without asking. The Update that brings the stamp completes it."""
    note = quote_of(frank, original["id"])
    assert await heard(acme, frank.creates(note), frank) == ""
    before = await shown(dana, note)

    erin_uri = original["attributedTo"]
    friendly.shown["/users/erin/stamps/1"] = stamp_of(Actor(erin_uri, frank.rsa, frank.ed25519), note, original)
    with_stamp = {**note, "quoteAuthorization": f"{erin_uri}/stamps/1"}
    assert await heard(acme, frank.says("Update", with_stamp, 2, to=PUBLIC), frank) == ""

    assert before == {"state": "pending", "quoted_status": None}
    assert (await shown(dana, note))["state"] == "accepted"


async def test_nothing_is_fetched_for_a_quote_that_nobody_approved(
    acme: RunningNode, dana: Person, apps: Apps, other_keys: Keys, friendly: ScriptedServer, original: JSON
) -> None:
    """Somebody of another server names Erin's post; without a stamp there is nothing to learn."""
    await acme.allow("second.localhost:9004")
    second = join(apps, ScriptedServer("second.localhost:9004", other_keys))
    sam = second.actor("sam")
    note = quote_of(sam, original["id"])

    assert await heard(acme, sam.creates(note), sam) == ""

    assert friendly.asked == []
    assert (await shown(dana, note))["state"] == "pending"


async def test_an_update_without_the_stamp_takes_the_approval_away(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor, frank: Actor, original: JSON
) -> None:
    """Frank's server heard that Erin took it back, and says so."""
    note = quote_of(frank, original["id"], quoteAuthorization=f"{erin.uri}/stamps/1")
    friendly.shows(stamp_of(erin, note, original))
    await heard(acme, frank.creates(note), frank)

    assert await heard(acme, frank.says("Update", quote_of(frank, original["id"]), 2, to=PUBLIC), frank) == ""

    assert await shown(dana, note) == {"state": "pending", "quoted_status": None}


async def test_who_quotes_oneself_needs_no_stamp(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor, original: JSON
) -> None:
    """The quoted post is fetched from the same origin, and its author is the same."""
    note = quote_of(erin, original["id"])

    assert await heard(acme, erin.creates(note), erin) == ""

    assert (await shown(dana, note))["state"] == "accepted"


async def test_a_stamp_on_a_refused_host_is_not_asked_for(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, frank: Actor, stranger: ScriptedServer, mallet: Actor
) -> None:
    """T-209: neither the quoted post nor its stamp; the quote waits, and the post itself is read."""
    stranger.asked.clear()
    note = quote_of(frank, f"{mallet.uri}/notes/1", quoteAuthorization=f"{mallet.uri}/stamps/1")

    assert await heard(acme, frank.creates(note), frank) == ""

    assert stranger.asked == []
    assert await shown(dana, note) == {"state": "pending", "quoted_status": None}


async def test_quotes_of_quotes_are_followed_for_a_while_only(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor
) -> None:
    """A chain of posts that quote each other, made to have us fetch for ever."""
    for number in range(20, 60):
        note = quote_of(erin, f"{erin.uri}/notes/{number + 1}", number)
        friendly.shows({"@context": "https://www.w3.org/ns/activitystreams", **note})

    assert await heard(acme, erin.creates(quote_of(erin, f"{erin.uri}/notes/20", 1)), erin) == ""

    assert 0 < sum("/notes/" in line for line in friendly.asked) <= 4


# ── quotes of our people's posts ──────────────────────────────────────────────────────────────────


async def test_a_claim_that_our_people_approve_counts_for_nothing(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor
) -> None:
    """T-130: whatever stamp Erin's post shows, ours are in our own table, and there is none."""
    ours = await published(dana)
    note = quote_of(erin, ours["uri"], quoteAuthorization=f"{erin.uri}/stamps/1")
    friendly.shows(stamp_of(erin, note, {"id": ours["uri"]}))
    theirs = quote_of(erin, ours["uri"], 2, quoteAuthorization=f"{dana.uri}/quote_authorizations/1")

    await heard(acme, erin.creates(note), erin)
    await heard(acme, erin.creates(theirs, 2), erin)

    assert (await shown(dana, note))["state"] == "pending"
    assert (await shown(dana, theirs))["state"] == "pending"
    assert f"GET {'/users/erin/stamps/1'}" not in friendly.asked


async def asks(acme: RunningNode, quoter: Actor, ours: JSON, note: JSON, number: int = 50) -> str:
    """A QuoteRequest; why it was dropped."""
    return await heard(acme, quoter.says("QuoteRequest", ours["uri"], number, instrument=note["id"]), quoter)


async def test_a_request_is_granted_by_policy_and_the_stamp_can_be_read(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """The answer names the stamp, which any allowed server reads that may have the quoted post."""
    ours = await published(dana)
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)

    assert await asks(acme, erin, ours, note) == ""

    accept = orjson.loads(await last_sent(acme, "Accept"))
    stamp = (await get(acme, accept["result"].removeprefix(f"http://{acme.host}"), frank)).json()
    assert (stamp["type"], stamp["attributedTo"]) == ("QuoteAuthorization", dana.uri)
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (note["id"], ours["uri"])
    assert (await shown(dana, note))["state"] == "accepted"
    assert (await asked(dana, "GET", f"/api/v1/statuses/{ours['id']}"))["quotes_count"] == 1


@pytest.mark.parametrize("policy", ["followers", "nobody"])
async def test_a_request_against_the_policy_is_rejected(
    acme: RunningNode, dana: Person, erin: Actor, policy: str
) -> None:
    """The twin: the same request, and the author does not let everybody quote."""
    ours = await published(dana, quote_approval_policy=policy)
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)

    assert await asks(acme, erin, ours, note) == ""

    reject = orjson.loads(await last_sent(acme, "Reject"))
    assert (reject["object"]["type"], "result" in reject) == ("QuoteRequest", False)
    assert (await shown(dana, note))["state"] == "rejected"
    assert await count(acme, "outbound_activity", "type = 'Accept'") == 0


async def test_a_followers_request_is_granted_where_followers_may(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The twin of the rejection above."""
    await follows(acme, erin, dana)
    ours = await published(dana, quote_approval_policy="followers")
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)

    assert await asks(acme, erin, ours, note) == ""

    assert (await shown(dana, note))["state"] == "accepted"


@pytest.mark.parametrize(
    "hidden", [{"visibility": "private"}, {"visibility": "direct"}, {"local_only": True}], ids=["private", "direct", "company"]
)  # fmt: skip
async def test_a_request_for_a_hidden_post_is_not_answered(
    acme: RunningNode, dana: Person, erin: Actor, hidden: dict[str, Any]
) -> None:
    """Even a Reject would tell that it exists."""
    ours = await published(dana, **hidden)
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)

    assert await asks(acme, erin, ours, note) != ""

    assert await count(acme, "outbound_activity", "type IN ('Accept', 'Reject')") == 0
    assert (await shown(dana, note))["quoted_status"] is None


async def test_a_follower_does_not_quote_what_is_for_followers(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Erin may see it, so she is answered; and it is nobody's to quote."""
    await follows(acme, erin, dana)
    ours = await published(dana, visibility="private")
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)

    assert await asks(acme, erin, ours, note) == ""

    assert (await shown(dana, note))["state"] == "rejected"


async def test_a_request_for_a_post_that_is_not_the_senders_is_dropped(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """Frank asks for Erin's post, for one of another origin, and for his own that quotes nothing."""
    ours = await published(dana)
    note = quote_of(erin, ours["uri"])
    plain = frank.note(3, "No quote")
    await heard(acme, erin.creates(note), erin)
    await heard(acme, frank.creates(plain, 3), frank)

    assert await asks(acme, frank, ours, note, 50) != ""
    assert await asks(acme, frank, ours, {"id": "http://second.localhost:9004/1"}, 51) != ""
    assert await asks(acme, frank, ours, plain, 52) != ""

    assert (await shown(dana, note))["state"] == "pending"
    assert await count(acme, "outbound_activity", "type = 'Accept'") == 0


async def test_a_request_that_names_no_quoting_post_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """There would be nothing to approve."""
    ours = await published(dana)

    assert await heard(acme, erin.says("QuoteRequest", ours["uri"], 50), erin) != ""
    unreadable = await deliver(acme, erin.says("QuoteRequest", ours["uri"], 51, instrument=[1]), erin)

    assert unreadable.status_code == 400


async def test_what_was_taken_back_is_not_granted_again(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-131: the author's word stands against the policy, and the stamp is gone."""
    ours = await published(dana)
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)
    await asks(acme, erin, ours, note)
    stamp = orjson.loads(await last_sent(acme, "Accept"))["result"].removeprefix(f"http://{acme.host}")
    quoting = await copy_of(dana, {"uri": note["id"]})
    shown_before = await get(acme, stamp, erin)

    await asked(dana, "POST", f"/api/v1/statuses/{ours['id']}/quotes/{quoting['id']}/revoke")
    await acme.settle()
    await asks(acme, erin, ours, note, 51)

    assert (shown_before.status_code, (await get(acme, stamp, erin)).status_code) == (200, 404)
    assert orjson.loads(await last_sent(acme, "Delete"))["object"] == f"http://{acme.host}{stamp}"
    assert (await shown(dana, note))["state"] == "revoked"
    assert await count(acme, "outbound_activity", "type = 'Accept'") == 1
    assert await count(acme, "outbound_activity", "type = 'Reject'") == 1


async def test_a_stamp_is_shown_to_servers_that_may_have_the_post(
    acme: RunningNode, dana: Person, erin: Actor, mallet: Actor
) -> None:
    """Not to a server that nobody allowed, not without a signature, and not under another's name or number."""
    other = await acme.person("dave")
    ours = await published(dana)
    note = quote_of(erin, ours["uri"])
    await heard(acme, erin.creates(note), erin)
    await asks(acme, erin, ours, note)
    stamp = orjson.loads(await last_sent(acme, "Accept"))["result"].removeprefix(f"http://{acme.host}")
    number = stamp.rpartition("/")[2]

    assert (await get(acme, stamp, erin)).status_code == 200
    assert (await get(acme, stamp, mallet)).status_code in {401, 403}
    assert (await get(acme, stamp)).status_code == 401
    assert (await get(acme, f"/users/{other.username}/quote_authorizations/{number}", erin)).status_code == 404
    assert (await get(acme, "/users/dana/quote_authorizations/1", erin)).status_code == 404
    assert (await get(acme, "/users/dana/quote_authorizations/x", erin)).status_code == 404


# ── answers to our people, and what is taken back elsewhere ───────────────────────────────────────


@pytest.fixture
async def asked_erin(acme: RunningNode, dana: Person, erin: Actor, original: JSON) -> JSON:
    """Dana's post that quotes Erin's, not answered yet."""
    policy = {"canQuote": {"automaticApproval": [PUBLIC]}}
    await heard(acme, erin.creates({**original, "interactionPolicy": policy}), erin)
    known = await copy_of(dana, {"uri": original["id"]})
    written = await published(dana, "Look", quoted_status_id=known["id"])
    await acme.settle()
    return written


async def ours_shown(person: Person, post: JSON) -> str:
    return str((await asked(person, "GET", f"/api/v1/statuses/{post['id']}"))["quote"]["state"])


async def test_the_answer_of_the_quoted_author_counts(
    acme: RunningNode, dana: Person, erin: Actor, asked_erin: JSON
) -> None:
    """The Accept repeats our request, and its stamp goes out with our Update."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))
    accept = erin.says("Accept", request["id"], 60, result=f"{erin.uri}/stamps/1")

    assert await heard(acme, accept, erin) == ""

    assert await ours_shown(dana, asked_erin) == "accepted"
    assert orjson.loads(await last_sent(acme, "Update"))["object"]["quoteAuthorization"] == f"{erin.uri}/stamps/1"


@pytest.mark.parametrize("result", [None, "http://second.localhost:9004/stamps/1", ["a", "b"]])
async def test_an_answer_without_a_stamp_of_its_authors_origin_does_not_count(
    acme: RunningNode, dana: Person, erin: Actor, asked_erin: JSON, result: object
) -> None:
    """T-116: nobody could check such an approval."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))

    assert await heard(acme, erin.says("Accept", request["id"], 60, result=result), erin) != ""

    assert await ours_shown(dana, asked_erin) == "pending"


async def test_nobody_else_answers_for_the_quoted_author(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, asked_erin: JSON
) -> None:
    """T-114: Frank, of the same server, says yes and says no; neither counts."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))

    assert await heard(acme, frank.says("Accept", request["id"], 60, result=f"{frank.uri}/stamps/1"), frank) != ""
    assert await heard(acme, frank.says("Reject", request["id"], 61), frank) != ""

    assert await ours_shown(dana, asked_erin) == "pending"


async def test_an_answer_to_what_was_never_asked_does_nothing(
    acme: RunningNode, dana: Person, erin: Actor, original: JSON
) -> None:
    """T-115: an approval does not make a quote."""
    copy = {"id": f"{dana.uri}/made-up", "type": "QuoteRequest", "actor": dana.uri, "object": original["id"]}

    assert await heard(acme, erin.says("Accept", copy, 60, result=f"{erin.uri}/stamps/1"), erin) != ""

    assert await count(acme, "quote") == 0


async def test_a_refusal_may_come_after_the_approval(
    acme: RunningNode, dana: Person, erin: Actor, asked_erin: JSON
) -> None:
    """Then the approval is over, and our own Update says so."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))
    await heard(acme, erin.says("Accept", request["id"], 60, result=f"{erin.uri}/stamps/1"), erin)

    assert await heard(acme, erin.says("Reject", request["id"], 61), erin) == ""

    assert await ours_shown(dana, asked_erin) == "revoked"
    assert "quoteAuthorization" not in orjson.loads(await last_sent(acme, "Update"))["object"]


async def test_a_deleted_stamp_ends_the_approval(
    acme: RunningNode, dana: Person, erin: Actor, asked_erin: JSON
) -> None:
    """T-131: by the quoted author's own Delete."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))
    await heard(acme, erin.says("Accept", request["id"], 60, result=f"{erin.uri}/stamps/1"), erin)

    assert await heard(acme, erin.says("Delete", f"{erin.uri}/stamps/1", 61), erin) == ""

    assert await ours_shown(dana, asked_erin) == "revoked"


async def test_nobody_else_deletes_a_stamp(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, asked_erin: JSON
) -> None:
    """T-108: the twin, by somebody of the same server."""
    request = orjson.loads(await last_sent(acme, "QuoteRequest"))
    await heard(acme, erin.says("Accept", request["id"], 60, result=f"{erin.uri}/stamps/1"), erin)

    assert await heard(acme, frank.says("Delete", f"{erin.uri}/stamps/1", 61), frank) != ""

    assert await ours_shown(dana, asked_erin) == "accepted"


async def test_a_stamp_that_was_deleted_before_the_post_came_is_not_believed(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor, frank: Actor, original: JSON
) -> None:
    """T-109: the Delete came first, and Erin's server shows the stamp still."""
    await heard(acme, erin.creates(original), erin)
    await heard(acme, erin.says("Delete", f"{erin.uri}/stamps/1", 61), erin)
    note = quote_of(frank, original["id"], quoteAuthorization=f"{erin.uri}/stamps/1")
    friendly.shows(stamp_of(erin, note, original))

    await heard(acme, frank.creates(note), frank)

    assert await shown(dana, note) == {"state": "rejected", "quoted_status": None}
