"""What one notes about others: remarks, recommendations, common acquaintances, hidden domains (reference: client API, section 2.2)."""

from typing import Any

import pytest

from tests.support.journeys import account_of, asked, follow, follows, notifications_of, posted, relationship, texts_of
from tests.support.nodes import Person, RunningNode, settle_all


async def act(person: Person, other: Person, verb: str, status: int = 200, **sent: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await asked(person, "POST", f"/api/v1/accounts/{other.id}/{verb}", status, json=sent)
    return answer


# ── remarks ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_remark_is_kept_and_taken_away(alice: Person, carol: Person) -> None:
    """It stands in the relationship until an empty one replaces it."""
    noted = await act(alice, carol, "note", comment="Knows all about paint")
    later = await relationship(alice, carol)
    emptied = await act(alice, carol, "note", comment="")

    assert (noted["note"], later["note"], emptied["note"]) == ("Knows all about paint", "Knows all about paint", "")


async def test_a_remark_is_nobody_elses(alice: Person, carol: Person, dave: Person) -> None:
    """Neither its subject nor anybody else reads it."""
    await act(alice, carol, "note", comment="Knows all about paint")

    assert (await relationship(dave, carol))["note"] == ""
    assert (await relationship(carol, alice))["note"] == ""


async def test_a_remark_that_cannot_be_is_refused(alice: Person, carol: Person) -> None:
    """Too long, or about nobody."""
    await act(alice, carol, "note", 422, comment="x" * 2001)
    await asked(alice, "POST", "/api/v1/accounts/5/note", 404, json={"comment": "x"})

    assert (await relationship(alice, carol))["note"] == ""


# ── recommendations ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("show", "hide"), [("endorse", "unendorse"), ("pin", "unpin")])
async def test_somebody_followed_is_shown_on_the_profile(
    show: str, hide: str, alice: Person, carol: Person, dave: Person
) -> None:
    """By both names that the verb has had; everybody here sees whom."""
    await act(alice, carol, "follow")

    shown = await act(alice, carol, show)
    seen = await asked(dave, "GET", f"/api/v1/accounts/{alice.id}/endorsements")
    own = await asked(alice, "GET", "/api/v1/endorsements")
    hidden = await act(alice, carol, hide)

    assert (shown["endorsed"], hidden["endorsed"]) == (True, False)
    assert [account["id"] for account in seen] == [account["id"] for account in own] == [str(carol.id)]
    assert await asked(dave, "GET", f"/api/v1/accounts/{alice.id}/endorsements") == []


async def test_a_stranger_is_not_recommended(alice: Person, carol: Person) -> None:
    """422 without a follow, and an unfollow ends it."""
    await act(alice, carol, "endorse", 422)
    await act(alice, carol, "follow")
    await act(alice, carol, "endorse")

    await act(alice, carol, "unfollow")

    assert await asked(alice, "GET", "/api/v1/endorsements") == []


# ── common acquaintances ──────────────────────────────────────────────────────────────────────────


async def familiar(person: Person, other: Person) -> list[str]:
    [found] = await asked(person, "GET", "/api/v1/accounts/familiar_followers", params={"id[]": other.id})
    assert found["id"] == str(other.id)
    return [account["acct"] for account in found["accounts"]]


async def test_common_acquaintances_are_told(home: RunningNode, alice: Person, carol: Person, dave: Person) -> None:
    """Whom one follows among an account's followers; others are not."""
    erin = await home.person("erin")
    await act(alice, carol, "follow")
    for follower in (carol, erin, alice):
        await act(follower, dave, "follow")

    assert await familiar(alice, dave) == ["carol"]
    assert await familiar(erin, dave) == []


@pytest.mark.parametrize("hider", ["carol", "dave"])
async def test_who_hides_follows_is_no_acquaintance(hider: str, alice: Person, carol: Person, dave: Person) -> None:
    """`hide_collections`, of the follower or of the account, is respected."""
    await act(alice, carol, "follow")
    await act(carol, dave, "follow")
    person = {"carol": carol, "dave": dave}[hider]
    await asked(person, "PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert await familiar(alice, dave) == []


# ── hidden domains ────────────────────────────────────────────────────────────────────────────────


async def test_a_domain_is_hidden_and_shown_again(alice: Person, carol: Person) -> None:
    """Listed for its own person only; the removal reads a body or a query."""
    for domain in ("beta.localhost:8002", "Gamma.Test"):
        await asked(alice, "POST", "/api/v1/domain_blocks", data={"domain": domain})

    hidden = await asked(alice, "GET", "/api/v1/domain_blocks")
    await asked(alice, "DELETE", "/api/v1/domain_blocks", json={"domain": "gamma.test"})
    await asked(alice, "DELETE", "/api/v1/domain_blocks", params={"domain": "beta.localhost:8002"})

    assert hidden == ["gamma.test", "beta.localhost:8002"]
    assert (
        await asked(alice, "GET", "/api/v1/domain_blocks") == await asked(carol, "GET", "/api/v1/domain_blocks") == []
    )


@pytest.mark.parametrize("domain", ["", "acme.localhost:8001", "not a domain", "10.0.0.1"])
async def test_what_is_no_other_domain_is_not_hidden(domain: str, alice: Person) -> None:
    """One's own network neither."""
    await asked(alice, "POST", "/api/v1/domain_blocks", 422, json={"domain": domain})

    assert await asked(alice, "GET", "/api/v1/domain_blocks") == []


async def test_nothing_of_a_hidden_domain_is_shown(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """Timelines, search and new notifications, for this person alone; boosts of it by colleagues too."""
    await follows(carol, bob, home, away)
    await act(alice, carol, "follow")
    bobs = await account_of(alice, bob)
    status = await posted(bob, f"@{alice.handle} Varnish #paint")
    await settle_all(home, away)
    [copy] = await asked(alice, "GET", "/api/v1/timelines/tag/paint")

    await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": away.host})
    await asked(carol, "POST", f"/api/v1/statuses/{copy['id']}/reblog")
    await posted(bob, f"@{alice.handle} Again #paint")
    await settle_all(home, away)

    assert status["id"] != copy["id"]
    for person, seen in ((alice, 0), (carol, 2)):
        assert len(await asked(person, "GET", "/api/v1/timelines/public")) == seen
        assert len(await asked(person, "GET", "/api/v1/timelines/tag/paint")) == seen
        found = await asked(person, "GET", "/api/v2/search", params={"q": "paint", "type": "statuses"})
        assert len(found["statuses"]) == seen
        people = await asked(person, "GET", "/api/v1/accounts/search", params={"q": "bob"})
        assert len(people) == min(seen, 1)
    assert (await texts_of(alice), await notifications_of(alice, "mention")) == ([], [])
    assert (await asked(alice, "GET", f"/api/v1/accounts/relationships?id[]={bobs}"))[0]["domain_blocking"] is True
    assert (await relationship(carol, bob))["domain_blocking"] is False


async def test_hiding_a_domain_ends_the_follows_from_and_to_it(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """At both nodes; a colleague's stay, and new ones are refused until the domain is shown again."""
    await follows(alice, bob, home, away)
    await follows(carol, bob, home, away)
    await follows(bob, alice, home, away)
    bobs = await account_of(alice, bob)

    await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": away.host})
    await settle_all(home, away)
    refused = await alice.client.post(f"/api/v1/accounts/{bobs}/follow")
    await follow(bob, alice)
    await settle_all(home, away)

    [own] = await asked(alice, "GET", f"/api/v1/accounts/relationships?id[]={bobs}")
    theirs = await relationship(bob, alice)
    assert refused.status_code == 403
    assert (own["following"], own["followed_by"], theirs["following"], theirs["followed_by"]) == (False,) * 4
    assert (await relationship(carol, bob))["following"] is True


# ── wishes of a follow, and mutes that end ────────────────────────────────────────────────────────


async def test_a_follow_may_name_languages(alice: Person, carol: Person, dave: Person) -> None:
    """Posts in others stay out of this home timeline; those that say none come in, and a second follow changes the wish."""
    await act(alice, carol, "follow", languages=["fr"])
    await act(dave, carol, "follow")
    for text, language in (("Bonjour", "fr"), ("Allô", "fr-CA"), ("Hello", "en")):
        await posted(carol, text, language=language)

    chosen, all_ = await texts_of(alice), await texts_of(dave)
    changed = await act(alice, carol, "follow", languages=["en", "fr"])
    await posted(carol, "Hi", language="en")

    assert (chosen, all_) == (["Allô", "Bonjour"], ["Hello", "Allô", "Bonjour"])
    assert changed["languages"] == ["en", "fr"]
    assert await texts_of(alice) == ["Hi", "Allô", "Bonjour"]


async def test_a_new_follow_brings_only_what_it_wishes(alice: Person, carol: Person, dave: Person) -> None:
    """The latest posts that a follow begins with keep to it too: no boosts, no other languages."""
    status = await posted(dave, "Look")
    await posted(carol, "Bonjour", language="fr")
    await posted(carol, "Hello", language="en")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/reblog")

    await act(alice, carol, "follow", languages=["fr"], reblogs=False)

    assert await texts_of(alice) == ["Bonjour"]
