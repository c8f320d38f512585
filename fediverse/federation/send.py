"""From what happened here to what other nodes are told: one activity with its author's proof, one delivery per inbox.

Called by `workers/spread` for each recorded event, inside the transaction that marks it as spread. The policy is asked for every host now, and again by
the client's gate at the moment of sending; the audience of a post likewise. Nothing is sent here, and no key is written anywhere.
"""

import orjson

from fediverse.crypto.keypairs import KeyKind
from fediverse.crypto.proofs import add_proof
from fediverse.events import Event
from fediverse.federation.activities import build_for
from fediverse.federation.gate import count
from fediverse.federation.outgoing import Outgoing
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect
from fediverse.queries import audience
from fediverse.queries.domains import peers
from fediverse.queries.keys import signing_key
from fediverse.queue.outbox import Inbox, OutgoingActivity, enqueue


async def spread(node: Node, event: Event) -> None:
    """Write down what must be sent because of *event*. Raises NotFound when what it is about is gone, or is nobody's of this node."""
    outgoing = await build_for(node, event)
    if outgoing is None:
        return
    inboxes = [inbox for inbox in await recipients(node, outgoing) if await _is_meant(node, outgoing, inbox.host)]
    if not inboxes:
        return
    key = await signing_key(node, outgoing.account_id, KeyKind.ED25519)
    document = add_proof(outgoing.activity, key, node.clock.now())
    prepared = OutgoingActivity(
        uri=outgoing.uri,
        type=outgoing.type,
        account_id=outgoing.account_id,
        body=orjson.dumps(document).decode(),
        post_id=outgoing.shows,
        shown=outgoing.public,
    )
    await enqueue(node, prepared, inboxes)


async def recipients(node: Node, outgoing: Outgoing) -> list[Inbox]:
    """The inboxes that *outgoing* is for, each once, shared ones folded (ActivityPub §7.1), before anybody asks whether they may have it."""
    found = set(await audience.inboxes_of(node, outgoing.to_accounts))
    if outgoing.to_followers:
        found |= set(await audience.inboxes_of_followers(node, outgoing.account_id))
    if outgoing.to_holders_of is not None:
        found |= set(await audience.inboxes_that_got(node, outgoing.to_holders_of))
    return sorted(inbox for inbox in found if inbox.host != node.settings.host)


async def _is_meant(node: Node, outgoing: Outgoing, host: str) -> bool:
    """Whether *host* may be told, or has to wait for a held rule; whoever is refused is counted."""
    verdict = await node.rules.decide(Direction.OUT_DELIVER, outgoing.type, host)
    if verdict.allowed:
        return outgoing.shows is None or await audience.may_have(node, host, outgoing.shows)
    if verdict.effect is Effect.HOLD or (verdict.rule is None and await _was_just_removed(node, host)):
        return True  # written down and held: the moment of sending asks again
    await count(node, Direction.OUT_DELIVER, host, verdict)
    return False


async def _was_just_removed(node: Node, host: str) -> bool:
    """Whether *host* was taken off the list within the day in which that can be taken back without a loss."""
    return any(
        peer.host == host and peer.removed_at is not None and peer.frozen_at is None for peer in await peers(node)
    )
