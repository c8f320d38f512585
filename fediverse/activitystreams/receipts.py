"""Delivery receipts: what a receiving node says it was sent, in words of our own namespace (FEDERATION.md), and the reading of one.

`federation/receipts` adds the proof and judges it. A receipt names the activity, the digest of the bytes that came and the time, and nothing of what they say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fediverse.activitystreams.building import timestamp
from fediverse.activitystreams.contexts import AS2, DATA_INTEGRITY
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import datetime_of
from fediverse.errors import Malformed

NAMESPACE: Final = "urn:fediverse:ns#"
RECEIPT: Final = "DeliveryReceipt"
RECEIPT_CONTEXT: Final[list[Any]] = [AS2, DATA_INTEGRITY, {"@vocab": NAMESPACE}]


@dataclass(frozen=True, slots=True)
class Receipt:
    """*actor_uri*, a server's own actor, was sent *activity_uri* in bytes of *digest* (RFC 9530) and had them at *received_at*."""

    actor_uri: str
    activity_uri: str
    digest: str
    received_at: datetime


def receipt_document(receipt: Receipt) -> JSON:
    return {
        "@context": RECEIPT_CONTEXT,
        "type": RECEIPT,
        "actor": receipt.actor_uri,
        "activity": receipt.activity_uri,
        "digest": receipt.digest,
        "received": timestamp(receipt.received_at),
    }


def is_receipt(document: JSON) -> bool:
    """Whether *document* says that it is one."""
    return document.get("type") == RECEIPT


def parse_receipt(document: JSON) -> Receipt:
    """Raises Malformed for a receipt in other words than ours: under another context its words could mean something else."""
    actor, activity, digest = (document.get(name) for name in ("actor", "activity", "digest"))
    received = datetime_of(document.get("received"))
    if document.get("@context") != RECEIPT_CONTEXT or received is None:
        raise Malformed("The receipt is not written as one")
    if not isinstance(actor, str) or not isinstance(activity, str) or not isinstance(digest, str):
        raise Malformed("The receipt is not written as one")
    return Receipt(actor, activity, digest, received)
