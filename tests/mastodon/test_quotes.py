"""Quotes through the client API, on one node."""

from typing import Any

import pytest

from tests.support.journeys import asked, follow, notifications_of, posted
from tests.support.nodes import Person

JSON = dict[str, Any]


async def quoted(person: Person, post: JSON, text: str = "Look at this", status: int = 200, **more: object) -> JSON:
    """The status with which the person quotes *post*, or the refusal."""
    body = {"status": text, "quoted_status_id": post["id"], **more}
    answer: JSON = await asked(person, "POST", "/api/v1/statuses", status, json=body)
    return answer


async def shown(person: Person, status: JSON) -> JSON:
    answer: JSON = await asked(person, "GET", f"/api/v1/statuses/{status['id']}")
    return answer


async def test_a_quote_shows_the_quoted_post(alice: Person, carol: Person) -> None:
    """Approved at once by the author's policy, counted, and told to the author."""
    original = await posted(alice, "Paint is dry")

    quote = await quoted(carol, original)

    assert quote["quote"]["state"] == "accepted"
    assert quote["quote"]["quoted_status"]["content"] == "<p>Paint is dry</p>"
    assert (await shown(alice, original))["quotes_count"] == 1
    [told] = await notifications_of(alice, "quote")
    assert (told["account"]["username"], told["status"]["id"]) == ("carol", quote["id"])


async def test_a_quote_inside_a_quoted_post_is_an_id(alice: Person, carol: Person) -> None:
    """Two deep is a ShallowQuote: nobody loads a chain of posts."""
    first = await posted(alice, "First")
    second = await quoted(carol, first, "Second")

    third = await quoted(alice, second, "Third")

    inner = third["quote"]["quoted_status"]["quote"]
    assert inner == {"state": "accepted", "quoted_status_id": first["id"]}


async def test_a_boost_is_quoted_as_its_original(alice: Person, carol: Person) -> None:
    """A boost has no words of its own to quote."""
    original = await posted(alice, "Paint is dry")
    boost = await asked(carol, "POST", f"/api/v1/statuses/{original['id']}/reblog")

    quote = await quoted(carol, boost)

    assert quote["quote"]["quoted_status"]["id"] == original["id"]


async def test_a_post_may_be_a_quote_and_nothing_more(alice: Person, carol: Person) -> None:
    """Showing somebody's post says enough; without one, an empty text says nothing."""
    original = await posted(alice, "Paint is dry")

    quote = await quoted(carol, original, text="")

    assert quote["quote"]["state"] == "accepted"
    await asked(carol, "POST", "/api/v1/statuses", 422, json={"status": ""})


@pytest.mark.parametrize(("policy", "may"), [("public", True), ("followers", False), ("nobody", False)])
async def test_the_author_says_who_may_quote(alice: Person, carol: Person, policy: str, may: bool) -> None:  # noqa: FBT001 - a table
    """Carol, who does not follow Alice, is told beforehand, and refused if she tries."""
    original = await posted(alice, "Paint is dry", quote_approval_policy=policy)

    seen = await shown(carol, original)

    assert seen["quote_approval"]["current_user"] == ("automatic" if may else "denied")
    await quoted(carol, original, status=200 if may else 422)


async def test_followers_may_quote_what_is_for_followers_to_quote(alice: Person, carol: Person) -> None:
    """The twin of the refusal above: following is all the difference."""
    original = await posted(alice, "Paint is dry", quote_approval_policy="followers")
    await follow(carol, alice)

    quote = await quoted(carol, original)

    assert quote["quote"]["quoted_status"]["quote_approval"] == {
        "automatic": ["followers"],
        "manual": [],
        "current_user": "automatic",
    }


async def test_nobody_quotes_what_is_for_followers_but_its_author(alice: Person, carol: Person) -> None:
    """Nor does the author's own quote reach anybody else than followers."""
    await follow(carol, alice)
    original = await posted(alice, "For followers", "private", quote_approval_policy="public")

    own = await quoted(alice, original, visibility="public")

    assert own["visibility"] == "private"
    assert (await shown(carol, original))["quote_approval"]["current_user"] == "denied"
    await quoted(carol, original, status=422)


async def test_nobody_quotes_a_direct_post(alice: Person) -> None:
    """Not even whoever wrote it."""
    original = await posted(alice, "Between us", "direct")

    await quoted(alice, original, status=422, visibility="direct")


async def test_what_cannot_be_seen_cannot_be_quoted(alice: Person, carol: Person) -> None:
    """The same answer as for a post that does not exist."""
    hidden = await posted(alice, "For followers", "private")

    await quoted(carol, hidden, status=404)
    await quoted(carol, {"id": "1"}, status=404)


@pytest.mark.parametrize("who", ["author", "quoter"])
async def test_whoever_is_blocked_cannot_quote(alice: Person, carol: Person, who: str) -> None:
    """Whichever of the two blocked the other."""
    original = await posted(alice, "Paint is dry")
    blocker, blocked = (alice, carol) if who == "author" else (carol, alice)
    await asked(blocker, "POST", f"/api/v1/accounts/{blocked.id}/block")

    await quoted(carol, original, status=404 if who == "author" else 422)


async def test_a_quote_of_a_company_post_stays_in_the_company(alice: Person, carol: Person) -> None:
    """Whatever the quoting person chose."""
    original = await posted(alice, "Only here", local_only=True)

    quote = await quoted(carol, original, visibility="public", local_only=False)

    assert quote["local_only"] is True


async def test_a_quote_hides_what_its_reader_may_not_see(alice: Person, carol: Person, dave: Person) -> None:
    """Dave reads the quoting post that names him; the quoted one is for followers, and no trace of it is handed to him."""
    original = await posted(alice, "For followers", "private")
    own = await quoted(alice, original, "Look, @dave", visibility="private")

    seen = await shown(dave, own)

    assert seen["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert (await shown(alice, own))["quote"]["quoted_status"]["id"] == original["id"]


async def test_a_reader_is_told_of_whom_they_do_not_want_to_see(alice: Person, carol: Person, dave: Person) -> None:
    """Muted and blocked are states, with which clients fold the quote."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)

    await asked(dave, "POST", f"/api/v1/accounts/{alice.id}/mute")
    muted = (await shown(dave, quote))["quote"]["state"]
    await asked(dave, "POST", f"/api/v1/accounts/{alice.id}/block")
    blocked = (await shown(dave, quote))["quote"]["state"]

    assert (muted, blocked) == ("muted_account", "blocked_account")


async def test_a_deleted_post_leaves_its_quotes_empty(alice: Person, carol: Person) -> None:
    """The quoting post stays, and says that what it showed is gone."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)

    await asked(alice, "DELETE", f"/api/v1/statuses/{original['id']}")

    assert (await shown(carol, quote))["quote"] == {"state": "deleted", "quoted_status": None}


async def test_a_deleted_quote_is_not_counted(alice: Person, carol: Person) -> None:
    """Nor listed."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)

    await asked(carol, "DELETE", f"/api/v1/statuses/{quote['id']}")

    assert (await shown(alice, original))["quotes_count"] == 0
    assert await asked(alice, "GET", f"/api/v1/statuses/{original['id']}/quotes") == []


async def test_quotes_are_listed_as_far_as_they_may_be_seen(alice: Person, carol: Person, dave: Person) -> None:
    """The quoted author sees the one for Carol's followers, since she must be able to answer for it; Dave sees the open ones, page by page."""
    original = await posted(alice, "Paint is dry")
    first = await quoted(carol, original, "First")
    hidden = await quoted(carol, original, "Second", visibility="private")
    third = await quoted(carol, original, "Third")
    path = f"/api/v1/statuses/{original['id']}/quotes"

    page = await dave.client.get(path, params={"limit": 1})
    rest = await dave.client.get(page.links["next"]["url"])

    assert [status["id"] for status in await asked(alice, "GET", path)] == [third["id"], hidden["id"], first["id"]]
    assert [status["id"] for status in page.json()] == [third["id"]]
    assert [status["id"] for status in rest.json()] == [first["id"]]


async def test_the_quotes_of_a_hidden_post_are_hidden(alice: Person, carol: Person) -> None:
    """Even their number would tell that it exists."""
    hidden = await posted(alice, "For followers", "private")

    await asked(carol, "GET", f"/api/v1/statuses/{hidden['id']}/quotes", 404)
    assert await asked(alice, "GET", f"/api/v1/statuses/{hidden['id']}/quotes") == []


async def test_the_quoted_author_takes_the_own_post_back(alice: Person, carol: Person) -> None:
    """The quoting post stays without it, and is not a quote of it any more."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)

    answer = await asked(alice, "POST", f"/api/v1/statuses/{original['id']}/quotes/{quote['id']}/revoke")

    assert answer["quote"] == {"state": "revoked", "quoted_status": None}
    assert (await shown(carol, quote))["quote"]["state"] == "revoked"
    assert (await shown(alice, original))["quotes_count"] == 0


async def test_nobody_else_revokes_a_quote(alice: Person, carol: Person, dave: Person) -> None:
    """Not a third, and not whoever quotes, who may delete; nor is there anything to revoke where nothing is quoted."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)
    other = await posted(carol, "No quote")
    path = f"/api/v1/statuses/{original['id']}/quotes"

    await asked(dave, "POST", f"{path}/{quote['id']}/revoke", 403)
    await asked(carol, "POST", f"{path}/{quote['id']}/revoke", 403)
    await asked(alice, "POST", f"{path}/{other['id']}/revoke", 404)

    assert (await shown(carol, quote))["quote"]["state"] == "accepted"


async def test_the_policy_of_a_post_can_be_changed(alice: Person, carol: Person) -> None:
    """By its own endpoint and by an edit; what was quoted before stays quoted."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)
    path = f"/api/v1/statuses/{original['id']}"

    changed = await asked(alice, "PUT", f"{path}/interaction_policy", json={"quote_approval_policy": "nobody"})
    await quoted(carol, original, status=422)
    edited = await asked(alice, "PUT", path, json={"status": "Paint", "quote_approval_policy": "followers"})

    assert changed["quote_approval"]["automatic"] == []
    assert changed["edited_at"] is None
    assert edited["quote_approval"]["automatic"] == ["followers"]
    assert (await shown(carol, quote))["quote"]["state"] == "accepted"


async def test_nobody_else_changes_the_policy_of_a_post(alice: Person, carol: Person) -> None:
    """Nor does a word that is no policy count for one."""
    original = await posted(alice, "Paint is dry")
    path = f"/api/v1/statuses/{original['id']}/interaction_policy"

    await asked(carol, "PUT", path, 404, json={"quote_approval_policy": "nobody"})
    await asked(alice, "PUT", path, 422, json={"quote_approval_policy": "everybody"})
    await asked(alice, "PUT", path, 422, json={})

    assert (await shown(alice, original))["quote_approval"]["automatic"] == ["public"]


async def test_a_person_has_a_usual_policy(alice: Person) -> None:
    """Set with the profile, shown with the preferences, and used for posts that say nothing else."""
    changed = await asked(
        alice, "PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}}
    )

    written = await posted(alice, "Paint is dry")
    preferences = await asked(alice, "GET", "/api/v1/preferences")

    assert changed["source"]["quote_policy"] == "followers"
    assert preferences["posting:default:quote_policy"] == "followers"
    assert written["quote_approval"]["automatic"] == ["followers"]
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", 422, json={"source": {"quote_policy": "x"}})


async def test_whoever_quotes_hears_of_an_edit(alice: Person, carol: Person) -> None:
    """`quoted_update` comes with the own post that shows the edited one."""
    original = await posted(alice, "Paint is dry")
    quote = await quoted(carol, original)

    await asked(alice, "PUT", f"/api/v1/statuses/{original['id']}", json={"status": "Paint is wet"})

    [told] = await notifications_of(carol, "quoted_update")
    assert (told["account"]["username"], told["status"]["id"]) == ("alice", quote["id"])


async def test_a_quote_in_a_direct_post_is_not_told(alice: Person, carol: Person, dave: Person) -> None:
    """It is between those who are named; the quoted author is not among them."""
    original = await posted(alice, "Paint is dry")

    quote = await quoted(carol, original, "Look, @dave", visibility="direct")

    assert (await shown(dave, quote))["quote"]["state"] == "accepted"
    assert await notifications_of(alice, "quote") == []
    await asked(alice, "GET", f"/api/v1/statuses/{quote['id']}", 404)
