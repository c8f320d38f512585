"""What `delivery` tells the egress ledger of each try: sent and how it was answered, not taken, or kept back and by which rule.

Values only: they are written with what became of the lane, in one transaction (`queue/outbox.settle`).
"""

from collections.abc import Mapping
from typing import Protocol

from fediverse.crypto.digests import content_digest_header
from fediverse.errors import FediverseError, NotFound
from fediverse.federation.receipts import claimed_in
from fediverse.node import Node
from fediverse.policy.domains import Direction, Verdict
from fediverse.queue.egress import Departure, EgressKind, Fate, ReceiptState
from fediverse.queue.outbox import Delivery


class Answer(Protocol):
    """What the inbox answered; *rule* let the delivery out."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def rule(self) -> str: ...


class AnsweredNo(NotFound):
    """An answer that trying again would not change; *answer* is its HTTP status."""

    def __init__(self, safe: str, *, answer: int) -> None:
        super().__init__(safe)
        self.answer = answer


def sent(delivery: Delivery, answer: Answer) -> Departure:
    receipt = claimed_in(answer.headers, answer.body)
    return _departure(
        delivery,
        Fate.SENT,
        status=answer.status,
        rule=answer.rule,
        receipt_state=ReceiptState.UNCHECKED if receipt else ReceiptState.MISSING,
        receipt=receipt,
    )


def not_taken(node: Node, delivery: Delivery, problem: FediverseError, status: int | None) -> Departure:
    """It was allowed and tried. *status* is None when no answer came."""
    verdict = node.rules.decide_cached(Direction.OUT_DELIVER, delivery.activity.type, delivery.host)
    return _departure(delivery, Fate.FAILED, status=status, rule=verdict.rule_id or "", reason=problem.safe)


def kept_back(delivery: Delivery, fate: Fate, verdict: Verdict, reason: str = "") -> Departure:
    """Nothing was sent. *reason* is the verdict's own sentence where none is given."""
    return _departure(delivery, fate, rule=verdict.rule_id or "", reason=reason or verdict.sentence)


def _departure(
    delivery: Delivery,
    fate: Fate,
    *,
    status: int | None = None,
    rule: str = "",
    reason: str = "",
    receipt_state: ReceiptState = ReceiptState.NONE,
    receipt: str = "",
) -> Departure:
    activity = delivery.activity
    left = fate in {Fate.SENT, Fate.FAILED}
    return Departure(
        EgressKind.DELIVERY,
        activity.uri,
        delivery.host,
        fate,
        post_id=activity.post_id,
        type=activity.type,
        status=status,
        rule=rule,
        reason=reason,
        digest=content_digest_header(activity.body.encode()) if left else "",
        receipt_state=receipt_state,
        receipt=receipt,
    )
