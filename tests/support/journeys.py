"""What people do in journeys, through the client API as their applications would; and what stands in a node's tables, to see what reached it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from fediverse.actions import peers
from fediverse.crypto.keypairs import KeyKind, PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from fediverse.errors import DomainRefused, FediverseError, NotFound
from fediverse.queries.keys import signing_key
from fediverse.remote.media_types import ACTIVITY_JSON
from tests.support.nodes import Person, RunningNode, settle_all

JSON = dict[str, Any]
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'post_search_%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}


async def asked(person: Person, method: str, path: str, status: int = 200, **more: Any) -> Any:
    """What the node answers the person's application."""
    answer = await person.client.request(method, path, **more)
    assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


async def posted(person: Person, text: str, visibility: str = "public", **more: object) -> JSON:
    """The status that the person wrote."""
    written: JSON = await asked(
        person, "POST", "/api/v1/statuses", json={"status": text, "visibility": visibility, **more}
    )
    return written


async def looked_up(person: Person, handle: str) -> JSON | None:
    """The account called *handle*, asked for at its own node if need be; None when nobody was found."""
    found = await asked(
        person, "GET", "/api/v2/search", params={"q": f"@{handle}", "type": "accounts", "resolve": "true"}
    )
    return found["accounts"][0] if found["accounts"] else None


async def account_of(person: Person, other: Person) -> str:
    """The id that *other* has at the person's node."""
    found = await looked_up(person, other.handle)
    assert found is not None, f"{person.handle} does not find {other.handle}"
    return str(found["id"])


async def follow(person: Person, other: Person) -> JSON:
    """Ask to follow; how the person stands to *other* right afterwards."""
    relationship: JSON = await asked(person, "POST", f"/api/v1/accounts/{await account_of(person, other)}/follow")
    return relationship


async def relationship(person: Person, other: Person) -> JSON:
    [found] = await asked(
        person, "GET", "/api/v1/accounts/relationships", params={"id[]": await account_of(person, other)}
    )
    standing: JSON = found
    return standing


async def follows(follower: Person, followed: Person, *running: RunningNode) -> None:
    """*follower* follows *followed*, and both nodes know it."""
    await follow(follower, followed)
    await settle_all(*running)
    assert (await relationship(follower, followed))["following"]


async def home_of(person: Person) -> list[JSON]:
    statuses: list[JSON] = await asked(person, "GET", "/api/v1/timelines/home")
    return statuses


async def texts_of(person: Person) -> list[str]:
    """What the person's home timeline says, newest first, boosts as the words that they carry."""
    return [plain(status["content"]) for status in await home_of(person)]


async def seen(person: Person, status: JSON) -> JSON | None:
    """The person's own copy of somebody's status, found by its address as its node has it; nobody else is asked."""
    found = await asked(person, "GET", "/api/v2/search", params={"q": status["uri"], "type": "statuses"})
    return found["statuses"][0] if found["statuses"] else None


async def copy_of(person: Person, status: JSON) -> JSON:
    """The same, where it must be there."""
    found = await seen(person, status)
    assert found is not None, f"{person.handle} does not see {status['uri']}"
    return found


async def notifications_of(person: Person, kind: str) -> list[JSON]:
    told: list[JSON] = await asked(person, "GET", "/api/v1/notifications", params={"types[]": kind})
    return told


def plain(content: str) -> str:
    """The words of one paragraph of HTML."""
    return content.removeprefix("<p>").removesuffix("</p>")


def picture(colour: tuple[int, int, int] = (200, 30, 30), form: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, form)
    return out.getvalue()


async def uploaded(person: Person, alt: str, data: bytes | None = None) -> str:
    """The id of a picture that the person may attach."""
    attachment = await asked(
        person,
        "POST",
        "/api/v2/media",
        files={"file": ("p.png", data or picture(), "image/png")},
        data={"description": alt},
    )
    return str(attachment["id"])


# ── what a node knows, and what it may fetch ──────────────────────────────────────────────────────


async def rows_of(node: RunningNode) -> list[tuple[str, JSON]]:
    """All rows of all tables, each with the table's name."""
    database = node.node.database
    with database.active():
        tables = [row["name"] for row in await database.rows(_TABLES[database.dialect])]
        return [(table, row) for table in tables for row in await database.rows(f"SELECT * FROM {table}")]


async def everything_in(node: RunningNode) -> str:
    """The same as text: what is not in here never arrived, or left no trace."""
    return "\n".join(f"{table}: {row}" for table, row in await rows_of(node))


async def fetched(node: RunningNode, url: str) -> bytes | str:
    """What *node*, signed by itself, gets at another node's address; the kind of the refusal otherwise."""
    with node.node.database.active():
        try:
            answer = await peers.fetch(node.node, url, kind="post")
        except (NotFound, DomainRefused) as refused:
            return type(refused).__name__
        except FediverseError as problem:
            return problem.safe
    return answer.body


async def waiting_for(node: RunningNode, host: str) -> int:
    """How many deliveries to *host* wait for better times."""
    with node.node.database.active():
        return int(
            await node.node.database.value("SELECT count(*) FROM delivery WHERE host = ? AND state = 'waiting'", host)
        )


async def refused_for(node: RunningNode, host: str) -> list[str]:
    """Why deliveries to *host* were refused at the moment of sending."""
    with node.node.database.active():
        rows = await node.node.database.rows(
            "SELECT problem FROM delivery WHERE host = ? AND state = 'refused' ORDER BY id", host
        )
    return [row["problem"] for row in rows]


@asynccontextmanager
async def at_work(node: RunningNode) -> AsyncIterator[RunningNode]:
    """The node's database for verbs that no client has."""
    with node.node.database.active():
        yield node


async def sent_by_hand(
    person: Person, host: RunningNode, to: RunningNode, body: bytes, key: PrivateKey | None = None
) -> httpx2.Response:
    """POST *body* to a node's shared inbox, signed by the person's key of this moment or by *key*: what a network that is late may bring."""
    if key is None:
        with host.node.database.active():
            key = await signing_key(host.node, person.id, KeyKind.RSA)
    url = f"http://{to.host}/inbox"
    headers = sign("POST", url, {"content-type": ACTIVITY_JSON}, body, key, Dialect.CAVAGE, host.node.clock.now())
    return await to.client.post(url, content=body, headers={**headers, "host": to.host})


async def last_sent(node: RunningNode, kind: str) -> bytes:
    """The last activity of that type that the node wrote down to be sent."""
    with node.node.database.active():
        body: str = await node.node.database.value(
            "SELECT body FROM outbound_activity WHERE type = ? ORDER BY id DESC LIMIT 1", kind
        )
    return body.encode()
