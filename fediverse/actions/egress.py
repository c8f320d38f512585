"""The verbs of the egress ledger: what other servers were given at our addresses, who was left out of a delivery, and what their receipts are worth.

Called by the endpoints that answer other servers, by `federation/send` and by `federation/receipts`. What is delivered is written where deliveries end
(`queue/outbox`). Nothing here decides who may have something: that was asked before.
"""

from collections.abc import Sequence
from datetime import timedelta

from fediverse.node import Node
from fediverse.policy.domains import Direction, Verdict
from fediverse.queries.egress import UncheckedReceipt
from fediverse.queries.views import PostView
from fediverse.queue import egress, jobs
from fediverse.queue.egress import CHECK_RECEIPTS, Departure, EgressKind, Fate, ReceiptState

CHECK_AGAIN_AFTER = timedelta(minutes=10)
NOT_IN_AUDIENCE = "not in the post's audience"
_OK = 200
_NOT_FOUND = 404


async def note_shown(node: Node, host: str, kind: EgressKind, posts: Sequence[PostView]) -> None:
    """*host* is about to be given *posts*: itself, its activity, or a page that holds them. Boosts show what they boost by its address only."""
    await node.egress.record(
        node,
        [_served(node, host, kind, post.uri, post_id=post.id) for post in posts],
    )


async def note_entries_shown(node: Node, host: str, entries: Sequence[tuple[str, int | None]]) -> None:
    """*host* is about to be given again what a group sent: the address of each entry, and the post that it is about."""
    await node.egress.record(
        node, [_served(node, host, EgressKind.COLLECTION, uri, post_id=post_id) for uri, post_id in entries]
    )


async def note_attachment_served(node: Node, host: str, media_id: int, uri: str) -> None:
    post_id = await node.database.value("SELECT post_id FROM media WHERE id = ?", media_id)
    await node.egress.record(node, [_served(node, host, EgressKind.MEDIA, uri, post_id=post_id)])


async def note_picture_served(node: Node, host: str, account_id: int, uri: str) -> None:
    """Somebody's avatar or header."""
    await node.egress.record(node, [_served(node, host, EgressKind.AVATAR, uri, account_id=account_id)])


def note_post_withheld(node: Node, host: str, post_id: int, uri: str) -> None:
    """*host* asked for what it may not have, or what does not exist: which of the two is found out while nobody waits."""
    node.egress.aside(_withheld(node, host, "id", post_id, uri))


def note_attachment_withheld(node: Node, host: str, media_id: int, uri: str) -> None:
    node.egress.aside(_withheld(node, host, "media", media_id, uri))


async def note_left_out(
    node: Node, host: str, verdict: Verdict, *, activity_uri: str, activity_type: str, post_id: int | None
) -> None:
    """*host* would have been sent the activity, and is not: by the rule of *verdict*, or as it is not in the audience. In the open transaction."""
    left_out = Departure(
        EgressKind.DELIVERY,
        activity_uri,
        host,
        Fate.REFUSED,
        post_id=post_id,
        type=activity_type,
        rule=verdict.rule_id or "",
        reason=NOT_IN_AUDIENCE if verdict.allowed else verdict.sentence,
    )
    await egress.write(node, [left_out])


async def begin_checking(node: Node) -> None:
    """From now on, what comes in asks for another look."""
    await jobs.forget(node, CHECK_RECEIPTS)


async def check_again(node: Node) -> None:
    await jobs.enqueue(node, CHECK_RECEIPTS, {}, key=CHECK_RECEIPTS, due_at=node.clock.now() + CHECK_AGAIN_AFTER)


async def settle_receipts(node: Node, judged: Sequence[tuple[UncheckedReceipt, ReceiptState, str]]) -> None:
    """Write what became of receipts; what was no receipt at all is not kept. One that was replaced meanwhile waits for a look of its own."""
    await node.database.execute_many(
        "UPDATE egress SET receipt_state = ?, receipt_problem = ?, receipt = ?"
        " WHERE id = ? AND receipt_state = 'unchecked' AND receipt = ?",
        [
            (state.value, problem[:300], "" if state is ReceiptState.MISSING else one.text, one.id, one.text)
            for one, state, problem in judged
        ],
    )


def _served(
    node: Node, host: str, kind: EgressKind, uri: str, *, post_id: int | None = None, account_id: int | None = None
) -> Departure:
    rule = node.rules.decide_cached(Direction.IN_GET, kind, host).rule_id  # asked a moment ago, of the database
    return Departure(kind, uri, host, Fate.SERVED, post_id, account_id, status=_OK, rule=rule or "")


_POST_OF = {
    "id": "SELECT p.id FROM post p JOIN account a ON a.id = p.author_id WHERE p.id = ? AND a.host = ''",
    "media": "SELECT p.id FROM media m JOIN post p ON p.id = m.post_id JOIN account a ON a.id = p.author_id WHERE m.id = ? AND a.host = ''",
}


async def _withheld(node: Node, host: str, what: str, number: int, uri: str) -> None:
    post_id = await node.database.value(_POST_OF[what], number)
    if post_id is None:
        return
    rule = node.rules.decide_cached(Direction.IN_GET, what, host).rule_id
    withheld = Departure(
        EgressKind.REQUEST,
        uri,
        host,
        Fate.REFUSED,
        post_id,
        status=_NOT_FOUND,
        rule=rule or "",
        reason=NOT_IN_AUDIENCE,
    )
    await node.egress.record(node, [withheld])
