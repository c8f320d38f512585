"""gamma tries: with its own valid keys and signatures, through its own way out, at the doors of a node that does not allow it."""

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import quote

from fediverse.actions import peers
from fediverse.actions.peers import AS2, Knock
from fediverse.app import open_node
from fediverse.demo.client import Api
from fediverse.demo.companies import Company, DemoPerson
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries import accounts, domains

_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass(frozen=True)
class Attempts:
    """The HTTP status that each attempt was answered with, and whether the node remembers that gamma tried."""

    webfinger: int
    actor: int
    post: int
    secret: int
    follow: int
    create: int
    unsigned: int
    logged: bool


def attempt(intruder: Company, target: Company, victim: DemoPerson, post_uri: str, secret_uri: str) -> Attempts:
    unsigned = Api(target.host, target.port, "").document(post_uri.partition(target.host)[2]).status
    return asyncio.run(_attempt(intruder, target, victim, post_uri, secret_uri, unsigned))


def fetched_by(company: Company, url: str) -> int:
    """The status with which a fetch of *url*, signed by the company's node, is answered."""
    return asyncio.run(_fetched_by(company, url))


async def _fetched_by(company: Company, url: str) -> int:
    async with open_node(company.settings) as node:
        return await _fetch(node, url)


async def _attempt(
    intruder: Company, target: Company, victim: DemoPerson, post_uri: str, secret_uri: str, unsigned: int
) -> Attempts:
    async with open_node(intruder.settings) as node:
        sender = await accounts.by_acct(node, None, next(iter(intruder.people)))
        resource = quote(f"acct:{victim.handle}", safe="")
        victim_uri = f"{target.origin}/users/{victim.username}"
        webfinger = await _fetch(node, f"{target.origin}/.well-known/webfinger?resource={resource}")
        actor = await _fetch(node, victim_uri)
        post = await _fetch(node, post_uri)
        secret = await _fetch(node, secret_uri)
        follow = await _deliver(node, sender.id, target, {"type": "Follow", "actor": sender.uri, "object": victim_uri})
        note = {
            "id": f"{sender.uri}/posts/1",
            "type": "Note",
            "attributedTo": sender.uri,
            "content": "Buy!",
            "to": [_PUBLIC],
        }
        create = await _deliver(
            node, sender.id, target, {"type": "Create", "actor": sender.uri, "object": note, "to": [_PUBLIC]}
        )
    async with open_node(target.settings) as node:
        logged = any(contact.host == intruder.host for contact in await domains.refused_contacts(node))
    return Attempts(webfinger, actor, post, secret, follow, create, unsigned, logged)


async def _fetch(node: Node, url: str) -> int:
    signer = await peers.signer(node, Knock.CAVAGE, None)
    return (
        await node.remote.fetch(url, direction=Direction.OUT_FETCH, kind="attempt", accept=AS2, signer=signer)
    ).status


async def _deliver(node: Node, account_id: int, target: Company, activity: dict[str, object]) -> int:
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": node.uri(f"/activities/{node.ids.next()}"),
        **activity,
    }
    signer = await peers.signer(node, Knock.CAVAGE, account_id)
    answer = await node.remote.post(
        f"{target.origin}/inbox",
        json.dumps(document).encode(),
        kind="attempt",
        signer=signer,
        content_type="application/activity+json",
    )
    return answer.status
