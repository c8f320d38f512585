"""What left this node, and what was kept from leaving: one row for each thing and host, updated when it is tried or asked for again."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class EgressKind(StrEnum):
    """How it left or would have: an activity that was delivered, a document, a page of a collection with it inside, a file, an author's picture, an
    activity at its own address, or a GET of somebody who may not have it.
    """

    DELIVERY = "delivery"
    OBJECT = "object"
    ACTIVITY = "activity"
    COLLECTION = "collection"
    MEDIA = "media"
    AVATAR = "avatar"
    REQUEST = "request"


class Fate(StrEnum):
    """SENT and SERVED left; REFUSED and HELD did not, by a rule or because of the audience; FAILED was tried, and the other side did not take it."""

    SENT = "sent"
    SERVED = "served"
    REFUSED = "refused"
    HELD = "held"
    FAILED = "failed"


class ReceiptState(StrEnum):
    """NONE: nothing to expect. UNCHECKED: one came and is not judged yet."""

    NONE = ""
    MISSING = "missing"
    UNCHECKED = "unchecked"
    VALID = "valid"
    INVALID = "invalid"


class Egress(Model):
    """`post_id` is no foreign key: where a post went is known longer than the post. `account_id`: whose picture it was."""

    id = fields.BigIntField(primary_key=True, generated=False)
    post_id = fields.BigIntField(null=True, db_index=True)
    account_id = fields.BigIntField(null=True, db_index=True)
    kind = fields.CharEnumField(EgressKind, max_length=20)
    type = fields.CharField(max_length=60, default="")
    subject_uri = fields.CharField(max_length=1024)
    host = fields.CharField(max_length=300)
    outcome = fields.CharEnumField(Fate, max_length=20)
    status = fields.IntField(null=True)
    rule = fields.CharField(max_length=60, default="")
    reason = fields.CharField(max_length=500, default="")
    digest = fields.CharField(max_length=100, default="")
    receipt_state = fields.CharEnumField(ReceiptState, max_length=20, default=ReceiptState.NONE)
    receipt = fields.TextField(default="")
    receipt_problem = fields.CharField(max_length=300, default="")
    attempts = fields.IntField(default=1)
    first_at = InstantField()
    last_at = InstantField()

    class Meta:
        table = "egress"
        unique_together = (("subject_uri", "kind", "host"),)
        indexes = (("receipt_state", "id"),)
