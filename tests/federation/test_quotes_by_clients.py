"""Quotes that our people make through a client of ActivityPub: the same rules as through any other."""

from tests.federation.deliveries import published
from tests.federation.scripted import ACTIVITY_JSON, PUBLIC
from tests.support.journeys import asked
from tests.support.nodes import Person, RunningNode


async def said(person: Person, quoted: str) -> int:
    """The status of the answer to a Note that quotes *quoted*, posted to the person's own outbox."""
    note = {"type": "Note", "content": "<p>Look</p>", "to": PUBLIC, "quote": quoted}
    answer = await person.client.post(
        f"/users/{person.username}/outbox", json=note, headers={"content-type": ACTIVITY_JSON}
    )
    return answer.status_code


async def test_a_client_of_activitypub_quotes_a_post(acme: RunningNode, dana: Person) -> None:
    """The post is quoted, and not only linked to."""
    eve = await acme.person("eve")
    original = await published(eve)

    assert await said(dana, original["uri"]) == 201

    assert (await asked(eve, "GET", f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 1


async def test_a_client_of_activitypub_does_not_quote_what_it_may_not(acme: RunningNode, dana: Person) -> None:
    """The twins: against the policy, and hidden; nothing is published then."""
    eve = await acme.person("eve")
    closed = await published(eve, quote_approval_policy="nobody")
    hidden = await published(eve, visibility="private")

    assert await said(dana, closed["uri"]) == 422
    assert await said(dana, hidden["uri"]) in {403, 404}

    assert await asked(dana, "GET", f"/api/v1/accounts/{dana.id}/statuses") == []
