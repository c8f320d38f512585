"""Accounts, the caller's own profile, and ties between people, over HTTP (reference: client API, sections 2.2 and 3)."""

from typing import Any

import pytest

from tests.support.nodes import Person


async def relationship(person: Person, other: Person) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await person.client.get(f"/api/v1/accounts/relationships?id[]={other.id}")).json()
    return found[0]


async def test_a_person_learns_who_they_are(alice: Person) -> None:
    """`source` must be there: Elk reads into it without looking."""
    account = (await alice.client.get("/api/v1/accounts/verify_credentials")).json()

    assert (account["id"], account["acct"]) == (str(alice.id), "alice")
    assert (account["source"]["privacy"], account["source"]["language"]) == ("public", None)


async def test_a_profile_is_found_by_name(alice: Person, carol: Person) -> None:
    """Elk opens every profile so, with and without our own domain."""
    names = ("alice", "Alice", "@alice", "alice@acme.localhost:8001")

    found = [(await carol.client.get("/api/v1/accounts/lookup", params={"acct": name})).json() for name in names]

    assert [account.get("id") for account in found] == [str(alice.id)] * 4


async def test_an_unknown_name_is_404(carol: Person) -> None:
    """Also one of a node that nobody allowed, without asking it."""
    answers = [
        await carol.client.get("/api/v1/accounts/lookup", params={"acct": acct})
        for acct in ("nobody", "alice@beta.test", "", "@@")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


async def test_many_accounts_come_in_the_order_asked(alice: Person, carol: Person) -> None:
    """`GET accounts?id[]=`: unknown ones are left out."""
    answer = await alice.client.get(f"/api/v1/accounts?id[]={carol.id}&id[]=5&id[]={alice.id}")

    assert [account["acct"] for account in answer.json()] == ["carol", "alice"]


async def test_a_name_is_completed_while_it_is_typed(alice: Person, carol: Person) -> None:
    """@-completion of composers."""
    answer = await alice.client.get("/api/v1/accounts/search?q=@car&limit=5")

    assert [account["id"] for account in answer.json()] == [str(carol.id)]


@pytest.mark.parametrize(
    "sent",
    [
        {
            "data": {
                "display_name": "Al",
                "locked": "true",
                "fields_attributes[0][name]": "Desk",
                "fields_attributes[0][value]": "B 12",
            }
        },
        {"json": {"display_name": "Al", "locked": True, "fields_attributes": [{"name": "Desk", "value": "B 12"}]}},
        {"json": {"display_name": "Al", "locked": True, "fields_attributes": {"0": {"name": "Desk", "value": "B 12"}}}},
        {
            "files": {
                "display_name": (None, "Al"),
                "locked": (None, "1"),
                "fields_attributes[0][name]": (None, "Desk"),
                "fields_attributes[0][value]": (None, "B 12"),
            }
        },
    ],
    ids=["form", "json", "json by index", "multipart"],
)
async def test_a_profile_is_changed_in_every_dialect(sent: dict[str, Any], alice: Person) -> None:
    """Section 6. What is not sent stays as it is."""
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"note": "Paint"})

    account = (await alice.client.patch("/api/v1/accounts/update_credentials", **sent)).json()

    assert (account["display_name"], account["locked"], account["source"]["note"]) == ("Al", True, "Paint")
    assert [(field["name"], field["value"]) for field in account["source"]["fields"]] == [("Desk", "B 12")]


async def test_the_preferences_of_new_posts_are_kept(alice: Person) -> None:
    """`source[privacy]` and the like decide what a post without them is."""
    await alice.client.patch(
        "/api/v1/accounts/update_credentials",
        data={"source[privacy]": "private", "source[sensitive]": "true", "source[language]": "fr"},
    )

    preferences = (await alice.client.get("/api/v1/preferences")).json()
    status = (await alice.client.post("/api/v1/statuses", json={"status": "Hello"})).json()
    assert preferences["posting:default:visibility"] == "private"
    assert (status["visibility"], status["sensitive"], status["language"]) == ("private", True, "fr")


async def test_a_profile_that_cannot_be_is_refused(alice: Person) -> None:
    """A 422 with a sentence, and nothing changed."""
    answers = [
        await alice.client.patch("/api/v1/accounts/update_credentials", json=wrong)
        for wrong in ({"display_name": "x" * 500}, {"source": {"privacy": "local"}}, {"locked": "maybe"})
    ]

    account = (await alice.client.get("/api/v1/accounts/verify_credentials")).json()
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert (account["display_name"], account["source"]["privacy"], account["locked"]) == ("", "public", False)


async def test_a_follow_of_an_open_account_counts_at_once(alice: Person, carol: Person) -> None:
    """And is shown by both sides; following oneself is refused."""
    followed = (await carol.client.post(f"/api/v1/accounts/{alice.id}/follow", json={"notify": True})).json()
    oneself = await carol.client.post(f"/api/v1/accounts/{carol.id}/follow")

    followers = (await alice.client.get(f"/api/v1/accounts/{alice.id}/followers")).json()
    assert (followed["following"], followed["showing_reblogs"], followed["notifying"]) == (True, True, True)
    assert (await relationship(alice, carol))["followed_by"] is True
    assert [account["acct"] for account in followers] == ["carol"]
    assert oneself.status_code == 422


async def test_a_follow_of_a_locked_account_waits_for_its_owner(alice: Person, carol: Person, dave: Person) -> None:
    """Carol is let in, Dave is not."""
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    asked = [(await person.client.post(f"/api/v1/accounts/{alice.id}/follow")).json() for person in (carol, dave)]
    waiting = (await alice.client.get("/api/v1/follow_requests")).json()

    await alice.client.post(f"/api/v1/follow_requests/{carol.id}/authorize")
    await alice.client.post(f"/api/v1/follow_requests/{dave.id}/reject")

    assert [(answer["following"], answer["requested"]) for answer in asked] == [(False, True), (False, True)]
    assert {account["acct"] for account in waiting} == {"carol", "dave"}
    assert [(await relationship(person, alice))["following"] for person in (carol, dave)] == [True, False]
    assert (await alice.client.get("/api/v1/follow_requests")).json() == []


async def test_nobody_lets_in_who_never_asked(alice: Person, carol: Person) -> None:
    """ActivityPub section 7.6 for people here: an answer without a question adds nobody."""
    answer = await alice.client.post(f"/api/v1/follow_requests/{carol.id}/authorize")

    assert answer.status_code == 404
    assert (await relationship(carol, alice))["following"] is False


@pytest.mark.parametrize(("verb", "flag"), [("follow", "following"), ("block", "blocking"), ("mute", "muting")])
async def test_a_tie_is_made_and_undone(verb: str, flag: str, alice: Person, carol: Person) -> None:
    """Each answer is the relationship as it is now; twice is as good as once."""
    on = [(await carol.client.post(f"/api/v1/accounts/{alice.id}/{verb}")).json()[flag] for _ in range(2)]
    off = [(await carol.client.post(f"/api/v1/accounts/{alice.id}/un{verb}")).json()[flag] for _ in range(2)]

    assert (on, off) == ([True, True], [False, False])


async def test_a_follower_is_removed(alice: Person, carol: Person) -> None:
    """Alice ends what Carol began; Carol's own wish is gone as well."""
    await carol.client.post(f"/api/v1/accounts/{alice.id}/follow")

    answer = await alice.client.post(f"/api/v1/accounts/{carol.id}/remove_from_followers")

    assert answer.json()["followed_by"] is False
    assert (await relationship(carol, alice))["following"] is False


async def test_a_mute_ends_when_it_was_said_to(alice: Person, carol: Person) -> None:
    """`duration` in seconds, told by the relationship and by the list of mutes; absurd ones do no harm."""
    muted = (
        await alice.client.post(
            f"/api/v1/accounts/{carol.id}/mute", data={"duration": "3600", "notifications": "false"}
        )
    ).json()
    listed = (await alice.client.get("/api/v1/mutes")).json()
    absurd = await alice.client.post(f"/api/v1/accounts/{carol.id}/mute", data={"duration": "999999999999999999"})

    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert listed[0]["mute_expires_at"] == muted["muting_expires_at"] is not None
    assert absurd.status_code == 200


async def test_blocked_people_are_listed_for_whoever_blocked(alice: Person, carol: Person) -> None:
    """And for nobody else."""
    await alice.client.post(f"/api/v1/accounts/{carol.id}/block")

    assert [account["acct"] for account in (await alice.client.get("/api/v1/blocks")).json()] == ["carol"]
    assert (await carol.client.get("/api/v1/blocks")).json() == []


async def test_a_person_who_hides_it_shows_no_followers(alice: Person, carol: Person) -> None:
    """`hide_collections`: empty for others, whole for oneself."""
    await carol.client.post(f"/api/v1/accounts/{alice.id}/follow")
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert (await carol.client.get(f"/api/v1/accounts/{alice.id}/followers")).json() == []
    assert len((await alice.client.get(f"/api/v1/accounts/{alice.id}/followers")).json()) == 1


async def test_the_directory_lists_who_lets_themselves_be_found(alice: Person, carol: Person) -> None:
    """A company wants it; who does not wish to be there is not."""
    await carol.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})

    listed = [account["acct"] for account in (await alice.client.get("/api/v1/directory?local=true")).json()]

    assert listed == ["alice"]


async def test_an_unknown_account_is_404(alice: Person) -> None:
    """Whatever stands in the path."""
    paths = [
        f"/api/v1/accounts/{number}{list_}"
        for number in ("12345", "abc", "9" * 30)
        for list_ in ("", "/statuses", "/followers")
    ]

    answers = [await alice.client.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
