"""What clients send and how it is read, over HTTP (reference: client API, section 6). The decoder by itself: test_request_body.py."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.support.clients import registered
from tests.support.clocks import StoppedClock
from tests.support.journeys import JSON, asked, picture, posted
from tests.support.nodes import MakeNode, Person, RunningNode
from tests.support.staff import staff


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/accounts", "id"),
        ("/api/v1/accounts/relationships", "id"),
        ("/api/v1/accounts/familiar_followers", "id"),
    ],
)
async def test_ids_in_a_query_come_in_any_spelling(alice: Person, carol: Person, path: str, name: str) -> None:
    """Client API 6: `id[]=1&id[]=2` raw and encoded, `id=1&id=2`, by index, and a single `id=1`."""
    one, two = str(carol.id), str(alice.id)

    async def found(query: str) -> list[str]:
        return [entity["id"] for entity in await asked(alice, "GET", f"{path}?{query}")]

    spellings = [
        "{n}[]={one}&{n}[]={two}",
        "{n}%5B%5D={one}&{n}%5B%5D={two}",
        "{n}={one}&{n}={two}",
        "{n}[0]={one}&{n}[1]={two}",
    ]
    lists = [await found(spelling.format(n=name, one=one, two=two)) for spelling in spellings]
    single = await found(f"{name}={one}")

    assert all(sorted(ids) == sorted([one, two]) for ids in lists)
    assert single == [one]


def bodies(fields: Sequence[tuple[str, str]]) -> list[JSON]:
    """The profile's details *fields* as each kind of client sends them."""
    objects = [{"name": name, "value": value} for name, value in fields]
    flat = {f"fields_attributes[{at}][{key}]": one[key] for at, one in enumerate(objects) for key in one}
    return [
        {"json": {"fields_attributes": objects}},
        {"json": {"fields_attributes": {str(at): one for at, one in enumerate(objects)}}},
        {"data": flat},
        {"files": {name: (None, value) for name, value in flat.items()}},
    ]


@pytest.mark.parametrize("dialect", range(4))
async def test_details_of_a_profile_come_in_four_dialects(alice: Person, dialect: int) -> None:
    """Client API 6: JSON with a list, JSON with an object of index → object, a form, multipart; in their order."""
    fields = [("Desk", "B 12"), ("Team", "Paint")]

    me = await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", **bodies(fields)[dialect])

    assert [(field["name"], field["value"]) for field in me["source"]["fields"]] == fields


async def test_a_deletion_reads_its_body(alice: Person, carol: Person) -> None:
    """Client API 6: `domain_blocks`, members of a list and `delete_media`, each as JSON with a DELETE; Pinafore puts the domain into the query."""
    for domain in ("one.example", "two.example"):
        await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": domain})
    made = await asked(alice, "POST", "/api/v1/lists", json={"title": "One"})
    members = f"/api/v1/lists/{made['id']}/accounts"
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await asked(alice, "POST", members, json={"account_ids": [str(carol.id)]})
    media = await asked(alice, "POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")})
    status = await posted(alice, "With a picture", media_ids=[media["id"]])

    await asked(alice, "DELETE", "/api/v1/domain_blocks", json={"domain": "one.example"})
    await asked(alice, "DELETE", "/api/v1/domain_blocks?domain=two.example")
    await asked(alice, "DELETE", members, json={"account_ids": [str(carol.id)]})
    await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}", json={"delete_media": True})

    assert await asked(alice, "GET", "/api/v1/domain_blocks") == []
    assert await asked(alice, "GET", members) == []
    assert (await alice.client.get(f"/api/v1/media/{media['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "sensitive"),
    [
        (True, True),
        ("true", True),
        (1, True),
        ("1", True),
        ("on", True),
        (False, False),
        ("0", False),
        ("", False),
        (None, False),
    ],
)
async def test_yes_comes_in_many_spellings(alice: Person, sent: Any, sensitive: bool) -> None:  # noqa: FBT001 - a table
    """Client API 6: `true "true" 1 "1" "on"`; an empty text and null are absent."""
    status = await posted(alice, "Hello", sensitive=sent)

    assert status["sensitive"] is sensitive


async def test_numbers_may_be_texts_and_nulls_are_absent(alice: Person) -> None:
    """Client API 6: a poll's `expires_in` as text, and null for everything that a client does not set."""
    names = (
        "in_reply_to_id",
        "media_ids",
        "spoiler_text",
        "language",
        "scheduled_at",
        "quoted_status_id",
        "visibility",
    )
    poll = {"options": ["a", "b"], "expires_in": "3600", "multiple": "1"}

    body = {"status": "Hello", "poll": poll, **dict.fromkeys(names)}
    status = await asked(alice, "POST", "/api/v1/statuses", json=body)

    assert (status["visibility"], status["spoiler_text"], status["in_reply_to_id"]) == ("public", "", None)
    assert (status["poll"]["multiple"], len(status["poll"]["options"])) == (True, 2)


async def test_paths_may_end_in_a_slash(home: RunningNode, alice: Person, carol: Person) -> None:
    """Client API 6: Mastodon.py's and toot's, served without a redirect: one would lose the token or the body."""
    root = await staff(home, "root")
    client = await registered(home.node)
    consent = {
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "response_type": "code",
        "scope": "read",
    }

    answers = [
        await home.client.get("/api/v1/instance/"),
        await home.client.get("/api/v2/instance/"),
        await alice.client.get("/api/v1/conversations/"),
        await alice.client.post("/api/v1/reports/", data={"account_id": str(carol.id), "comment": "Noise"}),
        await root.client.get("/api/v1/admin/domain_blocks/"),
        await alice.client.get("/api/v1/accounts/search/", params={"q": "carol"}),
    ]
    to_sign_in = await home.client.get("/oauth/authorize/", params=consent)

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert to_sign_in.headers["location"].startswith("/auth/sign_in?next=")


async def test_a_key_is_its_persons_for_an_hour(nodes: MakeNode) -> None:
    """Client API 6: the same key answers the same status with 200 for an hour; another person's same key is another post, and so is a later one."""
    clock = StoppedClock()
    home = await nodes("acme", clock=clock)
    alice, carol = await home.person("alice"), await home.person("carol")

    async def sent(person: Person) -> str:
        status = await asked(
            person, "POST", "/api/v1/statuses", json={"status": "Once"}, headers={"Idempotency-Key": "key"}
        )
        return str(status["id"])

    first, other = await sent(alice), await sent(carol)
    clock.advance(timedelta(minutes=59))
    within = await sent(alice)
    clock.advance(timedelta(minutes=2))
    later = await sent(alice)

    assert first == within
    assert len({first, other, later}) == 3


async def test_lengths_are_counted_as_clients_count_them(nodes: MakeNode) -> None:
    """Client API 6: an address counts 23, `@user@host` as `@user`; one character more is a 422 in the words that clients know."""
    home = await nodes("acme", max_post_characters=500)
    alice = await home.person("alice")
    address, name = "https://example.com/" + "x" * 300, f"@alice@{home.host}"
    rest = 500 - 23 - len("@alice") - 2

    fits = await posted(alice, f"{address} {name} {'a' * rest}")
    too_long = await asked(
        alice, "POST", "/api/v1/statuses", 422, json={"status": f"{address} {name} {'a' * (rest + 1)}"}
    )

    assert fits["content"].startswith("<p><a href=")
    assert too_long["error"] == "Validation failed: Text character limit of 500 exceeded"


async def test_what_a_status_may_hold(alice: Person) -> None:
    """Client API 6: no more media than the instance says, no poll beside them, nothing empty; visibility and language by the author's preference."""
    announced = (await asked(alice, "GET", "/api/v2/instance"))["configuration"]["statuses"]["max_media_attachments"]
    files = {"file": ("a.png", picture(), "image/png")}
    ids = [(await asked(alice, "POST", "/api/v2/media", files=files))["id"] for _one in range(announced + 1)]
    poll = {"options": ["a", "b"], "expires_in": 3600}
    await asked(
        alice,
        "PATCH",
        "/api/v1/accounts/update_credentials",
        json={"source": {"privacy": "private", "language": "fr", "sensitive": True}},
    )

    for wrong in ({"media_ids": ids}, {"media_ids": ids[:1], "poll": poll}, {}, {"media_ids": ["1"]}):
        await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "", **wrong})
    status = await asked(alice, "POST", "/api/v1/statuses", json={"media_ids": ids[:announced][::-1]})

    assert [media["id"] for media in status["media_attachments"]] == ids[:announced][::-1]
    assert (status["visibility"], status["language"], status["sensitive"]) == ("private", "fr", True)


async def test_a_post_for_later_is_at_least_five_minutes_ahead(nodes: MakeNode) -> None:
    """Client API 6: nearer is a 422, and nothing is posted at once in its place."""
    clock = StoppedClock()
    alice = await (await nodes("acme", clock=clock)).person("alice")

    async def at(minutes: int, status: int) -> JSON:
        moment = (clock.now() + timedelta(minutes=minutes)).isoformat()
        later: JSON = await asked(
            alice, "POST", "/api/v1/statuses", status, json={"status": "Later", "scheduled_at": moment}
        )
        return later

    near, far = await at(4, 422), await at(6, 200)

    assert "error" in near
    assert set(far) >= {"id", "scheduled_at", "params", "media_attachments"}
    assert await asked(alice, "GET", "/api/v1/timelines/home") == []
