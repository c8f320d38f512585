"""Quotes from one company to another: asked for, answered, shown, and taken back, on both sides (FEP-044f)."""

from typing import Any

import orjson
import pytest

from tests.support.journeys import asked, copy_of, everything_in, follows, last_sent, notifications_of, posted, seen
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

JSON = dict[str, Any]


async def quoted(person: Person, post: JSON, text: str = "Look at this", status: int = 200, **more: object) -> JSON:
    body = {"status": text, "quoted_status_id": post["id"], **more}
    answer: JSON = await asked(person, "POST", "/api/v1/statuses", status, json=body)
    return answer


async def state(person: Person, post: JSON) -> str:
    """The state of the quote in the person's own copy."""
    found = await copy_of(person, post)
    return str(found["quote"]["state"])


@pytest.fixture
async def original(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> JSON:
    """Alice's post as Bob has it. They follow each other, so that both nodes get what the other says."""
    await follows(bob, alice, home, away)
    await follows(alice, bob, home, away)
    written = await posted(alice, "Paint is dry")
    await settle_all(home, away)
    return await copy_of(bob, written)


async def test_a_quote_of_another_nodes_post_waits_for_its_author_and_then_shows_it(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Pending until Alice's node answers; then both show it, it is counted, and Alice is told."""
    quote = await quoted(bob, original)
    before = quote["quote"]

    await settle_all(home, away)

    assert before == {"state": "pending", "quoted_status": None}
    assert await state(bob, quote) == "accepted"
    hers = await copy_of(alice, quote)
    assert hers["quote"]["state"] == "accepted"
    assert hers["quote"]["quoted_status"]["account"]["username"] == "alice"
    assert (await copy_of(alice, original))["quotes_count"] == 1
    [told] = await notifications_of(alice, "quote")
    assert told["status"]["uri"] == quote["uri"]


async def test_an_approval_is_no_edit(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """The Update that brings the stamp leaves no history behind and tells nobody that something was changed."""
    quote = await quoted(bob, original)
    await settle_all(home, away)

    hers = await copy_of(alice, quote)

    assert hers["edited_at"] is None
    assert len(await asked(alice, "GET", f"/api/v1/statuses/{hers['id']}/history")) == 1


async def test_what_goes_over_the_wire_is_what_others_expect(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """The post names what it quotes in each dialect, the request names both posts, and the answer brings a stamp of Alice's origin."""
    quote = await quoted(bob, original)
    await settle_all(home, away)

    created = orjson.loads(await last_sent(away, "Create"))["object"]
    request = orjson.loads(await last_sent(away, "QuoteRequest"))
    accept = orjson.loads(await last_sent(home, "Accept"))
    updated = orjson.loads(await last_sent(away, "Update"))["object"]

    assert {created[name] for name in ("quote", "_misskey_quote", "quoteUri", "quoteUrl")} == {original["uri"]}
    assert created["content"].startswith('<p class="quote-inline">RE: ')
    assert "quoteAuthorization" not in created
    assert (request["object"], request["instrument"]) == (original["uri"], quote["uri"])
    assert accept["object"]["id"] == request["id"]
    assert accept["result"].startswith(f"{alice.uri}/quote_authorizations/")
    assert updated["quoteAuthorization"] == accept["result"]
    assert "updated" not in updated


async def test_a_refusal_is_told_as_well(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Alice changed her mind; Bob's node did not hear of that before he quoted."""
    hers = await copy_of(alice, original)
    quote = await quoted(bob, original)
    await asked(
        alice, "PUT", f"/api/v1/statuses/{hers['id']}/interaction_policy", json={"quote_approval_policy": "nobody"}
    )
    await settle_all(home, away)

    assert await state(bob, quote) == "rejected"
    assert await notifications_of(alice, "quote") == []
    assert (await copy_of(alice, original))["quotes_count"] == 0


async def test_another_node_knows_beforehand_whom_the_author_lets_quote(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """The policy travels with the post, and a change of it too: then Bob is refused at his own node already."""
    assert original["quote_approval"]["current_user"] == "automatic"
    hers = await copy_of(alice, original)

    await asked(
        alice, "PUT", f"/api/v1/statuses/{hers['id']}/interaction_policy", json={"quote_approval_policy": "nobody"}
    )
    await settle_all(home, away)

    known = await copy_of(bob, original)
    assert known["quote_approval"]["current_user"] == "denied"
    assert known["edited_at"] is None
    await quoted(bob, original, status=422)


async def test_the_author_takes_an_approval_back_on_the_other_node(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """T-131: the post stands without what it quoted, for Bob too, and asking again does not help."""
    quote = await quoted(bob, original)
    await settle_all(home, away)
    hers, mine = await copy_of(alice, quote), await copy_of(alice, original)

    await asked(alice, "POST", f"/api/v1/statuses/{mine['id']}/quotes/{hers['id']}/revoke")
    await settle_all(home, away)

    assert (await state(alice, quote), await state(bob, quote)) == ("revoked", "revoked")
    assert (await copy_of(bob, quote))["quote"]["quoted_status"] is None
    updated = orjson.loads(await last_sent(away, "Update"))["object"]
    assert "quoteAuthorization" not in updated


async def test_a_third_node_believes_the_stamp_and_hears_of_its_end(
    home: RunningNode, away: RunningNode, nodes: MakeNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Grace follows Bob, and her node has never heard of Alice: it asks Alice's node for the post and the stamp."""
    third = await nodes("delta")
    for one, other in ((third, home), (third, away)):
        await one.allow(other.host)
        await other.allow(one.host)
    grace = await third.person("grace")
    await follows(grace, bob, third, away, home)
    quote = await quoted(bob, original)
    await settle_all(away, home, third)
    believed = await copy_of(grace, quote)

    hers, mine = await copy_of(alice, quote), await copy_of(alice, original)
    await asked(alice, "POST", f"/api/v1/statuses/{mine['id']}/quotes/{hers['id']}/revoke")
    await settle_all(home, away, third)

    assert believed["quote"]["state"] == "accepted"
    assert believed["quote"]["quoted_status"]["uri"] == original["uri"]
    assert (await copy_of(grace, quote))["quote"]["quoted_status"] is None


async def test_a_quote_between_colleagues_is_shown_elsewhere_by_a_stamp(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person, original: JSON
) -> None:
    """Carol quotes Alice, both at the same node; Bob's node asks that node for the stamp."""
    await follows(bob, carol, away, home)

    quote = await quoted(carol, await copy_of(carol, original))
    await settle_all(home, away)

    assert await state(bob, quote) == "accepted"


async def test_a_quote_of_a_company_post_never_leaves(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person, original: JSON
) -> None:
    """T-169: not the post, not its quote, not a word of either."""
    await follows(bob, carol, away, home)
    secret = await posted(alice, "The secret recipe", local_only=True)

    quote = await quoted(carol, secret, "See the recipe", visibility="public", local_only=False)
    await settle_all(home, away)

    assert await seen(bob, quote) is None
    there = await everything_in(away)
    assert quote["uri"] not in there
    assert secret["uri"] not in there


async def test_a_company_post_quotes_another_nodes_post_without_telling_it(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Bob's policy of letting everybody quote is enough; asking would tell that the post exists. Where he is to be asked, it is refused."""
    written = await posted(bob, "Varnish is wet")
    reserved = await posted(bob, "Varnish is dear", quote_approval_policy="nobody")
    await settle_all(home, away)

    quote = await quoted(alice, await copy_of(alice, written), "Between us", local_only=True)
    await settle_all(home, away)

    assert quote["quote"]["state"] == "accepted"
    assert quote["uri"] not in await everything_in(away)
    await quoted(alice, await copy_of(alice, reserved), status=422, local_only=True)


async def test_a_direct_post_quotes_only_whom_it_names(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person, original: JSON
) -> None:
    """The author has to be asked, and whoever is asked sees it: so it must be meant for them."""
    written = await posted(bob, "Varnish is wet")
    await settle_all(home, away)
    known = await copy_of(alice, written)

    await quoted(alice, known, f"Look, @{carol.username}", 422, visibility="direct")
    named = await quoted(alice, known, f"Look, @{bob.handle}", visibility="direct")
    await settle_all(home, away)

    assert await state(alice, named) == "accepted"


async def test_a_post_for_followers_that_quotes_somebody_reaches_that_somebody(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Who is asked must see what is asked about, though nobody is named; nobody else does."""
    stranger = await away.person("grace")
    written = await posted(stranger, "Varnish is wet")
    found = await asked(
        alice, "GET", "/api/v2/search", params={"q": written["uri"], "resolve": "true", "type": "statuses"}
    )

    quote = await quoted(alice, found["statuses"][0], "For followers", visibility="private")
    await settle_all(home, away)

    assert await state(alice, quote) == "accepted"
    assert await seen(stranger, quote) is not None
    assert await notifications_of(stranger, "mention") == []


async def test_a_deleted_quote_takes_its_stamp_with_it(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """Nothing is counted and nothing shown any more."""
    quote = await quoted(bob, original)
    await settle_all(home, away)

    await asked(bob, "DELETE", f"/api/v1/statuses/{quote['id']}")
    await settle_all(home, away)

    assert (await copy_of(alice, original))["quotes_count"] == 0


async def test_a_removed_domain_neither_asks_nor_is_asked(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, original: JSON
) -> None:
    """The twin of the first journey, after Alice's node took Bob's off its list: the quote waits for ever, and Alice hears nothing."""
    await home.remove(away.host)

    quote = await quoted(bob, original)
    await settle_all(home, away)

    assert await state(bob, quote) == "pending"
    assert await notifications_of(alice, "quote") == []
