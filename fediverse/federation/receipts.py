"""Signed receipts: a node that was sent something says so, and whoever sent it can show that later.

`inbox` gives one for each activity that `receive.admit()` let in; `workers` have those that came in answer to our deliveries judged here, by a job, since a
key may have to be fetched. A receipt is never needed for a delivery to count as done, and says that the bytes arrived, not what became of them.

What makes one good: it is written in our words, names the very activity and the digest of the bytes that we sent, a time near the one at which we did, and
is proved by a key of the own actor of the host that we sent to. That actor lives at `/actor`: a person's key of the same host proves nothing here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fediverse.actions import egress
from fediverse.activitystreams.receipts import Receipt, is_receipt, parse_receipt, receipt_document
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.crypto.digests import content_digest_header
from fediverse.crypto.keypairs import KeyKind, PublicKey
from fediverse.crypto.proofs import add_proof, read_proof, verify_proof
from fediverse.errors import DomainRefused, FediverseError, Malformed, SignatureRefused, Unreachable
from fediverse.federation import keys
from fediverse.federation.gate import host_named
from fediverse.log import get
from fediverse.node import Node
from fediverse.queries import egress as questions
from fediverse.queries.egress import UncheckedReceipt
from fediverse.queries.keys import instance_key
from fediverse.queue.egress import ReceiptState
from fediverse.remote.media_types import is_activity_json

MAX_BYTES = 8192
MAX_SKEW = timedelta(hours=1)
AT_ONCE = 50
_log = get(__name__)


@dataclass(frozen=True, slots=True)
class _Judgement:
    state: ReceiptState
    problem: str = ""


_MISSING = _Judgement(ReceiptState.MISSING)


def receipt_for(node: Node, activity_uri: str, body: bytes) -> JSON:
    """What is answered to whoever sent us the activity in *body*, the bytes as they came."""
    receipt = Receipt(node.uri("/actor"), activity_uri, content_digest_header(body), node.clock.now())
    return add_proof(receipt_document(receipt), instance_key(node, KeyKind.ED25519), node.clock.now())


def claimed_in(headers: Mapping[str, str], body: bytes) -> str:
    """The text in a delivery's answer that may be a receipt; "" when it is none for sure: most servers answer nothing at all."""
    if not body or len(body) > MAX_BYTES or not is_activity_json(headers.get("content-type")):
        return ""
    try:
        return body.decode("utf-8").replace("\0", "")  # PostgreSQL keeps no NUL; whatever held one is no JSON
    except UnicodeDecodeError:
        return ""


async def check_all(node: Node) -> None:
    """Judge every receipt that came and was not judged yet. One whose key cannot be had now is looked at again later, for a day."""
    await egress.begin_checking(node)
    unsettled = False
    last_id = 0
    while waiting := await questions.unchecked_receipts(node, last_id, AT_ONCE):
        last_id = waiting[-1].id
        judged = [(one, await _judge(node, one)) for one in waiting]
        unsettled |= any(judgement is None for _one, judgement in judged)
        await egress.settle_receipts(
            node, [(one, found.state, found.problem) for one, found in judged if found is not None]
        )
    if unsettled:
        await egress.check_again(node)


async def _judge(node: Node, unchecked: UncheckedReceipt) -> _Judgement | None:
    """None when nobody can say now."""
    try:
        document = parse(unchecked.text.encode())
    except Malformed:
        return _MISSING
    if not is_receipt(document):
        return _MISSING
    try:
        await _require_good(node, unchecked, document)
    except (Unreachable, DomainRefused) as problem:
        _log.info("receipt.unchecked", host=unchecked.host, reason=problem.safe)
        return None
    except FediverseError as problem:
        _log.warning("receipt.invalid", host=unchecked.host, activity=unchecked.subject_uri, reason=problem.safe)
        return _Judgement(ReceiptState.INVALID, problem.safe)
    return _Judgement(ReceiptState.VALID)


async def _require_good(node: Node, unchecked: UncheckedReceipt, document: JSON) -> None:
    """Raises SignatureRefused or Malformed for a wrong receipt; Unreachable and DomainRefused when its key cannot be had."""
    receipt = parse_receipt(document)
    claim = read_proof(document)
    if receipt.activity_uri != unchecked.subject_uri:
        raise SignatureRefused("The receipt is for another activity")
    if receipt.digest != unchecked.digest:
        raise SignatureRefused("The receipt is for other bytes than were sent")
    _require_near(receipt.received_at, unchecked.sent_at)
    if claim is None:
        raise SignatureRefused("The receipt carries no proof")
    if receipt.actor_uri != _own_actor(receipt.actor_uri) or {
        host_named(node, receipt.actor_uri),
        host_named(node, claim.key_id),
    } != {unchecked.host}:
        raise SignatureRefused("The receipt is not by the server that was sent to")

    def made_by(key: PublicKey) -> None:
        verify_proof(document, claim, key, node.clock.now())

    known = await keys.prove(node, claim.key_id, made_by)
    if known.key.owner != receipt.actor_uri:
        raise SignatureRefused("The receipt is not by the server that was sent to")


def _require_near(received_at: datetime, sent_at: datetime) -> None:
    if abs(received_at - sent_at) > MAX_SKEW:
        raise SignatureRefused("The receipt's time is not the time of the delivery")


def _own_actor(uri: str) -> str:
    """Where the own actor of the server lives that *uri* belongs to."""
    scheme, _colons, rest = uri.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/actor"
