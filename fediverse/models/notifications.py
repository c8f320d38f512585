"""What a person is told, and how far the person has read."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class NotificationKind(StrEnum):
    MENTION = "mention"
    STATUS = "status"
    BOOST = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    LIKE = "favourite"
    UPDATE = "update"
    REPORT = "admin.report"


class Notification(Model):
    """Ids are a small plain sequence: some clients decode them as 32-bit numbers."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    kind = fields.CharEnumField(NotificationKind, max_length=30)
    from_account_id = fields.BigIntField()
    post_id = fields.BigIntField(default=0)
    created_at = InstantField()

    class Meta:
        table = "notification"
        unique_together = (("account_id", "kind", "from_account_id", "post_id"),)
        indexes = (("account_id", "id"), ("post_id",))


class Marker(Model):
    """How far a person has read a timeline (`home` or `notifications`)."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    timeline = fields.CharField(max_length=30)
    last_read_id = fields.CharField(max_length=40)
    version = fields.IntField(default=1)
    updated_at = InstantField()

    class Meta:
        table = "marker"
        unique_together = (("account_id", "timeline"),)
