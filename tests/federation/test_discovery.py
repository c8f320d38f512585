"""WebFinger, host-meta and NodeInfo, for whom they are open and for whom not."""

import asyncio
from pathlib import Path

import pytest

from tests.federation.scripted import Actor, ScriptedServer, get
from tests.support.databases import Databases
from tests.support.nodes import Person, RunningNode, running_node

LOOKUP = "/.well-known/webfinger?resource="


async def test_an_allowed_server_finds_a_person(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-060, T-062: subject, aliases, and the actor as `self`."""
    answer = await get(acme, f"{LOOKUP}acct:dana@acme.localhost:8001", erin)

    assert answer.headers["content-type"] == "application/jrd+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()
    assert found["subject"] == "acct:dana@acme.localhost:8001"
    assert dana.uri in found["aliases"]
    assert {"rel": "self", "type": "application/activity+json", "href": dana.uri} in found["links"]


@pytest.mark.parametrize(
    "resource",
    [
        "acct:dana@acme.localhost:8001",
        "acct:DANA@ACME.localhost:8001",
        "acct%3Adana%40acme.localhost%3A8001",
        "dana@acme.localhost:8001",
        "http://acme.localhost:8001/users/dana",
        "http://acme.localhost:8001/@dana",
        "http%3A%2F%2Facme.localhost%3A8001%2F%40dana",
    ],
)
async def test_a_person_is_found_under_every_usual_spelling(
    acme: RunningNode, dana: Person, erin: Actor, resource: str
) -> None:
    """T-063: handles in any case, addresses of actor and page, percent-encoded or not."""
    answer = await get(acme, f"{LOOKUP}{resource}", erin)

    assert (answer.status_code, answer.json()["subject"]) == (200, "acct:dana@acme.localhost:8001")


@pytest.mark.parametrize(
    "resource",
    [
        "acct:nobody@acme.localhost:8001",
        "acct:dana@beta.localhost:8001",
        "acct:dana@acme.localhost",
        "http://acme.localhost:8001/users/nobody",
        "http://acme.localhost:8001/users/dana/outbox",
        "http://acme.localhost:8001@stranger.example/users/dana",
        "https://acme.localhost:8001/users/dana",
    ],
)
async def test_who_is_not_here_is_not_found(acme: RunningNode, dana: Person, erin: Actor, resource: str) -> None:
    """T-061."""
    assert (await get(acme, f"{LOOKUP}{resource}", erin)).status_code == 404


@pytest.mark.parametrize("query", ["", "?resource=", "?resource=dana", "?resource=a@b&resource=c@d", "?rel=self"])
async def test_a_lookup_without_one_readable_resource_is_answered_400(
    acme: RunningNode, dana: Person, query: str
) -> None:
    """T-061."""
    assert (await acme.client.get(f"/.well-known/webfinger{query}")).status_code == 400


async def test_unsigned_lookups_say_the_same_of_everybody(
    acme: RunningNode, dana: Person, mallet: Actor, stranger: ScriptedServer
) -> None:
    """T-069: whether somebody works here is not for the world, nor for a server that nobody allowed."""
    known = await acme.client.get(f"{LOOKUP}acct:dana@acme.localhost:8001")
    unknown = await acme.client.get(f"{LOOKUP}acct:nobody@acme.localhost:8001")
    refused = await get(acme, f"{LOOKUP}acct:dana@acme.localhost:8001", mallet)

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (401, known.content)
    assert refused.status_code == 403
    assert stranger.asked == []


async def test_an_open_node_answers_everybody(database_server: Databases, tmp_path: Path) -> None:
    """T-069's twin: `webfinger = open`, since most other software asks unsigned."""
    url = await asyncio.to_thread(database_server.migrated)
    async with running_node("open.localhost:8001", tmp_path, url, {}, webfinger="open") as node:
        await node.person("dana")
        answer = await node.client.get(f"{LOOKUP}acct:dana@open.localhost:8001")
    database_server.drop(url)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "resource", ["http://acme.localhost:8001/", "http://acme.localhost:8001", "acct:acme.localhost@acme.localhost:8001"]
)
async def test_the_node_itself_can_always_be_found(acme: RunningNode, resource: str) -> None:
    """T-041, FEP-d556: unsigned, with the link that says so."""
    answer = await acme.client.get(f"{LOOKUP}{resource}")

    links = {link["rel"]: link["href"] for link in answer.json()["links"]}
    assert links["self"] == links["https://www.w3.org/ns/activitystreams#Service"] == f"http://{acme.host}/actor"


async def test_links_can_be_chosen(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-064: rel may repeat; an unknown one leaves none and is no error."""
    one = await get(acme, f"{LOOKUP}acct:dana@acme.localhost:8001&rel=self", erin)
    two = await get(
        acme, f"{LOOKUP}acct:dana@acme.localhost:8001&rel=self&rel=http://webfinger.net/rel/profile-page", erin
    )
    none = await get(acme, f"{LOOKUP}acct:dana@acme.localhost:8001&rel=x", erin)

    assert [len(answer.json()["links"]) for answer in (one, two, none)] == [1, 2, 0]


async def test_host_meta_says_where_webfinger_is(acme: RunningNode) -> None:
    """T-066."""
    answer = await acme.client.get("/.well-known/host-meta")

    assert answer.headers["content-type"].startswith("application/xrd+xml")
    assert f'template="http://{acme.host}/.well-known/webfinger?resource={{uri}}"' in answer.text


async def test_nodeinfo_names_the_software_and_hides_the_company(acme: RunningNode, dana: Person) -> None:
    """T-070: both versions, the node's own actor (FEP-2677), no number of people (FEP-0151)."""
    links = {link["rel"]: link["href"] for link in (await acme.client.get("/.well-known/nodeinfo")).json()["links"]}

    assert links["https://www.w3.org/ns/activitystreams#Application"] == f"http://{acme.host}/actor"
    for version in ("2.0", "2.1"):
        document = (await acme.client.get(links[f"http://nodeinfo.diaspora.software/ns/schema/{version}"])).json()
        assert (document["version"], document["software"]["name"], document["protocols"]) == (
            version,
            "fediverse",
            ["activitypub"],
        )
        assert document["usage"] == {"users": {}}
        assert document["metadata"]["upstream"]["name"] == "Mastodon"
    assert (await acme.client.get("/nodeinfo/1.0")).status_code == 404
