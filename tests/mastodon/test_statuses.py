"""Posting, reading, changing and deleting from a client, over HTTP (reference: client API, sections 2.3, 3 and 6)."""

from typing import Any

import pytest

from tests.support.nodes import Person


async def post(person: Person, text: str, **more: Any) -> dict[str, Any]:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, **more})
    assert answer.status_code == 200, answer.text
    status: dict[str, Any] = answer.json()
    return status


async def test_a_client_posts_in_three_dialects(alice: Person) -> None:
    """Section 6: JSON, a form and multipart are one. A plain text is exactly one paragraph."""
    values = {"status": "Hello", "spoiler_text": "Greeting", "language": "fr"}
    dialects: list[dict[str, Any]] = [
        {"json": values},
        {"data": values},
        {"files": {name: (None, value) for name, value in values.items()}},
    ]

    statuses = [(await alice.client.post("/api/v1/statuses", **dialect)).json() for dialect in dialects]

    assert [(status["content"], status["spoiler_text"], status["language"]) for status in statuses] == [
        ("<p>Hello</p>", "Greeting", "fr")
    ] * 3
    assert {status["account"]["id"] for status in statuses} == {str(alice.id)}


async def test_the_same_key_posts_once(alice: Person) -> None:
    """Section 6: a repeat answers the same status with 200; another key posts again."""
    answers = [
        await alice.client.post("/api/v1/statuses", json={"status": "Once"}, headers={"Idempotency-Key": key})
        for key in ("one", "one", "two")
    ]

    ids = [answer.json()["id"] for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)


async def test_a_key_is_free_again_when_the_first_try_failed(alice: Person) -> None:
    """Section 6: drop the key when the first try failed."""
    key = {"Idempotency-Key": "retry"}
    failed = await alice.client.post("/api/v1/statuses", json={"status": "x" * 6000}, headers=key)
    again = await alice.client.post("/api/v1/statuses", json={"status": "short"}, headers=key)

    assert failed.status_code == 422
    assert failed.json()["error"] == "Validation failed: Text character limit of 5000 exceeded"
    assert again.json()["content"] == "<p>short</p>"


async def test_a_post_for_the_company_is_public_and_marked(alice: Person, carol: Person) -> None:
    """DESIGN section 4: `visibility: local` or `local_only` stays here, and no client stumbles over it."""
    ways: list[dict[str, Any]] = [{"local_only": True}, {"local_only": "true"}, {"visibility": "local"}]
    statuses = [await post(alice, "Only us", **way) for way in ways]

    seen = [(await carol.client.get(f"/api/v1/statuses/{status['id']}")).json() for status in statuses]

    assert [(status["visibility"], status["local_only"]) for status in seen] == [("public", True)] * 3


async def test_a_post_for_the_network_is_not_marked(alice: Person) -> None:
    """The twin of the post above."""
    status = await post(alice, "Everybody", visibility="public")

    assert (status["visibility"], status["local_only"]) == ("public", False)


async def test_what_cannot_be_done_as_asked_is_not_posted(alice: Person) -> None:
    """Better a 422 than a vote without its poll, or a wider audience. The same post without it is posted."""
    wishes: list[dict[str, Any]] = [
        {"visibility": "everybody"},
        {"local_only": "perhaps"},
        {"scheduled_at": "2020-01-01T00:00:00.000Z"},
        {"poll": {"options": ["yes"], "expires_in": 300}},
        {"media_ids": ["1"]},
        {"media_ids": ["x"]},
        {"content_type": "text/html"},
        {"status": " "},
    ]

    refused = [await alice.client.post("/api/v1/statuses", json={"status": "Hello", **wish}) for wish in wishes]
    fine = await post(alice, "Hello")

    assert {answer.status_code for answer in refused} == {422}
    assert all(answer.json()["error"].startswith("Validation failed") for answer in refused)
    assert [status["id"] for status in (await alice.client.get(f"/api/v1/accounts/{alice.id}/statuses")).json()] == [
        fine["id"]
    ]


async def test_a_reply_to_what_is_gone_is_404(alice: Person) -> None:
    """Section 6: `in_reply_to_id` gone ⇒ 404; a reply to what is there stands in its thread."""
    first = await post(alice, "First")
    gone = await alice.client.post("/api/v1/statuses", json={"status": "Hello", "in_reply_to_id": "12345"})
    garbled = await alice.client.post("/api/v1/statuses", json={"status": "Hello", "in_reply_to_id": "abc"})
    reply = await post(alice, "Second", in_reply_to_id=first["id"])

    context = (await alice.client.get(f"/api/v1/statuses/{first['id']}/context")).json()
    assert (gone.status_code, garbled.status_code) == (404, 404)
    assert [status["id"] for status in context["descendants"]] == [reply["id"]]
    assert reply["in_reply_to_account_id"] == str(alice.id)


async def test_a_hidden_post_is_the_same_404_as_an_unknown_one(alice: Person, carol: Person) -> None:
    """Promise 3: Carol, who is not named, learns nothing; Alice reads it."""
    secret = await post(alice, "For me", visibility="direct")

    hidden = await carol.client.get(f"/api/v1/statuses/{secret['id']}")
    unknown = await carol.client.get("/api/v1/statuses/12345")
    own = await alice.client.get(f"/api/v1/statuses/{secret['id']}")

    assert (
        (hidden.status_code, hidden.content)
        == (unknown.status_code, unknown.content)
        == (404, b'{"error":"Record not found"}')
    )
    assert own.status_code == 200


async def test_no_way_leads_to_a_hidden_post(alice: Person, carol: Person) -> None:
    """Promise 3: every verb and list answers 404 for what Carol may not see, and works for the author, save what she may not do."""
    secret = await post(alice, "For me", visibility="direct")
    ways = [("GET", way) for way in ("context", "history", "source", "favourited_by", "reblogged_by")]
    ways += [("POST", way) for way in ("favourite", "bookmark", "reblog")]

    hidden = [
        (await carol.client.request(method, f"/api/v1/statuses/{secret['id']}/{way}")).status_code
        for method, way in ways
    ]
    own = [
        (await alice.client.request(method, f"/api/v1/statuses/{secret['id']}/{way}")).status_code
        for method, way in ways
    ]

    assert hidden == [404] * len(ways)
    assert own == [200] * (len(ways) - 1) + [403]


async def test_many_statuses_come_in_the_order_asked(alice: Person) -> None:
    """`GET statuses?id[]=`: unknown ones are left out."""
    first, second = await post(alice, "First"), await post(alice, "Second")

    answer = await alice.client.get(f"/api/v1/statuses?id[]={second['id']}&id[]=12345&id[]={first['id']}&id[]=x")

    assert [status["id"] for status in answer.json()] == [second["id"], first["id"]]


async def test_an_edit_replaces_the_text_and_keeps_the_history(alice: Person) -> None:
    """The history begins with the original; one entry when nothing was ever edited."""
    status = await post(alice, "Helo")
    before = (await alice.client.get(f"/api/v1/statuses/{status['id']}/history")).json()

    edited = (await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Hello"})).json()

    after = (await alice.client.get(f"/api/v1/statuses/{status['id']}/history")).json()
    assert (edited["content"], edited["id"]) == ("<p>Hello</p>", status["id"])
    assert edited["edited_at"] is not None
    assert [entry["content"] for entry in before] == ["<p>Helo</p>"]
    assert [entry["content"] for entry in after] == ["<p>Helo</p>", "<p>Hello</p>"]


async def test_only_the_author_edits_reads_the_source_and_deletes(alice: Person, carol: Person) -> None:
    """The same request of somebody else is refused, and nothing changes."""
    status = await post(alice, "Mine")
    path = f"/api/v1/statuses/{status['id']}"

    refused = [
        await carol.client.put(path, json={"status": "Yours"}),
        await carol.client.get(f"{path}/source"),
        await carol.client.delete(path),
    ]

    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert (await alice.client.get(f"{path}/source")).json() == {"id": status["id"], "text": "Mine", "spoiler_text": ""}


async def test_a_deletion_brings_the_source_and_then_the_post_is_gone(alice: Person) -> None:
    """Delete and redraft needs `text`."""
    status = await post(alice, "To be #rewritten")

    deleted = await alice.client.delete(f"/api/v1/statuses/{status['id']}")

    assert (deleted.status_code, deleted.json()["text"]) == (200, "To be #rewritten")
    assert (await alice.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404


async def test_a_boost_answers_the_wrapper_and_its_undoing_the_original(alice: Person, carol: Person) -> None:
    """Also when the client names the wrapper, as it does from a timeline."""
    status = await post(alice, "Good news")

    boost = (await carol.client.post(f"/api/v1/statuses/{status['id']}/reblog")).json()
    liked = (await alice.client.post(f"/api/v1/statuses/{boost['id']}/favourite")).json()
    undone = (await carol.client.post(f"/api/v1/statuses/{boost['id']}/unreblog")).json()

    assert (boost["reblog"]["id"], boost["reblogged"], boost["account"]["id"]) == (status["id"], True, str(carol.id))
    assert (liked["id"], liked["favourited"], liked["reblogs_count"]) == (status["id"], True, 1)
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (status["id"], False, 0)


async def test_a_private_post_goes_no_further_by_a_boost(alice: Person, carol: Person) -> None:
    """Carol follows and sees it, and may not boost it; he may like it."""
    await carol.client.post(f"/api/v1/accounts/{alice.id}/follow")
    status = await post(alice, "For followers", visibility="private")

    boost = await carol.client.post(f"/api/v1/statuses/{status['id']}/reblog")
    like = await carol.client.post(f"/api/v1/statuses/{status['id']}/favourite")

    assert (boost.status_code, like.status_code) == (403, 200)


@pytest.mark.parametrize(("verb", "flag"), [("favourite", "favourited"), ("bookmark", "bookmarked"), ("pin", "pinned")])
async def test_a_mark_is_set_and_taken_back(verb: str, flag: str, alice: Person) -> None:
    """Each answer is the status as it is now; twice is as good as once."""
    status = await post(alice, "Mark me")
    path = f"/api/v1/statuses/{status['id']}"

    on = [(await alice.client.post(f"{path}/{verb}")).json()[flag] for _ in range(2)]
    off = [(await alice.client.post(f"{path}/un{verb}")).json()[flag] for _ in range(2)]

    assert (on, off) == ([True, True], [False, False])


async def test_lists_of_marks_are_paged_by_the_mark(alice: Person, carol: Person) -> None:
    """Section 7: cursors of favourites and bookmarks are those of the edge; every item is met once, the last page is empty and has no Link."""
    old, new = await post(alice, "Old"), await post(alice, "New")
    for status in (new, old):
        await carol.client.post(f"/api/v1/statuses/{status['id']}/favourite")

    met = []
    answer = await carol.client.get("/api/v1/favourites?limit=1")
    while "next" in answer.links:
        met += [status["id"] for status in answer.json()]
        answer = await carol.client.get(answer.links["next"]["url"])

    assert met == [old["id"], new["id"]]
    assert answer.json() == []


async def test_who_liked_and_boosted_is_told(alice: Person, carol: Person) -> None:
    """A list of accounts each."""
    status = await post(alice, "Hello")
    await carol.client.post(f"/api/v1/statuses/{status['id']}/favourite")
    await carol.client.post(f"/api/v1/statuses/{status['id']}/reblog")

    liked = await alice.client.get(f"/api/v1/statuses/{status['id']}/favourited_by")
    boosted = await alice.client.get(f"/api/v1/statuses/{status['id']}/reblogged_by")

    assert [account["acct"] for account in liked.json()] == [account["acct"] for account in boosted.json()] == ["carol"]
