"""Quotes: a post that shows another, with its author's approval or without (FEP-044f)."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField
from fediverse.models.posts import Post


class QuoteState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"


class Quote(Model):
    """*post* quotes *quoted* (None while it is not known here). `request_uri` is the QuoteRequest's id, `approval_uri` the stamp that shows the approval."""

    id = fields.BigIntField(primary_key=True, generated=False)
    post: fields.OneToOneRelation[Post] = fields.OneToOneField("models.Post", related_name="quote")
    post_id: int
    quoted_id = fields.BigIntField(null=True, db_index=True)
    quoted_uri = fields.CharField(max_length=1024, db_index=True)
    quoted_account_id = fields.BigIntField(null=True)
    state = fields.CharEnumField(QuoteState, max_length=20, default=QuoteState.PENDING)
    request_uri = fields.CharField(max_length=1024, default="", db_index=True)
    approval_uri = fields.CharField(max_length=1024, default="", db_index=True)
    created_at = InstantField()

    class Meta:
        table = "quote"
