"""Two real nodes that never met, and a third that nobody allowed: what people of one see of the other."""

from tests.federation.scripted import JSON, count
from tests.support.nodes import Person, RunningNode, settle_all


async def found(person: Person, handle: str) -> str:
    """The id under which *person*'s node knows *handle*."""
    answer = await person.client.get("/api/v2/search", params={"q": handle, "resolve": "true", "type": "accounts"})
    accounts = answer.json()["accounts"]
    return str(accounts[0]["id"]) if accounts else ""


async def said(person: Person, text: str, visibility: str = "public", **more: object) -> JSON:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    status: JSON = answer.json()
    return status


async def home_of(person: Person) -> list[str]:
    return [status["content"] for status in (await person.client.get("/api/v1/timelines/home")).json()]


async def test_two_closed_nodes_that_never_met_complete_a_follow(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-041: found by handle, followed, accepted, and the next post is there."""
    target = await found(bob, alice.handle)
    asked = (await bob.client.post(f"/api/v1/accounts/{target}/follow")).json()
    await settle_all(away, home)

    [standing] = (await bob.client.get("/api/v1/accounts/relationships", params={"id[]": target})).json()
    await said(alice, "Hello Bob")
    await settle_all(home, away)

    assert (asked["requested"], standing["following"]) == (True, True)
    assert await home_of(bob) == ["<p>Hello Bob</p>"]


async def test_an_outsider_finds_follows_and_reads_nobody(
    home: RunningNode, away: RunningNode, outsider: RunningNode, alice: Person, mallory: Person
) -> None:
    """The twin: the same steps from a node that home does not allow; home counts the attempts and keeps nothing."""
    status = await said(alice, "Not for the world")

    assert await found(mallory, alice.handle) == ""
    assert await found(mallory, alice.uri) == ""
    answer = await mallory.client.get("/api/v2/search", params={"q": status["uri"], "resolve": "true"})
    await settle_all(outsider, home)

    assert answer.json()["statuses"] == []
    assert await count(home, "account", "host <> ''") == 0
    assert await count(home, "refused_contact", "host = ?", outsider.host) >= 1


async def test_a_conversation_crosses_over_and_back(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Mention, reply, like, boost, edit, delete: each is seen on the other side."""
    await found(alice, bob.handle)
    status = await said(alice, f"@{bob.handle} what do you think?", "direct")
    await settle_all(home, away)
    [notification] = (await bob.client.get("/api/v1/notifications")).json()
    reply = await said(bob, f"@{alice.handle} good", "direct", in_reply_to_id=notification["status"]["id"])
    await bob.client.post(f"/api/v1/statuses/{notification['status']['id']}/favourite")
    await settle_all(away, home)

    kinds = {one["type"] for one in (await alice.client.get("/api/v1/notifications")).json()}
    thread = (await alice.client.get(f"/api/v1/statuses/{status['id']}/context")).json()
    assert kinds == {"mention", "favourite"}
    assert [one["visibility"] for one in thread["descendants"]] == ["direct"]

    await bob.client.put(f"/api/v1/statuses/{reply['id']}", json={"status": f"@{alice.handle} very good"})
    await settle_all(away, home)
    thread = (await alice.client.get(f"/api/v1/statuses/{status['id']}/context")).json()
    assert "very good" in thread["descendants"][0]["content"]

    await bob.client.delete(f"/api/v1/statuses/{reply['id']}")
    await settle_all(away, home)
    thread = (await alice.client.get(f"/api/v1/statuses/{status['id']}/context")).json()
    assert thread["descendants"] == []


async def test_a_boost_of_a_third_nodes_post_stops_where_that_node_is_not_allowed(
    home: RunningNode, away: RunningNode, outsider: RunningNode, alice: Person, bob: Person, mallory: Person
) -> None:
    """T-217: beta allows gamma, home does not; bob's boost of mallory does not bring her to alice."""
    await away.allow(outsider.host)
    target = await found(alice, bob.handle)
    await alice.client.post(f"/api/v1/accounts/{target}/follow")
    await settle_all(home, away)
    theirs = await said(mallory, "Come and see")
    [status] = (await bob.client.get("/api/v2/search", params={"q": theirs["uri"], "resolve": "true"})).json()[
        "statuses"
    ]

    await bob.client.post(f"/api/v1/statuses/{status['id']}/reblog")
    await said(bob, "Mine")
    await settle_all(away, home)

    assert await home_of(alice) == ["<p>Mine</p>"]
    assert await count(home, "account", "host = ?", outsider.host) == 0


async def test_an_unfollow_stops_what_is_for_followers(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The other side forgets the follower."""
    target = await found(bob, alice.handle)
    await bob.client.post(f"/api/v1/accounts/{target}/follow")
    await settle_all(away, home)
    await bob.client.post(f"/api/v1/accounts/{target}/unfollow")
    await settle_all(away, home)

    await said(alice, "For followers", "private")
    await settle_all(home, away)

    assert await count(home, "follow") == 0
    assert await count(away, "post") == 0


async def test_a_removed_domain_is_silent_both_ways_at_once(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Promise 1: nothing leaves, comes or is fetched from that moment on."""
    target = await found(bob, alice.handle)
    await bob.client.post(f"/api/v1/accounts/{target}/follow")
    await settle_all(away, home)
    await home.remove(away.host)

    await said(alice, "After the removal")
    await said(bob, f"@{alice.handle} hello?")
    await settle_all(home, away)

    [own] = await home_of(bob)
    assert "hello?" in own
    assert {one["type"] for one in (await alice.client.get("/api/v1/notifications")).json()} == {"follow"}
    assert await count(home, "post", "author_id <> ?", alice.id) == 0
