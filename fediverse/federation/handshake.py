"""First contact with another node, step by step, so that what does not work has a name: policy, connection, discovery, keys, signatures, clocks.

Called by `fediverse domain check` and the administrators' page. It asks only for documents that every node shows to whom it allows, posts nothing, and
keeps nothing but the signature dialect that worked. Each step says in one sentence what was found, and what to do when it is not good.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from fediverse.actions import peers
from fediverse.actions.peers import Knock
from fediverse.activitystreams.actors import RemoteActor, parse_actor
from fediverse.activitystreams.reading import read_document
from fediverse.activitystreams.strict_json import parse
from fediverse.crypto.keypairs import PublicKey
from fediverse.errors import DomainRefused, FediverseError, Invalid, Malformed
from fediverse.federation.gate import host_named, sentence
from fediverse.node import Node
from fediverse.policy.domains import BETWEEN_NODES, Direction
from fediverse.policy.hosts import canonical_host
from fediverse.remote import webfinger
from fediverse.remote.media_types import ACTIVITY_ACCEPT, is_activity_json

MAX_BYTES = 262_144
MOST_CLOCK_DIFFERENCE_S = 300
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried. *sentence* is for the administrator."""

    name: str
    ok: bool
    sentence: str


@dataclass(slots=True)
class _Contact:
    """What the steps find out, one after the other."""

    node: Node
    host: str
    actor_uri: str = ""
    actor: RemoteActor | None = None
    their_time: datetime | None = None
    software: str = "unknown software"

    @property
    def origin(self) -> str:
        return f"{'http' if self.node.settings.development else 'https'}://{self.host}"


class _Failed(Exception):
    """The step did not succeed, and why."""


async def check_domain(node: Node, host: str) -> list[Step]:
    """The steps of a first contact with *host*, up to the first that fails."""
    try:
        contact = _Contact(node, canonical_host(host))
    except Invalid as problem:
        return [Step("name", ok=False, sentence=f"{host}: {problem.safe}")]
    steps: list[Step] = []
    for name, step in _STEPS:
        try:
            said = await step(contact)
        except _Failed as failure:
            return [*steps, Step(name, ok=False, sentence=str(failure))]
        except DomainRefused as refused:
            return [*steps, Step(name, ok=False, sentence=f"Our own policy stopped this: {refused.safe}")]
        except FediverseError as problem:
            return [*steps, Step(name, ok=False, sentence=problem.safe)]
        steps.append(Step(name, ok=True, sentence=said))
    return steps


async def _policy(contact: _Contact) -> str:
    node, host = contact.node, contact.host
    for direction in BETWEEN_NODES:
        verdict = await node.rules.decide(direction, "check", host)
        if not verdict.allowed:
            raise _Failed(f"{sentence(node, direction, host, verdict)}; to allow it: fediverse domain allow {host}")
    return f"{host} is allowed in every direction"


async def _connection(contact: _Contact) -> str:
    """Name, address and TLS; then what the host says about itself."""
    answer = await _get(contact, f"{contact.origin}/.well-known/nodeinfo", "application/json", Direction.DISCOVERY)
    contact.their_time = _date_of(answer)
    if answer.status != 200:
        return f"{contact.host} answers, and shows no NodeInfo (status {answer.status})"
    contact.actor_uri = _application_in(answer.body)
    return f"{contact.host} answers, and shows its NodeInfo"


async def _clock(contact: _Contact) -> str:
    if contact.their_time is None:
        return "They do not say what time it is there"
    difference_s = abs((contact.node.clock.now() - contact.their_time).total_seconds())
    if difference_s > MOST_CLOCK_DIFFERENCE_S:
        raise _Failed(f"The clocks differ by {difference_s:.0f} seconds; signatures will be refused. Set both by NTP")
    return f"The clocks differ by {difference_s:.0f} seconds"


async def _instance_actor(contact: _Contact) -> str:
    """Read without a signature, as we must be able to read it before either of us knows a key."""
    uri = contact.actor_uri or f"{contact.origin}/actor"
    answer = await _get(contact, uri, ACTIVITY_ACCEPT, Direction.OUT_FETCH)
    if answer.status in {401, 403}:
        raise _Failed(
            f"{uri} is closed without a signature: two closed nodes cannot meet so. Their administrator must open that one document"
        )
    if answer.status != 200 or not is_activity_json(answer.headers.get("content-type")):
        raise _Failed(f"{uri} shows no ActivityPub actor (status {answer.status})")
    actor = parse_actor(read_document(parse(answer.body)))
    if actor.uri != answer.url or host_named(contact.node, actor.uri) != contact.host:
        raise _Failed(f"The document at {uri} says that it is {actor.uri}")
    contact.actor = actor
    return f"Their node is {actor.uri}"


async def _key(contact: _Contact) -> str:
    actor = _actor_of(contact)
    fingerprints = [key.fingerprint[:16] for key in _readable_keys(actor)]
    if not fingerprints:
        raise _Failed(f"{actor.uri} shows no key that we can use (RSA from 2048 bits, or Ed25519)")
    return f"Their keys begin with {' and '.join(fingerprints)}; compare them with what their administrator sees"


async def _signed_get(contact: _Contact) -> str:
    """Ask for what only an allowed node may read, signed in one dialect, then in the other."""
    actor = _actor_of(contact)
    address = actor.outbox or actor.uri
    node, answers = contact.node, []
    for knock in (Knock.RFC9421, Knock.CAVAGE):
        signer = await peers.signer(node, knock, None)
        answer = await node.remote.fetch(
            address,
            direction=Direction.OUT_FETCH,
            kind="check",
            accept=ACTIVITY_ACCEPT,
            signer=signer,
            max_bytes=MAX_BYTES,
        )
        if answer.status not in {400, 401}:
            _raise_for(contact, answer)
            await peers.remember(node, contact.host, knock)
            return f"They believe our signature ({knock.value})"
        answers.append(f"{knock.value}: {answer.status} {_said_in(answer.body)}".strip())
    raise _Failed(f"They do not believe our signature. {'; '.join(answers)}. Can they read {node.uri('/actor')}?")


async def _webfinger(contact: _Contact) -> str:
    actor = _actor_of(contact)
    resource = f"acct:{actor.webfinger or f'{actor.username}@{contact.host}'}"
    url = webfinger.lookup_url(contact.origin.partition(":")[0], contact.host, resource)
    answer = await peers.fetch(
        contact.node,
        url,
        kind="webfinger",
        direction=Direction.DISCOVERY,
        accept=webfinger.ACCEPT,
        max_bytes=webfinger.MAX_BYTES,
    )
    found = webfinger.parse_jrd(answer.body)
    if found.actor_uri != actor.uri:
        raise _Failed(f"WebFinger for {resource} names {found.actor_uri} in place of {actor.uri}")
    return f"WebFinger finds {resource}"


_STEPS = (
    ("policy", _policy),
    ("connection", _connection),
    ("clock", _clock),
    ("node actor", _instance_actor),
    ("key", _key),
    ("signed request", _signed_get),
    ("WebFinger", _webfinger),
)


async def _get(contact: _Contact, url: str, accept: str, direction: Direction) -> peers.Answer:
    return await contact.node.remote.fetch(url, direction=direction, kind="check", accept=accept, max_bytes=MAX_BYTES)


def _actor_of(contact: _Contact) -> RemoteActor:
    if contact.actor is None:
        raise _Failed("Their node's actor is not known")
    return contact.actor


def _readable_keys(actor: RemoteActor) -> list[PublicKey]:
    keys = []
    for key in actor.keys:
        try:
            if key.multibase is not None:
                keys.append(PublicKey.from_multibase(key.id, actor.uri, key.multibase))
            elif key.pem is not None:
                keys.append(PublicKey.from_pem(key.id, actor.uri, key.pem))
        except Malformed:
            continue
    return keys


def _raise_for(contact: _Contact, answer: peers.Answer) -> None:
    """404 and 410 are good answers here: the signature was believed, and there is nothing to see."""
    if answer.status == 403:
        raise _Failed(
            f"{contact.host} refuses us: {_said_in(answer.body) or 'no reason given'}. Their administrator must allow {contact.node.settings.domain}"
        )
    if answer.status not in {200, 404, 410}:
        raise _Failed(f"{contact.host} answered {answer.status} {_said_in(answer.body)}".strip())


def _said_in(body: bytes) -> str:
    """What an error of theirs says, cut short: it is shown to an administrator as it is."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    text = said.get("error") if isinstance(said, dict) else None
    return "".join(char for char in text if char.isprintable())[:300] if isinstance(text, str) else ""


def _application_in(body: bytes) -> str:
    """The node's actor that NodeInfo links to (FEP-2677), or ""."""
    try:
        links: Any = orjson.loads(body).get("links")
    except (orjson.JSONDecodeError, AttributeError):
        return ""
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == APPLICATION and isinstance(link.get("href"), str):
            return str(link["href"])
    return ""


def _date_of(answer: peers.Answer) -> datetime | None:
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
