"""From what happened here to what other nodes are told: one activity with its author's proof, one delivery per inbox.

Called by `workers/spread` for each recorded event, inside the transaction that marks it as spread. The policy is asked for every host now, and again by
the client's gate at the moment of sending; the audience of a post likewise. Nothing is sent here, and no key is written anywhere.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import orjson

from fediverse.actions import group_rows
from fediverse.actions.egress import note_left_out
from fediverse.activitystreams.strict_json import JSON
from fediverse.crypto.keypairs import KeyKind
from fediverse.crypto.proofs import add_proof
from fediverse.events import Event
from fediverse.federation.activities import build_for
from fediverse.federation.gate import count
from fediverse.federation.outgoing import Outgoing
from fediverse.node import Node
from fediverse.policy.domains import Direction, Reach
from fediverse.queries import audience
from fediverse.queries.keys import signing_key
from fediverse.queries.posts import reach_of
from fediverse.queue.outbox import Inbox, OutgoingActivity, enqueue


async def spread(node: Node, event: Event) -> None:
    """Write down what must be sent because of *event*. Raises NotFound when what it is about is gone, or is nobody's of this node."""
    outgoing = await build_for(node, event)
    if outgoing is None:
        return
    if outgoing.through_group is not None:
        await _relay(node, outgoing, outgoing.through_group)
        return
    inboxes = await _meant(node, outgoing, await recipients(node, outgoing))
    if not inboxes:
        return
    document = await _with_proof(node, outgoing)
    prepared = OutgoingActivity(
        uri=outgoing.uri,
        type=outgoing.type,
        account_id=outgoing.account_id,
        body=orjson.dumps(document).decode(),
        post_id=outgoing.shows,
        shown=outgoing.public,
    )
    await enqueue(node, prepared, inboxes)


async def _with_proof(node: Node, outgoing: Outgoing) -> JSON:
    return add_proof(outgoing.activity, await signing_key(node, outgoing.account_id, KeyKind.ED25519), node.clock.now())


async def _relay(node: Node, outgoing: Outgoing, group_id: int) -> None:
    body = orjson.dumps(await _with_proof(node, outgoing)).decode()
    about = outgoing.shows or outgoing.to_holders_of
    await group_rows.relay(node, group_id, outgoing.uri, outgoing.type, body, about)


async def recipients(node: Node, outgoing: Outgoing) -> list[Inbox]:
    """The inboxes that *outgoing* is for, each once, shared ones folded (ActivityPub §7.1), before anybody asks whether they may have it."""
    found = set(await audience.inboxes_of(node, outgoing.to_accounts))
    if outgoing.to_followers:
        found |= set(await _inboxes_of_followers(node, outgoing))
    if outgoing.to_holders_of is not None:
        found |= set(await audience.inboxes_that_got(node, outgoing.to_holders_of))
    if outgoing.to_holders_of_all_by is not None:
        found |= set(await audience.inboxes_that_got_any_by(node, outgoing.to_holders_of_all_by))
    return sorted(inbox for inbox in found if inbox.host != node.settings.host)


async def _inboxes_of_followers(node: Node, outgoing: Outgoing) -> list[Inbox]:
    """Of what was published before, only those who get everything hear by being followers: the end of a post must not name it to who never had it."""
    if outgoing.to_nodes_of_group:
        return await audience.inboxes_of_group(node, outgoing.account_id)
    inboxes = await audience.inboxes_of_followers(node, outgoing.account_id)
    if outgoing.to_holders_of is None or outgoing.shows is not None:
        return inboxes
    return [inbox for inbox in inboxes if await reach_of(node, inbox.host) is Reach.NETWORK]


async def _meant(node: Node, outgoing: Outgoing, inboxes: Sequence[Inbox]) -> list[Inbox]:
    """Those of *inboxes* whose hosts may be told, or have to wait for a held rule; whoever is refused is counted."""
    at_once = replace(node, rules=await node.rules.held())
    hosts = {inbox.host for inbox in inboxes}
    if outgoing.shows is not None:
        shown = await audience.who_may_have(at_once, [(host, outgoing.shows) for host in hosts])
        having = {host for host, _post_id in shown}
    else:
        having = hosts
    return [inbox for inbox in inboxes if await _is_meant(at_once, outgoing, inbox.host, having)]


async def _is_meant(node: Node, outgoing: Outgoing, host: str, having: Collection[str]) -> bool:
    departing = await audience.departing(node, outgoing.type, host, having)
    verdict = departing.verdict
    if departing.goes or departing.waits:
        return True  # what waits is written down and held: the moment of sending asks again
    if not verdict.allowed:
        await count(node, Direction.OUT_DELIVER, host, verdict)
    about = outgoing.shows or outgoing.to_holders_of
    await note_left_out(node, host, verdict, activity_uri=outgoing.uri, activity_type=outgoing.type, post_id=about)
    return False
